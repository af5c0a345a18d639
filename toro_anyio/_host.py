"""AnyIO as a host of the coroutine shape: asyncio's or Trio's, whichever runs.

Built on the backends' own sleep and wake; an ``anyio.Event`` per wait would cost twice as
much on asyncio.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import sys
import types
from asyncio import _get_running_loop, current_task
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any

import anyio
import anyio.lowlevel

from toro_asyncio._host import AsyncioHost
from toro_asyncio._wait import turn, wait
from toro_asyncio._wake import wake
from toro_core import Waiter
from toro_core.machines import Machine, Settled

if TYPE_CHECKING:
    from toro_core.coroutines import Host
    from toro_trio._host import TrioHost

__all__ = ["ASYNCIO", "HOST", "AnyioHost", "here", "home", "inside", "trio_here", "within"]


class _OnAsyncio(AsyncioHost):
    """asyncio with AnyIO's manners: a wait always yields, and cancel scopes are heard."""

    checkpoints = True
    wait = staticmethod(wait)

    async def turn(self, _primitive: object) -> None:
        self.now()  # where no loop runs, there are no others to give way to: say so
        await turn()

    async def sleep_shielded(self, machine: Machine, waiter: Waiter) -> BaseException | None:
        # The shield keeps scopes out, which would else cancel in every pass of the loop; the
        # loop in super() outlasts native cancellations, which no shield stops.
        with anyio.CancelScope(shield=True):
            last = await super().sleep_shielded(machine, waiter)
        try:
            return last
        finally:
            del last  # as there

    def comes_again(self, error: BaseException) -> bool:
        # A scope that has been cancelled cancels at every checkpoint; asyncio itself once.
        return _is_of_a_scope(error) and anyio.current_effective_deadline() == -math.inf

    async def checkpoint(self) -> None:
        await turn()

    async def surface_cancellation(self) -> None:
        await super().surface_cancellation()
        await anyio.lowlevel.checkpoint_if_cancelled()


def _is_of_a_scope(error: BaseException) -> bool:
    """Is it the only cancellation that the task has not dealt with, and did AnyIO send it?

    One of asyncio's own in the same pass leaves no other trace than its count.
    """
    task = asyncio.current_task()
    sent = isinstance(error, asyncio.CancelledError) and " cancel scope " in str(error)
    return sent and task is not None and task.cancelling() <= 1


class WithoutSniffio:
    """In place of what Trio has needed so far: once Trio is imported, it is asked itself."""

    @property
    def name(self) -> object:
        return sys.modules.get("trio")


within: Any = WithoutSniffio()
with contextlib.suppress(ModuleNotFoundError):
    # Trio leaves its name there while it runs its tasks.  Asking Trio itself costs 0.7 us.
    from sniffio import thread_local as within

ASYNCIO = _OnAsyncio()
met: TrioHost | None = None  # Trio's, once it has been met


def trio_host() -> TrioHost:
    """Imported when first asked for, and then here: an import statement costs 0.4 us each time.

    ``met or`` before it is a frame less.
    """
    global met
    if met is None:
        from ._trio import HOST

        met = HOST
    return met


def _host_of(home: Any) -> Host:
    """The host of the loop or Trio run that *home* is."""
    return ASYNCIO if hasattr(home, "call_soon") else trio_host()


def trio_here() -> TrioHost | None:
    """Trio's host, if one of its tasks runs, as a guest of asyncio's loop or by itself."""
    # Another thread may just be importing Trio: then it is there, and has nothing in it yet.
    lowlevel = getattr(sys.modules.get("trio"), "lowlevel", None)
    if lowlevel is None or not lowlevel.in_trio_task():
        return None
    return met or trio_host()


def inside(loop: asyncio.AbstractEventLoop) -> bool:
    """Is it a task of *loop* that runs, also if Trio does around it, and none of Trio's inside it?

    Trio's tasks run outside of asyncio's where it is a guest, and inside one that calls trio.run().
    """
    task = current_task(loop)
    if task is None or trio_here() is None:
        return task is not None
    ours = getattr(task.get_coro(), "cr_frame", None)
    theirs = sys.modules["trio"].lowlevel.current_task().coro.cr_frame
    frame: types.FrameType | None = sys._getframe()
    while frame is not None and frame is not ours and frame is not theirs:
        frame = frame.f_back
    return frame is not theirs


def here() -> TrioHost | _OnAsyncio:
    """The host of what runs."""
    if (loop := _get_running_loop()) is not None and (within.name is None or inside(loop)):
        return ASYNCIO
    return trio_here() or ASYNCIO


def home() -> Any:
    """The loop or the Trio run that is running; None outside of any."""
    loop = _get_running_loop()
    if loop is not None and (within.name is None or inside(loop) or trio_here() is None):
        return loop
    if met is not None:
        return met.home()
    return trio_host().home() if "trio" in sys.modules else None


class AnyioHost:
    """Passes every question to the host of the backend that runs."""

    checkpoints = True

    @property
    def cancellations(self) -> tuple[type[BaseException], ...]:
        of_trio = getattr(sys.modules.get("trio"), "Cancelled", None)
        return ASYNCIO.cancellations if of_trio is None else (asyncio.CancelledError, of_trio)

    def home(self) -> Any:
        return home()

    def is_gone(self, home: Any) -> bool:
        return _host_of(home).is_gone(home)

    def check_caller(self, home: Any) -> None:
        _host_of(home).check_caller(home)

    def now(self) -> float:
        return here().now()

    def waiter(self, handle: Any, request: Any, deadline: float | None) -> Waiter:
        return here().waiter(handle, request, deadline)

    def sleep(self, machine: Machine, waiter: Waiter) -> Awaitable[Any]:
        return here().sleep(machine, waiter)

    def sleep_shielded(self, machine: Machine, waiter: Waiter) -> Awaitable[BaseException | None]:
        return here().sleep_shielded(machine, waiter)

    def comes_again(self, error: BaseException) -> bool:
        return here().comes_again(error)

    def wake(self, machine: Machine, settled: Settled) -> None:
        if hasattr(machine.home, "call_soon"):
            wake(machine, settled)
        else:
            (met or trio_host()).wake(machine, settled)

    def checkpoint(self) -> Awaitable[Any]:
        return here().checkpoint()

    def surface_cancellation(self) -> Awaitable[Any]:
        return here().surface_cancellation()

    def arm(self, machine: Machine, waiter: Waiter) -> Any:
        return here().arm(machine, waiter)

    def disarm(self, entry: Any) -> None:
        here().disarm(entry)


HOST = AnyioHost()
