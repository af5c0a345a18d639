"""The frozen records that ``statistics()`` returns, the same for every adapter.

``to_dict()`` of each is fit for JSON.  What only ``toro_core.insight`` can know, the tasks
and their times, is None while that is off.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, Protocol

from ._waiter import Waiter
from .machines import GET, JOIN, READ, WATCH, WRITE, Lock, Machine, Put, Semaphore

__all__ = [
    "ConditionStatistics",
    "EventStatistics",
    "HolderRecord",
    "LockStatistics",
    "QueueStatistics",
    "RWLockStatistics",
    "ResultStatistics",
    "SemaphoreStatistics",
    "WaiterRecord",
]


class Insight(Protocol):
    """What is known of a running program by those who watch it."""

    def task_and_age(self, waiter: Waiter) -> tuple[str | None, float | None]:
        """Which task waits, and for how many seconds."""

    def holders(self, primitive: object) -> tuple[HolderRecord, ...]:
        """Who holds *primitive*, as far as was seen."""

    def peak_size(self, queue: object) -> int | None:
        """The most items that were seen in *queue* at once."""


insight: Insight | None = None  # set while toro_core.insight is on


class WaiterRecord(NamedTuple):
    """Somebody who waits."""

    place: int
    """In line: 1 is next.  Each kind of request to a queue or semaphore has its own line."""
    request: str
    deadline: float | None
    """On the clock of the loop."""
    task: str | None
    age: float | None
    """Seconds since the wait began."""

    def to_dict(self) -> dict[str, Any]:
        return _to_dict(self)


class HolderRecord(NamedTuple):
    """Somebody who holds something."""

    mode: str
    task: str | None
    age: float | None
    """Seconds since it was acquired."""
    where: str | None
    """The line of code that acquired it."""

    def to_dict(self) -> dict[str, Any]:
        return _to_dict(self)


class LockStatistics(NamedTuple):
    """Of a Lock: is it held, and how many wait for it."""

    locked: bool
    tasks_waiting: int
    waiters: tuple[WaiterRecord, ...] = ()
    holders: tuple[HolderRecord, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return _to_dict(self)


class SemaphoreStatistics(NamedTuple):
    """Of a Semaphore: its free permits, and how many wait in acquire and in wait."""

    locked: bool
    value: int
    tasks_waiting: int
    waiters: tuple[WaiterRecord, ...] = ()
    holders: tuple[HolderRecord, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return _to_dict(self)


class RWLockStatistics(NamedTuple):
    """Of an RWLock: who is in, and how many wait to read or to write."""

    locked: bool
    readers: int
    writing: bool
    max_readers: int | None
    tasks_waiting: int
    waiters: tuple[WaiterRecord, ...] = ()
    holders: tuple[HolderRecord, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return _to_dict(self)


class ConditionStatistics(NamedTuple):
    """Of a Condition: how many wait for a notification; of its lock, None if it has none."""

    tasks_waiting: int
    locked: bool | None
    lock_statistics: LockStatistics | None
    waiters: tuple[WaiterRecord, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return _to_dict(self)


class EventStatistics(NamedTuple):
    """Of an Event: is it set, and how many wait for it."""

    is_set: bool
    tasks_waiting: int
    waiters: tuple[WaiterRecord, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return _to_dict(self)


class ResultStatistics(NamedTuple):
    """Of an AsyncResult: is it there, and how many wait for it."""

    ready: bool
    tasks_waiting: int
    waiters: tuple[WaiterRecord, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return _to_dict(self)


class QueueStatistics(NamedTuple):
    """Of a queue: its items, and how many wait to get, to put and to join."""

    size: int
    maxsize: int
    unfinished_tasks: int
    is_shut_down: bool
    getters_waiting: int
    putters_waiting: int
    joiners_waiting: int
    tasks_waiting: int
    peak_size: int | None = None
    waiters: tuple[WaiterRecord, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return _to_dict(self)


# What the records are made of.


def waiters(machine: Any) -> tuple[WaiterRecord, ...]:
    """All who wait in the lines of *machine*, line by line."""
    unnamed = "acquire" if isinstance(machine, (Lock, Semaphore)) else "wait"
    return tuple(
        _record(place, waiter, unnamed)
        for line in lines(machine)
        for place, waiter in enumerate(list(line), start=1)
    )


def lines(machine: Machine) -> Iterator[Iterable[Waiter]]:
    for name in ("line", "watchers", "putters", "joiners"):
        line = getattr(machine, name, None)
        if line:
            yield line


def holders(primitive: object) -> tuple[HolderRecord, ...]:
    return () if insight is None else insight.holders(primitive)


def peak_size(queue: object) -> int | None:
    return None if insight is None else insight.peak_size(queue)


def _record(place: int, waiter: Waiter, unnamed: str) -> WaiterRecord:
    task, age = (None, None) if insight is None else insight.task_and_age(waiter)
    request = unnamed if waiter.request is None else _request_name(waiter.request)
    return WaiterRecord(place, request, waiter.deadline, task or _task_name(waiter), age)


_REQUESTS = {GET: "get", JOIN: "join", READ: "read", WATCH: "watch", WRITE: "write"}


def _request_name(request: Any) -> str:
    return "put" if isinstance(request, Put) else _REQUESTS.get(request, "wait")


def _task_name(waiter: Waiter) -> str | None:
    """Where the handle is the task itself, as on Trio, its name is known at any time."""
    name = getattr(waiter.handle, "name", None)
    return name if isinstance(name, str) else None


def _to_dict(record: Any) -> dict[str, Any]:
    return {name: _plain(value) for name, value in record._asdict().items()}


def _plain(value: Any) -> Any:
    if hasattr(value, "to_dict"):
        return value.to_dict()
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)  # JSON has no infinity
    return value
