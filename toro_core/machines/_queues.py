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
from collections import deque
from collections.abc import Iterator
from typing import Any

from .._waiter import CANCELLED, COLLECTED, EXPIRED, GRANTED, WAITING, PromptWaiter, Waiter
from ._machine import Line, Machine, Settled, _line_snapshot, refuse, wake_everyone
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

    def __init__(self, item: Any) -> None:
        self.item = item

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Put) and self.item == other.item

    __hash__ = None  # type: ignore[assignment]  # items need not be hashable

    def __repr__(self) -> str:
        return f"PUT {self.item!r}"


class Shut(enum.Enum):
    """How far a queue has been shut down."""

    OPEN = "open"
    DRAINING = "draining"  # nothing more goes in
    EMPTIED = "emptied"  # and what was in it was dropped


OPEN, DRAINING, EMPTIED = Shut


class Queue(Machine):
    """First in, first out.  ``line`` holds those in ``get``; ``maxsize`` 0 is no limit."""

    __slots__ = (
        "arriving",
        "calm",
        "in_flight",
        "joiners",
        "late",
        "maxsize",
        "putters",
        "reserved",
        "shut",
        "shutdown_error",
        "store",
        "unfinished",
    )

    def __init__(self, maxsize: int = 0, store: Store | None = None) -> None:
        super().__init__()
        self.maxsize = maxsize
        self.store = self._new_store() if store is None else store
        self.putters: Line | None = None
        self.joiners: Line | None = None
        self.unfinished = 0  # items put and not yet reported done; joiners imply some
        self.in_flight = 0  # items promised to getters: out of the store, not out of the queue
        self.reserved = 0  # slots promised to putters
        # Puts accepted after one that is still promised, and that one, in their order.
        self.arriving: deque[Waiter] = deque()
        self.late = 0  # items in arriving whose put is over
        self.shut = OPEN
        self.shutdown_error: type[Exception] = Exception
        # Nobody waits, nothing is promised, nobody shut it: an adapter may then put to
        # and take from the store without coming here.
        self.calm = True

    def _new_store(self) -> Store:
        return FirstInStore()

    # What there is to see.

    @property
    def size(self) -> int:
        """Items put and not yet collected; never more than maxsize."""
        return len(self.store) + self.in_flight + self.late

    @property
    def full(self) -> bool:
        """Would a put have to wait now?"""
        return bool(self.putters) or not self._has_room()

    @property
    def empty(self) -> bool:
        """Would a get have to wait now?"""
        return not len(self.store)

    @property
    def waiting(self) -> int:
        return len(self.line or ()) + len(self.putters or ()) + len(self.joiners or ())

    def everyone(self) -> Iterator[Waiter]:
        for line in (self.line, self.putters, self.joiners):
            if line is not None:
                yield from line.promised
                yield from line

    def busy(self) -> bool:
        return any(True for _ in self.everyone())

    # At once or not at all.

    def try_put(self, item: Any) -> Settled | None:
        """Put *item* now; None if it would have to wait."""
        self._refuse_if_shut()
        if self.full:
            return None
        if self.arriving:
            self._arrive(item)
            return ()
        self.store.insert(item)
        self.unfinished += 1
        return self._admit()

    def try_get(self) -> tuple[Any, Settled] | None:
        """The next item, and whom taking it let in; None if it would have to wait."""
        if not len(self.store):
            if self._is_over():
                raise self.shutdown_error
            return None
        _place, item = self.store.take()
        return item, self._admit()

    # The transitions.

    def enter(self, waiter: Waiter) -> Settled:
        line = self._line_for(waiter)
        first = not line
        waiter.state = WAITING
        line[waiter] = None
        return self._admit() if first else ()

    def leave(self, waiter: Waiter) -> Settled:
        line = self._line_for(waiter)
        if waiter.state is WAITING:
            del line[waiter]
            waiter.state = CANCELLED
        elif waiter.state is GRANTED:
            place = line.promised.pop(waiter)
            waiter.state = CANCELLED
            self._hand_back(waiter, place)
        else:
            return ()
        return self._admit()

    def expire(self, waiter: Waiter) -> Settled:
        if waiter.state is not WAITING:
            return ()
        del self._line_for(waiter)[waiter]
        waiter.state = EXPIRED
        return (waiter, *self._admit())

    def collect(self, waiter: Waiter) -> Settled:
        if waiter.state is not GRANTED:
            return ()
        del self._line_for(waiter).promised[waiter]
        waiter.state = COLLECTED
        if waiter.request is GET:
            self.in_flight -= 1
        else:
            self.reserved -= 1
            self._accept(waiter)
        return self._admit()

    def task_done(self) -> Settled:
        if self.unfinished <= 0:
            raise ValueError("task_done() called more often than there were items")
        self.unfinished -= 1
        return self._admit_joiners()

    def shutdown(self, immediate: bool = False) -> Settled:
        """Let nothing more in.  *immediate* also drops what is in it, and counts it done."""
        if self.shut is OPEN:
            self.shut = DRAINING
        if immediate and self.shut is not EMPTIED:
            self.shut = EMPTIED
            self._drop(len(self.store) + self.late)
            self.store.clear()
            self.late = 0
            self.arriving = deque(w for w in self.arriving if w.state is GRANTED)
        refused = []
        for waiter in self.putters or ():
            refuse(waiter, self.shutdown_error())
            refused.append(waiter)
        if self.putters:
            self.putters.clear()
        return (*refused, *self._admit())

    # The rules.

    def _has_room(self) -> bool:
        return self.maxsize == 0 or self.size + self.reserved < self.maxsize

    def _is_over(self) -> bool:
        """Shut down, and nothing can come any more?"""
        if self.shut is DRAINING:
            return not (self.size or self.reserved)
        return self.shut is EMPTIED

    def _refuse_if_shut(self) -> None:
        if self.shut is not OPEN:
            raise self.shutdown_error

    def _admit(self) -> Settled:
        """Serve both lines until neither side can move."""
        settled: list[Waiter] = []
        before = -1
        while before != len(settled):
            before = len(settled)
            self._serve_getters(settled)
            self._serve_putters(settled)
        settled += self._admit_joiners()
        self.calm = self._is_calm()
        return tuple(settled)

    def _serve_getters(self, settled: list[Waiter]) -> None:
        line = self.line
        if not line:
            return
        over = self._is_over()
        while line and (over or len(self.store)):
            waiter = next(iter(line))
            del line[waiter]
            settled.append(waiter)
            if over:
                refuse(waiter, self.shutdown_error())
            else:
                self._give(waiter, line)

    def _give(self, waiter: Waiter, line: Line) -> None:
        try:
            place, item = self.store.take()
        except Exception as error:
            return refuse(waiter, error)
        waiter.value = item
        if waiter.prompt:
            waiter.state = COLLECTED
        else:
            waiter.state = GRANTED
            line.promised[waiter] = place
            self.in_flight += 1
        return None

    def _serve_putters(self, settled: list[Waiter]) -> None:
        line = self.putters
        if not line:
            return
        while line and (self.shut is not OPEN or self._has_room()):
            waiter = next(iter(line))
            del line[waiter]
            settled.append(waiter)
            if self.shut is not OPEN:
                refuse(waiter, self.shutdown_error())
            else:
                self._let_put(waiter, line)

    def _let_put(self, waiter: Waiter, line: Line) -> None:
        if self.store.strict and (self.arriving or not waiter.prompt):
            self.arriving.append(waiter)
        if waiter.prompt:
            waiter.state = COLLECTED
            self._accept(waiter)
        else:
            waiter.state = GRANTED
            line.promised[waiter] = None
            self.reserved += 1

    def _admit_joiners(self) -> Settled:
        return wake_everyone(self.joiners) if not self.unfinished else ()

    def _is_calm(self) -> bool:
        return not (
            self.line
            or self.putters
            or self.in_flight
            or self.reserved
            or self.arriving
            or self.shut is not OPEN
        )

    def _accept(self, waiter: Waiter) -> None:
        """The put of *waiter*, COLLECTED, is final: its item is there for all."""
        item = waiter.request.item
        self.unfinished += 1
        if self.shut is EMPTIED:
            self._settle_arrivals()
            self._drop(1)
        elif self.arriving:
            self.late += 1
            self._settle_arrivals()
        else:
            try:
                self.store.insert(item)
            except Exception as error:
                self.unfinished -= 1
                refuse(waiter, error)

    def _arrive(self, item: Any) -> None:
        """A put that is over, behind one that is not."""
        waiter = PromptWaiter(request=Put(item))
        waiter.state = COLLECTED
        self.arriving.append(waiter)
        self.late += 1
        self.unfinished += 1

    def _settle_arrivals(self) -> None:
        arriving = self.arriving
        while arriving and arriving[0].state is not GRANTED:
            waiter = arriving.popleft()
            if waiter.state is COLLECTED and self.shut is not EMPTIED:
                self.late -= 1
                self.store.insert(waiter.request.item)

    def _hand_back(self, waiter: Waiter, place: Any) -> None:
        """*waiter*, CANCELLED, never came for what it was promised."""
        if waiter.request is not GET:
            self.reserved -= 1
            waiter.request = None
            self._settle_arrivals()
            return
        self.in_flight -= 1
        item, waiter.value = waiter.value, None
        if self.shut is EMPTIED:
            self._drop(1)
        else:
            self.store.restore(place, item)

    def _drop(self, items: int) -> None:
        """Count *items* done that nobody will get."""
        self.unfinished = max(0, self.unfinished - items)

    def _line_for(self, waiter: Waiter) -> Line:
        if waiter.request is GET:
            return self._line()
        if waiter.request is JOIN:
            if self.joiners is None:
                self.joiners = Line()
            return self.joiners
        if self.putters is None:
            self.putters = Line()
        return self.putters

    def _state(self) -> tuple[Any, ...]:
        return (
            self.maxsize,
            tuple(self.store),
            _line_snapshot(self.putters),
            _line_snapshot(self.joiners),
            self.unfinished,
            self.in_flight,
            self.reserved,
            tuple(waiter.snapshot() for waiter in self.arriving),
            self.shut,
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
