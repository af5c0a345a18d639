"""The floor that keeps the promises on Tornado, where what is returned is a Future.

It may be yielded, awaited or kept.  Besides what `promising` says: a native coroutine that is
cancelled after its Future was resolved hands on what that brought.
"""

import asyncio
import math
from collections import deque
from collections.abc import Generator
from typing import Any

from toro_core._guard import Guard
from toro_core._waiter import CANCELLED, COLLECTED, GRANTED, WAITING

from ..loops import Loop
from ..operations import Condition, Event, Lock, Queue, RWLock
from ._kit import Keyword, Kit
from .promising import SortedNowait, check

__all__ = ["PromisingTornado"]

Future = asyncio.Future
Line = deque[Any]


class Place(Future[Any]):
    """In line, and what is awaited."""

    __slots__ = ("owner", "request", "state")

    def __await__(self) -> Generator[Any, None, Any]:
        if not self.done():
            self._asyncio_future_blocking = True
            try:
                yield self
            except BaseException:
                self.owner.leave(self)
                raise
        if self.state is GRANTED:
            self.state = COLLECTED
            return self.owner.collect(self, self.result())
        return self.result()

    __iter__ = __await__


def expire(place: Place) -> None:
    if not place.done():
        place.set_exception(TimeoutError())


def brought(value: Any) -> Future[Any]:
    future = Future()
    future.set_result(value)
    return future


def guard_of(owner: Any) -> Guard:
    guard = Guard()
    guard.of = owner
    return guard


class Primitive:
    __slots__ = ("home", "line")

    def __init__(self) -> None:
        self.home: Any = None
        self.line: Line = deque()

    def wait(self, line: Line, request: Any, timeout: Any) -> Place:
        self.home = loop = asyncio._get_running_loop()
        place = Place()
        place.owner = self
        place.request = request
        place.state = WAITING
        line.append(place)
        if timeout is not None:
            timer = loop.call_later(timeout, expire, place)
            place.add_done_callback(lambda _: timer.cancel())
        return place

    def grant(self, line: Line, value: Any = None) -> Place | None:
        if line and asyncio._get_running_loop() is not self.home:
            raise NotImplementedError
        while line:
            place: Place = line.popleft()
            if not place.done():
                place.state = GRANTED
                place.set_result(value)
                return place
        return None

    def collect(self, place: Place, value: Any) -> Any:
        return value

    def leave(self, place: Place) -> None:
        was, place.state = place.state, CANCELLED
        if was is GRANTED:
            self.undo(place)

    def undo(self, place: Place) -> None:
        raise NotImplementedError


class PromisingLock(Primitive):
    __slots__ = ("held",)

    def __init__(self) -> None:
        super().__init__()
        self.held = False

    def acquire(self, deadline: None = None, *, timeout: Any = None) -> Future[Any]:
        if self.held:
            return self.wait(self.line, None, timeout)
        if timeout is not None:
            check(timeout)
        self.home = asyncio._get_running_loop()
        self.held = True
        return brought(guard_of(self))

    def release(self) -> None:
        if not self.line and asyncio._get_running_loop() is not self.home:
            raise NotImplementedError
        if not self.line or not self.grant(self.line):
            self.held = False

    def collect(self, place: Place, value: Any) -> Any:
        return guard_of(self)

    def undo(self, place: Place) -> None:
        self.release()

    async def __aenter__(self) -> None:
        if self.held:
            await self.wait(self.line, None, None)
        else:
            self.home = asyncio._get_running_loop()
            self.held = True

    async def __aexit__(self, kind: object, error: object, trace: object) -> None:
        if self.line:
            self.release()
        else:
            self.held = False


