"""Which methods are observed, and what each does."""

from __future__ import annotations

from typing import Literal, NamedTuple

from .. import plain

__all__ = ["Operation", "operations_of"]

Role = Literal["take", "give", "pause", "put", "get", "note"]


class Operation(NamedTuple):
    """What a method does: take something to hold, give it back, pause, put or get an item."""

    role: Role
    mode: str
    line: str | None = None
    """The attribute of the machine in which it may have to wait; None if it never waits."""


_ACQUIRE = Operation("take", "acquire", "line")
_RELEASE = Operation("give", "acquire")
_WAIT = Operation("pause", "wait", "line")

_OPERATIONS: dict[type, dict[str, Operation]] = {
    plain.Lock: {
        "acquire": _ACQUIRE,
        "acquire_nowait": Operation("take", "acquire"),
        "release": _RELEASE,
        "__aenter__": _ACQUIRE,
        "__aexit__": _RELEASE,
    },
    plain.Semaphore: {
        "acquire": _ACQUIRE,
        "acquire_nowait": Operation("take", "acquire"),
        "release": _RELEASE,
        "wait": Operation("pause", "watch", "watchers"),
        "__aenter__": _ACQUIRE,
        "__aexit__": _RELEASE,
    },
    plain.RWLock: {
        "acquire_read": Operation("take", "read", "line"),
        "acquire_read_nowait": Operation("take", "read"),
        "release_read": Operation("give", "read"),
        "acquire_write": Operation("take", "write", "line"),
        "acquire_write_nowait": Operation("take", "write"),
        "release_write": Operation("give", "write"),
    },
    plain.Event: {"wait": _WAIT},
    plain.AsyncResult: {"get": _WAIT},
    # _wait_until is what wait_for does again and again where it is no coroutine.
    plain.Condition: {"wait": _WAIT, "_wait_until": _WAIT},
    plain.Queue: {
        "put": Operation("put", "put", "putters"),
        "put_nowait": Operation("put", "put"),
        "get": Operation("get", "get", "line"),
        "get_nowait": Operation("get", "get"),
        "join": Operation("pause", "join", "joiners"),
        "shutdown": Operation("note", "shutdown"),
    },
}


def operations_of(cls: type) -> dict[str, Operation]:
    """The methods of *cls* that are observed."""
    for kind, operations in _OPERATIONS.items():
        if issubclass(cls, kind):
            return operations
    return {}
