"""The floor that keeps the promises: what they cost alone, in the fewest calls we know.

As the floor of each loop, but with what every primitive of ours does besides:

- `acquire` returns a guard, which is new each time since it is good once;
- every wait knows the loop it is on, and takes a deadline; who waits is woken from that loop only,
  and what is held is released there;
- what was granted is taken back from a task that is cancelled before it has run, unless somebody
  has released it meanwhile; on Trio, where it cannot be, who is cancelled has taken nothing;
- over AnyIO, every wait and every wake-up finds out which backend runs;
- a semaphore knows whom it has promised a permit;
- who is notified is woken once, when the lock is its own;
- slots of a queue are given in the order of arrival, what is promised takes a slot, and what a
  waiting put brings is nobody's before its task has run; who yields keeps the place of its item;
- a failed comparison changes nothing in a priority queue.

What is left out: moving to a second loop, and away from one that was closed; statistics, hooks,
names, shutdown, waking in O(1) however many left before, and that all of this be the same code on
every loop.
"""

from __future__ import annotations

import asyncio
import math
from asyncio import Future, InvalidStateError
from bisect import insort_right
from collections import deque
from collections.abc import Callable
from heapq import heappush
from types import SimpleNamespace
from typing import Any

from toro_core import PromptWaiter, Waiter
from toro_core._guard import Guard
from toro_core._waiter import CANCELLED, COLLECTED, EXPIRED, GRANTED, WAITING

from ..loops import Loop, asyncio_turn
from ._kit import Keyword
from .floors import Floor

__all__ = [
    "EitherPromisingFloor",
    "PromisingFloor",
    "SortedNowait",
    "YieldingPromisingFloor",
]

Line = deque[Any]


class AsyncioWays:
    """To sleep and to be woken on asyncio."""

    either = False
    granted = GRANTED
    before = None
    running = staticmethod(asyncio._get_running_loop)

    @staticmethod
    async def wait(owner: Any, line: Line, request: Any = None, timeout: Any = None) -> Any:
        owner.home = loop = asyncio._get_running_loop()
        waiter = Waiter(None, request)
        waiter.state = WAITING
        line.append(waiter)
        waiter.handle = future = Future()
        timer = None if timeout is None else loop.call_later(timeout, expire, waiter)
        try:
            await future
        except BaseException:
            owner.leave(waiter)
            raise
        finally:
            if timer is not None:
                timer.cancel()
        if waiter.state is GRANTED:
            waiter.state = COLLECTED
            if owner.promised is not None:
                del owner.promised[waiter]
        elif waiter.state is EXPIRED:
            raise TimeoutError
        return waiter.value

    @staticmethod
    def wake(waiter: Waiter) -> bool:
        """False if its task has been cancelled since."""
        try:
            waiter.handle.set_result(None)
        except InvalidStateError:
            waiter.state = CANCELLED
            return False
        return True


class YieldingWays(AsyncioWays):
    @staticmethod
    async def after(undo: Callable[[object], Any], claim: object = None) -> None:
        try:
            await asyncio_turn()
        except BaseException:
            undo(claim)
            raise


class EitherOnAsyncio(YieldingWays):
    """Trio may run, too, also as a guest of this loop."""

    either = True

    @staticmethod
    def running() -> Any:
        loop = asyncio._get_running_loop()
        if loop is None or asyncio.current_task() is None:
            raise NotImplementedError
        return loop

    @staticmethod
    def wait(owner: Any, line: Line, request: Any = None, timeout: Any = None) -> Any:
        if asyncio._get_running_loop() is None or asyncio.current_task() is None:
            raise NotImplementedError
        return AsyncioWays.wait(owner, line, request, timeout)


def expire(waiter: Waiter) -> None:
    if waiter.state is WAITING:
        waiter.state = EXPIRED
        waiter.handle.set_result(None)


