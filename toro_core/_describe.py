"""How primitives describe themselves, in ``repr`` and in messages."""

from __future__ import annotations

from collections.abc import Iterable
from reprlib import recursive_repr
from typing import Any

from ._naming import name_of

__all__ = ["describe", "kind_of", "loop_name", "safe_repr", "timed_out", "title"]

_A_MINUTE = 60.0
_CENTURIES = 1e10  # longer than any loop's clock has run, the wall clock's included


def describe(primitive: object, words: Iterable[str], address: bool) -> str:
    """``<Lock 'db' at 0x7f… locked waiters[2]>``; without the address for ``str``."""
    parts = [type(primitive).__name__]
    name = name_of(primitive)
    if name is not None:
        parts.append(repr(name))
    if address:
        parts.append(f"at {id(primitive):#x}")
    return f"<{' '.join((*parts, *words))}>"


def title(primitive: object) -> str:
    """How a message calls it: ``Lock 'db'``, or ``this Lock``."""
    name = name_of(primitive)
    kind = type(primitive).__name__
    return f"this {kind}" if name is None else f"{kind} {name!r}"


def kind_of(cls: type) -> str:
    """``toro_trio.Lock``, wherever in that package it is defined."""
    return f"{cls.__module__.partition('.')[0]}.{cls.__qualname__}"


def loop_name(loop: object) -> str:
    """``<_UnixSelectorEventLoop at 0x7f…>``; its own repr may be long, and that of two the same."""
    return f"<{type(loop).__name__} at {id(loop):#x}>"


def timed_out(primitive: object, late: float = 0.0) -> str:
    """What a Timeout says; *late* is how long the deadline had passed when the wait began."""
    if late < _A_MINUTE:
        return f"the deadline passed while waiting for {title(primitive)}"
    before = f"{late:.0f} s" if late < _CENTURIES else "long"
    return (
        f"the deadline passed {before} before the wait for {title(primitive)} began:"
        " a number given as deadline= is a point on the loop's clock, as timeout= a span from now"
    )


@recursive_repr("...")
def safe_repr(value: Any) -> str:
    """``repr(value)``, whatever its ``__repr__`` does; ``...`` for what is being shown already."""
    try:
        return repr(value)
    except Exception as error:
        return f"<{type(value).__name__} whose repr raised {type(error).__name__}>"
