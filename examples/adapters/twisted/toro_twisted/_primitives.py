"""The coroutine shape, bound to Twisted."""

from __future__ import annotations

from typing import TypeVar

from toro_core import coroutines

from ._errors import Empty, Full, ShutDown, Timeout, WouldBlock
from ._host import HOST

T = TypeVar("T")


class _OnTwisted(coroutines.Primitive):
    __slots__ = ()

    _host = HOST
    _checkpoints = False
    _Timeout = Timeout
    _WouldBlock = WouldBlock


class Lock(_OnTwisted, coroutines.Lock):
    __slots__ = ()
    __doc__ = coroutines.Lock.__doc__


class Semaphore(_OnTwisted, coroutines.Semaphore):
    __slots__ = ()
    __doc__ = coroutines.Semaphore.__doc__


class BoundedSemaphore(Semaphore, coroutines.BoundedSemaphore):
    __slots__ = ()
    __doc__ = coroutines.BoundedSemaphore.__doc__


class RWLock(_OnTwisted, coroutines.RWLock):
    __slots__ = ()
    __doc__ = coroutines.RWLock.__doc__


class Condition(_OnTwisted, coroutines.Condition):
    __slots__ = ()
    __doc__ = coroutines.Condition.__doc__
    _lock_type = Lock


class Event(_OnTwisted, coroutines.Event):
    __slots__ = ()
    __doc__ = coroutines.Event.__doc__


class AsyncResult(_OnTwisted, coroutines.AsyncResult[T]):
    __slots__ = ()
    __doc__ = coroutines.AsyncResult.__doc__


class Queue(_OnTwisted, coroutines.Queue[T]):
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
