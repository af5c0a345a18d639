"""A condition with a lock, on asyncio: to be woken at once, or when the lock is one's own."""

from asyncio import Future
from collections import deque
from typing import Any

from .ladder import Ladder
from .locks import Lock

__all__ = ["LADDERS"]


class WokenWithTheLock(Lock):
    """Who is notified goes to the lock's line, and is woken once, when the lock is its own."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: deque[Any] = deque()

    async def __aenter__(self) -> None:
        if self.held:
            self.line.append(future := Future())
            await future
        else:
            self.held = True

    async def __aexit__(self, *error: object) -> None:
        self.release()

    async def wait(self) -> None:
        self.waiting.append(future := Future())
        self.release()
        await future

    def notify(self) -> None:
        if self.waiting:
            self.line.append(self.waiting.popleft())

    def notify_all(self) -> None:
        self.line += self.waiting
        self.waiting.clear()


RUNGS = {
    "the floor: notified tasks are woken, and each takes the lock": "floor",
    "the floor, if each is woken when the lock is its own": WokenWithTheLock,
    "and what was granted can be taken back, and it takes a deadline": "floor+promises",
    "`toro_asyncio.Condition`": "toro",
    "`asyncio.Condition`": "asyncio",
}
LADDERS = (
    Ladder("condition/ping-pong", "asyncio", RUNGS),
    Ladder("condition/notify-all-200", "asyncio", RUNGS),
    Ladder("condition/notify-all-200-busy", "asyncio", RUNGS),
)
