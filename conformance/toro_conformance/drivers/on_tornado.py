"""Tornado: cancelling the task that awaits a Future, and cancelling the Future itself."""

from __future__ import annotations

import asyncio
import inspect
from typing import TYPE_CHECKING, Any

import tornado.platform.asyncio
import tornado.queues
import tornado.util

import toro_tornado
from toro_conformance.driver import Cancel, Native
from toro_conformance.drivers.on_asyncio import SHUT_DOWN, VirtualDriver
from toro_conformance.world import Operation

if TYPE_CHECKING:
    from toro_conformance.driver import Call


NATIVE: dict[str, tuple[type[BaseException], ...]] = {
    "Timeout": (tornado.util.TimeoutError,),
    "Empty": (tornado.queues.QueueEmpty,),
    "Full": (tornado.queues.QueueFull,),
    **SHUT_DOWN,
}


class VirtualIOLoop(tornado.platform.asyncio.AsyncIOLoop):
    """An IOLoop whose wall clock is the virtual clock, until it jumps."""

    wall_offset: float = 0.0

    def time(self) -> float:
        now: float = self.asyncio_loop.time()
        return now + self.wall_offset


class TornadoDriver(VirtualDriver):
    name = "tornado"
    toro = toro_tornado
    native: Native = NATIVE
    eager = True
    wall_clock = True

    def __init__(self) -> None:
        super().__init__()
        self.io_loop: VirtualIOLoop = VirtualIOLoop(asyncio_loop=self.loop, make_current=False)

    def now(self) -> float:
        time: float = self.io_loop.time()
        return time

    def jump_wall_clock(self, seconds: float) -> None:
        self.io_loop.wall_offset += seconds


class TornadoFutureDriver(TornadoDriver):
    """The operation is the Future: nobody awaits it, and it is cancelled itself."""

    name = "tornado-future"
    undoes_grants = False
    cancels_tasks = False
    cancel_messages = False

    def start(self, call: Call, operation: Operation) -> Cancel:
        try:
            future: Any = call()
        except Exception as error:
            operation.fail(error)
            return lambda: None
        if inspect.iscoroutine(future):  # a body that a case wrote itself
            return self.spawn(operation.body(lambda: future))
        if future.done():
            _report(future, operation)
            return lambda: None
        future.add_done_callback(lambda future: _report(future, operation))
        cancel: Cancel = future.cancel
        return cancel


def _report(future: asyncio.Future[Any], operation: Operation) -> None:
    if future.cancelled():
        operation.cancelled_with()
    elif error := future.exception():
        operation.fail(error)
    else:
        operation.succeed(future.result())