class PromisingSemaphore(Primitive):
    __slots__ = ("promised", "value")

    def __init__(self, value: int) -> None:
        super().__init__()
        self.value = value
        self.promised: dict[Place, None] = {}

    def acquire(self, deadline: None = None, *, timeout: Any = None) -> Future[Any]:
        if not self.value:
            return self.wait(self.line, None, timeout)
        if timeout is not None:
            check(timeout)
        self.home = asyncio._get_running_loop()
        self.value -= 1
        return brought(guard_of(self))

    def release(self) -> None:
        if not self.line and asyncio._get_running_loop() is not self.home:
            raise NotImplementedError
        if self.line and (place := self.grant(self.line)):
            self.promised[place] = None
        else:
            self.value += 1

    def collect(self, place: Place, value: Any) -> Any:
        del self.promised[place]
        return guard_of(self)

    def undo(self, place: Place) -> None:
        del self.promised[place]
        self.release()

    async def __aenter__(self) -> None:
        if not self.value:
            await self.wait(self.line, None, None)
        else:
            self.home = asyncio._get_running_loop()
            self.value -= 1

    async def __aexit__(self, kind: object, error: object, trace: object) -> None:
        if self.line:
            self.release()
        else:
            self.value += 1


class PromisingEvent(Primitive):
    __slots__ = ("happened",)

    def __init__(self) -> None:
        super().__init__()
        self.happened = False

    def wait(self, deadline: None = None, *, timeout: Any = None) -> Future[Any]:  # type: ignore[override]
        if not self.happened:
            return super().wait(self.line, None, timeout)
        if timeout is not None:
            check(timeout)
        return brought(None)

    def set(self) -> None:
        self.happened = True
        while self.grant(self.line):
            pass


class PromisingBareCondition(Primitive):
    __slots__ = ()

    def wait(self, deadline: None = None, *, timeout: Any = None) -> Future[Any]:  # type: ignore[override]
        return super().wait(self.line, None, timeout)

    def notify(self) -> None:
        self.grant(self.line)

    def notify_all(self) -> None:
        while self.grant(self.line):
            pass

    def undo(self, place: Place) -> None:
        self.notify()


class PromisingCondition(PromisingLock):
    """Who is notified is woken once, when the lock is its own."""

    __slots__ = ("waiting",)

    def __init__(self) -> None:
        super().__init__()
        self.waiting: Line = deque()

    def wait(self, deadline: None = None, *, timeout: Any = None) -> Future[Any]:  # type: ignore[override]
        self.release()
        return super().wait(self.waiting, None, timeout)

    async def __aenter__(self) -> None:
        if self.held:
            await super().wait(self.line, None, None)
        else:
            self.home = asyncio._get_running_loop()
            self.held = True

    def notify(self) -> None:
        if self.waiting:
            self.line.append(self.waiting.popleft())

    def notify_all(self) -> None:
        self.line += self.waiting
        self.waiting.clear()

    def leave(self, place: Place) -> None:
        raise NotImplementedError  # it would have to take the lock again first


class PromisingQueue(Primitive):
    """`free` are the slots that neither an item nor a promise takes."""

    __slots__ = ("free", "items", "joiners", "putters", "unfinished")

    def __init__(self, maxsize: int) -> None:
        super().__init__()
        self.free: float = maxsize or math.inf
        self.items: Any = deque()
        self.putters: Line = deque()
        self.joiners: Line = deque()
        self.unfinished = 0

    def put(self, item: Any, deadline: None = None, *, timeout: Any = None) -> Future[Any]:
        if not self.free:
            return self.wait(self.putters, (item,), timeout)
        if timeout is not None:
            check(timeout)
        self.put_nowait(item)
        return brought(None)

    def get(self, deadline: None = None, *, timeout: Any = None) -> Future[Any]:
        if not self.items:
            return self.wait(self.line, None, timeout)
        if timeout is not None:
            check(timeout)
        return brought(self.get_nowait())

    def put_nowait(self, item: Any) -> None:
        if not self.free:
            raise IndexError
        if self.joiners and asyncio._get_running_loop() is not self.home:
            raise NotImplementedError
        self.free -= 1
        self._insert(item)

    def _insert(self, item: Any) -> None:
        self.unfinished += 1
        if not self.line or not self.grant(self.line, item):
            self.items.append(item)

    def get_nowait(self) -> Any:
        if self.joiners and asyncio._get_running_loop() is not self.home:
            raise NotImplementedError
        item = self.items.popleft()
        if not self.putters or not self.grant(self.putters):
            self.free += 1
        return item

    def collect(self, place: Place, value: Any) -> Any:
        if place.request is not None:
            self._insert(*place.request)
        elif not self.putters or not self.grant(self.putters):
            self.free += 1
        return value

    def undo(self, place: Place) -> None:
        if place.request is None:
            self.items.appendleft(place.result())
        elif not self.grant(self.putters):
            self.free += 1

    def task_done(self) -> None:
        if self.joiners and asyncio._get_running_loop() is not self.home:
            raise NotImplementedError
        self.unfinished -= 1
        if not self.unfinished:
            for place in self.joiners:
                if not place.done():
                    place.set_result(None)
            self.joiners.clear()

    def join(self, deadline: None = None, *, timeout: Any = None) -> Future[Any]:
        return self.wait(self.joiners, None, timeout) if self.unfinished else brought(None)


