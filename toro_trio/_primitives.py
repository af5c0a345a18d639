"""The coroutine shape, bound to Trio."""

from __future__ import annotations

from typing import TypeVar

from trio.lowlevel import current_trio_token

from toro_core import coroutines
from toro_core.machines import Machine

from ._errors import Empty, Full, Timeout, WouldBlock
from ._event import AtEvent
from ._host import HOST, TrioHost, home
from ._ki import protect
from ._monitor import AtMonitor
from ._wait import no_run, turn, wait

T = TypeVar("T")


class _OnTrio(coroutines.Primitive):
    __slots__ = ()

    _host = HOST
    # A frame less than by way of the host.
    _home = staticmethod(home)  # pyright: ignore[reportAssignmentType]
    _wait = wait
    _turn = staticmethod(turn)  # pyright: ignore[reportAssignmentType]

    _lasting = HOST

    def _yielding(self, machine: Machine) -> TrioHost:
        try:
            running = current_trio_token()
        except RuntimeError:
            raise no_run(self) from None
        if machine.home is not running:
            self._move(machine, running)
        return HOST

    _Timeout = Timeout
    _WouldBlock = WouldBlock


@protect
class Lock(_OnTrio, coroutines.Lock):
    __slots__ = ()
    __doc__ = coroutines.Lock.__doc__


@protect
class Semaphore(_OnTrio, coroutines.Semaphore):
    __slots__ = ()
    __doc__ = coroutines.Semaphore.__doc__


@protect
class BoundedSemaphore(Semaphore, coroutines.BoundedSemaphore):
    __slots__ = ()
    __doc__ = coroutines.BoundedSemaphore.__doc__


@protect
class RWLock(_OnTrio, coroutines.RWLock):
    __slots__ = ()
    __doc__ = coroutines.RWLock.__doc__


@protect
class Condition(_OnTrio, AtMonitor):
    __slots__ = ()
    __doc__ = coroutines.Condition.__doc__
    _lock_type = Lock


@protect
class Event(_OnTrio, AtEvent):
    __slots__ = ()
    __doc__ = coroutines.Event.__doc__


@protect
class AsyncResult(_OnTrio, coroutines.AsyncResult[T]):
    __slots__ = ()
    __doc__ = coroutines.AsyncResult.__doc__


@protect
class Queue(_OnTrio, coroutines.Queue[T]):
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
