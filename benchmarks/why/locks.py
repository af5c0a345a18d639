"""Locks and semaphores on asyncio, from the floor to ours.

Each rung is written out, for calling the one below would cost more than what it adds.
"""

from asyncio import Future, _get_running_loop
from collections import deque
from typing import Any

from toro_core._guard import Guard

from .ladder import Ladder

__all__ = ["LADDERS"]


class Lock:
    """What the rungs share: direct hand-over, by a Future for each wait."""

    def __init__(self) -> None:
        self.held = False
        self.home: Any = None
        self.line: deque[Any] = deque()

    def release(self) -> None:
        if self.line:
            self.line.popleft().set_result(None)
        else:
            self.held = False

    async def __aenter__(self) -> Any: ...
    async def __aexit__(self, *error: object) -> None: ...


class WithGuard(Lock):
    """A Future for each wait, direct hand-over, and a guard for a `with`."""

    async def acquire(self) -> Any:
        if self.held:
            self.line.append(future := Future())
            await future
        else:
            self.held = True
        guard = Guard()
        guard.of = self
        return guard


class WithHome(Lock):
    """It also knows on which loop it is held, and takes a deadline."""

    async def acquire(self, deadline: Any = None, *, timeout: Any = None) -> Any:
        if deadline is not None or timeout is not None:
            raise NotImplementedError
        if self.held:
            if self.home is not _get_running_loop():
                raise RuntimeError
            self.line.append(future := Future())
            await future
        else:
            self.home = _get_running_loop()
            self.held = True
        guard = Guard()
        guard.of = self
        return guard

    def release(self) -> None:
        if self.home is not _get_running_loop():
            raise RuntimeError
        if self.line:
            self.line.popleft().set_result(None)
        else:
            self.held = False


LOCKS = {
    "the floor": "floor",
    "and `acquire` returns a guard": WithGuard,
    "and it knows its loop, and takes a deadline": WithHome,
    "and what was granted can be taken back": "floor+promises",
    "`toro_asyncio.Lock`": "toro",
    "`asyncio.Lock`": "asyncio",
}
SEMAPHORES = {
    "the floor": "floor",
    "and all that a lock does; and whom it has promised a permit": "floor+promises",
    "`toro_asyncio.Semaphore`": "toro",
    "`asyncio.Semaphore`": "asyncio",
}
LADDERS = (
    Ladder("lock/free/explicit", "asyncio", LOCKS),
    Ladder("lock/contended/100", "asyncio", LOCKS),
    Ladder("semaphore/contended/100", "asyncio", SEMAPHORES),
)
