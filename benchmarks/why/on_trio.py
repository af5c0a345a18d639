"""Locks on Trio: the checkpoint, the wait, and its deadline."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

import trio
from trio.lowlevel import Abort, current_task, reschedule, wait_task_rescheduled

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
LADDERS = (
    Ladder("lock/free/explicit", "trio", RUNGS),
    Ladder("lock/contended/100", "trio", RUNGS),
    Ladder("lock/waiting/deadline", "trio", TIMED),
)
