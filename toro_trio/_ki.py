"""Protecting primitives from KeyboardInterrupt: it must not fall between two of their steps."""

from __future__ import annotations

import types
from typing import TypeVar

import trio

from toro_core import coroutines
from toro_core._guard import Guard

__all__ = ["protect"]

C = TypeVar("C", bound=type)

_protected: dict[types.FunctionType, types.FunctionType] = {}


def protect(cls: C) -> C:
    """Protect every method of *cls* that it inherits from the coroutine shape.

    Trio remembers protected code by its code object, which no other loop looks at, so the
    code shared with other adapters is none the worse for it.  Before 0.31 it wrapped functions,
    and the wrapper has to stand in *cls*.
    """
    for name, method in _inherited(cls).items():
        protected = _protected.get(method)
        if protected is None:
            protected = _protected[method] = trio.lowlevel.enable_ki_protection(method)
        if protected is not method:
            setattr(cls, name, protected)
    return cls


def _inherited(cls: type) -> dict[str, types.FunctionType]:
    """The methods that *cls* would have if no class of this package had been protected."""
    methods: dict[str, types.FunctionType] = {}
    for base in reversed(cls.__mro__):
        for name, method in vars(base).items():
            if base.__module__.startswith("toro_core") and isinstance(method, types.FunctionType):
                methods[name] = method
            elif base.__module__ == cls.__module__ and method not in _protected.values():
                methods.pop(name, None)  # protected where it is defined
    return methods


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
