"""What each loop brings along: asyncio, Tornado, Trio, AnyIO."""

import asyncio
import asyncio.queues
import math
from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from ..loops import Loop
from ..operations import Condition, Event, Lock, Queue
from ._kit import AsyncBlock, Block, Keyword, Kit

__all__ = ["Anyio", "AnyioFast", "Asyncio", "Tornado", "Trio"]


class Asyncio(Kit):
    library = "asyncio"
    loops = ("asyncio", "uvloop")
    deadline = AsyncBlock(asyncio.timeout, TimeoutError)
    makes = MappingProxyType(
        {
            "Lock": asyncio.Lock,
            "Semaphore": asyncio.Semaphore,
            "Event": asyncio.Event,
            "Condition": asyncio.Condition,
            "Queue": asyncio.Queue,
        }
    )

    def lock(self) -> Lock:  # type: ignore[override]
        return Lock.of(asyncio.Lock())

    def semaphore(self, value: int) -> Lock:  # type: ignore[override]
        return Lock.of(asyncio.Semaphore(value))

    def event(self) -> Event:  # type: ignore[override]
        return Event.of(asyncio.Event())

    def condition(self) -> Condition:  # type: ignore[override]
        return Condition.of(asyncio.Condition())

    def queue(self, maxsize: int) -> Queue:  # type: ignore[override]
        return Queue.of(asyncio.Queue(maxsize))

    def priority_queue(self) -> Queue:  # type: ignore[override]
        return Queue.of(asyncio.PriorityQueue())

    def joinable_queue(self) -> Queue:  # type: ignore[override]
        return Queue.of(asyncio.Queue())


class Tornado(Kit):
    library = "tornado"
    needs = ("tornado.locks", "tornado.queues")
    loops = ("tornado",)

    def __init__(self, loop: Loop) -> None:
        super().__init__(loop)
        from tornado import locks, queues
        from tornado.util import TimeoutError as TornadoTimeout

        self._locks, self._queues = locks, queues
        self.deadline = Keyword(TornadoTimeout, to_span=lambda seconds: timedelta(seconds=seconds))
        self.makes = {
            "Lock": locks.Lock,
            "Semaphore": locks.Semaphore,
            "Event": locks.Event,
            "Condition": locks.Condition,
            "Queue": queues.Queue,
        }

    def lock(self) -> Lock:  # type: ignore[override]
        return Lock.of(self._locks.Lock())

    def semaphore(self, value: int) -> Lock:  # type: ignore[override]
        return Lock.of(self._locks.Semaphore(value))

    def event(self) -> Event:  # type: ignore[override]
        return Event.of(self._locks.Event())

    def condition(self) -> Condition:  # type: ignore[override]
        return Condition.bare(self._locks.Condition())

    bare_condition = condition  # type: ignore[assignment]

    def queue(self, maxsize: int) -> Queue:  # type: ignore[override]
        return Queue.of(self._queues.Queue(maxsize))

    def priority_queue(self) -> Queue:  # type: ignore[override]
        return Queue.of(self._queues.PriorityQueue())

    def joinable_queue(self) -> Queue:  # type: ignore[override]
        return Queue.of(self._queues.Queue())


class Trio(Kit):
    library = "trio"
    needs = ("trio",)
    loops = ("trio",)
    yields = True

    def __init__(self, loop: Loop) -> None:
        super().__init__(loop)
        import trio

        self._trio = trio
        self.deadline = Block(trio.move_on_after, trio.fail_after, trio.TooSlowError)
        self.makes = {
            "Lock": trio.Lock,
            "Semaphore": lambda: trio.Semaphore(1),
            "Event": trio.Event,
            "Condition": trio.Condition,
            "Queue": lambda: trio.open_memory_channel[Any](math.inf),
        }

    def lock(self) -> Lock:  # type: ignore[override]
        return Lock.of(self._trio.Lock())

    def semaphore(self, value: int) -> Lock:  # type: ignore[override]
        return Lock.of(self._trio.Semaphore(value))

    def event(self) -> Event:  # type: ignore[override]
        return Event.of(self._trio.Event())

    def condition(self) -> Condition:  # type: ignore[override]
        return Condition.of(self._trio.Condition())

    def queue(self, maxsize: int) -> Queue:  # type: ignore[override]
        put, get = self._trio.open_memory_channel[Any](maxsize or math.inf)
        return Queue(put.send, get.receive, put.send_nowait, get.receive_nowait)


class Anyio(Kit):
    library = "anyio"
    needs = ("anyio",)
    loops = ("asyncio", "uvloop", "trio")
    yields = True
    options: Mapping[str, bool] = MappingProxyType({})

    def __init__(self, loop: Loop) -> None:
        super().__init__(loop)
        import anyio

        self._anyio = anyio
        self.deadline = Block(anyio.move_on_after, anyio.fail_after, TimeoutError)
        self.makes = {
            "Lock": anyio.Lock,
            "Semaphore": lambda: anyio.Semaphore(1),
            "Event": anyio.Event,
            "Condition": anyio.Condition,
            "Queue": lambda: anyio.create_memory_object_stream[Any](math.inf),
        }

    def lock(self) -> Lock:  # type: ignore[override]
        return Lock.of(self._anyio.Lock(**self.options))

    def semaphore(self, value: int) -> Lock:  # type: ignore[override]
        return Lock.of(self._anyio.Semaphore(value, **self.options))

    def event(self) -> Event:  # type: ignore[override]
        return Event.of(self._anyio.Event())

    def condition(self) -> Condition:  # type: ignore[override]
        return Condition.of(self._anyio.Condition(self._anyio.Lock(**self.options)))

    def queue(self, maxsize: int) -> Queue:  # type: ignore[override]
        put, get = self._anyio.create_memory_object_stream[Any](maxsize or math.inf)
        self._open = put, get  # a stream that is dropped without being closed complains
        return Queue(put.send, get.receive, put.send_nowait, get.receive_nowait)


class AnyioFast(Anyio):
    """AnyIO's locks told not to yield when they are free, which its own default and Trio's rule
    is to do.
    """

    library = "anyio-fast"
    yields = False
    options = MappingProxyType({"fast_acquire": True})
    event = queue = None  # type: ignore[assignment]
