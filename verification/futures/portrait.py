"""What tells one state of a world from another: all that can be reached from it."""

from __future__ import annotations

import asyncio
import enum
import functools
import hashlib
import marshal
import weakref
from collections import deque
from typing import Any

__all__ = ["portrait", "slots"]


def portrait(thing: object) -> bytes:
    """The same for things that cannot be told apart, but for husks in a line; else another.

    That husks make no difference is shown by the exploration of machines.  A digest, for there are
    too many to be kept whole.
    """
    met: dict[int, tuple[int, Any]] = {}  # with the thing, lest another get its address

    def paint(thing: Any) -> Any:
        if thing is None or isinstance(thing, (bool, int, str)):
            return thing
        if isinstance(thing, enum.Enum):
            return thing.name
        if id(thing) in met:
            return (met[id(thing)][0],)
        met[id(thing)] = (len(met), thing)
        return (type(thing).__name__, *map(paint, parts(thing)))

    painted = paint(thing)
    met.clear()  # paint knows itself, and would keep them
    return hashlib.blake2b(marshal.dumps(painted, 2), digest_size=16).digest()


def parts(thing: Any) -> list[Any]:
    """What matters of *thing*."""
    if isinstance(thing, (list, tuple, deque)):
        return list(thing)
    if isinstance(thing, dict):
        return [*thing, *thing.values()]
    if isinstance(thing, weakref.ref):
        return [thing()]
    if isinstance(thing, asyncio.BaseEventLoop):
        return list(thing._ready)  # type: ignore[attr-defined]
    names = ["__name__", "__self__"]  # of functions and methods
    if isinstance(thing, asyncio.Handle):
        names = ["_cancelled", "_callback", "_args"]
    elif isinstance(thing, asyncio.Task):
        names = ["_state", "_must_cancel", "_fut_waiter"]
    elif isinstance(thing, asyncio.Future) or type(thing).__module__.startswith(("toro", "verif")):
        own = [*slots(type(thing).__mro__), *getattr(thing, "__dict__", ())]
        names = ["_state", "_callbacks", *own]
    return [attribute(thing, name) for name in names]


def attribute(thing: Any, name: str) -> Any:
    try:
        return getattr(thing, name)
    except (AttributeError, RuntimeError):  # not yet set; or asyncio's part of a closed Future
        return None


@functools.cache
def slots(bases: tuple[type, ...]) -> list[str]:
    names = [name for base in bases for name in base.__dict__.get("__slots__", ())]
    return [name for name in names if not name.startswith("__")]
