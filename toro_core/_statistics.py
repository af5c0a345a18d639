"""What ``statistics()`` tells: who waits, and who holds.

The records are those of ``toro_core.records``, and can be had from here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from ._waiter import Waiter
from .machines import GET, JOIN, READ, WATCH, WRITE, Lock, Machine, Put, Semaphore

if TYPE_CHECKING:
    from typing import Protocol

    from .records import (
        ConditionStatistics,
        EventStatistics,
        HolderRecord,
        LockStatistics,
        QueueStatistics,
        ResultStatistics,
        RWLockStatistics,
        SemaphoreStatistics,
        WaiterRecord,
    )

    class Insight(Protocol):
        """What is known of a running program by those who watch it."""

        def task_and_age(self, waiter: Waiter) -> tuple[str | None, float | None]:
            """Which task waits, and for how many seconds."""

        def holders(self, primitive: object) -> tuple[HolderRecord, ...]:
            """Who holds *primitive*, as far as was seen."""

        def peak_size(self, queue: object) -> int | None:
            """The most items that were seen in *queue* at once."""


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

insight: Insight | None = None  # set while toro_core.insight is on


if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """A record: they are imported when the first is asked for."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from . import records

        return getattr(records, name)


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
    from .records import WaiterRecord

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
