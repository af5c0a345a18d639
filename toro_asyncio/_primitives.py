"""The coroutine shape, bound to asyncio."""

from __future__ import annotations

import asyncio
import types
from typing import TYPE_CHECKING, TypeVar

from toro_core import coroutines
from toro_core.plain._bound import known_as

from ._errors import Empty, Full, ShutDown, Timeout, WouldBlock
from ._event import AtEvent
from ._host import HOST
from ._locks import AtLock, AtRWLock, AtSemaphore
from ._monitor import AtMonitor
from ._queue import AtQueue
from ._wait import wait

T = TypeVar("T")


class _OnAsyncio(coroutines.Primitive):
    __slots__ = ()

    _host = HOST
    _checkpoints = False
    _wait = wait
    # One of C does not bind; CPython has no other.
    if isinstance(asyncio._get_running_loop, types.BuiltinFunctionType):  # pragma: no branch
        _home = asyncio._get_running_loop  # 30 ns less than by way of the host
    _Timeout = Timeout
    _WouldBlock = WouldBlock


class Lock(_OnAsyncio, AtLock):
    __slots__ = ()
    __doc__ = coroutines.Lock.__doc__


class Semaphore(_OnAsyncio, AtSemaphore):
    __slots__ = ()
    __doc__ = coroutines.Semaphore.__doc__


class BoundedSemaphore(Semaphore, coroutines.BoundedSemaphore):
    __slots__ = ()
    __doc__ = coroutines.BoundedSemaphore.__doc__

    @known_as(coroutines.BoundedSemaphore.release)
    def release(self) -> None:
        coroutines.BoundedSemaphore.release(self)


class RWLock(_OnAsyncio, AtRWLock):
    __slots__ = ()
    __doc__ = coroutines.RWLock.__doc__


class Condition(_OnAsyncio, AtMonitor):
    __slots__ = ()
    __doc__ = coroutines.Condition.__doc__
    _lock_type = Lock
    _woken = True

    if TYPE_CHECKING:  # with a Lock of this adapter, and no other

        def __init__(self, lock: Lock | None = None, *, name: str | None = None) -> None: ...


class Event(_OnAsyncio, AtEvent):
    __slots__ = ()
    __doc__ = coroutines.Event.__doc__
    _woken = True


class AsyncResult(_OnAsyncio, coroutines.AsyncResult[T]):
    __slots__ = ()
    __doc__ = coroutines.AsyncResult.__doc__


class Queue(_OnAsyncio, AtQueue[T]):
    __slots__ = ()
    __doc__ = coroutines.Queue.__doc__
    _Empty = Empty
    _Full = Full
    _ShutDown = ShutDown


class PriorityQueue(Queue[T], coroutines.PriorityQueue[T]):
    __slots__ = ()
    __doc__ = coroutines.PriorityQueue.__doc__


class LifoQueue(Queue[T], coroutines.LifoQueue[T]):
    __slots__ = ()
    __doc__ = coroutines.LifoQueue.__doc__


class JoinableQueue(Queue[T], coroutines.JoinableQueue[T]):
    __slots__ = ()
    __doc__ = coroutines.JoinableQueue.__doc__