class TrioWays:
    """Who is woken on Trio goes on."""

    either = False
    granted = COLLECTED

    def __init__(self) -> None:
        import trio
        from trio.lowlevel import (
            Abort,
            current_task,
            current_trio_token,
            reschedule,
            wait_task_rescheduled,
        )

        self.running = current_trio_token
        self.before = trio.lowlevel.checkpoint_if_cancelled
        checkpoint = trio.lowlevel.cancel_shielded_checkpoint
        self.after = lambda undo, claim=None: checkpoint()

        async def wait(owner: Any, line: Line, request: Any = None, timeout: Any = None) -> Any:
            owner.home = current_trio_token()
            waiter = PromptWaiter(current_task(), request)
            waiter.state = WAITING
            line.append(waiter)

            def abort(_: Callable[[], Any]) -> Abort:
                waiter.state = CANCELLED
                return Abort.SUCCEEDED

            if timeout is None:
                await wait_task_rescheduled(abort)
                return waiter.value
            with trio.CancelScope(deadline=trio.current_time() + timeout):
                await wait_task_rescheduled(abort)
            if waiter.state is CANCELLED:
                raise TimeoutError
            return waiter.value

        self.wait = wait

        def wake(waiter: Waiter) -> bool:
            reschedule(waiter.handle)
            return True

        self.wake = wake


class EitherOnTrio(TrioWays):
    """asyncio may run, too."""

    either = True

    def __init__(self) -> None:
        super().__init__()
        import trio

        token, wait, in_trio_task = self.running, self.wait, trio.lowlevel.in_trio_task

        def running() -> Any:
            if asyncio._get_running_loop() is not None or not in_trio_task():
                raise NotImplementedError
            return token()

        def wait_on_trio(owner: Any, line: Line, request: Any = None, timeout: Any = None) -> Any:
            if asyncio._get_running_loop() is not None or not in_trio_task():
                raise NotImplementedError
            return wait(owner, line, request, timeout)

        self.running = running
        self.wait = wait_on_trio


class SortedNowait:
    """What a priority queue does at once, on every loop; who would have to wait is refused."""

    __slots__ = ()

    items: Any
    free: int
    unfinished: int
    line: Line
    putters: Line

    def put_nowait(self, item: Any) -> None:
        if not self.free or self.line:
            raise NotImplementedError
        insort_right(self.items, item)
        self.free -= 1
        self.unfinished += 1

    def get_nowait(self) -> Any:
        if self.putters or not self.items:
            raise NotImplementedError
        item = self.items.pop(0)
        self.free += 1
        return item


def check(span: Any) -> None:
    if type(span) is not float or math.isnan(span):
        raise TypeError


