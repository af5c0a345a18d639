"""Queues for loops whose waits are coroutines."""

from __future__ import annotations

import weakref
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any, ClassVar, Generic, TypeVar

from .. import _errors, machines
from .._checks import check_maxsize
from .._describe import safe_repr, title
from .._statistics import QueueStatistics
from .._time import Deadline, Span, point_in_time
from ..machines import GET, JOIN, HookStore, Put, Shut, Store
from ._primitive import Primitive

__all__ = ["JoinableQueue", "LifoQueue", "PriorityQueue", "Queue"]

T = TypeVar("T")


class Queue(Primitive, Generic[T]):
    """Hands items from those who put them to those who get them, first in, first out.

    When you want it: to pass work between tasks.  With a *maxsize* a put waits while the queue
    is full, so that producers cannot run away; 0 is no limit, and a fraction is rounded up.
    *initial* items are in it from the start and count as put.

    Count work with ``task_done()`` and ``join()``; end it with ``shutdown()``, after which
    ``async for item in queue:`` drains what is left and ends.

    A subclass may choose the order of items by ``_init(maxsize)``, ``_get()`` and
    ``_put(item)``.
    """

    __slots__ = ()

    _machine: machines.Queue
    _machine_type: ClassVar[type[machines.Queue]] = machines.Queue
    _Empty: ClassVar[type[_errors.Empty]] = _errors.Empty
    _Full: ClassVar[type[_errors.Full]] = _errors.Full
    _ShutDown: ClassVar[type[_errors.ShutDown]] = _errors.ShutDown
    _has_hooks: ClassVar[bool] = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._has_hooks = any(
            getattr(cls, name) is not getattr(Queue, name) for name in ("_init", "_get", "_put")
        )

    def __init__(
        self, maxsize: float = 0, *, initial: Iterable[T] = (), name: str | None = None
    ) -> None:
        items = list(initial)
        size = check_maxsize(maxsize, len(items))
        super().__init__(self._machine_type(size), name)
        machine = self._machine
        machine.shutdown_error = self._ShutDown
        if self._has_hooks:
            machine.store = _hook_store(self, machine.store)
            self._init(size)
        for item in items:
            machine.try_put(item)

    # The order of items, for subclasses.

    def _init(self, maxsize: int) -> None:
        """Make the container of a subclass's own, if it wants one."""

    def _get(self) -> T:
        """Remove and return the next item."""
        store: Any = self._machine.store
        item: T
        _place, item = store.own.take()
        return item

    def _put(self, item: T) -> None:
        """Add *item*."""
        store: Any = self._machine.store
        store.own.insert(item)

    # Putting and getting.

    async def put(self, item: T, deadline: Deadline = None, *, timeout: Span = None) -> None:
        """Put *item*, waiting for a free slot if need be.

        *deadline* is a point on the loop's clock or a timedelta from now, *timeout* a span
        from now in seconds.  If there is room it is put even if they have passed; else
        Timeout.  ShutDown if the queue is or gets shut down.  If this raises, nobody will
        ever get the item.
        """
        machine = self._machine
        if self._checkpoints or not machine.calm or machine.full:
            await self._wait(machine, Put(item), deadline, timeout)
        else:
            if deadline is not None or timeout is not None:
                point_in_time(deadline, timeout, self._host.now)
            machine.store.insert(item)
            machine.unfinished += 1

    async def get(self, deadline: Deadline = None, *, timeout: Span = None) -> T:
        """Take the next item, waiting for one if need be.

        Deadlines are as in ``put``.  ShutDown if the queue is shut down and empty.  If this
        raises, no item is lost: the one it was promised goes to the next in line or back to
        its place.
        """
        machine = self._machine
        item: T
        if self._checkpoints or not machine.calm or not len(machine.store):
            item = await self._wait(machine, GET, deadline, timeout)
        else:
            if deadline is not None or timeout is not None:
                point_in_time(deadline, timeout, self._host.now)
            _place, item = machine.store.take()
        return item

    def put_nowait(self, item: T) -> None:
        """Put *item* if there is a slot promised to nobody, else raise Full or ShutDown."""
        machine = self._machine
        if machine.calm and not machine.full:
            machine.store.insert(item)
            machine.unfinished += 1
            return
        self._check_caller(machine)
        settled = machine.try_put(item)
        if settled is None:
            raise self._Full(f"{title(self)} is full; await put() to wait for a slot")
        self._wake(machine, settled)

    def get_nowait(self) -> T:
        """Take an item if there is one promised to nobody, else raise Empty or ShutDown."""
        machine = self._machine
        item: T
        if machine.calm and len(machine.store):
            _place, item = machine.store.take()
            return item
        self._check_caller(machine)
        got = machine.try_get()
        if got is None:
            raise self._Empty(f"{title(self)} is empty; await get() to wait for an item")
        item, settled = got
        self._wake(machine, settled)
        return item

    def qsize(self) -> int:
        """Items put and not yet taken; never more than maxsize."""
        return self._machine.size

    def empty(self) -> bool:
        """Would ``get_nowait`` raise Empty?"""
        return self._machine.empty

    def full(self) -> bool:
        """Would ``put_nowait`` raise Full?"""
        return self._machine.full

    @property
    def maxsize(self) -> int:
        """How many items fit; 0 for no limit."""
        return self._machine.maxsize

    # Counting work.

    def task_done(self) -> None:
        """One item that was got is dealt with.  ValueError if called more often than items."""
        self._check_caller(self._machine)
        try:
            settled = self._machine.task_done()
        except ValueError:
            raise ValueError(
                f"task_done() on {title(self)} called more often than items were put"
            ) from None
        self._wake(self._machine, settled)

    async def join(self, deadline: Deadline = None, *, timeout: Span = None) -> None:
        """Wait until every item that was put has been reported done.

        *deadline* is a point on the loop's clock or a timedelta from now, *timeout* a span
        from now in seconds.  Timeout if it passes first.
        """
        if self._checkpoints or self._machine.unfinished:
            await self._wait(self._machine, JOIN, deadline, timeout)
        elif deadline is not None or timeout is not None:
            point_in_time(deadline, timeout, self._host.now)

    @property
    def unfinished_tasks(self) -> int:
        """Items put and not yet reported done."""
        return self._machine.unfinished

    # The end.

    def shutdown(self, immediate: bool = False) -> None:
        """Let nothing more in: puts raise ShutDown, gets do once the queue is empty.

        *immediate* also drops what is in it and counts it done.  What was promised before is
        kept.  May be called again, and again with *immediate*.
        """
        self._check_caller(self._machine)
        self._wake(self._machine, self._machine.shutdown(immediate))

    def __aiter__(self) -> AsyncIterator[T]:
        return _Items(self)

    # Looking at it.

    def statistics(self) -> QueueStatistics:
        """Its state as a frozen record."""
        machine = self._machine
        return QueueStatistics(
            machine.size,
            machine.maxsize,
            machine.unfinished,
            machine.shut is not Shut.OPEN,
            len(machine.line or ()),
            len(machine.putters or ()),
            len(machine.joiners or ()),
            machine.waiting,
        )

    def _words(self) -> tuple[str, ...]:
        machine = self._machine
        words = [f"maxsize={machine.maxsize}"]
        if machine.size:
            words.append(f"queue={self._items_repr()}")
        for label, line in (("getters", machine.line), ("putters", machine.putters)):
            if line:
                words.append(f"{label}[{len(line)}]")
        if machine.unfinished:
            words.append(f"tasks={machine.unfinished}")
        if machine.shut is not Shut.OPEN:
            words.append("shutdown")
        return (*words, *super()._words())

    def _items_repr(self) -> str:
        if self._has_hooks:
            return f"[{self._machine.size} items]"
        return f"[{', '.join(map(safe_repr, self._machine.store))}]"


