"""Queue, PriorityQueue and LifoQueue: two lines, and a store between them.

What has been promised keeps its place and its slot until it is collected:

* an item promised to a getter still counts in ``size``, so a bounded queue has no
  room for another until the getter has taken it, and it goes back to its very place
  if the getter never comes;
* a slot promised to a putter is taken, and its item is nobody's until the putter has
  come.  In a first-in queue it keeps its place meanwhile: what is put later waits
  behind it, in ``arriving``.
"""

from __future__ import annotations

import enum
import math
from collections import OrderedDict, deque
from collections.abc import Iterator
from typing import Any, ClassVar

from .._waiter import CANCELLED, COLLECTED, GRANTED, WAITING, PromptWaiter, Waiter
from ._machine import Line, Promising, Settled, refuse, snapshots, wake_everyone
from ._stores import FirstInStore, LastInStore, SortedStore, Store

__all__ = ["GET", "JOIN", "LifoQueue", "PriorityQueue", "Put", "Queue", "Shut"]


class _Request(enum.Enum):
    GET = "get"
    JOIN = "join"

    def __repr__(self) -> str:
        return self.name


GET = _Request.GET
JOIN = _Request.JOIN


class Put:
    """The request to put *item*."""

    __slots__ = ("item",)

    item: Any

    def __init__(self, item: Any) -> None:
        self.item = item

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Put) and self.item == other.item

    __hash__: ClassVar[None]  # type: ignore[assignment]  # items need not be hashable

    def __repr__(self) -> str:
        return f"PUT {self.item!r}"


class Shut(enum.Enum):
    """How far a queue has been shut down."""

    OPEN = "open"
    DRAINING = "draining"  # nothing more goes in
    EMPTIED = "emptied"  # and what was in it was dropped


OPEN, DRAINING, EMPTIED = Shut


