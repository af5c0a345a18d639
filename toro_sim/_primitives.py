"""The coroutine shape, bound to the simulated loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from toro_core import coroutines

from ._exceptions import Empty, Full, Timeout, WouldBlock
from ._held import note
from ._host import HOST

T = TypeVar("T")


class _OnSim(coroutines.Primitive):
    __slots__ = ()

    _host = HOST
    _checkpoints = True  # whether it is one depends on the run, so the host is asked
    _Timeout = Timeout
    _WouldBlock = WouldBlock

    if not TYPE_CHECKING:  # the parameters are those of each class

        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            note(self)


class Lock(_OnSim, coroutines.Lock):
    __slots__ = ()
    __doc__ = coroutines.Lock.__doc__


class Semaphore(_OnSim, coroutines.Semaphore):
    __slots__ = ()
    __doc__ = coroutines.Semaphore.__doc__


class BoundedSemaphore(Semaphore, coroutines.BoundedSemaphore):
    __slots__ = ()
    __doc__ = coroutines.BoundedSemaphore.__doc__


class RWLock(_OnSim, coroutines.RWLock):
    __slots__ = ()
    __doc__ = coroutines.RWLock.__doc__


class Condition(_OnSim, coroutines.Condition):
    __slots__ = ()
    __doc__ = coroutines.Condition.__doc__
    _lock_type = Lock

    if TYPE_CHECKING:  # with a Lock of this adapter, and no other

        def __init__(self, lock: Lock | None = None, *, name: str | None = None) -> None: ...


class Event(_OnSim, coroutines.Event):
    __slots__ = ()
    __doc__ = coroutines.Event.__doc__


class AsyncResult(_OnSim, coroutines.AsyncResult[T]):
    __slots__ = ()
    __doc__ = coroutines.AsyncResult.__doc__


class Queue(_OnSim, coroutines.Queue[T]):
    __slots__ = ()
    __doc__ = coroutines.Queue.__doc__
    _Empty = Empty
    _Full = Full


class PriorityQueue(Queue[T], coroutines.PriorityQueue[T]):
    __slots__ = ()
    __doc__ = coroutines.PriorityQueue.__doc__


class LifoQueue(Queue[T], coroutines.LifoQueue[T]):
    __slots__ = ()
    __doc__ = coroutines.LifoQueue.__doc__


class JoinableQueue(Queue[T], coroutines.JoinableQueue[T]):
    __slots__ = ()
    __doc__ = coroutines.JoinableQueue.__doc__
