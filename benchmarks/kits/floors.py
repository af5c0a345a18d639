"""The floor of each loop: the least that waiting and waking cost there.

One Future of asyncio's, or one `reschedule` of Trio's, for each wait; a deque; direct hand-over;
and nothing else: no checks, no safety under cancellation, no deadline where none is asked for. A
library cannot well be below it with the same strategy, and nobody should use it.

There are two of each. The plain floor does not yield when it need not wait, as asyncio's own
primitives; the yielding one gives every other task a turn then, as Trio's rule and AnyIO's
default demand. A kit is compared with the one that behaves as it does. The tests of ``sleep`` and
``pause`` below cost some nanoseconds each.
"""

import asyncio
import heapq
from collections import deque
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

from ..loops import Loop
from ..operations import Condition, Event, Lock, Queue, RWLock
from ._kit import Keyword, Kit

__all__ = ["Floor", "YieldingFloor"]


class Means:
    """How a task sleeps and is woken on one loop."""

    token: Callable[[], Any]
    """What stands in line for the running task."""
    wake: Callable[[Any, Any], Any]
    sleep: Callable[..., Awaitable[Any]] | None
    """What to await; None where it is the token itself."""
    abort: Any = None
    """An argument for `sleep`."""
    sleep_within: Callable[[Any, float], Awaitable[Any]]
    pause: Callable[[], Awaitable[Any]]


class AsyncioMeans(Means):
    token = asyncio.Future
    wake = staticmethod(asyncio.Future.set_result)
    sleep = None

    def __init__(self, loop: Loop) -> None:
        self.pause = loop.turn

    @staticmethod
    async def sleep_within(token: Any, seconds: float) -> Any:
        timer = asyncio.get_running_loop().call_later(seconds, token.cancel)
        try:
            return await token
        finally:
            timer.cancel()


class TrioMeans(Means):
    def __init__(self, loop: Loop) -> None:
        import outcome
        import trio

        lowlevel, value = trio.lowlevel, outcome.Value
        sleep, succeeded = lowlevel.wait_task_rescheduled, lowlevel.Abort.SUCCEEDED
        self.token = lowlevel.current_task
        self.wake = lambda task, result: lowlevel.reschedule(task, value(result))
        self.sleep = sleep
        self.abort = abort = lambda _: succeeded
        self.pause = lowlevel.checkpoint

        async def sleep_within(_: Any, seconds: float) -> Any:
            with trio.move_on_after(seconds):
                return await sleep(abort)
            return False

        self.sleep_within = sleep_within


