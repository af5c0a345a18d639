"""The frozen records that ``statistics()`` returns, the same for every adapter.

``to_dict()`` of each is fit for JSON.  What only ``toro_core.insight`` can know, the tasks
and their times, is None while that is off.

The module is imported when the first record is asked for: making these classes would cost a
fifth of the time that importing an adapter takes.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

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
        """Its fields by name, fit for JSON."""
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
        """Its fields by name, fit for JSON."""
        return _to_dict(self)


class LockStatistics(NamedTuple):
    """Of a Lock: is it held, and how many wait for it."""

    locked: bool
    tasks_waiting: int
    waiters: tuple[WaiterRecord, ...] = ()
    holders: tuple[HolderRecord, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Its fields by name, fit for JSON."""
        return _to_dict(self)


class SemaphoreStatistics(NamedTuple):
    """Of a Semaphore: its free permits, and how many wait in acquire and in wait."""

    locked: bool
    value: int
    tasks_waiting: int
    waiters: tuple[WaiterRecord, ...] = ()
    holders: tuple[HolderRecord, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Its fields by name, fit for JSON."""
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
        """Its fields by name, fit for JSON."""
        return _to_dict(self)


class ConditionStatistics(NamedTuple):
    """Of a Condition: how many wait for a notification; of its lock, None if it has none."""

    tasks_waiting: int
    locked: bool | None
    lock_statistics: LockStatistics | None
    waiters: tuple[WaiterRecord, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Its fields by name, fit for JSON."""
        return _to_dict(self)


class EventStatistics(NamedTuple):
    """Of an Event: is it set, and how many wait for it."""

    is_set: bool
    tasks_waiting: int
    waiters: tuple[WaiterRecord, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Its fields by name, fit for JSON."""
        return _to_dict(self)


class ResultStatistics(NamedTuple):
    """Of an AsyncResult: is it there, and how many wait for it."""

    ready: bool
    tasks_waiting: int
    waiters: tuple[WaiterRecord, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Its fields by name, fit for JSON."""
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
        """Its fields by name, fit for JSON."""
        return _to_dict(self)


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
