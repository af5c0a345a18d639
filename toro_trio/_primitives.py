"""The coroutine shape, bound to Trio."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from toro_core import coroutines

from ._errors import Empty, Full, Timeout, WouldBlock
from ._event import AtEvent
from ._host import HOST, home
from ._ki import protect
from ._locks import AtLock, AtRWLock, AtSemaphore
from ._monitor import AtMonitor
from ._queue import AtQueue
from ._wait import turn, wait

T = TypeVar("T")


class _OnTrio(coroutines.Primitive):
    __slots__ = ()

    _host = HOST
    # A frame less than by way of the host.
    _home = staticmethod(home)  # pyright: ignore[reportAssignmentType]
    _wait = wait
    _turn = turn

    _Timeout = Timeout
    _WouldBlock = WouldBlock


@protect
class Lock(_OnTrio, AtLock):
    __slots__ = ()
    __doc__ = coroutines.Lock.__doc__


@protect
class Semaphore(_OnTrio, AtSemaphore):
    __slots__ = ()
    __doc__ = coroutines.Semaphore.__doc__


@protect
class BoundedSemaphore(Semaphore, coroutines.BoundedSemaphore):
    __slots__ = ()
    __doc__ = coroutines.BoundedSemaphore.__doc__


@protect
class RWLock(_OnTrio, AtRWLock):
    __slots__ = ()
    __doc__ = coroutines.RWLock.__doc__


@protect
class Condition(_OnTrio, AtMonitor):
    __slots__ = ()
    __doc__ = coroutines.Condition.__doc__
    _lock_type = Lock

    if TYPE_CHECKING:  # with a Lock of this adapter, and no other

        def __init__(self, lock: Lock | None = None, *, name: str | None = None) -> None: ...


@protect
class Event(_OnTrio, AtEvent):
    __slots__ = ()
    __doc__ = coroutines.Event.__doc__


@protect
class AsyncResult(_OnTrio, coroutines.AsyncResult[T]):
    __slots__ = ()
    __doc__ = coroutines.AsyncResult.__doc__


@protect
class Queue(_OnTrio, AtQueue[T]):
    __slots__ = ()
    __doc__ = coroutines.Queue.__doc__
    _Empty = Empty
    _Full = Full


@protect
class PriorityQueue(Queue[T], coroutines.PriorityQueue[T]):
    __slots__ = ()
    __doc__ = coroutines.PriorityQueue.__doc__


@protect
class LifoQueue(Queue[T], coroutines.LifoQueue[T]):
    __slots__ = ()
    __doc__ = coroutines.LifoQueue.__doc__


@protect
class JoinableQueue(Queue[T], coroutines.JoinableQueue[T]):
    __slots__ = ()
    __doc__ = coroutines.JoinableQueue.__doc__
