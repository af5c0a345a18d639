"""Small programs, and what must hold when nothing moves any more.

They are written against names that Toro and the loops' own libraries share, so that the same
scenario runs on both.  A client may be cancelled at any step; a scenario says which outcome is
right whoever was.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

__all__ = ["SCENARIOS", "Scenario"]


class Scenario:
    """Clients that share what ``__init__`` makes, and a check for when all is quiet."""

    def __init__(self, kit: Any, pause: Callable[[], Awaitable[Any]]) -> None:
        self.kit = kit
        self.pause = pause
        self.set_up()

    def set_up(self) -> None:
        raise NotImplementedError

    def clients(self) -> list[Callable[[], Awaitable[None]]]:
        raise NotImplementedError

    def check(self, stuck: int, cancelled: int) -> None:
        """Raise AssertionError if something was lost, doubled or left behind."""
        raise NotImplementedError


class LockOfThree(Scenario):
    """Three tasks, one lock."""

    def set_up(self) -> None:
        self.lock = self.kit.Lock()
        self.inside = 0

    async def client(self) -> None:
        await self.lock.acquire()
        try:
            self.inside += 1
            assert self.inside == 1, "two hold the lock"
            await self.pause()
        finally:
            self.inside -= 1
            self.lock.release()

    def clients(self) -> list[Callable[[], Awaitable[None]]]:
        return [self.client] * 3

    def check(self, stuck: int, cancelled: int) -> None:
        assert not stuck, f"{stuck} wait for a lock that nobody holds"


class SemaphoreOfTwo(LockOfThree):
    """Four tasks, two permits."""

    def set_up(self) -> None:
        self.lock = self.kit.Semaphore(2)
        self.inside = 0

    async def client(self) -> None:
        await self.lock.acquire()
        try:
            self.inside += 1
            assert self.inside <= 2, "three hold two permits"
            await self.pause()
        finally:
            self.inside -= 1
            self.lock.release()

    def clients(self) -> list[Callable[[], Awaitable[None]]]:
        return [self.client] * 4


class ReadersAndWriters(Scenario):
    """A reader, a writer, and two readers behind it."""

    def set_up(self) -> None:
        self.lock = self.kit.RWLock(max_readers=2)
        self.reading = self.writing = 0

    async def reader(self) -> None:
        await self.lock.acquire_read()
        try:
            self.reading += 1
            assert not self.writing, "a reader beside a writer"
            await self.pause()
        finally:
            self.reading -= 1
            self.lock.release_read()

    async def writer(self) -> None:
        await self.lock.acquire_write()
        try:
            self.writing += 1
            assert self.writing == 1, "two writers"
            assert not self.reading, "a writer beside a reader"
            await self.pause()
        finally:
            self.writing -= 1
            self.lock.release_write()

    def clients(self) -> list[Callable[[], Awaitable[None]]]:
        return [self.reader, self.writer, self.reader, self.reader]

    def check(self, stuck: int, cancelled: int) -> None:
        assert not stuck, f"{stuck} wait for a lock that nobody holds"


class OneNotification(Scenario):
    """Two wait on a condition, and one notification is sent when they do."""

    def set_up(self) -> None:
        self.condition = self.kit.Monitor()
        self.waiting = self.notified = 0
        self.sent = False

    async def waiter(self) -> None:
        async with self.condition:
            self.waiting += 1
            await self.condition.wait()
            self.notified += 1

    async def notifier(self) -> None:
        for _ in range(5):
            if self.waiting < 2:
                await self.pause()
        if self.waiting < 2:
            return  # one was cancelled before it waited
        async with self.condition:
            self.condition.notify()
            self.sent = True

    def clients(self) -> list[Callable[[], Awaitable[None]]]:
        return [self.waiter, self.waiter, self.notifier]

    def check(self, stuck: int, cancelled: int) -> None:
        if self.sent and cancelled < 2:
            assert self.notified == 1, f"{self.notified} were woken by one notification"


class ThroughOneSlot(Scenario):
    """Two producers and two consumers at a queue of one slot."""

    def set_up(self) -> None:
        self.queue = self.kit.Queue(maxsize=1)
        self.accepted: list[str] = []
        self.delivered: list[str] = []
        self.getting = self.putting = 0

    def producer(self, name: str) -> Callable[[], Awaitable[None]]:
        async def produce() -> None:
            for number in range(2):
                self.putting += 1
                try:
                    await self.queue.put(f"{name}{number}")
                    self.accepted.append(f"{name}{number}")
                finally:
                    self.putting -= 1

        return produce

    async def consumer(self) -> None:
        for _ in range(2):
            self.getting += 1
            try:
                self.delivered.append(await self.queue.get())
            finally:
                self.getting -= 1
            assert self.queue.qsize() <= 1, "more items than slots"

    def clients(self) -> list[Callable[[], Awaitable[None]]]:
        return [self.producer("a"), self.consumer, self.producer("b"), self.consumer]

    def check(self, stuck: int, cancelled: int) -> None:
        # Not more: each item taken may let in one that is still waiting to be put.
        left = [self.queue.get_nowait() for _ in range(self.queue.qsize())]
        assert sorted(self.accepted) == sorted(self.delivered + left), (
            f"put {self.accepted}, got {self.delivered}, left {left}"
        )
        assert not (left and self.getting and not self.putting), "a getter sleeps beside an item"


class Overtaking(Scenario):
    """A put that waits, and a newcomer that makes room and puts in the same step."""

    def set_up(self) -> None:
        self.queue = self.kit.Queue(maxsize=1)
        self.queue.put_nowait("first")
        self.asked: list[str] = []

    async def waiter(self) -> None:
        self.asked.append("second")
        await self.queue.put("second")

    async def newcomer(self) -> None:
        if not self.asked:
            await self.pause()
        assert self.queue.get_nowait() == "first"
        try:
            self.queue.put_nowait("third")
        except self.kit.Full:
            return
        self.asked.append("third")

    def clients(self) -> list[Callable[[], Awaitable[None]]]:
        return [self.waiter, self.newcomer]

    def check(self, stuck: int, cancelled: int) -> None:
        if cancelled or self.asked != ["second", "third"]:
            return
        assert self.queue.get_nowait() == "second", "a later put overtook one that waited"


class FailedPut(Scenario):
    """Three producers put what cannot be compared into a priority queue."""

    def set_up(self) -> None:
        self.queue = self.kit.PriorityQueue()
        self.accepted = 0

    async def producer(self) -> None:
        try:
            await self.queue.put((1, object()))
        except TypeError:
            return
        self.accepted += 1

    def clients(self) -> list[Callable[[], Awaitable[None]]]:
        return [self.producer] * 3

    def check(self, stuck: int, cancelled: int) -> None:
        inside = self.queue.qsize()
        assert inside == self.accepted, f"{self.accepted} were put and {inside} are inside"


SCENARIOS: dict[str, type[Scenario]] = {
    "lock": LockOfThree,
    "semaphore": SemaphoreOfTwo,
    "rwlock": ReadersAndWriters,
    "condition": OneNotification,
    "queue": ThroughOneSlot,
    "overtaking": Overtaking,
    "failed put": FailedPut,
}
