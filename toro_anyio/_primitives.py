"""The coroutine shape, bound to Anyio."""

from __future__ import annotations

from asyncio import _get_running_loop
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from toro_asyncio._wait import turn, wait
from toro_core import coroutines
from toro_core._time import Deadline, Span
from toro_core.machines import Machine

from ._errors import Empty, Full, ShutDown, Timeout, WouldBlock
from ._host import ASYNCIO, HOST, here, home, inside, trio_here, within
from ._locks import AtLock, AtRWLock, AtSemaphore
from ._monitor import AtMonitor
from ._queue import AtQueue

T = TypeVar("T")


class _OnAnyio(coroutines.Primitive):
    __slots__ = ()

    _host = HOST
    _several = True
    # Frames less than by way of the host, and so are the next two.
    _home = staticmethod(home)  # pyright: ignore[reportAssignmentType]
    _here = staticmethod(here)  # pyright: ignore[reportAssignmentType]

    def _turn(self) -> Coroutine[Any, Any, None]:
        """The backend's own."""
        if (loop := _get_running_loop()) is not None and (within.name is None or inside(loop)):
            return turn()
        return (trio_here() or ASYNCIO).turn(self)

    def _wait(
        self, machine: Machine, request: Any, deadline: Deadline, timeout: Span
    ) -> Coroutine[Any, Any, Any]:
        """The backend's own."""
        if (loop := _get_running_loop()) is not None and (within.name is None or inside(loop)):
            return wait(self, machine, request, deadline, timeout)
        return (trio_here() or ASYNCIO).wait(self, machine, request, deadline, timeout)

    _Timeout = Timeout
    _WouldBlock = WouldBlock


class Lock(_OnAnyio, AtLock):
    __slots__ = ()
    __doc__ = coroutines.Lock.__doc__


class Semaphore(_OnAnyio, AtSemaphore):
    __slots__ = ()
    __doc__ = coroutines.Semaphore.__doc__


class BoundedSemaphore(Semaphore, coroutines.BoundedSemaphore):
    __slots__ = ()
    __doc__ = coroutines.BoundedSemaphore.__doc__


class RWLock(_OnAnyio, AtRWLock):
    __slots__ = ()
    __doc__ = coroutines.RWLock.__doc__


class Condition(_OnAnyio, AtMonitor):
    __slots__ = ()
    __doc__ = coroutines.Condition.__doc__
    _lock_type = Lock

    if TYPE_CHECKING:  # with a Lock of this adapter, and no other

        def __init__(self, lock: Lock | None = None, *, name: str | None = None) -> None: ...

        async def wait(self, deadline: Deadline = None, *, timeout: Span = None) -> None: ...


class Event(_OnAnyio, coroutines.Event):
    __slots__ = ()
    __doc__ = coroutines.Event.__doc__

    if TYPE_CHECKING:

        async def wait(self, deadline: Deadline = None, *, timeout: Span = None) -> None: ...


class AsyncResult(_OnAnyio, coroutines.AsyncResult[T]):
    __slots__ = ()
    __doc__ = coroutines.AsyncResult.__doc__


class Queue(_OnAnyio, AtQueue[T]):
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
