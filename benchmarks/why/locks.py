"""Locks and semaphores on asyncio, from the floor to ours.

Each rung is written out, for calling the one below would cost more than what it adds.
"""

from asyncio import Future, _get_running_loop
from collections import deque
from typing import Any

from toro_core import Waiter
from toro_core._guard import Guard
from toro_core._waiter import COLLECTED, GRANTED, WAITING

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
            self.line.append(future := Future[None]())
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
            self.line.append(future := Future[None]())
            await future
        else:
            self.home = _get_running_loop()
            self.held = True
        guard = Guard()
        guard.of = self
        return guard


class WithWaiter(Lock):
    """A grant can also be taken back from a task that was cancelled before it ran."""

    async def acquire(self, deadline: Any = None, *, timeout: Any = None) -> Any:
        if deadline is not None or timeout is not None:
            raise NotImplementedError
        if self.held:
            if self.home is not _get_running_loop():
                raise RuntimeError
            waiter = Waiter()
            waiter.state = WAITING
            self.line.append(waiter)
            try:
                waiter.handle = future = Future[None]()
                await future
            except BaseException:
                leave(waiter)
                raise
            if waiter.state is GRANTED:
                waiter.state = COLLECTED
        else:
            self.home = _get_running_loop()
            self.held = True
        guard = Guard()
        guard.of = self
        return guard

    def release(self) -> None:
        if not self.line:
            self.held = False
            return
        waiter = self.line.popleft()
        waiter.state = GRANTED
        waiter.handle.set_result(None)


def leave(waiter: Waiter) -> None:
    raise NotImplementedError


class Semaphore:
    """All that `WithWaiter` does; and it knows whom it has promised a permit, of several."""

    def __init__(self, value: int) -> None:
        self.value = value
        self.home: Any = None
        self.line: deque[Any] = deque()
        self.promised: dict[Waiter, None] = {}

    async def acquire(self, deadline: Any = None, *, timeout: Any = None) -> Any:
        if deadline is not None or timeout is not None:
            raise NotImplementedError
        if self.value <= 0:
            if self.home is not _get_running_loop():
                raise RuntimeError
            waiter = Waiter()
            waiter.state = WAITING
            self.line.append(waiter)
            try:
                waiter.handle = future = Future[None]()
                await future
            except BaseException:
                leave(waiter)
                raise
            if waiter.state is GRANTED:
                waiter.state = COLLECTED
                del self.promised[waiter]
        else:
            self.home = _get_running_loop()
            self.value -= 1
        guard = Guard()
        guard.of = self
        return guard

    def release(self) -> None:
        if not self.line:
            self.value += 1
            return
        waiter = self.line.popleft()
        waiter.state = GRANTED
        self.promised[waiter] = None
        waiter.handle.set_result(None)

    async def __aenter__(self) -> Any: ...
    async def __aexit__(self, *error: object) -> None: ...


LOCKS = {
    "the floor": "floor",
    "and `acquire` returns a guard": WithGuard,
    "and it knows its loop, and takes a deadline": WithHome,
    "and what was granted can be taken back": WithWaiter,
    "`toro_asyncio.Lock`": "toro",
    "`asyncio.Lock`": "asyncio",
}
SEMAPHORES = {
    "the floor": "floor",
    "and all that a lock does; and whom it has promised a permit": Semaphore,
    "`toro_asyncio.Semaphore`": "toro",
    "`asyncio.Semaphore`": "asyncio",
}
LADDERS = (
    Ladder("lock/free/explicit", "asyncio", LOCKS),
    Ladder("lock/contended/100", "asyncio", LOCKS),
    Ladder("semaphore/contended/100", "asyncio", SEMAPHORES),
)
