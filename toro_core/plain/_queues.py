"""Queues, as far as they do not wait."""

from __future__ import annotations

import functools
import weakref
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any, ClassVar, TypeVar

from .. import _errors, _statistics, machines
from .._checks import check_maxsize
from .._describe import safe_repr, title
from ..machines import HookStore, Shut, Store
from ..machines._machine import count
from ._bound import Bound, Parametrized

__all__ = ["NO_ITEMS", "Queue"]

T = TypeVar("T")

# From a bare () as the default, pyright would conclude that a queue holds items of type Never.
NO_ITEMS: Any = ()


class Queue(Bound, Parametrized[T]):
    """Items in an order, and the two lines at it."""

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
        self, maxsize: float = 0, *, initial: Iterable[T] = NO_ITEMS, name: str | None = None
    ) -> None:
        items = list(initial)
        size = check_maxsize(maxsize, len(items))
        super().__init__(self._machine_type(size), name)
        machine = self._machine
        machine.shutdown_error = self._shutdown_error()
        if self._has_hooks:
            machine.store = _hook_store(self, machine.store)
            self._init(size)
        for item in items:
            machine.try_put(item)

    def _shutdown_error(self) -> Callable[[], Exception]:
        """What makes the exception; of a queue without a name, the class itself."""
        if self.name is None:
            return self._ShutDown
        text = f"{title(self)} was shut down: no more puts, nothing left to get"
        return functools.partial(self._ShutDown, text)

    def _init(self, maxsize: int) -> None:
        """Make the container of a subclass's own, if it wants one."""

    def _get(self) -> T:
        """Remove and return the next item."""
        store: Any = self._machine.store
        item: T
        item = store.lend()
        return item

    def _put(self, item: T) -> None:
        """Add *item*."""
        store: Any = self._machine.store
        store.keep(item)

    def put_nowait(self, item: T) -> None:
        """Put *item* if there is a slot promised to nobody, else raise Full or ShutDown.

        RuntimeError on another loop or thread than that of those who wait.
        """
        machine = self._machine
        items = machine.inlet
        if items is not None and machine.used < machine.limit:
            if (machine.joiners or machine.promised) and self._home() is not machine.home:
                self._check_caller(machine)
            items.append(item)
            machine.used += 1
            machine.unfinished += 1
            return
        store = machine.store
        if not store.strict and machine.used < machine.limit and not machine.line:
            if (machine.joiners or machine.promised) and self._home() is not machine.home:
                self._check_caller(machine)
            store.insert(item)  # 2 frames less than by way of the machine
            machine.used += 1
            machine.unfinished += 1
            return
        if self._home() is not machine.home:
            self._check_caller(machine)
        settled = machine.try_put(item)
        if settled is None:
            raise self._Full(f"{title(self)} is full; await put() to wait for a slot")
        if settled:
            self._host.wake(machine, settled)

    def get_nowait(self) -> T:
        """Take an item if there is one promised to nobody, else raise Empty or ShutDown.

        RuntimeError on another loop or thread than that of those who wait.
        """
        machine = self._machine
        items = machine.outlet
        if items:
            if (machine.joiners or machine.promised) and self._home() is not machine.home:
                self._check_caller(machine)
            machine.used -= 1
            item: T = items.popleft()
            return item
        store = machine.store
        if not store.strict and store.present and not machine.putters:
            if (machine.joiners or machine.promised) and self._home() is not machine.home:
                self._check_caller(machine)
            item = store.pop()  # 2 frames less than by way of the machine
            machine.used -= 1
            return item
        if self._home() is not machine.home:
            self._check_caller(machine)
        got = machine.try_get()
        if got is None:
            raise self._Empty(f"{title(self)} is empty; await get() to wait for an item")
        item, settled = got
        if settled:
            self._host.wake(machine, settled)
        return item

    # For put and get, which do the same whatever a subclass makes of the public ones: who had to
    # wait does not come by them.
    _put_nowait = put_nowait
    _get_nowait = get_nowait

    def __aiter__(self) -> AsyncIterator[T]:
        return Items(self)

    def qsize(self) -> int:
        """Items put and not yet taken; never more than maxsize."""
        return self._machine.size

    def empty(self) -> bool:
        """Is there no item that ``get_nowait`` could take?

        True also while all in ``qsize()`` are promised.
        """
        return self._machine.empty

    def full(self) -> bool:
        """Is there no slot that ``put_nowait`` could use?

        True also while the free ones are promised.  A shutdown does not change it.
        """
        return self._machine.full

    @property
    def maxsize(self) -> int:
        """How many items fit; 0 for no limit."""
        return self._machine.maxsize

    def task_done(self) -> None:
        """One item that was got is dealt with.  ValueError if called more often than items.

        RuntimeError on another loop or thread than that of those who wait.
        """
        machine = self._machine
        waited_for = machine.joiners or machine.line or machine.putters
        if waited_for and self._home() is not machine.home:
            self._check_caller(machine)
        if machine.unfinished > 1:  # nobody can be waiting for the last but one and before
            machine.unfinished -= 1
            return
        try:
            settled = machine.task_done()
        except ValueError:
            raise ValueError(
                f"task_done() on {title(self)} called more often than items were put"
            ) from None
        self._wake(machine, settled)

    @property
    def unfinished_tasks(self) -> int:
        """Items put and not yet reported done."""
        return self._machine.unfinished

    def shutdown(self, immediate: bool = False) -> None:
        """Let nothing more in: puts raise ShutDown, gets do once the queue is empty.

        *immediate* also drops what is in it and counts it done.  What was promised before is
        kept.  May be called again, and again with *immediate*.

        RuntimeError on another loop or thread than that of those who wait.  What a hook of a
        subclass raises while it is emptied: nothing has changed then.
        """
        machine = self._machine
        self._check_caller(machine)
        self._wake(machine, machine.shutdown(immediate))

    def statistics(self) -> _statistics.QueueStatistics:
        """Its state as a frozen record."""
        machine = self._machine
        return _statistics.QueueStatistics(
            machine.size,
            machine.maxsize,
            machine.unfinished,
            machine.shut is not Shut.OPEN,
            count(machine.line),
            count(machine.putters),
            count(machine.joiners),
            machine.waiting,
            _statistics.peak_size(self),
            _statistics.waiters(machine),
        )

    def _words(self) -> tuple[str, ...]:
        machine = self._machine
        words = [f"maxsize={machine.maxsize}"]
        if machine.size:
            words.append(f"queue={self._items_repr()}")
        lines = {"getters": machine.line, "putters": machine.putters, "joiners": machine.joiners}
        words += [f"{name}[{line.waiting}]" for name, line in lines.items() if line]
        if machine.unfinished:
            words.append(f"tasks={machine.unfinished}")
        if machine.shut is not Shut.OPEN:
            words.append("shutdown")
        return tuple(words)

    def _items_repr(self) -> str:
        if self._has_hooks:
            return f"[{self._machine.size} items]"
        return f"[{', '.join(map(safe_repr, self._machine.store))}]"


class Items(Parametrized[T]):
    """The iteration of a queue: one ``get`` after the other, until shutdown.

    The same on every loop: what is awaited may be a coroutine or a Future.
    """

    __slots__ = ("_queue",)

    def __init__(self, queue: Any) -> None:
        self._queue = queue

    def __aiter__(self) -> Items[T]:
        return self

    async def __anext__(self) -> T:
        try:
            item: T = await self._queue.get()
            return item
        except _errors.ShutDown:
            raise StopAsyncIteration from None


def _hook_store(queue: Any, own: Store) -> HookStore:
    """A store that calls the hooks of *queue*, without keeping it alive."""
    reference = weakref.ref(queue)

    def hook(name: str) -> Callable[..., Any]:
        return lambda *args: getattr(reference(), name)(*args)

    return HookStore(hook("_get"), hook("_put"), own)
