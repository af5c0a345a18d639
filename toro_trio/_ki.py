"""Protecting primitives from KeyboardInterrupt: it must not fall between two of their steps."""

from __future__ import annotations

import types
from typing import TypeVar

import trio

__all__ = ["protect"]

C = TypeVar("C", bound=type)


def protect(cls: C) -> C:
    """Protect every method of *cls*, those it inherits from the coroutine shape included.

    Trio remembers protected code by its code object, which no other loop looks at, so the
    code shared with other adapters is none the worse for it.
    """
    for name in dir(cls):
        method = getattr(cls, name)
        if isinstance(method, types.FunctionType) and method.__module__.startswith("toro_"):
            setattr(cls, name, trio.lowlevel.enable_ki_protection(method))
    return cls