def build(means: Means, pause: Callable[[], Awaitable[Any]] | None) -> SimpleNamespace:
    """The primitives over `means`, yielding by `pause` when they need not wait."""
    token, wake, sleep, abort, sleep_within = (
        means.token,
        means.wake,
        means.sleep,
        means.abort,
        means.sleep_within,
    )

    class FloorLock:
        def __init__(self) -> None:
            self.held = False
            self.line = deque[Any]()

        async def acquire(self) -> None:
            if self.held:
                self.line.append(place := token())
                await (sleep(abort) if sleep else place)
                return
            self.held = True
            if pause:
                await pause()

        def release(self) -> None:
            if self.line:
                wake(self.line.popleft(), None)
            else:
                self.held = False

        async def __aenter__(self) -> None:
            if self.held:
                self.line.append(place := token())
                await (sleep(abort) if sleep else place)
                return
            self.held = True
            if pause:
                await pause()

        async def __aexit__(self, kind: object, error: object, trace: object) -> None:
            if self.line:
                wake(self.line.popleft(), None)
            else:
                self.held = False

    class FloorTimedLock(FloorLock):
        async def acquire(self, timeout: float | None = None) -> Any:  # type: ignore[override]
            if self.held:
                self.line.append(place := token())
                return await sleep_within(place, timeout)  # type: ignore[arg-type]
            self.held = True
            if pause:
                await pause()
            return True

    class FloorSemaphore:
        def __init__(self, value: int) -> None:
            self.value = value
            self.line = deque[Any]()

        async def acquire(self, timeout: float | None = None) -> None:
            if not self.value:
                self.line.append(place := token())
                await (sleep(abort) if sleep else place)
                return
            self.value -= 1
            if pause:
                await pause()

        def release(self) -> None:
            if self.line:
                wake(self.line.popleft(), None)
            else:
                self.value += 1

        async def __aenter__(self) -> None:
            if not self.value:
                self.line.append(place := token())
                await (sleep(abort) if sleep else place)
                return
            self.value -= 1
            if pause:
                await pause()

        async def __aexit__(self, kind: object, error: object, trace: object) -> None:
            if self.line:
                wake(self.line.popleft(), None)
            else:
                self.value += 1

    class FloorEvent:
        def __init__(self) -> None:
            self.happened = False
            self.line = deque[Any]()

        async def wait(self) -> None:
            if not self.happened:
                self.line.append(place := token())
                await (sleep(abort) if sleep else place)
            elif pause:
                await pause()

        def set(self) -> None:
            self.happened = True
            for place in self.line:
                wake(place, None)
            self.line.clear()

    class FloorCondition(FloorLock):
        """Whoever is notified takes the lock again if it is free, and stands in its line if it is
        not.
        """

        def __init__(self) -> None:
            super().__init__()
            self.waiting = deque[Any]()

        async def wait(self) -> None:
            self.waiting.append(place := token())
            self.release()
            await (sleep(abort) if sleep else place)
            if self.held:
                self.line.append(place := token())
                await (sleep(abort) if sleep else place)
            self.held = True

        def notify(self) -> None:
            if self.waiting:
                wake(self.waiting.popleft(), None)

        def notify_all(self) -> None:
            for place in self.waiting:
                wake(place, None)
            self.waiting.clear()

    class FloorBareCondition(FloorCondition):
        async def wait(self) -> None:
            self.waiting.append(place := token())
            await (sleep(abort) if sleep else place)

    class FloorQueue:
        def __init__(self, maxsize: int) -> None:
            self.maxsize = maxsize
            self.items: Any = deque()
            self.getters = deque[Any]()
            self.putters = deque[Any]()
            self.unfinished = 0
            self.joiners = deque[Any]()

        def _append(self, item: Any) -> None:
            self.items.append(item)

        def _pop(self) -> Any:
            return self.items.popleft()

        async def put(self, item: Any) -> None:
            self.unfinished += 1
            if self.getters:
                wake(self.getters.popleft(), item)
            elif self.maxsize and len(self.items) >= self.maxsize:
                self.putters.append((place := token(), item))
                await (sleep(abort) if sleep else place)
                return
            else:
                self._append(item)
            if pause:
                await pause()

        async def get(self) -> Any:
            if not self.items:
                self.getters.append(place := token())
                return await (sleep(abort) if sleep else place)
            item = self._pop()
            if self.putters:
                place, later = self.putters.popleft()
                self._append(later)
                wake(place, None)
            if pause:
                await pause()
            return item

        def put_nowait(self, item: Any) -> None:
            self.unfinished += 1
            if self.getters:
                wake(self.getters.popleft(), item)
            else:
                self._append(item)

        def get_nowait(self) -> Any:
            return self._pop()

        def task_done(self) -> None:
            self.unfinished -= 1
            if not self.unfinished:
                for place in self.joiners:
                    wake(place, None)
                self.joiners.clear()

        async def join(self) -> None:
            if self.unfinished:
                self.joiners.append(place := token())
                await (sleep(abort) if sleep else place)

    class FloorTimedQueue(FloorQueue):
        async def get(self, timeout: float | None = None) -> Any:  # type: ignore[override]
            if not self.items:
                self.getters.append(place := token())
                return await sleep_within(place, timeout)  # type: ignore[arg-type]
            if pause:
                await pause()
            return self._pop()

    class FloorPriorityQueue(FloorQueue):
        def __init__(self) -> None:
            super().__init__(0)
            self.items = []

        def _append(self, item: Any) -> None:
            heapq.heappush(self.items, item)

        def _pop(self) -> Any:
            return heapq.heappop(self.items)

    class FloorRWLock:
        """Readers together, writers alone, in the order they came."""

        def __init__(self) -> None:
            self.readers = 0
            self.writing = False
            self.line = deque[tuple[Any, bool]]()

        async def acquire_read(self) -> None:
            if self.writing or self.line:
                self.line.append((place := token(), False))
                await (sleep(abort) if sleep else place)
                return
            self.readers += 1
            if pause:
                await pause()

        async def acquire_write(self) -> None:
            if self.writing or self.readers:
                self.line.append((place := token(), True))
                await (sleep(abort) if sleep else place)
                return
            self.writing = True
            if pause:
                await pause()

        def release_read(self) -> None:
            self.readers -= 1
            if self.line and not self.readers:
                self._admit()

        def release_write(self) -> None:
            self.writing = False
            if self.line:
                self._admit()

        def _admit(self) -> None:
            while self.line:
                place, writes = self.line[0]
                if writes:
                    if not self.readers:
                        self.writing = True
                        self.line.popleft()
                        wake(place, None)
                    return
                self.line.popleft()
                self.readers += 1
                wake(place, None)

    return SimpleNamespace(
        Lock=FloorLock,
        TimedLock=FloorTimedLock,
        Semaphore=FloorSemaphore,
        Event=FloorEvent,
        Condition=FloorCondition,
        BareCondition=FloorBareCondition,
        Queue=FloorQueue,
        TimedQueue=FloorTimedQueue,
        PriorityQueue=FloorPriorityQueue,
        RWLock=FloorRWLock,
    )


class Floor(Kit):
    library = "floor"
    loops = ("asyncio", "uvloop", "tornado", "trio")
    floor = True

    def __init__(self, loop: Loop) -> None:
        super().__init__(loop)
        means = TrioMeans(loop) if loop.name == "trio" else AsyncioMeans(loop)
        self._floor = build(means, means.pause if self.yields else None)
        self.deadline = Keyword(asyncio.CancelledError)

    def lock(self) -> Lock:  # type: ignore[override]
        return Lock.of(self._floor.Lock())

    def timed_lock(self) -> Lock:
        return Lock.of(self._floor.TimedLock())

    def semaphore(self, value: int) -> Lock:  # type: ignore[override]
        return Lock.of(self._floor.Semaphore(value))

    def event(self) -> Event:  # type: ignore[override]
        return Event.of(self._floor.Event())

    def condition(self) -> Condition:  # type: ignore[override]
        return Condition.of(self._floor.Condition())

    def bare_condition(self) -> Condition:  # type: ignore[override]
        return Condition.bare(self._floor.BareCondition())

    def queue(self, maxsize: int) -> Queue:  # type: ignore[override]
        return Queue.of(self._floor.Queue(maxsize))

    def timed_queue(self, maxsize: int) -> Queue:
        return Queue.of(self._floor.TimedQueue(maxsize))

    def priority_queue(self) -> Queue:  # type: ignore[override]
        return Queue.of(self._floor.PriorityQueue())

    def joinable_queue(self) -> Queue:  # type: ignore[override]
        return self.queue(0)

    def rwlock(self) -> RWLock:  # type: ignore[override]
        return RWLock.of(self._floor.RWLock())


class YieldingFloor(Floor):
    library = "floor+turn"
    loops = ("asyncio", "uvloop", "trio")
    yields = True
