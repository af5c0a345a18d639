"""On Trio: a lock's checkpoint, its wait and the deadline; and what it costs a queue and a
condition to be decided by a core.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from typing import Any

import trio
from trio.lowlevel import (
    Abort,
    current_task,
    current_trio_token,
    reschedule,
    wait_task_rescheduled,
)

from toro_core import PromptWaiter
from toro_core._waiter import COLLECTED, WAITING

from .ladder import Ladder

__all__ = ["LADDERS"]


class Cancellable:
    """Who is cancelled has not taken it; else as the floor."""

    def __init__(self) -> None:
        self.held = False
        self.line: deque[PromptWaiter] = deque()

    async def acquire(self) -> Any:
        if not self.held:
            await trio.lowlevel.checkpoint_if_cancelled()
            self.held = True
            await trio.lowlevel.cancel_shielded_checkpoint()
            return
        waiter = PromptWaiter(current_task())
        waiter.state = WAITING
        self.line.append(waiter)

        def abort(_: Callable[[], Any]) -> Abort:
            leave(waiter)
            return Abort.SUCCEEDED

        await wait_task_rescheduled(abort)

    def release(self) -> None:
        if self.line:
            waiter = self.line.popleft()
            waiter.state = COLLECTED
            reschedule(waiter.handle)
        else:
            self.held = False

    async def __aenter__(self) -> Any: ...
    async def __aexit__(self, *error: object) -> None: ...


def leave(waiter: PromptWaiter) -> None:
    raise NotImplementedError


class Untimed(Cancellable):
    """It has no deadline, and takes one."""

    async def acquire(self, timeout: float | None = None) -> Any:
        await super().acquire()


def abort(waiter: PromptWaiter) -> Callable[[Callable[[], Any]], Abort]:
    def ask(_: Callable[[], Any]) -> Abort:
        leave(waiter)
        return Abort.SUCCEEDED

    return ask


def wake(core: Any, settled: tuple[PromptWaiter, ...]) -> None:
    """Those that *core* has settled, which wait on this run only."""
    if current_trio_token() is not core.home:
        raise NotImplementedError
    for waiter in settled:
        reschedule(waiter.handle)


async def wait(core: Any, request: Any) -> Any:
    core.home = current_trio_token()
    waiter = PromptWaiter(current_task(), request)
    core.enter(waiter)
    await wait_task_rescheduled(abort(waiter))
    return waiter.value


class QueueCore:
    """Who waits and who is next, and no loop: what it settles is returned."""

    def __init__(self, maxsize: int) -> None:
        self.home: Any = None
        self.free: float = maxsize or math.inf
        self.items: deque[Any] = deque()
        self.line: deque[PromptWaiter] = deque()
        self.putters: deque[PromptWaiter] = deque()
        self.unfinished = 0

    def enter(self, waiter: PromptWaiter) -> None:
        waiter.state = WAITING
        (self.line if waiter.request is None else self.putters).append(waiter)

    def put(self, item: Any) -> tuple[PromptWaiter, ...]:
        self.unfinished += 1
        if self.line:
            waiter = self.line.popleft()
            waiter.state = COLLECTED
            waiter.value = item
            return (waiter,)
        self.free -= 1
        self.items.append(item)
        return ()

    def get(self) -> tuple[Any, tuple[PromptWaiter, ...]]:
        item = self.items.popleft()
        if self.putters:
            waiter = self.putters.popleft()
            waiter.state = COLLECTED
            self.unfinished += 1
            self.items.append(*waiter.request)
            return item, (waiter,)
        self.free += 1
        return item, ()


class CoredQueue:
    """As the floor that keeps the promises, but what it decides it asks a core."""

    def __init__(self, maxsize: int) -> None:
        self.core = QueueCore(maxsize)

    async def put(self, item: Any, deadline: Any = None, *, timeout: Any = None) -> None:
        core = self.core
        if deadline is not None or timeout is not None:
            raise NotImplementedError
        if not core.free:
            await wait(core, (item,))
            return
        await trio.lowlevel.checkpoint_if_cancelled()
        settled = core.put(item)
        if settled:
            wake(core, settled)
        await trio.lowlevel.cancel_shielded_checkpoint()

    async def get(self, deadline: Any = None, *, timeout: Any = None) -> Any:
        core = self.core
        if deadline is not None or timeout is not None:
            raise NotImplementedError
        if not core.items:
            return await wait(core, None)
        await trio.lowlevel.checkpoint_if_cancelled()
        item, settled = core.get()
        if settled:
            wake(core, settled)
        await trio.lowlevel.cancel_shielded_checkpoint()
        return item


class LockCore:
    def __init__(self) -> None:
        self.home: Any = None
        self.held = False
        self.line: deque[PromptWaiter] = deque()

    def enter(self, waiter: PromptWaiter) -> None:
        waiter.state = WAITING
        self.line.append(waiter)

    def release(self) -> tuple[PromptWaiter, ...]:
        if not self.line:
            self.held = False
            return ()
        waiter = self.line.popleft()
        waiter.state = COLLECTED
        return (waiter,)


class ConditionCore:
    """Who waits, and the core of the lock that they come back for."""

    def __init__(self) -> None:
        self.home: Any = None
        self.lock = LockCore()
        self.line: deque[PromptWaiter] = deque()

    def enter(self, waiter: PromptWaiter) -> tuple[PromptWaiter, ...]:
        waiter.state = WAITING
        self.line.append(waiter)
        return self.lock.release()

    def notify(self) -> None:
        if self.line:
            self.lock.enter(self.line.popleft())

    def notify_all(self) -> None:
        self.lock.line += self.line
        self.line.clear()


class CoredCondition:
    """The same for a condition and its lock, each with a core."""

    def __init__(self) -> None:
        self.core = ConditionCore()

    async def __aenter__(self) -> None:
        lock = self.core.lock
        if lock.held:
            await wait(lock, None)
        else:
            await trio.lowlevel.checkpoint_if_cancelled()
            lock.home = current_trio_token()
            lock.held = True
            await trio.lowlevel.cancel_shielded_checkpoint()

    async def __aexit__(self, *error: object) -> None:
        lock = self.core.lock
        settled = lock.release()
        if settled:
            wake(lock, settled)

    async def wait(self, deadline: Any = None, *, timeout: Any = None) -> None:
        if deadline is not None or timeout is not None:
            raise NotImplementedError
        core = self.core
        core.home = core.lock.home = current_trio_token()
        waiter = PromptWaiter(current_task())
        settled = core.enter(waiter)
        if settled:
            wake(core.lock, settled)
        await wait_task_rescheduled(abort(waiter))

    def notify(self) -> None:
        core = self.core
        if core.line and current_trio_token() is not core.home:
            raise NotImplementedError
        core.notify()

    def notify_all(self) -> None:
        core = self.core
        if core.line and current_trio_token() is not core.home:
            raise NotImplementedError
        core.notify_all()


RUNGS = {
    "the floor": "floor+turn",
    "and who is cancelled has not taken it": Cancellable,
    "and `acquire` returns a guard, and takes a deadline": "floor+turn+promises",
    "`toro_trio.Lock`": "toro",
    "`trio.Lock`": "trio",
}
TIMED = {
    "no deadline, but who is cancelled has not taken it": Untimed,
    "the floor: `move_on_after` for each wait": "floor",
    "and who is cancelled has not taken it; and a guard": "floor+turn+promises",
    "`toro_trio.Lock`": "toro",
    "`trio.Lock` in `move_on_after`": "trio",
}
DECIDED = {
    "the floor": "floor+turn",
    "and all that is promised": "floor+turn+promises",
}
LADDERS = (
    Ladder("lock/free/explicit", "trio", RUNGS),
    Ladder("lock/contended/100", "trio", RUNGS),
    Ladder("lock/waiting/deadline", "trio", TIMED),
    *(
        Ladder(
            scenario,
            "trio",
            {
                **DECIDED,
                "and it is decided by a core that knows no loop": CoredQueue,
                "`toro_trio.Queue`": "toro",
                "`trio.open_memory_channel`": "trio",
            },
        )
        for scenario in ("queue/maxsize-1/1-to-1", "queue/maxsize-10/10-to-10")
    ),
    Ladder(
        "condition/ping-pong",
        "trio",
        {
            **DECIDED,
            "and it is decided by cores that know no loop": CoredCondition,
            "`toro_trio.Condition`": "toro",
            "`trio.Condition`": "trio",
        },
    ),
)
