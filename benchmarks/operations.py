"""What a scenario gets from a kit: bound methods, so that no layer of ours stands between it and
the library.

A library whose spelling differs hands over its own methods under these names.
"""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, NamedTuple

__all__ = ["Condition", "Event", "Lock", "Queue", "RWLock"]

Waits = Callable[..., Awaitable[Any]]
Acts = Callable[..., Any]
Scope = AbstractAsyncContextManager[Any]


class Lock(NamedTuple):
    """A lock or a semaphore."""

    acquire: Waits
    release: Acts
    scope: Scope

    @classmethod
    def of(cls, it: Any) -> "Lock":
        return cls(it.acquire, it.release, it)


class Event(NamedTuple):
    set: Acts
    wait: Waits

    @classmethod
    def of(cls, it: Any) -> "Event":
        return cls(it.set, it.wait)


class Condition(NamedTuple):
    wait: Waits
    notify: Acts
    notify_all: Acts
    scope: Scope | None  # None: it has no lock

    @classmethod
    def of(cls, it: Any) -> "Condition":
        return cls(it.wait, it.notify, it.notify_all, it)

    @classmethod
    def bare(cls, it: Any) -> "Condition":
        return cls(it.wait, it.notify, it.notify_all, None)


class Queue(NamedTuple):
    put: Waits
    get: Waits
    put_nowait: Acts
    get_nowait: Acts
    task_done: Acts | None = None
    join: Waits | None = None

    @classmethod
    def of(cls, it: Any) -> "Queue":
        return cls(it.put, it.get, it.put_nowait, it.get_nowait, it.task_done, it.join)


class RWLock(NamedTuple):
    acquire_read: Waits
    release_read: Acts
    acquire_write: Waits
    release_write: Acts

    @classmethod
    def of(cls, it: Any) -> "RWLock":
        return cls(it.acquire_read, it.release_read, it.acquire_write, it.release_write)
