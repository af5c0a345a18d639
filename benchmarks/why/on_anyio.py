"""A lock that is free, by AnyIO's rules on asyncio: acquiring it is a checkpoint, and may fail.

Each rung is written out, for calling the one below would cost more than what it adds.
"""

from asyncio import _get_running_loop, current_task
from typing import Any

from toro_core import Waiter
from toro_core._guard import Guard
from toro_core._waiter import COLLECTED, GRANTED

from ..loops import asyncio_turn
from .ladder import Ladder

__all__ = ["LADDERS"]


class Releasable:
    """Anybody may release it while its holder still yields; that holder then has nothing."""

    def __init__(self) -> None:
        self.held: bool | Waiter = False
        self.home: Any = None

    async def acquire(self, deadline: Any = None, *, timeout: Any = None) -> Any:
        if self.held or deadline is not None or timeout is not None:
            raise NotImplementedError
        self.home = _get_running_loop()
        self.held = waiter = Waiter()
        waiter.state = GRANTED
        try:
            await asyncio_turn()
        except BaseException:
            self.take_back(waiter)
            raise
        if waiter.state is GRANTED:
            waiter.state = COLLECTED
            self.held = True
        guard = Guard()
        guard.of = self
        return guard

    def take_back(self, waiter: Waiter) -> None:
        if waiter.state is GRANTED:
            self.release()

    def release(self) -> None:
        if isinstance(self.held, Waiter):
            self.held.state = COLLECTED
        self.held = False

    async def __aenter__(self) -> Any: ...
    async def __aexit__(self, *error: object) -> None: ...


class OnEither(Releasable):
    """It also finds out which backend it runs on, as Trio may run as a guest of asyncio."""

    async def acquire(self, deadline: Any = None, *, timeout: Any = None) -> Any:
        if _get_running_loop() is None or current_task() is None:
            raise NotImplementedError
        if self.held or deadline is not None or timeout is not None:
            raise NotImplementedError
        self.home = _get_running_loop()
        self.held = waiter = Waiter()
        waiter.state = GRANTED
        try:
            await asyncio_turn()
        except BaseException:
            self.take_back(waiter)
            raise
        if waiter.state is GRANTED:
            waiter.state = COLLECTED
            self.held = True
        guard = Guard()
        guard.of = self
        return guard


LADDERS = (
    Ladder(
        "lock/free/explicit",
        "asyncio",
        {
            "the floor that yields": "floor+turn",
            "and `acquire` returns a guard, knows its loop, and takes a deadline": (
                "floor+turn+promises"
            ),
            "and who yields may see it released": Releasable,
            "and it finds out which backend it runs on": OnEither,
            "`toro_anyio.Lock`": "toro-anyio",
            "`anyio.Lock`": "anyio",
        },
    ),
)