class PriorityQueue(Queue[T]):
    """A Queue that gives the lowest item first, equals in the order they were put.

    Items are compared with ``<`` alone, before anything changes: if a comparison raises, ``put``
    raises that and the queue is as before.
    """

    __slots__ = ()
    _machine_type = machines.PriorityQueue


class LifoQueue(Queue[T]):
    """A Queue that gives the newest item first."""

    __slots__ = ()
    _machine_type = machines.LifoQueue


class JoinableQueue(Queue[T]):
    """A Queue; the name under which Toro 1.0 had the one with ``task_done`` and ``join``."""

    __slots__ = ()


class _Items(Generic[T]):
    """The iteration of a queue: one ``get`` after the other, until shutdown."""

    __slots__ = ("_queue",)

    def __init__(self, queue: Queue[T]) -> None:
        self._queue = queue

    def __aiter__(self) -> _Items[T]:
        return self

    async def __anext__(self) -> T:
        try:
            return await self._queue.get()
        except _errors.ShutDown:
            raise StopAsyncIteration from None


def _hook_store(queue: Any, own: Store) -> HookStore:
    """A store that calls the hooks of *queue*, without keeping it alive."""
    reference = weakref.ref(queue)

    def hook(name: str) -> Callable[..., Any]:
        return lambda *args: getattr(reference(), name)(*args)

    return HookStore(hook("_get"), hook("_put"), own)
