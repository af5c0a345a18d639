"""Waiting on Trio: the coroutine shape's own, in fewer frames.

Against the shared one it saves 6 to 8 % of a contended hand-over, a tenth with a deadline.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import trio
from trio.lowlevel import Abort, current_task, current_trio_token, wait_task_rescheduled

from toro_core._describe import title
from toro_core._time import FAR, Deadline, Span, point_in_time
from toro_core._waiter import COLLECTED, EXPIRED, WAITING, BarePromptWaiter, Waiter
from toro_core.machines import Machine

from ._wake import wake

__all__ = ["Sleeper", "abort", "bind", "in_line", "no_run", "now", "turn", "wait"]


@trio.lowlevel.enable_ki_protection
async def wait(self: Any, machine: Machine, request: Any, deadline: Deadline, timeout: Span) -> Any:
    """As ``Primitive._wait``, whose promises it keeps."""
    try:
        home = current_trio_token()
    except RuntimeError:
        raise no_run(self) from None
    when, ahead = None, False
    if deadline is None and (type(timeout) is float or type(timeout) is int) and 0 < timeout < FAR:
        when, ahead = trio.current_time() + timeout, True  # what is usual, in four frames less
    elif deadline is not None or timeout is not None:
        when = point_in_time(deadline, timeout, trio.current_time)
    if machine.home is not home:
        self._move(machine, home)
    waiter = Sleeper()
    waiter.machine = machine
    waiter.handle = waiter.value = waiter.scope = None
    waiter.request = request
    waiter.deadline = when
    settled = machine.enter(waiter)
    if waiter.state is not WAITING:
        if len(settled) > 1:
            self._wake_others(machine, waiter, settled)
        if waiter.state is COLLECTED:  # a primitive of somebody's own; ours need not come here
            await trio.lowlevel.cancel_shielded_checkpoint()
        else:
            await trio.lowlevel.checkpoint()
    elif when is not None and not ahead and (late := trio.current_time() - when) >= 0.0:
        machine.leave(waiter)
        await trio.lowlevel.checkpoint_if_cancelled()
        self._timed_out(late)
    else:
        waiter.handle = current_task()
        try:
            if when is None:
                await wait_task_rescheduled(waiter.abort)
            else:
                with trio.CancelScope(deadline=when) as waiter.scope:
                    await wait_task_rescheduled(waiter.abort)
                if waiter.scope.cancelled_caught:  # also if another was cancelled before
                    waiter.state = EXPIRED
        except BaseException:
            waiter.give_up()
            raise
    if waiter.state is COLLECTED:
        return waiter.value
    return self._not_granted(waiter)


def bind(self: Any, machine: Machine) -> None:
    """Make the run *machine*'s home; RuntimeError if there is none, or it is busy in another."""
    try:
        home = current_trio_token()
    except RuntimeError:
        raise no_run(self) from None
    if machine.home is not home:
        self._move(machine, home)


def in_line(
    machine: Machine, request: Any, deadline: Deadline = None, timeout: Span = None
) -> Sleeper | None:
    """Who waits for *machine*, the running task, which then is to sleep until it is rescheduled.

    None if that takes more than standing in line: with a deadline, where Trio does not run, or the
    machine has another run.
    """
    if deadline is not None or timeout is not None:
        return None
    try:
        home = current_trio_token()
    except RuntimeError:
        return None
    if machine.home is not home:
        if machine.home is not None:
            return None
        machine.home = home
    waiter = Sleeper()
    waiter.machine = machine
    waiter.handle = current_task()
    waiter.request = request
    waiter.deadline = waiter.value = waiter.scope = None
    machine.enter(waiter)
    return waiter


class Sleeper(BarePromptWaiter):
    """A waiter that Trio can ask; a closure would take four objects and 290 bytes more."""

    __slots__ = ("machine", "scope")

    machine: Machine
    scope: trio.CancelScope | None

    def abort(self, raise_cancel: Callable[[], Any]) -> Abort:
        return abort(self.machine, self, self.scope, raise_cancel)

    def give_up(self) -> None:
        """Leave the line, if what ended the sleep did not come by way of Trio, which asks first."""
        if self.state is WAITING:
            self.handle = None
            wake(self.machine, self.machine.leave(self))


def abort(
    machine: Machine,
    waiter: Waiter,
    scope: trio.CancelScope | None,
    _raise_cancel: Callable[[], Any],
) -> Abort:
    """What Trio asks before it cancels *waiter*'s sleep.

    *scope* is cancelled by nothing but the waiter's deadline.
    """
    # Asking is what cancels a scope whose deadline has passed unnoticed, and that asks us again.
    expired = scope is not None and scope.cancel_called
    if waiter.state is not WAITING:  # so answered; or it is on its way to a condition's lock
        return Abort.FAILED
    waiter.handle = None  # Trio itself wakes the task
    wake(machine, machine.expire(waiter) if expired else machine.leave(waiter))
    return Abort.SUCCEEDED


async def turn(self: Any) -> None:
    """As ``trio.lowlevel.checkpoint``, but whoever has yielded is not cancelled any more."""
    try:
        await trio.lowlevel.checkpoint_if_cancelled()
    except RuntimeError:
        raise no_run(self) from None
    await trio.lowlevel.cancel_shielded_checkpoint()


def now() -> float:
    """``trio.current_time``, but where no Trio runs it says so."""
    try:
        return trio.current_time()
    except RuntimeError:
        raise no_run() from None


def no_run(primitive: Any = None) -> RuntimeError:
    whose = "" if primitive is None else f"{title(primitive)} is of toro_trio, and "
    return RuntimeError(
        f"{whose}no Trio runs here: import the adapter of the loop that does, as toro_asyncio under"
        " asyncio.run()"
    )
