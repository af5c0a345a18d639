"""Toro for plainloop: a host, an exception, and the classes bound to them."""

from __future__ import annotations

from collections.abc import Awaitable, Iterable
from typing import Any, TypeVar

import plainloop

import toro_core
from toro_core import (
    AlreadySet,
    Empty,
    Full,
    NotReady,
    ShutDown,
    State,
    Waiter,
    WouldBlock,
    coroutines,
)
from toro_core.machines import Machine

__all__ = [
    "AlreadySet",
    "AsyncResult",
    "BoundedSemaphore",
    "Condition",
    "Empty",
    "Event",
    "Full",
    "JoinableQueue",
    "LifoQueue",
    "Lock",
    "NotReady",
    "PriorityQueue",
    "Queue",
    "RWLock",
    "Semaphore",
    "ShutDown",
    "Timeout",
    "WouldBlock",
]

T = TypeVar("T")


class Timeout(toro_core.Timeout, plainloop.TooLate):
    """The deadline passed; a ``plainloop.TooLate``."""


class PlainloopHost:
    checkpoints = False
    cancellations: tuple[type[BaseException], ...] = (plainloop.Cancelled,)
    waiter = Waiter
    home = staticmethod(plainloop.running)

    def is_gone(self, home: plainloop.Loop) -> bool:
        return home.closed

    def check_caller(self, home: plainloop.Loop) -> None:
        raise RuntimeError("in use on a loop of another thread")

    def now(self) -> float:
        return plainloop.current_task().loop.clock()

    def sleep(self, machine: Machine, waiter: Waiter) -> Awaitable[None]:
        waiter.handle = plainloop.current_task()
        return plainloop.park()

    async def sleep_shielded(self, machine: Machine, waiter: Waiter) -> BaseException | None:
        last = None
        while waiter.state is State.WAITING:
            try:
                await self.sleep(machine, waiter)
            except plainloop.Cancelled as error:
                last = error
        try:
            return last
        finally:
            del last  # this frame is in its traceback

    def comes_again(self, error: BaseException) -> bool:
        return False

    def wake(self, machine: Machine, settled: Iterable[Waiter]) -> None:
        while settled:
            heirs: list[Waiter] = []
            for waiter in settled:
                task = waiter.handle
                if task is None:
                    continue
                if task.cancelling:
                    heirs += machine.leave(waiter)
                else:
                    task.wake()
            settled = heirs

    async def checkpoint(self) -> None:
        await plainloop.checkpoint()

    async def surface_cancellation(self) -> None:
        if plainloop.current_task().cancelling:
            await plainloop.checkpoint()

    def arm(self, machine: Machine, waiter: Waiter) -> plainloop.Timer:
        def expire() -> None:
            self.wake(machine, machine.expire(waiter))

        assert waiter.deadline is not None
        return plainloop.current_task().loop.call_at(waiter.deadline, expire)

    def disarm(self, entry: Any) -> None:
        entry.cancel()


class _OnPlainloop(coroutines.Primitive):
    __slots__ = ()

    _host = PlainloopHost()
    _checkpoints = False
    _Timeout = Timeout


class Lock(_OnPlainloop, coroutines.Lock):
    __slots__ = ()


class Semaphore(_OnPlainloop, coroutines.Semaphore):
    __slots__ = ()


class BoundedSemaphore(Semaphore, coroutines.BoundedSemaphore):
    __slots__ = ()


class RWLock(_OnPlainloop, coroutines.RWLock):
    __slots__ = ()


class Condition(_OnPlainloop, coroutines.Condition):
    __slots__ = ()
    _lock_type = Lock


class Event(_OnPlainloop, coroutines.Event):
    __slots__ = ()


class AsyncResult(_OnPlainloop, coroutines.AsyncResult[T]):
    __slots__ = ()


class Queue(_OnPlainloop, coroutines.Queue[T]):
    __slots__ = ()


class PriorityQueue(Queue[T], coroutines.PriorityQueue[T]):
    __slots__ = ()


class LifoQueue(Queue[T], coroutines.LifoQueue[T]):
    __slots__ = ()


class JoinableQueue(Queue[T], coroutines.JoinableQueue[T]):
    __slots__ = ()
