"""What is free, by AnyIO's rules on asyncio: acquiring it is a checkpoint, and may fail.

Each rung is written out, for calling the one below would cost more than what it adds.
"""

from asyncio import _get_running_loop, current_task
from collections import deque
from heapq import heappush
from typing import Any

from toro_core._guard import Guard
from toro_core._waiter import CANCELLED, COLLECTED, GRANTED, BareWaiter

from ..loops import asyncio_turn
from .ladder import Ladder

__all__ = ["LADDERS"]


class SemaphoreOnEither:
    """It knows who yields with a permit, which would else be lost with a loop that is closed."""

    def __init__(self, value: int) -> None:
        self.value = value
        self.home: Any = None
        self.promised: dict[BareWaiter, None] | None = None  # none before it is needed

    async def acquire(self, deadline: Any = None, *, timeout: Any = None) -> Any:
        loop = _get_running_loop()
        if loop is None or current_task() is None:
            raise NotImplementedError
        if not self.value or deadline is not None or timeout is not None:
            raise NotImplementedError
        self.home = loop
        self.value -= 1
        waiter = BareWaiter()
        waiter.state = GRANTED
        promised = self.promised
        if promised is None:
            promised = self.promised = {}
        promised[waiter] = None
        try:
            await asyncio_turn()
        except BaseException:
            waiter.state = CANCELLED
            del promised[waiter]
            self.release()
            raise
        waiter.state = COLLECTED
        del promised[waiter]
        if not promised:
            self.promised = None
        guard = Guard()
        guard.of = self
        return guard

    def release(self) -> None:
        loop = _get_running_loop()
        if loop is not self.home or current_task() is None:
            raise RuntimeError
        self.value += 1

    async def __aenter__(self) -> Any: ...
    async def __aexit__(self, *error: object) -> None: ...


class QueueOnEither:
    """It knows who yields with an item, or with the place of one; a closed loop would lose it."""

    def __init__(self, maxsize: int) -> None:
        self.free: float = maxsize or float("inf")
        self.home: Any = None
        self.items: deque[Any] = deque()
        self.promised: dict[BareWaiter, int | None] | None = None  # none before it is needed
        self.arriving: deque[BareWaiter] = deque()
        self.returned: list[tuple[int, Any]] = []
        self.taken = 0
        self.unfinished = 0

    async def put(self, item: Any, deadline: Any = None, *, timeout: Any = None) -> None:
        loop = _get_running_loop()
        if loop is None or current_task() is None:
            raise NotImplementedError
        if not self.free or deadline is not None or timeout is not None:
            raise NotImplementedError
        self.home = loop
        self.free -= 1
        waiter = BareWaiter()
        waiter.request = item
        waiter.state = GRANTED
        promised = self.promised
        if promised is None:
            self.promised = promised = {waiter: None}
        else:
            promised[waiter] = None
        self.arriving.append(waiter)
        try:
            await asyncio_turn()
        except BaseException:
            waiter.state = CANCELLED
            del promised[waiter]
            self.arriving.remove(waiter)
            self.free += 1
            raise
        waiter.state = COLLECTED
        del promised[waiter]
        if not promised:
            self.promised = None
        if self.arriving.popleft() is not waiter:
            raise NotImplementedError
        self.unfinished += 1
        self.items.append(item)

    async def get(self, deadline: Any = None, *, timeout: Any = None) -> Any:
        loop = _get_running_loop()
        if loop is None or current_task() is None:
            raise NotImplementedError
        if self.returned or not self.items or deadline is not None or timeout is not None:
            raise NotImplementedError
        self.home = loop
        waiter = BareWaiter()
        waiter.value = self.items.popleft()
        waiter.state = GRANTED
        self.taken = place = self.taken + 1
        promised = self.promised
        if promised is None:
            self.promised = promised = {waiter: place}
        else:
            promised[waiter] = place
        try:
            await asyncio_turn()
        except BaseException:
            waiter.state = CANCELLED
            heappush(self.returned, (promised.pop(waiter) or 0, waiter.value))
            raise
        waiter.state = COLLECTED
        del promised[waiter]
        if not promised:
            self.promised = None
        self.free += 1
        return waiter.value


FLOOR = {
    "the floor that yields": "floor+turn",
    "and `acquire` returns a guard, knows its loop, takes a deadline, and minds a release": (
        "floor+turn+promises"
    ),
}
LADDERS = (
    Ladder(
        "lock/free/explicit",
        "asyncio",
        {
            **FLOOR,
            "and it finds out which backend it runs on": "floor+either+promises",
            "`toro_anyio.Lock`": "toro-anyio",
            "`anyio.Lock`": "anyio",
        },
    ),
    Ladder(
        "semaphore/free/explicit",
        "asyncio",
        {
            **FLOOR,
            "and it finds out which backend it runs on": "floor+either+promises",
            "and it knows who yields with a permit": SemaphoreOnEither,
            "`toro_anyio.Semaphore`": "toro-anyio",
            "`anyio.Semaphore`": "anyio",
        },
    ),
    Ladder(
        "queue/free",
        "asyncio",
        {
            "the floor that yields": "floor+turn",
            "and takes a deadline, and what it yields with keeps its place": "floor+turn+promises",
            "and it finds out which backend it runs on": "floor+either+promises",
            "and it knows who yields with an item or a place": QueueOnEither,
            "`toro_anyio.Queue`": "toro-anyio",
            "a memory object stream": "anyio",
        },
    ),
)
