"""Libraries people add to asyncio or Trio: aiologic, culsans, janus, aiorwlock."""

from functools import partial
from typing import Any

from ..loops import Loop
from ..operations import Condition, Event, Lock, Queue, RWLock
from ._kit import Keyword, Kit

__all__ = ["Aiologic", "Aiorwlock", "AiorwlockFast", "Culsans", "Janus"]


class Aiologic(Kit):
    """Safe across threads, which costs it time that ours does not spend."""

    library = "aiologic"
    needs = ("aiologic",)
    loops = ("asyncio", "uvloop", "trio")

    def __init__(self, loop: Loop) -> None:
        super().__init__(loop)
        import aiologic

        self._aiologic = aiologic
        self.yields = loop.name == "trio"
        self.deadline = Keyword()  # gives False instead of raising
        self.makes = {
            "Lock": aiologic.Lock,
            "Semaphore": aiologic.Semaphore,
            "Event": aiologic.Event,
            "Condition": aiologic.Condition,
            "Queue": aiologic.Queue,
        }

    def lock(self) -> Lock:  # type: ignore[override]
        lock = self._aiologic.Lock()
        return Lock(lock.async_acquire, lock.async_release, lock)

    def semaphore(self, value: int) -> Lock:  # type: ignore[override]
        semaphore = self._aiologic.Semaphore(value)
        return Lock(semaphore.async_acquire, semaphore.async_release, semaphore)

    def event(self) -> Event:  # type: ignore[override]
        event = self._aiologic.Event()
        return Event(event.set, lambda: event)

    def condition(self) -> Condition:  # type: ignore[override]
        condition = self._aiologic.Condition()
        return Condition(lambda: condition, condition.notify, condition.notify_all, condition)

    def queue(self, maxsize: int) -> Queue:  # type: ignore[override]
        if maxsize:
            return self._operations(self._aiologic.Queue(maxsize))
        queue = self._aiologic.SimpleQueue()
        return Queue(
            queue.async_put, queue.async_get, queue.put, partial(queue.green_get, blocking=False)
        )

    def priority_queue(self) -> Queue:  # type: ignore[override]
        return self._operations(self._aiologic.PriorityQueue())

    def _operations(self, queue: Any) -> Queue:
        return Queue(
            queue.async_put,
            queue.async_get,
            partial(queue.green_put, blocking=False),
            partial(queue.green_get, blocking=False),
        )


class Culsans(Kit):
    """Safe across threads."""

    library = "culsans"
    needs = ("culsans",)
    loops = ("asyncio", "trio")

    def __init__(self, loop: Loop) -> None:
        super().__init__(loop)
        import culsans

        self._culsans = culsans
        self.yields = loop.name == "trio"
        self.makes = {"Queue": culsans.Queue, "RWLock": culsans.RWLock}

    def queue(self, maxsize: int) -> Queue:  # type: ignore[override]
        return Queue.of(self._culsans.Queue(maxsize).async_q)

    def priority_queue(self) -> Queue:  # type: ignore[override]
        return Queue.of(self._culsans.PriorityQueue().async_q)

    def joinable_queue(self) -> Queue:  # type: ignore[override]
        return self.queue(0)

    def rwlock(self) -> RWLock:  # type: ignore[override]
        lock = self._culsans.RWLock()
        reading, writing = lock.reading, lock.writing
        return RWLock(
            reading.async_acquire,
            reading.async_release,
            writing.async_acquire,
            writing.async_release,
        )


class Janus(Kit):
    """A queue between threads and tasks; only its asynchronous side is measured."""

    library = "janus"
    needs = ("janus",)
    loops = ("asyncio",)

    def __init__(self, loop: Loop) -> None:
        super().__init__(loop)
        import janus

        self._janus = janus
        self.makes = {"Queue": janus.Queue}

    def queue(self, maxsize: int) -> Queue:  # type: ignore[override]
        return Queue.of(self._janus.Queue[Any](maxsize).async_q)

    def priority_queue(self) -> Queue:  # type: ignore[override]
        return Queue.of(self._janus.PriorityQueue[Any]().async_q)

    def joinable_queue(self) -> Queue:  # type: ignore[override]
        return self.queue(0)


class Aiorwlock(Kit):
    library = "aiorwlock"
    needs = ("aiorwlock",)
    loops = ("asyncio",)
    yields = True
    fast = False

    def __init__(self, loop: Loop) -> None:
        super().__init__(loop)
        import aiorwlock

        self._new = partial(aiorwlock.RWLock, fast=self.fast)
        self.makes = {"RWLock": self._new}

    def rwlock(self) -> RWLock:  # type: ignore[override]
        lock = self._new()
        reader, writer = lock.reader_lock, lock.writer_lock
        return RWLock(reader.acquire, reader.release, writer.acquire, writer.release)


class AiorwlockFast(Aiorwlock):
    """Told not to yield when the lock is free."""

    library = "aiorwlock-fast"
    yields = False
    fast = True