class PromisingPriorityQueue(SortedNowait, PromisingQueue):
    """Only as far as it need not wait."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(0)
        self.items = []


class PromisingRWLock(Primitive):
    __slots__ = ("promised", "readers", "writing")

    def __init__(self) -> None:
        super().__init__()
        self.readers = 0
        self.writing = False
        self.promised: dict[Place, None] = {}

    def acquire_read(self, deadline: None = None, *, timeout: Any = None) -> Future[Any]:
        if self.writing or self.line:
            return self.wait(self.line, "read", timeout)
        if timeout is not None:
            check(timeout)
        self.home = asyncio._get_running_loop()
        self.readers += 1
        return brought(guard_of(self))

    def acquire_write(self, deadline: None = None, *, timeout: Any = None) -> Future[Any]:
        if self.writing or self.readers:
            return self.wait(self.line, "write", timeout)
        if timeout is not None:
            check(timeout)
        self.home = asyncio._get_running_loop()
        self.writing = True
        return brought(guard_of(self))

    def release_read(self) -> None:
        if not self.line and asyncio._get_running_loop() is not self.home:
            raise NotImplementedError
        self.readers -= 1
        if self.line and not self.readers:
            self._admit()

    def release_write(self) -> None:
        if not self.line and asyncio._get_running_loop() is not self.home:
            raise NotImplementedError
        self.writing = False
        if self.line:
            self._admit()

    def _admit(self) -> None:
        while self.line and not self.writing:
            if self.line[0].done():
                self.line.popleft()
            elif self.line[0].request == "read":
                self.promised[self.grant(self.line)] = None  # type: ignore[index]
                self.readers += 1
            elif self.readers:
                return
            else:
                self.promised[self.grant(self.line)] = None  # type: ignore[index]
                self.writing = True

    def collect(self, place: Place, value: Any) -> Any:
        del self.promised[place]
        return guard_of(self)

    def undo(self, place: Place) -> None:
        del self.promised[place]
        self.release_read() if place.request == "read" else self.release_write()

    def leave(self, place: Place) -> None:
        super().leave(place)
        self._admit()


class PromisingTornado(Kit):
    library = "floor+promises"
    loops = ("tornado",)
    floor = True
    crowds = False

    def __init__(self, loop: Loop) -> None:
        super().__init__(loop)
        self.deadline = Keyword(TimeoutError)

    def lock(self) -> Lock:  # type: ignore[override]
        return Lock.of(PromisingLock())

    def semaphore(self, value: int) -> Lock:  # type: ignore[override]
        return Lock.of(PromisingSemaphore(value))

    def event(self) -> Event:  # type: ignore[override]
        return Event.of(PromisingEvent())

    def condition(self) -> Condition:  # type: ignore[override]
        return Condition.of(PromisingCondition())

    def bare_condition(self) -> Condition:  # type: ignore[override]
        return Condition.bare(PromisingBareCondition())

    def queue(self, maxsize: int) -> Queue:  # type: ignore[override]
        return Queue.of(PromisingQueue(maxsize))

    def priority_queue(self) -> Queue:  # type: ignore[override]
        return Queue.of(PromisingPriorityQueue())

    def joinable_queue(self) -> Queue:  # type: ignore[override]
        return self.queue(0)

    def rwlock(self) -> RWLock:  # type: ignore[override]
        return RWLock.of(PromisingRWLock())
