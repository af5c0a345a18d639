"""Protocols for libraries that run on every loop: what all of Toro's adapters satisfy.

A library that takes the adapter as a parameter annotates it with ``Toro``, and what it makes of
it with ``Lock``, ``Queue[int]`` and so on::

    class Pool:
        def __init__(self, toro: Toro, size: int) -> None:
            self._free: Queue[Connection] = toro.Queue(size)

``toro_asyncio``, ``toro_trio``, ``toro_anyio``, ``toro_tornado`` and ``toro_sim`` are each a
``Toro``, and so is any other adapter.  Each wait is an awaitable: await it at once, since on most
loops nothing happens before.  Nothing at run time needs this module.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from . import _errors
from ._guard import Guard
from ._time import Deadline, Span

if TYPE_CHECKING:
    from .records import (
        ConditionStatistics,
        EventStatistics,
        LockStatistics,
        QueueStatistics,
        ResultStatistics,
        RWLockStatistics,
        SemaphoreStatistics,
    )

__all__ = [
    "AsyncResult",
    "BoundedSemaphore",
    "Condition",
    "Event",
    "Lock",
    "Queue",
    "RWLock",
    "Semaphore",
    "Toro",
]

T = TypeVar("T")


class _Primitive(Protocol):
    @property
    def name(self) -> str | None:
        """The name given to it, or None."""


class _Acquired(_Primitive, Protocol):
    """What can be acquired and released, and ``async with`` does both."""

    def acquire(self, deadline: Deadline = None, *, timeout: Span = None) -> Awaitable[Guard]:
        """Take it, waiting if need be, and give a guard; Timeout, and it has not been taken."""

    def acquire_nowait(self) -> Guard:
        """Take it and return a guard, or raise WouldBlock."""

    def release(self) -> None:
        """Give it to the first in line, or free it."""

    def locked(self) -> bool:
        """Would ``acquire`` have to wait?"""

    # Coroutine functions, as what takes an AbstractAsyncContextManager asks for.
    async def __aenter__(self) -> None: ...
    async def __aexit__(self, exc_type: object, exc: object, tb: object, /) -> None: ...


class Lock(_Acquired, Protocol):
    """One task at a time may hold it.  ``release()`` if nobody does: RuntimeError."""

    def statistics(self) -> LockStatistics:
        """Its state as a frozen record."""


class Semaphore(_Acquired, Protocol):
    """So many tasks at a time may hold it."""

    @property
    def value(self) -> int:
        """The number of free permits."""

    @property
    def counter(self) -> int:
        """The same, by the name of Toro 1.0."""

    def wait(self, deadline: Deadline = None, *, timeout: Span = None) -> Awaitable[None]:
        """Wait until a permit is free, and take none; Timeout if that takes too long."""

    def statistics(self) -> SemaphoreStatistics:
        """Its state as a frozen record."""


class BoundedSemaphore(Semaphore, Protocol):
    """A Semaphore that refuses to be released more often than it was acquired: ValueError."""


class RWLock(_Primitive, Protocol):
    """Several may read at a time, or one may write."""

    @property
    def max_readers(self) -> int | None:
        """So many may read at once; None is no limit."""

    @property
    def reader(self) -> AbstractAsyncContextManager[None, Any]:
        """``async with`` it to read."""

    @property
    def writer(self) -> AbstractAsyncContextManager[None, Any]:
        """``async with`` it to write."""

    def acquire_read(self, deadline: Deadline = None, *, timeout: Span = None) -> Awaitable[Guard]:
        """Join the readers, waiting if need be, and give a guard; Timeout, and nothing is held."""

    def acquire_write(self, deadline: Deadline = None, *, timeout: Span = None) -> Awaitable[Guard]:
        """Become the writer, waiting if need be, and give a guard; Timeout, and nothing is held."""

    def acquire_read_nowait(self) -> Guard:
        """Join the readers and return a guard, or raise WouldBlock."""

    def acquire_write_nowait(self) -> Guard:
        """Become the writer and return a guard, or raise WouldBlock."""

    def release_read(self) -> None:
        """One reader less; RuntimeError if nobody reads."""

    def release_write(self) -> None:
        """No writer any more; RuntimeError if nobody writes."""

    def locked(self) -> bool:
        """Would ``acquire_read`` have to wait?"""

    def statistics(self) -> RWLockStatistics:
        """Its state as a frozen record."""


class Condition(_Acquired, Protocol):
    """A line of tasks that moves on when told to, with or without a lock."""

    def wait(self, deadline: Deadline = None, *, timeout: Span = None) -> Awaitable[object]:
        """Wait for a notification; Timeout if none comes in time, RuntimeError without the lock."""

    def wait_for(
        self, predicate: Callable[[], T], deadline: Deadline = None, *, timeout: Span = None
    ) -> Awaitable[T]:
        """Wait until *predicate()* is true, and give what it returned; raises as ``wait`` does."""

    def notify(self, n: int = 1) -> None:
        """Wake the first *n* in line; RuntimeError without the lock."""

    def notify_all(self) -> None:
        """Wake all in line; RuntimeError without the lock."""

    def statistics(self) -> ConditionStatistics:
        """Its state as a frozen record."""


class Event(_Primitive, Protocol):
    """A flag that tasks wait for."""

    def is_set(self) -> bool:
        """Is the flag set?"""

    def set(self) -> None:
        """Set the flag, and wake all who wait."""

    def clear(self) -> None:
        """Clear the flag: who comes now waits."""

    def wait(self, deadline: Deadline = None, *, timeout: Span = None) -> Awaitable[object]:
        """Wait until the flag is set; Timeout if that takes too long."""

    def statistics(self) -> EventStatistics:
        """Its state as a frozen record."""


class AsyncResult(_Primitive, Protocol[T]):
    """A value or an exception, set once."""

    @property
    def value(self) -> T:
        """As ``get_nowait()``."""

    def ready(self) -> bool:
        """Has it been set?"""

    def set(self, value: T) -> None:
        """Hand *value* to all who wait, and to whoever asks; AlreadySet if it has been set."""

    def set_exception(self, exc: BaseException | type[BaseException]) -> None:
        """Raise *exc* in all who wait, and in whoever asks; AlreadySet if it has been set."""

    def get(self, deadline: Deadline = None, *, timeout: Span = None) -> Awaitable[T]:
        """Wait for it, and give the value or raise the exception; Timeout if it takes too long."""

    def get_nowait(self) -> T:
        """Return the value or raise the exception; NotReady if it has not been set."""

    def statistics(self) -> ResultStatistics:
        """Its state as a frozen record."""


class Queue(_Primitive, Protocol[T]):
    """Hands items from those who put them to those who get them, in whichever order it has."""

    @property
    def maxsize(self) -> int:
        """So many items it holds at most; 0 is no limit."""

    @property
    def unfinished_tasks(self) -> int:
        """The items put and not reported done."""

    def qsize(self) -> int:
        """The number of items in it, those promised to a ``get`` included."""

    def empty(self) -> bool:
        """Is there no item that ``get_nowait`` could take?"""

    def full(self) -> bool:
        """Is there no slot that ``put_nowait`` could use?"""

    def put(self, item: T, deadline: Deadline = None, *, timeout: Span = None) -> Awaitable[None]:
        """Put *item*, waiting for a slot if need be; Timeout or ShutDown, and it is not in."""

    def put_nowait(self, item: T) -> None:
        """Put *item*, or raise Full or ShutDown."""

    def get(self, deadline: Deadline = None, *, timeout: Span = None) -> Awaitable[T]:
        """Take the next item, waiting if need be; Timeout or ShutDown, and none is lost."""

    def get_nowait(self) -> T:
        """Take the next item and return it, or raise Empty or ShutDown."""

    def task_done(self) -> None:
        """Report that an item has been dealt with; ValueError if none is left to report."""

    def join(self, deadline: Deadline = None, *, timeout: Span = None) -> Awaitable[None]:
        """Wait until all items have been reported done; Timeout if that takes too long."""

    def shutdown(self, immediate: bool = False) -> None:
        """Refuse items from now on; *immediate* drops those that are in it, too."""

    def __aiter__(self) -> AsyncIterator[T]: ...
    def statistics(self) -> QueueStatistics:
        """Its state as a frozen record."""


# How each is made.  What differs between adapters, such as Tornado's io_loop, is left out.


class _NewLock(Protocol):
    def __call__(self, *, name: str | None = None) -> Lock: ...


class _NewSemaphore(Protocol):
    def __call__(self, value: int = 1, *, name: str | None = None) -> Semaphore: ...


class _NewBoundedSemaphore(Protocol):
    def __call__(self, value: int = 1, *, name: str | None = None) -> BoundedSemaphore: ...


class _NewRWLock(Protocol):
    def __call__(self, max_readers: int | None = 1, *, name: str | None = None) -> RWLock: ...


class _NewCondition(Protocol):
    def __call__(self, *, lock: Any = None, name: str | None = None) -> Condition: ...


class _NewEvent(Protocol):
    def __call__(self, *, name: str | None = None) -> Event: ...


class _NewAsyncResult(Protocol):
    def __call__(self, *, name: str | None = None) -> AsyncResult[Any]: ...


class _NewQueue(Protocol):
    def __call__(
        self, maxsize: float = 0, *, initial: Iterable[Any] = (), name: str | None = None
    ) -> Queue[Any]: ...


class Toro(Protocol):
    """An adapter: a module, or anything with the same names."""

    @property
    def Lock(self) -> _NewLock: ...
    @property
    def Semaphore(self) -> _NewSemaphore: ...
    @property
    def BoundedSemaphore(self) -> _NewBoundedSemaphore: ...
    @property
    def RWLock(self) -> _NewRWLock: ...
    @property
    def Condition(self) -> _NewCondition: ...
    @property
    def Event(self) -> _NewEvent: ...
    @property
    def AsyncResult(self) -> _NewAsyncResult: ...
    @property
    def Queue(self) -> _NewQueue: ...
    @property
    def PriorityQueue(self) -> _NewQueue: ...
    @property
    def LifoQueue(self) -> _NewQueue: ...
    @property
    def JoinableQueue(self) -> _NewQueue: ...
    @property
    def Timeout(self) -> type[_errors.Timeout]: ...
    @property
    def WouldBlock(self) -> type[_errors.WouldBlock]: ...
    @property
    def Empty(self) -> type[_errors.Empty]: ...
    @property
    def Full(self) -> type[_errors.Full]: ...
    @property
    def ShutDown(self) -> type[_errors.ShutDown]: ...
    @property
    def NotReady(self) -> type[_errors.NotReady]: ...
    @property
    def AlreadySet(self) -> type[_errors.AlreadySet]: ...
