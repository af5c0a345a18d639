"""Ours, four times the same."""

from typing import Any

from ..loops import Loop
from ..operations import Condition, Event, Lock, Queue, RWLock
from ._kit import Keyword, Kit

__all__ = ["ToroAnyio", "ToroAsyncio", "ToroTornado", "ToroTrio"]


class Toro(Kit):
    """One class serves every adapter: the names are the same."""

    def __init__(self, loop: Loop) -> None:
        super().__init__(loop)
        (adapter,) = self.needs
        self.toro: Any = __import__(adapter)
        self.deadline = Keyword(self.toro.Timeout)
        self.makes = {
            "Lock": self.toro.Lock,
            "Semaphore": self.toro.Semaphore,
            "Event": self.toro.Event,
            "Condition": self.toro.Condition,
            "Queue": self.toro.Queue,
            "RWLock": self.toro.RWLock,
        }

    def lock(self) -> Lock:  # type: ignore[override]
        return Lock.of(self.toro.Lock())

    def semaphore(self, value: int) -> Lock:  # type: ignore[override]
        return Lock.of(self.toro.Semaphore(value))

    def event(self) -> Event:  # type: ignore[override]
        return Event.of(self.toro.Event())

    def condition(self) -> Condition:  # type: ignore[override]
        return Condition.of(self.toro.Condition(lock=self.toro.Lock()))

    def bare_condition(self) -> Condition:  # type: ignore[override]
        return Condition.bare(self.toro.Condition())

    def queue(self, maxsize: int) -> Queue:  # type: ignore[override]
        return Queue.of(self.toro.Queue(maxsize))

    def priority_queue(self) -> Queue:  # type: ignore[override]
        return Queue.of(self.toro.PriorityQueue())

    def joinable_queue(self) -> Queue:  # type: ignore[override]
        return Queue.of(self.toro.Queue())

    def rwlock(self) -> RWLock:  # type: ignore[override]
        return RWLock.of(self.toro.RWLock(max_readers=None))


class ToroAsyncio(Toro):
    library = "toro"
    needs = ("toro_asyncio",)
    loops = ("asyncio", "uvloop")


class ToroTornado(Toro):
    library = "toro"
    needs = ("toro_tornado",)
    loops = ("tornado",)


class ToroTrio(Toro):
    library = "toro"
    needs = ("toro_trio",)
    loops = ("trio",)
    yields = True


class ToroAnyio(Toro):
    library = "toro-anyio"
    needs = ("toro_anyio",)
    loops = ("asyncio", "uvloop", "trio")
    yields = True
