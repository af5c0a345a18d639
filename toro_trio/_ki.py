"""Protecting primitives from KeyboardInterrupt: it must not fall between two of their steps."""

from __future__ import annotations

import functools
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
    for base in cls.__mro__:  # of no other package, but for object
        _protect_methods_of(base)
    return cls


@functools.cache
def _protect_methods_of(base: type) -> None:
    """Once for each class, however many derive from it: it is what importing takes time for."""
    for method in vars(base).values():
        while isinstance(method, types.FunctionType):
            trio.lowlevel.enable_ki_protection(method)
            method = getattr(method, "__wrapped__", None)  # what insight will put back


# What primitives hand out.
for _class in (Guard, coroutines.ReaderSide, coroutines.WriterSide):
    protect(_class)
