"""asyncio as a host of the coroutine shape."""

from __future__ import annotations

import asyncio
import sys
from asyncio import Future
from collections.abc import Awaitable
from typing import Any

from toro_core import State, Waiter
from toro_core._describe import loop_name
from toro_core.machines import Machine

from ._alarm import ALARMS, Wake
from ._wake import wake

__all__ = ["FINDS_ITS_LOOP", "HOST", "AsyncioHost", "no_loop"]

# Whether a Future does: 170 ns less than being told, but 100 more before 3.12.
FINDS_ITS_LOOP = sys.version_info >= (3, 12)


class AsyncioHost:
    """Sleeping is waiting for a future, which a cancellation can still reach after the grant."""

    checkpoints = False
    cancellations: tuple[type[BaseException], ...] = (asyncio.CancelledError,)

    waiter = Waiter

    def __init__(self, wake: Wake = wake) -> None:
        # On the instance, where looking them up costs 30 ns less than a static method does.
        self.home = asyncio._get_running_loop
        self.wake = wake

    def is_gone(self, home: asyncio.AbstractEventLoop) -> bool:
        return home.is_closed()

    def check_caller(self, home: asyncio.AbstractEventLoop) -> None:
        if home.is_running():
            raise RuntimeError(
                f"in use on {loop_name(home)}, which runs in another thread;"
                " hand the call over with its call_soon_threadsafe(…)"
            )

    def now(self) -> float:
        loop = asyncio._get_running_loop()
        if loop is None:
            raise no_loop()
        return loop.time()

    def sleep(self, machine: Machine, waiter: Waiter) -> Awaitable[None]:
        if machine.home is None:
            raise no_loop()
        future: asyncio.Future[None] = Future() if FINDS_ITS_LOOP else Future(loop=machine.home)
        waiter.handle = future
        return future

    async def sleep_shielded(self, machine: Machine, waiter: Waiter) -> BaseException | None:
        last = None
        while waiter.state is State.WAITING:
            try:
                await self.sleep(machine, waiter)
            except GeneratorExit:
                raise
            except BaseException as error:
                last = error
        try:
            return last
        finally:
            del last  # this frame is in its traceback

    def comes_again(self, error: BaseException) -> bool:
        return False

    async def checkpoint(self) -> None:
        await asyncio.sleep(0)

    async def surface_cancellation(self) -> None:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            await asyncio.sleep(0)

    def arm(self, machine: Machine, waiter: Waiter) -> Any:
        return ALARMS[asyncio.get_running_loop()].add(machine, waiter)

    def disarm(self, entry: Any) -> None:
        alarm, deadline = entry
        alarm.discard(deadline)


def no_loop() -> RuntimeError:
    return RuntimeError(
        "no asyncio loop is running here: import the adapter of the loop that is, as toro_trio"
        " under trio.run()"
    )


HOST = AsyncioHost()