class Queue(Promising):
    """First in, first out.  ``line`` holds those in ``get``; ``maxsize`` 0 is no limit."""

    __slots__ = (
        "arriving",
        "direct",
        "joiners",
        "limit",
        "maxsize",
        "putters",
        "reserved",
        "shut",
        "shutdown_error",
        "store",
        "unfinished",
        "used",
    )

    line: Line | None

    # In the last-in queue of Toro 1.0 and of Tornado, a get lets the put that waits longest in
    # before it takes an item, and so takes that one.
    swaps = False

    def __init__(self, maxsize: int = 0, store: Store | None = None) -> None:
        super().__init__()
        self.maxsize: int = maxsize
        self.store: Store = self._new_store() if store is None else store
        # The items of a first-in store, for adapters in a hurry; None for any other.
        self.direct: deque[Any] | None
        self.direct = self.store.items if isinstance(self.store, FirstInStore) else None
        self.putters: Line | None = None  # they imply that it is full
        self.joiners: Line | None = None  # they imply unfinished items
        self.unfinished: int = 0  # items put and not yet reported done
        self.limit: float = maxsize or math.inf  # of used, for puts; 0 once it is shut down
        self.used: int = 0  # slots taken by items, and by promises to getters and to putters
        self.reserved: int = 0  # of these, the slots promised to putters
        # A put that is promised and those accepted after it, in their order.
        self.arriving: deque[Waiter] | None = None
        self.shut: Shut = OPEN
        self.shutdown_error: type[Exception] = Exception

    def _new_store(self) -> Store:
        return FirstInStore()

    # What there is to see.

    @property
    def size(self) -> int:
        """Items put and not yet collected; never more than maxsize."""
        return self.used - self.reserved

    @property
    def full(self) -> bool:
        """Would a put have to wait now?"""
        return bool(self.maxsize) and self.used >= self.maxsize

    @property
    def empty(self) -> bool:
        """Would a get have to wait now?"""
        return not len(self.store)

    @property
    def waiting(self) -> int:
        return len(self.line or ()) + len(self.putters or ()) + len(self.joiners or ())

    def everyone(self) -> Iterator[Waiter]:
        yield from super().everyone()
        yield from self.putters or ()
        yield from self.joiners or ()

    # At once or not at all.

    def try_put(self, item: Any) -> Settled | None:
        """Put *item* now; None if it would have to wait."""
        if self.used >= self.limit:
            if self.shut is not OPEN:
                raise self.shutdown_error
            return None
        if self.arriving:
            self._arrive(item)
        else:
            self.store.insert(item)
        self.used += 1
        self.unfinished += 1
        return self._admit() if self.line else ()

    def try_get(self) -> tuple[Any, Settled] | None:
        """The next item, and whom taking it let in; None if it would have to wait."""
        if not len(self.store):
            if self._is_over():
                raise self.shutdown_error
            return None
        swapped = self._swap_in(self.putters) if self.swaps and self.putters else ()
        _place, item = self.store.take()
        self.used -= 1
        return item, (*swapped, *self._admit()) if self.putters else swapped

    # The transitions.

    def enter(self, waiter: Waiter) -> Settled:
        line = self._line_for(waiter)
        waits = line or self._must_wait(waiter.request)
        waiter.state = WAITING
        line[waiter] = None
        if waits:
            return ()
        return self._admit_joiners() if waiter.request is JOIN else self._admit()

    def collect(self, waiter: Waiter) -> Settled:
        if waiter.state is not GRANTED:
            return ()
        self._forget_promise(waiter)
        waiter.state = COLLECTED
        if waiter.request is GET:
            self.used -= 1
            return self._admit() if self.putters or self.line else ()
        self.reserved -= 1
        self._accept(waiter)
        return self._admit() if self.putters or self.line else ()

    def leave(self, waiter: Waiter) -> Settled:
        if waiter.state is not GRANTED:
            return super().leave(waiter)
        place = self._forget_promise(waiter)
        waiter.state = CANCELLED
        if waiter.request is GET:
            self._give_back(waiter, place)
        else:
            self._withdraw(waiter)
        return (*self._admit(), *self._admit_joiners())

    def task_done(self) -> Settled:
        if self.unfinished <= 0:
            raise ValueError("task_done() called more often than there were items")
        self.unfinished -= 1
        return self._admit_joiners()

    def shutdown(self, immediate: bool = False) -> Settled:
        """Let nothing more in.  *immediate* also drops what is in it, and counts it done."""
        if self.shut is OPEN:
            self.shut = DRAINING
            self.limit = 0
        if immediate and self.shut is not EMPTIED:
            self._empty()
        return (*self._admit(), *self._admit_joiners())

    # The rules.

    def _must_wait(self, request: object) -> bool:
        """Would the first in its line have to wait with *request*?"""
        if request is GET:
            return not len(self.store) and not self._is_over()
        if request is JOIN:
            return bool(self.unfinished)
        return self.used >= self.limit and self.shut is OPEN

    def _is_over(self) -> bool:
        """Shut down, and nothing can come any more?"""
        return self.shut is EMPTIED or (self.shut is DRAINING and not self.used)

    def _admit(self) -> Settled:
        """Serve both lines until neither side can move."""
        settled: list[Waiter] = []
        while True:
            before = len(settled)
            if self.line:
                self._serve_getters(self.line, settled)
            if self.putters:
                self._serve_putters(self.putters, settled)
            if not self.line or len(settled) == before:  # a put can only let a getter in
                return tuple(settled)

    def _serve_getters(self, line: Line, settled: list[Waiter]) -> None:
        over = self._is_over()
        while line and (over or len(self.store)):
            waiter, _ = line.popitem(last=False)
            settled.append(waiter)
            if over:
                refuse(waiter, self.shutdown_error())
            else:
                self._give(waiter)

    def _give(self, waiter: Waiter) -> None:
        try:
            place, item = self.store.take()
        except Exception as error:
            refuse(waiter, error)
            return
        waiter.value = item
        if waiter.prompt:
            waiter.state = COLLECTED
            self.used -= 1
        else:
            waiter.state = GRANTED
            self._promise(waiter, place)

    def _serve_putters(self, line: Line, settled: list[Waiter]) -> None:
        shut = self.shut is not OPEN
        while line and (shut or self.used < self.limit):
            waiter, _ = line.popitem(last=False)
            settled.append(waiter)
            if shut:
                refuse(waiter, self.shutdown_error())
            else:
                self._let_put(waiter)

    def _let_put(self, waiter: Waiter) -> None:
        self.used += 1
        if self.store.strict and (self.arriving or not waiter.prompt):
            self._join_arrivals(waiter)
        if waiter.prompt:
            waiter.state = COLLECTED
            self._accept(waiter)
        else:
            waiter.state = GRANTED
            self._promise(waiter)
            self.reserved += 1

    def _swap_in(self, line: Line) -> Settled:
        """Let the first of *line* in; the slot is free in a moment, when an item is taken."""
        waiter = next(iter(line))
        if not waiter.prompt:
            return ()
        del line[waiter]
        self._let_put(waiter)
        return (waiter,)

    def _admit_joiners(self) -> Settled:
        return wake_everyone(self.joiners) if not self.unfinished else ()

    def _accept(self, waiter: Waiter) -> None:
        """The put of *waiter*, COLLECTED, is final: its item is there for all."""
        if self.shut is EMPTIED:
            self.used -= 1  # put before the shutdown, and dropped by it
            return
        self.unfinished += 1
        if self.arriving:
            self._settle_arrivals()
            return
        try:
            self.store.insert(waiter.request.item)
        except Exception as error:
            self.unfinished -= 1
            self.used -= 1
            refuse(waiter, error)

    def _arrive(self, item: Any) -> None:
        """A put that is over, behind one that is not."""
        waiter = PromptWaiter(request=Put(item))
        waiter.state = COLLECTED
        self._join_arrivals(waiter)

    def _join_arrivals(self, waiter: Waiter) -> None:
        if self.arriving is None:
            self.arriving = deque()
        self.arriving.append(waiter)

    def _settle_arrivals(self) -> None:
        arriving = self.arriving
        while arriving and arriving[0].state is not GRANTED:
            waiter = arriving.popleft()
            if waiter.state is COLLECTED:
                self.store.insert(waiter.request.item)
        if not arriving:
            self.arriving = None

    def _give_back(self, waiter: Waiter, place: Any) -> None:
        """*waiter* never came for its item."""
        item, waiter.value = waiter.value, None
        if self.shut is EMPTIED:
            self.used -= 1
            self._count_done(1)
        else:
            self.store.restore(place, item)

    def _withdraw(self, waiter: Waiter) -> None:
        """*waiter* never came to put its item."""
        waiter.request = waiter.handle = None  # it may have to stay in arriving for a while
        self.reserved -= 1
        self.used -= 1
        self._settle_arrivals()

    def _empty(self) -> None:
        self.shut = EMPTIED
        arrived = [waiter for waiter in self.arriving or () if waiter.state is COLLECTED]
        dropped = len(self.store) + len(arrived)
        self.store.clear()
        self.arriving = None
        self.used -= dropped
        self._count_done(dropped)

    def _count_done(self, items: int) -> None:
        """Nobody will get these *items*."""
        self.unfinished = max(0, self.unfinished - items)

    def _line_for(self, waiter: Waiter) -> Line:
        """The line that *waiter* stands in, made when first needed."""
        if waiter.request is GET:
            if self.line is None:
                self.line = OrderedDict()
            return self.line
        if waiter.request is JOIN:
            if self.joiners is None:
                self.joiners = OrderedDict()
            return self.joiners
        if self.putters is None:
            self.putters = OrderedDict()
        return self.putters

    def _remove(self, waiter: Waiter) -> None:
        del self._line_for(waiter)[waiter]

    def _state(self) -> tuple[Any, ...]:
        return (
            self.maxsize,
            tuple(self.store),
            snapshots(self.putters),
            snapshots(self.joiners),
            self.unfinished,
            self.used,
            self.reserved,
            snapshots(self.arriving),
            self.shut,
            *super()._state(),
        )


class LifoQueue(Queue):
    """Last in, first out.  A put that is only promised is not there yet."""

    __slots__ = ()

    def _new_store(self) -> Store:
        return LastInStore()


class PriorityQueue(Queue):
    """Lowest first, equals in the order they were put."""

    __slots__ = ()

    def _new_store(self) -> Store:
        return SortedStore()
