"""Protecting primitives from KeyboardInterrupt: it must not fall between two of their steps."""

from __future__ import annotations

import types
from typing import TypeVar

import trio

from toro_core import coroutines
from toro_core._guard import Guard

__all__ = ["protect"]

C = TypeVar("C", bound=type)


def protect(cls: C) -> C:
    """Protect every method of *cls*, those it inherits from the coroutine shape included.

    Trio remembers protected code by its code object, which no other loop looks at, so the
    code shared with other adapters is none the worse for it.
    """
    for name in dir(cls):
        method = _inherited(cls, name)
        if isinstance(method, types.FunctionType) and method.__module__.startswith("toro_core"):
            setattr(cls, name, trio.lowlevel.enable_ki_protection(method))
    return cls


def _inherited(cls: type, name: str) -> object:
    """What *cls* would have as *name*, had no class of this package been protected."""
    for base in cls.__mro__:
        if base.__module__ != cls.__module__ and name in vars(base):
            return vars(base)[name]
    return None


# What primitives hand out.  Trio marks code, so marking it where it is shared is enough (before
# 0.31 it wrapped functions, and these stay unprotected: they only call protected methods).
for _method in (
    Guard.__enter__,
    Guard.__exit__,
    coroutines.ReaderSide.__aenter__,
    coroutines.ReaderSide.__aexit__,
    coroutines.WriterSide.__aenter__,
    coroutines.WriterSide.__aexit__,
):
    trio.lowlevel.enable_ki_protection(_method)
