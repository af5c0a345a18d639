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
import sys
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from .._waiter import CANCELLED, COLLECTED, GRANTED, WAITING, PromptWaiter, Waiter
from ._machine import Line, Promising, Request, Settled, count, refuse, snapshots, wake_everyone
from ._stores import FirstInStore, LastInStore, SortedStore, Store

__all__ = ["GET", "JOIN", "LifoQueue", "PriorityQueue", "Put", "Queue", "Shut"]


GET = Request.GET
JOIN = Request.JOIN


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
        "inlet",
        "joiners",
        "limit",
        "maxsize",
        "outlet",
        "putters",
        "reserved",
        "shut",
        "shutdown_error",
        "store",
        "unfinished",
        "used",
    )

    line: Line | None
    promised: dict[Waiter, Any] | None

    # In the last-in queue of Toro 1.0 and of Tornado, a get lets the put that waits longest in
    # before it takes an item, and so takes that one.
    swaps = False

    def __init__(self, maxsize: int = 0, store: Store | None = None) -> None:
        super().__init__()
        self.maxsize: int = maxsize
        self.store: Store = self._new_store() if store is None else store
        # The items of a first-in store, where whoever is in a hurry may use them and count; else
        # None: append to them while no getter waits and nothing arrives, pop the first while no
        # putter waits and nothing has come back.
        self.inlet: deque[Any] | None = None
        self.outlet: deque[Any] | None = None
        self.putters: Line | None = None  # they imply that it is full
        self.joiners: Line | None = None  # they imply unfinished items
        self.unfinished: int = 0  # items put and not yet reported done
        # Of used, for puts; 0 once it is shut down.  Comparing with an int is half the price of
        # comparing with inf.
        self.limit: int = maxsize or sys.maxsize
        self.used: int = 0  # slots taken by items, and by promises to getters and to putters
        self.reserved: int = 0  # of these, the slots promised to putters
        # A put that is promised and those accepted after it, in their order.
        self.arriving: deque[Waiter] | None = None
        self.shut: Shut = OPEN
        self.shutdown_error: Callable[[], Exception] = Exception

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
        return not (self.store.present or self.store.returned)

    @property
    def waiting(self) -> int:
        return count(self.line) + count(self.putters) + count(self.joiners)

    def everyone(self) -> Iterator[Waiter]:
        yield from super().everyone()
        yield from self.putters or ()
        yield from self.joiners or ()

    # At once or not at all.

    def try_put(self, item: Any) -> Settled | None:
        """Put *item* now and return whom that lets in; None if it would have to wait.

        What ``shutdown_error`` makes is raised once the queue is shut down.
        """
        if self.used >= self.limit:
            if self.shut is not OPEN:
                raise self.shutdown_error()
            return None
        if self.line and self.store.strict and not self.arriving:
            self.used += 1
            return self._hand_item_on(item, self.line)
        if self.arriving:
            self._arrive(self.arriving, item)
        else:
            self.store.insert(item)
        self.used += 1
        self.unfinished += 1
        if self.line:
            return self._admit()
        if self.store.strict:
            self._open()
        return ()

    def try_get(self) -> tuple[Any, Settled] | None:
        """The next item, and whom taking it let in; None if it would have to wait.

        What ``shutdown_error`` makes is raised if the queue is shut down and empty.
        """
        store = self.store
        if not (store.present or store.returned):
            if self._is_over():
                raise self.shutdown_error()
            return None
        swapped = self._swap_in(self.putters) if self.swaps and self.putters else ()
        item = store.pop()
        if self.putters and store.strict:
            return item, self._hand_slot_on(self.putters)
        self.used -= 1
        if self.putters:
            return item, (*swapped, *self._admit())
        if store.strict:
            self._open()
        return item, swapped

    # The transitions.

    def enter(self, waiter: Waiter) -> Settled:
        if waiter.request is GET:
            return self._come_to_get(waiter)
        if waiter.request is not JOIN:
            return self._come_to_put(waiter)
        if self.joiners is None:
            self.joiners = Line()
        waiter.state = WAITING
        self.joiners.append(waiter)
        return self._admit_joiners()

    def _come_to_get(self, waiter: Waiter) -> Settled:
        if self.outlet:  # as _admit would: half of what it costs to be let in at once
            waiter.value = self.outlet.popleft()
            self._promise_place(waiter)
            return (waiter,)
        if self.line is None:
            self.line = Line()
        waiter.state = WAITING
        self.line.append(waiter)
        if self.store.present or self.store.returned or self.shut is not OPEN:
            return self._admit()
        self.inlet = None
        return ()

    def _come_to_put(self, waiter: Waiter) -> Settled:
        if self.used < self.limit and not waiter.prompt:
            self._reserve(waiter)  # as _admit would
            self.inlet = None
            return (waiter,)
        if self.putters is None:
            self.putters = Line()
        waiter.state = WAITING
        self.putters.append(waiter)
        if self.used < self.limit or self.shut is not OPEN:
            return self._admit()
        self.outlet = None
        return ()

    def collect(self, waiter: Waiter) -> Settled:
        if waiter.state is not GRANTED:
            return ()
        del self.promised[waiter]  # type: ignore[union-attr]  # it is one of them
        waiter.state = COLLECTED
        line, putters = self.line, self.putters
        if waiter.request is GET:
            if putters and self.store.strict and not (line and putters[0].prompt):
                return self._hand_slot_on(putters)
            self.used -= 1
        else:
            self.reserved -= 1
            arriving = self.arriving
            if (
                arriving
                and arriving[0] is waiter
                and (len(arriving) == 1 or arriving[1].state is GRANTED)
            ):
                arriving.popleft()
                if line:
                    return self._hand_item_on(waiter.request.item, line)
                self.unfinished += 1
                self.store.insert(waiter.request.item)
                self._open()
                return ()
            self._accept(waiter)
        if putters or line:
            return self._admit()
        self._open()
        return ()

    # In a first-in queue, what one collects goes straight to the first who waits for it.  The
    # next two are what _admit would do, at a third of its cost: 2 us less for each item.

    def _hand_slot_on(self, putters: Line) -> Settled:
        """An item has been taken, and others wait to put: the queue was full, so one may.

        The slot stays used.
        """
        putter = putters.popleft()
        if putters.husks:
            putters.trim()
        if putter.prompt:
            putter.state = COLLECTED
            self.unfinished += 1
            if self.arriving:
                self.arriving.append(putter)
            else:
                self.store.insert(putter.request.item)
        else:
            self.used -= 1
            self._reserve(putter)
            self.inlet = None
        if not putters and not self.store.returned:
            self.outlet = self.store.present
        return (putter,)

    def _hand_item_on(self, item: Any, line: Line) -> Settled:
        """An item has come, and others wait to get: there is none but this.

        Its slot is used already.
        """
        getter = line.popleft()
        if line.husks:
            line.trim()
        getter.value = item
        self.unfinished += 1
        if not line and not self.arriving:
            self.inlet = self.store.present
        if not getter.prompt:
            self._promise_place(getter)
        else:  # as in _promise_place, a frame less
            getter.state = COLLECTED
            self.used -= 1
            if self.putters or self.shut is not OPEN:
                return (getter, *self._admit())
        return (getter,)

    def _promise_place(self, getter: Waiter) -> None:
        """Promise the place of the item it is given, in a first-in store."""
        if getter.prompt:
            getter.state = COLLECTED
            self.used -= 1
            return
        store: Any = self.store
        store.taken += 1
        getter.state = GRANTED
        if self.promised is None:
            self.promised = {}
        self.promised[getter] = store.taken

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
        """One item less is unfinished; return those in ``join`` if none is left.

        ValueError if there was none.
        """
        if self.unfinished <= 0:
            raise ValueError("task_done() called more often than there were items")
        self.unfinished -= 1
        return self._admit_joiners()

    def shutdown(self, immediate: bool = False) -> Settled:
        """Let nothing more in; return those who are refused by that, or let go.

        *immediate* also drops what is in it, and counts it done.
        """
        dropped = []
        if immediate and self.shut is not EMPTIED:
            dropped = self._empty()
        elif self.shut is OPEN:
            self.shut = DRAINING
        self.limit = 0
        settled = (*self._admit(), *self._admit_joiners())
        dropped.clear()  # not before: what an item does as it ends finds the queue shut
        return settled

    def _open(self) -> None:
        """Say whether whoever is in a hurry may use the store."""
        items = self.store.present if self.store.strict else None
        self.inlet = None if self.line or self.arriving else items
        self.outlet = None if self.putters or self.store.returned else items

    # The rules.

    def _is_over(self) -> bool:
        """Shut down, and nothing can come any more?"""
        return self.shut is EMPTIED or (self.shut is DRAINING and not self.used)

    def _admit(self) -> Settled:
        """Serve both lines until neither side can move."""
        settled: list[Waiter] = []
        store = self.store
        while True:
            if self.line and (store.present or store.returned or self.shut is not OPEN):
                self._serve_getters(self.line, settled)
            if not self.putters or (self.used >= self.limit and self.shut is OPEN):
                break
            self._serve_putters(self.putters, settled)
            if not self.line:  # a put can only let a getter in
                break
        self._open()
        return tuple(settled)

    # The next two do in one frame what would be four small functions: 0.5 us less for each item
    # that somebody waits for.

    def _serve_getters(self, line: Line, settled: list[Waiter]) -> None:
        """Give to those in *line* what there is, or refuse them if nothing can come any more."""
        store = self.store
        while line:
            over = self.shut is not OPEN and self._is_over()
            if not (over or store.present or store.returned):
                return
            waiter = line.popleft()
            if line.husks:
                line.trim()
            settled.append(waiter)
            if over:
                refuse(waiter, self.shutdown_error())
                continue
            try:
                place, waiter.value = store.take()
            except BaseException as error:
                refuse(waiter, error)
                continue
            if waiter.prompt:
                waiter.state = COLLECTED
                self.used -= 1
                continue
            waiter.state = GRANTED
            if self.promised is None:
                self.promised = {}
            self.promised[waiter] = place

    def _serve_putters(self, line: Line, settled: list[Waiter]) -> None:
        """Let those in *line* put while there are slots, or refuse them after a shutdown."""
        shut = self.shut is not OPEN
        while line and (shut or self.used < self.limit):
            waiter = line.popleft()
            if line.husks:
                line.trim()
            settled.append(waiter)
            if shut:
                refuse(waiter, self.shutdown_error())
            elif waiter.prompt:
                self._put_at_once(waiter)
            else:
                self._reserve(waiter)

    def _put_at_once(self, waiter: Waiter) -> None:
        self.used += 1
        waiter.state = COLLECTED
        if self.arriving:
            self.arriving.append(waiter)
        self._accept(waiter)

    def _reserve(self, waiter: Waiter) -> None:
        """A slot is its, and in a first-in store its place; its item is nobody's yet."""
        self.used += 1
        self.reserved += 1
        waiter.state = GRANTED
        if self.promised is None:
            self.promised = {}
        self.promised[waiter] = None
        if self.store.strict:
            if self.arriving is None:
                self.arriving = deque()
            self.arriving.append(waiter)

    def _swap_in(self, line: Line) -> Settled:
        """Let the first of *line* in; the slot is free in a moment, when an item is taken.

        Not where that calls a hook: it would see one item too many, and if it raised, there
        would be one.
        """
        waiter = line[0]
        if self.store.calls_hooks or not waiter.prompt:
            return ()
        line.popleft()
        line.trim()
        self._put_at_once(waiter)
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
            self._settle_arrivals(self.arriving)
            return
        try:
            self.store.insert(waiter.request.item)
        except BaseException as error:
            self.unfinished -= 1
            self.used -= 1
            refuse(waiter, error)

    def _arrive(self, arriving: deque[Waiter], item: Any) -> None:
        """A put that is over, behind one that is not."""
        waiter = PromptWaiter(request=Put(item))
        waiter.state = COLLECTED
        arriving.append(waiter)

    def _settle_arrivals(self, arriving: deque[Waiter]) -> None:
        while arriving and arriving[0].state is not GRANTED:
            waiter = arriving.popleft()
            if waiter.state is COLLECTED:
                self.store.insert(waiter.request.item)

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
        if self.arriving:
            self._settle_arrivals(self.arriving)

    def _empty(self) -> list[Any]:
        """Everything that was in it."""
        dropped = self.store.drain()  # a hook may raise; then nothing has changed
        dropped += [waiter for waiter in self.arriving or () if waiter.state is COLLECTED]
        self.shut = EMPTIED
        self.arriving = None
        self.used -= len(dropped)
        self._count_done(len(dropped))
        return dropped

    def _count_done(self, items: int) -> None:
        """Nobody will get these *items*."""
        self.unfinished = max(0, self.unfinished - items)

    def _line_of(self, waiter: Waiter) -> Line:
        """The line that *waiter* stands in."""
        if waiter.request is GET:
            line = self.line
        elif waiter.request is JOIN:
            line = self.joiners
        else:
            line = self.putters
        assert line is not None
        return line

    def _remove(self, waiter: Waiter) -> None:
        self._line_of(waiter).leave()
        waiter.request = None  # a husk keeps no item

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
