"""The frozen records that ``statistics()`` returns, the same for every adapter."""

from __future__ import annotations

from typing import NamedTuple

__all__ = [
    "ConditionStatistics",
    "EventStatistics",
    "LockStatistics",
    "QueueStatistics",
    "RWLockStatistics",
    "ResultStatistics",
    "SemaphoreStatistics",
]


class LockStatistics(NamedTuple):
    """Of a Lock: is it held, and how many wait for it."""

    locked: bool
    tasks_waiting: int


class SemaphoreStatistics(NamedTuple):
    """Of a Semaphore: its free permits, and how many wait in acquire and in wait."""

    locked: bool
    value: int
    tasks_waiting: int


class RWLockStatistics(NamedTuple):
    """Of an RWLock: who is in, and how many wait to read or to write."""

    locked: bool
    readers: int
    writing: bool
    max_readers: int | None
    tasks_waiting: int


class ConditionStatistics(NamedTuple):
    """Of a Condition: how many wait for a notification; of its lock, None if it has none."""

    tasks_waiting: int
    locked: bool | None
    lock_statistics: LockStatistics | None


class EventStatistics(NamedTuple):
    """Of an Event: is it set, and how many wait for it."""

    is_set: bool
    tasks_waiting: int


class ResultStatistics(NamedTuple):
    """Of an AsyncResult: is it there, and how many wait for it."""

    ready: bool
    tasks_waiting: int


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