def build(ways: Any) -> SimpleNamespace:
    """The primitives over `ways`, yielding by `after` when they need not wait."""
    running, wait, wake, granted, before = (
        ways.running,
        ways.wait,
        ways.wake,
        ways.granted,
        ways.before,
    )
    after = getattr(ways, "after", None)
    either = running if ways.either else None

    class Primitive:
        __slots__ = ("home", "line", "promised")

        promised: dict[Waiter, None] | None

        def __init__(self) -> None:
            self.home: Any = None
            self.line: Line = deque()
            self.promised = None

        def grant(self, line: Line, value: Any = None) -> Waiter | None:
            """Let the first of those who still wait in *line* go, if anybody does."""
            if line and running() is not self.home:
                raise NotImplementedError
            while line:
                waiter = line.popleft()
                if waiter.state is not WAITING:
                    continue
                waiter.state = granted
                waiter.value = value
                if wake(waiter):
                    if self.promised is not None and granted is GRANTED:
                        self.promised[waiter] = None
                    return waiter  # type: ignore[no-any-return]
            return None

        def leave(self, waiter: Waiter) -> None:
            was, waiter.state = waiter.state, CANCELLED
            if was is GRANTED:
                if self.promised is not None:
                    del self.promised[waiter]
                self.undo(waiter)

        def undo(self, waiter: Waiter) -> None:
            raise NotImplementedError

    class PromisingLock(Primitive):
        __slots__ = ("claim", "held")

        def __init__(self) -> None:
            super().__init__()
            self.held = False
            self.claim: object = None

        async def acquire(self, deadline: None = None, *, timeout: Any = None) -> Guard:
            if self.held:
                await wait(self, self.line, None, timeout)
            else:
                if timeout is not None:
                    check(timeout)
                if before:
                    await before()
                self.home = running()
                self.held = True
                if before:
                    await after(int)
                elif after:
                    self.claim = claim = object()
                    await after(self.undo, claim)
            guard = Guard()
            guard.of = self
            return guard

        def release(self) -> None:
            if not self.line and running() is not self.home:
                raise NotImplementedError
            self.claim = waiter = self.grant(self.line) if self.line else None
            if waiter is None:
                self.held = False

        def undo(self, claim: object) -> None:
            if self.claim is claim:  # nobody has released it since
                self.release()

        async def __aenter__(self) -> None:
            if self.held:
                await wait(self, self.line)
            else:
                if before:
                    await before()
                self.home = running()
                self.held = True
                if before:
                    await after(int)
                elif after:
                    self.claim = claim = object()
                    await after(self.undo, claim)

        async def __aexit__(self, kind: object, error: object, trace: object) -> None:
            self.claim = waiter = self.grant(self.line) if self.line else None
            if waiter is None:
                self.held = False

    class PromisingSemaphore(Primitive):
        __slots__ = ("value",)

        def __init__(self, value: int) -> None:
            super().__init__()
            self.value = value
            self.promised = {}

        async def acquire(self, deadline: None = None, *, timeout: Any = None) -> Guard:
            if not self.value:
                await wait(self, self.line, None, timeout)
            else:
                if timeout is not None:
                    check(timeout)
                if before:
                    await before()
                self.home = running()
                self.value -= 1
                if after:
                    await after(self.undo)
            guard = Guard()
            guard.of = self
            return guard

        def release(self) -> None:
            if not self.line and running() is not self.home:
                raise NotImplementedError
            if not self.line or not self.grant(self.line):
                self.value += 1

        def undo(self, waiter: object) -> None:
            self.release()

        async def __aenter__(self) -> None:
            if not self.value:
                await wait(self, self.line)
            else:
                if before:
                    await before()
                self.home = running()
                self.value -= 1
                if after:
                    await after(self.undo)

        async def __aexit__(self, kind: object, error: object, trace: object) -> None:
            if not self.line or not self.grant(self.line):
                self.value += 1

    class PromisingEvent(Primitive):
        __slots__ = ("happened",)

        def __init__(self) -> None:
            super().__init__()
            self.happened = False

        async def wait(self, deadline: None = None, *, timeout: Any = None) -> Any:
            if not self.happened:
                await wait(self, self.line, None, timeout)
            else:
                if timeout is not None:
                    check(timeout)
                if after:
                    if before:
                        await before()
                    await after(int)
            return True

        def set(self) -> None:
            self.happened = True
            if self.line and running() is not self.home:
                raise NotImplementedError
            for waiter in self.line:
                if waiter.state is WAITING:
                    waiter.state = COLLECTED
                    wake(waiter)
            self.line.clear()

    class PromisingCondition(PromisingLock):
        __slots__ = ("waiting",)

        def __init__(self) -> None:
            super().__init__()
            self.waiting: Line = deque()

        async def wait(self, deadline: None = None, *, timeout: Any = None) -> Any:
            if not self.line or not self.grant(self.line):
                self.held = False
            await wait(self, self.waiting, None, timeout)
            return True

        def notify(self) -> None:
            if self.waiting:
                self.line.append(self.waiting.popleft())

        def notify_all(self) -> None:
            self.line += self.waiting
            self.waiting.clear()

        def leave(self, waiter: Waiter) -> None:
            raise NotImplementedError  # it would have to take the lock again first

    class PromisingBareCondition(Primitive):
        __slots__ = ()

        async def wait(self, deadline: None = None, *, timeout: Any = None) -> Any:
            await wait(self, self.line, None, timeout)
            return True

        def notify(self) -> None:
            self.grant(self.line)

        def notify_all(self) -> None:
            while self.grant(self.line):
                pass

        def undo(self, waiter: Waiter) -> None:
            self.notify()

    class PromisingQueue(Primitive):
        """`free` are the slots that neither an item nor a promise takes."""

        __slots__ = (
            "arriving",
            "free",
            "items",
            "joiners",
            "putters",
            "returned",
            "taken",
            "unfinished",
        )

        def __init__(self, maxsize: int) -> None:
            super().__init__()
            self.free: float = maxsize or math.inf
            self.items: Any = deque()
            self.putters: Line = deque()
            self.joiners: Line = deque()
            self.unfinished = 0
            self.promised = {}
            self.arriving: deque[Any] = deque()  # of those who yield, in their order
            self.returned: list[tuple[int, Any]] = []  # before all items, each in its place
            self.taken = 0

        async def put(self, item: Any, deadline: None = None, *, timeout: Any = None) -> None:
            if not self.free:
                await wait(self, self.putters, item, timeout)
            else:
                if timeout is not None:
                    check(timeout)
                if self.joiners and running() is not self.home:
                    raise NotImplementedError
                if either:
                    either()
                self.free -= 1
                if after:
                    self.arriving.append(item)
                    await after(self._withdraw, item)
                    if self.arriving.popleft() is not item:
                        raise NotImplementedError
            self.unfinished += 1
            if not self.line or not self.grant(self.line, item):
                self.items.append(item)

        async def get(self, deadline: None = None, *, timeout: Any = None) -> Any:
            if not self.items:
                item = await wait(self, self.line, None, timeout)
            else:
                if timeout is not None:
                    check(timeout)
                if self.joiners and running() is not self.home:
                    raise NotImplementedError
                if either:
                    either()
                if after and self.returned:
                    raise NotImplementedError
                item = self.items.popleft()
                if after:
                    self.taken = place = self.taken + 1
                    await after(self._give_back, (place, item))
            if not self.putters or not self.grant(self.putters):
                self.free += 1
            return item

        def _withdraw(self, item: object) -> None:
            self.arriving.remove(item)
            self._give_slot()

        def _give_back(self, what: Any) -> None:
            heappush(self.returned, what)

        def _give_slot(self) -> None:
            if not self.putters or not self.grant(self.putters):
                self.free += 1

        def undo(self, waiter: Waiter) -> None:
            if waiter.value is None:
                self._give_slot()
            elif not self.grant(self.line, waiter.value):
                self.items.appendleft(waiter.value)

        def put_nowait(self, item: Any) -> None:
            if not self.free:
                raise IndexError
            if self.joiners and running() is not self.home:
                raise NotImplementedError
            if after and self.arriving:
                raise NotImplementedError
            self.free -= 1
            self.unfinished += 1
            if not self.line or not self.grant(self.line, item):
                self.items.append(item)

        def get_nowait(self) -> Any:
            if self.joiners and running() is not self.home:
                raise NotImplementedError
            if after and self.returned:
                raise NotImplementedError
            item = self.items.popleft()
            if not self.putters or not self.grant(self.putters):
                self.free += 1
            return item

        def task_done(self) -> None:
            if self.joiners and running() is not self.home:
                raise NotImplementedError
            self.unfinished -= 1
            if not self.unfinished:
                while self.joiners:
                    waiter = self.joiners.popleft()
                    if waiter.state is WAITING:
                        waiter.state = COLLECTED
                        wake(waiter)

        async def join(self, deadline: None = None, *, timeout: Any = None) -> None:
            if self.unfinished:
                await wait(self, self.joiners, None, timeout)

    class PromptQueue(PromisingQueue):
        """Where who is granted something cannot be cancelled, it is his at once."""

        __slots__ = ()

        async def put(self, item: Any, deadline: None = None, *, timeout: Any = None) -> None:
            if not self.free:
                await wait(self, self.putters, item, timeout)
                return
            if timeout is not None:
                check(timeout)
            if self.joiners and running() is not self.home:
                raise NotImplementedError
            if either:
                either()
            await before()
            self.unfinished += 1
            if not self.line or not self.grant(self.line, item):
                self.free -= 1
                self.items.append(item)
            await after(int)

        async def get(self, deadline: None = None, *, timeout: Any = None) -> Any:
            if not self.items:
                return await wait(self, self.line, None, timeout)
            if timeout is not None:
                check(timeout)
            if self.joiners and running() is not self.home:
                raise NotImplementedError
            if either:
                either()
            await before()
            item = self.items.popleft()
            if self.putters and (putter := self.grant(self.putters)):
                self.unfinished += 1
                self.items.append(putter.request)
            else:
                self.free += 1
            await after(int)
            return item

    class PromisingPriorityQueue(SortedNowait, PromisingQueue):
        """Only as far as it need not wait."""

        __slots__ = ()

        def __init__(self) -> None:
            super().__init__(0)
            self.items = []

        async def put(self, item: Any, deadline: None = None, *, timeout: Any = None) -> None:
            self.put_nowait(item)

        async def get(self, deadline: None = None, *, timeout: Any = None) -> Any:
            return self.get_nowait()

    class PromisingRWLock(Primitive):
        __slots__ = ("readers", "writing")

        def __init__(self) -> None:
            super().__init__()
            self.readers = 0
            self.writing = False
            self.promised = {}

        async def acquire_read(self, deadline: None = None, *, timeout: Any = None) -> Guard:
            if self.writing or self.line:
                await wait(self, self.line, "read", timeout)
            else:
                if timeout is not None:
                    check(timeout)
                if before:
                    await before()
                self.home = running()
                self.readers += 1
                if before:
                    await after(int)
                elif after:
                    self.promised[claim := Waiter(None, "read")] = None
                    claim.state = GRANTED
                    await after(self.leave, claim)
                    self.promised.pop(claim, None)
            guard = Guard()
            guard.of = self
            return guard

        async def acquire_write(self, deadline: None = None, *, timeout: Any = None) -> Guard:
            if self.writing or self.readers:
                await wait(self, self.line, "write", timeout)
            else:
                if timeout is not None:
                    check(timeout)
                if before:
                    await before()
                self.home = running()
                self.writing = True
                if before:
                    await after(int)
                elif after:
                    self.promised[claim := Waiter(None, "write")] = None
                    claim.state = GRANTED
                    await after(self.leave, claim)
                    self.promised.pop(claim, None)
            guard = Guard()
            guard.of = self
            return guard

        def release_read(self) -> None:
            if not self.line and running() is not self.home:
                raise NotImplementedError
            if self.promised and len(self.promised) == self.readers:
                self.spend()
            self.readers -= 1
            if self.line and not self.readers:
                self._admit()

        def release_write(self) -> None:
            if not self.line and running() is not self.home:
                raise NotImplementedError
            if self.promised:
                self.spend()
            self.writing = False
            if self.line:
                self._admit()

        def spend(self) -> None:
            """What is released was only promised."""
            waiter = next(iter(self.promised))
            del self.promised[waiter]
            waiter.state = COLLECTED

        def leave(self, waiter: Waiter) -> None:
            super().leave(waiter)
            self._admit()

        def undo(self, waiter: Waiter) -> None:
            self.release_read() if waiter.request == "read" else self.release_write()

        def _admit(self) -> None:
            while self.line:
                waiter = self.line[0]
                if waiter.state is WAITING:
                    if waiter.request == "write":
                        if not self.readers and not self.writing:
                            self.writing = self.grant(self.line) is not None
                        return
                    if self.writing:
                        return
                    self.readers += self.grant(self.line) is not None
                else:
                    self.line.popleft()

    return SimpleNamespace(
        Lock=PromisingLock,
        TimedLock=PromisingLock,
        Semaphore=PromisingSemaphore,
        Event=PromisingEvent,
        Condition=PromisingCondition,
        BareCondition=PromisingBareCondition,
        Queue=(queue := PromisingQueue if granted is GRANTED else PromptQueue),
        TimedQueue=queue,
        PriorityQueue=PromisingPriorityQueue,
        RWLock=PromisingRWLock,
    )


class PromisingFloor(Floor):
    library = "floor+promises"
    loops = ("asyncio", "uvloop")
    crowds = False
    ways: Callable[[], Any] = AsyncioWays
    ways_on_trio: Callable[[], Any] = TrioWays

    def __init__(self, loop: Loop) -> None:
        super().__init__(loop)
        self._floor = build((self.ways_on_trio if loop.name == "trio" else self.ways)())
        self.deadline = Keyword(TimeoutError)


class YieldingPromisingFloor(PromisingFloor):
    library = "floor+turn+promises"
    loops = ("asyncio", "uvloop", "trio")
    yields = True
    ways = YieldingWays


class EitherPromisingFloor(YieldingPromisingFloor):
    library = "floor+either+promises"
    ways = EitherOnAsyncio
    ways_on_trio = EitherOnTrio
