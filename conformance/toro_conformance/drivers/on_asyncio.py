"""asyncio: as it comes, and in debug mode."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import sys
import traceback
import unittest.mock
from collections.abc import Callable, Iterator
from types import FrameType
from typing import TYPE_CHECKING, Any, ClassVar

import toro_asyncio
from toro_conformance.driver import Cancel, Driver, Native
from toro_conformance.virtual import VirtualLoop

if TYPE_CHECKING:
    from toro_conformance.driver import Body

# Of all the packages that run on asyncio.
SHUT_DOWN: dict[str, tuple[type[BaseException], ...]] = {}
if sys.version_info >= (3, 13):
    SHUT_DOWN["ShutDown"] = (asyncio.QueueShutDown,)
NATIVE: dict[str, tuple[type[BaseException], ...]] = {
    "Timeout": (asyncio.TimeoutError,),
    "Empty": (asyncio.QueueEmpty,),
    "Full": (asyncio.QueueFull,),
    **SHUT_DOWN,
}


class VirtualDriver(Driver):
    """What every driver on top of an asyncio loop has in common."""

    cancelled: ClassVar[type[BaseException]] = asyncio.CancelledError
    undoes_grants = True
    cancel_messages = True
    runs_in_order = True
    orders_timers = True
    shows_timers = True
    abandons_tasks = True

    new_loop: ClassVar[type[Any]] = VirtualLoop

    def __init__(self) -> None:
        self.loop: Any = type(self).new_loop()
        self.tasks: set[asyncio.Task[None]] = set()
        self.failures: list[BaseException] = []

    def run(self, main: Body) -> None:
        self.loop.set_exception_handler(self._complained)
        with asyncio.Runner(loop_factory=lambda: self.loop) as runner:
            runner.run(main())
        if self.failures:
            raise self.failures[0]

    def _complained(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """What a callback raises would only be logged: it fails the run."""
        if "handle" in context and "exception" in context:
            self.failures.append(context["exception"])
        loop.default_exception_handler(context)

    def spawn(self, body: Body) -> Cancel:
        task: asyncio.Task[None] = self.loop.create_task(body())
        if not task.done():
            self.tasks.add(task)
            task.add_done_callback(self._ended)
        return task.cancel

    def _ended(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        if not task.cancelled():
            task.exception()

    async def settle(self) -> None:
        await self.loop.settle()

    def now(self) -> float:
        time: float = self.loop.time()
        return time

    def tick(self, seconds: float) -> None:
        self.loop.tick(seconds)

    async def checkpoint(self) -> None:
        await asyncio.sleep(0)

    def call_at(self, when: float, callback: Callable[[], object]) -> None:
        self.loop.call_at(when, callback)

    def timer_armed(self) -> bool:
        armed: bool = self.loop.timer_armed()
        return armed

    def abandon(self, main: Body) -> None:
        # Nobody will wake these tasks again; that they complain of it is not the point here.
        self.loop.set_exception_handler(lambda loop, context: None)
        with contextlib.closing(self.loop), _silent_tasks(self.tasks):
            last = self.loop.create_task(self._stop_after(main))
            self.loop.run_forever()
            last.result()

    async def _stop_after(self, main: Body) -> None:
        try:
            await main()
        finally:
            self.loop.stop()  # with this pass: whom *main* has woken in it is not served any more


@contextlib.contextmanager
def _silent_tasks(tasks: set[asyncio.Task[None]]) -> Iterator[None]:
    yield
    for task in tasks:
        task._log_destroy_pending = False  # type: ignore[attr-defined]


class AsyncioDriver(VirtualDriver):
    name = "asyncio"
    toro = toro_asyncio
    native: Native = NATIVE
    waits_return_true = True


def _one_frame(
    frame: FrameType | None, walk: Callable[..., Iterator[Any]] = traceback.walk_stack
) -> Iterator[Any]:
    return itertools.islice(walk(frame), 1)


class DebugDriver(AsyncioDriver):
    name = "asyncio-debug"

    def __init__(self) -> None:
        super().__init__()
        self.loop.set_debug(True)

    def run(self, main: Body) -> None:
        # The stack that debug mode keeps of every callback and future is for people to read,
        # and taking it costs ten times all the rest.
        with unittest.mock.patch.object(traceback, "walk_stack", new=_one_frame):
            super().run(main)
