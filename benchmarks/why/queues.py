"""Queues of a few slots on asyncio, where those who put and those who get wait for each other."""

from asyncio import Future
from collections import deque
from typing import Any

from .ladder import Ladder

__all__ = ["LADDERS"]


class InOrder:
    """A Future for each wait, direct hand-over: the floor, but for one rule.

    A slot is its waiting putter's, in the order of arrival, and what that brings is nobody's
    before its task has run: cancelled, it has put nothing.
    """

    def __init__(self, maxsize: int) -> None:
        self.free = maxsize
        self.items: deque[Any] = deque()
        self.getters: deque[Any] = deque()
        self.putters: deque[Any] = deque()

    async def put(self, item: Any) -> None:
        if self.free:
            self.free -= 1
        else:
            self.putters.append(place := Future())
            await place
        if self.getters:
            self.getters.popleft().set_result(item)
        else:
            self.items.append(item)

    async def get(self) -> Any:
        if self.items:
            item = self.items.popleft()
        else:
            self.getters.append(place := Future())
            item = await place
        if self.putters:
            self.putters.popleft().set_result(None)
        else:
            self.free += 1
        return item


class PutAtOnce(InOrder):
    """Without that: what a waiting putter brings is in the queue as soon as there is a slot."""

    async def put(self, item: Any) -> None:
        if not self.free:
            self.putters.append((place := Future(), item))
            await place
            return
        self.free -= 1
        if self.getters:
            self.getters.popleft().set_result(item)
        else:
            self.items.append(item)

    async def get(self) -> Any:
        if self.items:
            item = self.items.popleft()
        else:
            self.getters.append(place := Future())
            item = await place
        if not self.putters:
            self.free += 1
            return item
        place, later = self.putters.popleft()
        place.set_result(None)
        if self.getters:
            self.getters.popleft().set_result(later)
        else:
            self.items.append(later)
        return item


RUNGS = {
    "the floor": "floor",
    "and an item that is promised takes its slot": PutAtOnce,
    "and what a cancelled put brings is nobody's": InOrder,
    "and what was granted can be taken back": "floor+promises",
    "`toro_asyncio.Queue`": "toro",
    "`asyncio.Queue`": "asyncio",
}
LADDERS = (
    Ladder("queue/maxsize-1/1-to-1", "asyncio", RUNGS),
    Ladder("queue/maxsize-10/10-to-10", "asyncio", RUNGS),
)
