"""Queues: first in first out, last in first out and by priority.

A state is (places, coming, getters, putters, joiners, unfinished, shut, direct):

* *places*: the items in the order of the queue, each (FREE, rank), (BACK, rank) if it
  was given back, (PROMISED, rank, way) or, in a first-in queue, (COMING, rank, way)
  for a put that was granted and not collected;
* *coming*: in other queues, such puts, (rank, way), in no order;
* *getters* and *joiners* by way, *putters* (way, rank);
* *shut*: how far it was shut down;
* *direct*: whether a first-in store has made its deque of items, and whether ``inlet``
  and ``outlet`` let it be used directly.

What an item is does not matter beyond its rank, so items have no names in a state.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable
from typing import Any

from spec import Fate, FifoSpec, LifoSpec, PrioritySpec, QueueSpec, Settled
from spec.line import Person
from spec.queues import GET as TO_GET
from spec.queues import JOIN as TO_JOIN
from spec.queues import PUT as TO_PUT
from spec.queues import Place, SaysEmpty, SaysFull, SaysShutDown

from toro_core._waiter import COLLECTED, GRANTED, WAITING, PromptWaiter, Waiter
from toro_core.machines import (
    GET,
    JOIN,
    LifoQueue,
    Line,
    PriorityQueue,
    Put,
    Queue,
    Shut,
)

from .base import (
    NO,
    PROMPT,
    TWO_STEP,
    YES,
    Disagreement,
    Key,
    Model,
    Move,
    Pair,
    Step,
    as_settled,
    attempt,
    late_signals,
    markings,
    waiters_in,
)

FREE = 0
BACK = 1
PROMISED = 2
COMING = 3

SHUTS = (Shut.OPEN, Shut.DRAINING, Shut.EMPTIED)
HELPFUL = frozenset({"get", "put", "task_done"})


class Item:
    """It compares by rank alone, and equals nothing but itself."""

    __slots__ = ("rank",)

    def __init__(self, rank: int) -> None:
        self.rank = rank

    def __lt__(self, other: Item) -> bool:
        return self.rank < other.rank


Entry = tuple[int, int, Item]  # place, FREE or BACK, item


class Kind:
    """How a store keeps its items: put in and read off by their places."""

    machine: Callable[[int], Queue]
    spec: Callable[[int], QueueSpec]
    ranks: tuple[int, ...] = (0,)
    in_place = False  # does a put that was granted have a place in the order already?

    def fill(self, store: Any, entries: list[Entry], taken: int) -> None:
        """Put *entries* in, in order; *taken* is the last place that was taken."""
        raise NotImplementedError

    def entries(self, store: Any) -> list[Entry]:
        """Read them off again."""
        raise NotImplementedError

    def spec_order(self, places: list[Place]) -> list[Place]:
        """The places that have an item, in the order in which *entries* and promises come."""
        return places


def of_kind(entries: list[Entry], kind: int) -> list[Entry]:
    return [entry for entry in entries if entry[1] == kind]


class Fifo(Kind):
    machine = Queue
    spec = FifoSpec
    in_place = True

    def fill(self, store: Any, entries: list[Entry], taken: int) -> None:
        store.returned = [(place, item) for place, _, item in of_kind(entries, BACK)]
        for _, _, item in of_kind(entries, FREE):
            store.insert(item)
        store.taken = taken

    def entries(self, store: Any) -> list[Entry]:
        """The places of those that were never taken are yet to come."""
        returned = [(place, BACK, item) for place, item in store.returned or ()]
        first = store.taken + 1
        return returned + [(first + n, FREE, item) for n, item in enumerate(store.present or ())]


class Lifo(Kind):
    machine = LifoQueue
    spec = LifoSpec

    def fill(self, store: Any, entries: list[Entry], taken: int) -> None:
        store.present.extend([(place, item) for place, _, item in entries])
        store.put = max([taken, *[place for place, _, _ in entries]])

    def entries(self, store: Any) -> list[Entry]:
        if any(place > store.put for place, _ in store.present):
            raise Disagreement("a place beyond the last")
        return [(place, FREE, item) for place, item in store.present]


class Priority(Kind):
    machine = PriorityQueue
    spec = PrioritySpec
    ranks = (0, 1)

    def fill(self, store: Any, entries: list[Entry], taken: int) -> None:
        back = of_kind(entries, BACK)
        store.returned = [item for _, _, item in back]
        store.returned_places = [place for place, _, _ in back]
        store.present.extend([item for _, _, item in of_kind(entries, FREE)])
        store.taken = taken

    def entries(self, store: Any) -> list[Entry]:
        places = zip(store.returned_places, store.returned, strict=True)
        first = store.taken + 1
        return [(place, BACK, item) for place, item in places] + [
            (first + n, FREE, item) for n, item in enumerate(store.present)
        ]

    def spec_order(self, places: list[Place]) -> list[Place]:
        return sorted(places, key=lambda place: place.item.rank)


FIFO = Fifo()
LIFO = Lifo()
PRIORITY = Priority()


class QueueModel(Model):
    """At most *clients* in line or with a promise, and *items* there or not reported done."""

    def __init__(
        self, kind: Kind, clients: int, maxsize: int, items: int, *, shuts: bool = True,
        joins: bool = True, ways: tuple[int, ...] = (TWO_STEP, PROMPT),
    ) -> None:  # fmt: skip
        self.kind, self.clients, self.maxsize = kind, clients, maxsize
        self.limit, self.shuts, self.joins, self.ways = items, shuts, joins, ways
        name = kind.machine.__name__
        words = [f"{name}({maxsize})", f"{clients} clients", f"up to {items} items"]
        if ways == (TWO_STEP,):
            words.append("in two steps")
        elif ways == (PROMPT,):
            words.append("prompt")
        if not joins:
            words.append("no join")
        if not shuts:
            words.append("no shutdown")
        self.name = ", ".join(words)
        # The order of the specification's answers decides that of the machine's requests.
        self.requests = {TO_GET: GET, TO_JOIN: JOIN}

    # States.

    def start(self) -> Key:
        return ((), (), (), (), (), 0, 0, (False, False, False))

    def at_rest(self, key: Key) -> bool:
        places, coming, getters, putters, joiners, unfinished, _, _ = key
        return not (places or coming or getters or putters or joiners or unfinished)

    def marked(self, key: Key) -> int:
        places, coming, getters, putters, joiners, *_ = key
        promised = [place[2] for place in places if len(place) == 3]
        return markings([*promised, *getters, *[way for way, _ in putters], *joiners], coming)

    def build(self, key: Key) -> Pair:
        places, coming, getters, putters, joiners, unfinished, shut, direct = key
        machine, spec = self.kind.machine(self.maxsize), self.kind.spec(self.maxsize)
        pair = Pair(machine, spec)
        machine.line, machine.putters, machine.joiners = Line(), Line(), Line()
        machine.promised, machine.arriving = {}, deque()
        entries: list[Entry] = []
        taken = 0
        for number, (kind, rank, *way) in enumerate(places, start=1):
            item = Item(rank)
            if kind in (FREE, BACK):
                spec.places.append(Place(item))
                if kind == BACK:
                    taken = number
                if machine.arriving:
                    self.add_late(machine, item)
                else:
                    entries.append((number, kind, item))
            elif kind == PROMISED:
                taken = number
                self.add_getter(pair, way[0], number, item)
            else:
                waiter = self.add_coming(pair, way[0], item)
                if shut < 2:
                    machine.arriving.append(waiter)
        for rank, way in coming:
            self.add_coming(pair, way, Item(rank))
        for way in getters:
            self.add_to_line(pair, machine.line, way, GET, (TO_GET,))
        for way, rank in putters:
            item = Item(rank)
            self.add_to_line(pair, machine.putters, way, Put(item), (TO_PUT, item))
        for way in joiners:
            self.add_to_line(pair, machine.joiners, way, JOIN, (TO_JOIN,))
        machine.unfinished = spec.unfinished = unfinished
        machine.shut, machine.shutdown_error = SHUTS[shut], SaysShutDown
        spec.shut, spec.dropping = shut > 0, shut > 1
        machine.used = len(spec.places)
        if shut:
            machine.limit = 0
        made, inlet, outlet = direct
        if made:
            machine.store.present = deque()
        self.kind.fill(machine.store, entries, taken)
        machine.inlet = machine.store.present if inlet else None
        machine.outlet = machine.store.present if outlet else None
        return pair

    def add_late(self, machine: Any, item: Item) -> None:
        """An item that is there, behind one that is not."""
        waiter = PromptWaiter(request=Put(item))
        waiter.state = COLLECTED
        machine.arriving.append(waiter)

    def add_getter(self, pair: Pair, way: int, number: int, item: Item) -> None:
        waiter = pair.client((way,))
        waiter.request, waiter.state, waiter.value = GET, GRANTED, item
        pair.machine.promised[waiter] = number
        pair.spec.places.append(Place(item, getter=waiter.handle))
        pair.spec.promised.append(Person(waiter.handle, (TO_GET,), False))

    def add_coming(self, pair: Pair, way: int, item: Item) -> Waiter:
        waiter = pair.client((way,))
        waiter.request, waiter.state = Put(item), GRANTED
        pair.machine.promised[waiter] = None
        pair.machine.reserved += 1
        pair.spec.places.append(Place(item, putter=waiter.handle))
        pair.spec.promised.append(Person(waiter.handle, (TO_PUT, item), False))
        return waiter

    def add_to_line(self, pair: Pair, line: Any, way: int, request: Any, asked: Any) -> None:
        waiter = pair.client((way,))
        waiter.request, waiter.state = request, WAITING
        line.append(waiter)
        pair.spec.waiting.append(Person(waiter.handle, asked, waiter.prompt))

    def compare(self, pair: Pair) -> Key:
        machine, spec, kind = pair.machine, pair.spec, self.kind
        ways = [code[0] for code in pair.codes]
        entries = kind.entries(machine.store)
        places = [(number, how, item, None) for number, how, item in entries]
        putters = []
        for waiter, number in (machine.promised or {}).items():
            if waiter.request is GET:
                places.append((number, PROMISED, waiter.value, waiter.handle))
            else:
                putters.append(waiter)
        if len({number for number, *_ in places}) < len(places):
            raise Disagreement("two items have one place")
        places.sort(key=self.by_place)
        coming = []
        if kind.in_place:
            places += self.arriving(machine, putters)
        else:
            coming = sorted([(ways[w.handle], w.request.item.rank, w.handle) for w in putters])
        seen = (
            [(item, name) for _, _, item, name in places],
            [name for _, _, name in coming],
            [waiter.handle for waiter in waiters_in(machine.line)],
            [waiter.handle for waiter in waiters_in(machine.putters)],
            [waiter.handle for waiter in waiters_in(machine.joiners)],
            machine.unfinished,
            machine.shut,
            machine.used,
            machine.reserved,
            machine.limit,
        )
        said = self.said(spec, [name for _, _, name in coming])
        if seen != said:
            raise Disagreement(f"is {seen}, should be {said}")
        waiting = {w.handle: w for w in machine.putters}
        return (
            tuple(
                [
                    (how, item.rank) if name is None else (how, item.rank, ways[name])
                    for _, how, item, name in places
                ]
            ),
            tuple([(rank, way) for way, rank, _ in coming]),
            tuple([ways[name] for name in seen[2]]),
            tuple([(ways[name], waiting[name].request.item.rank) for name in seen[3]]),
            tuple([ways[name] for name in seen[4]]),
            machine.unfinished,
            SHUTS.index(machine.shut),
            self.direct(machine),
        )

    def direct(self, machine: Any) -> tuple[bool, bool, bool]:
        """Where an adapter may pass the machine by, both must come to the same."""
        store = machine.store
        items = store.present if self.kind is FIFO else None
        may_put = not machine.line and not machine.arriving
        may_get = not machine.putters and not store.returned
        for way, allowed in ((machine.inlet, may_put), (machine.outlet, may_get)):
            if way is not None and not (allowed and way is items):
                raise Disagreement("what must go through the machine may go past it")
        return items is not None, machine.inlet is not None, machine.outlet is not None

    def by_place(self, place: Any) -> Any:
        if self.kind is PRIORITY:
            return place[2].rank, place[0]
        return place[0]

    def arriving(self, machine: Any, putters: list[Waiter]) -> list[Any]:
        """Behind the first put that is only promised; those that were cancelled do not count."""
        if machine.shut is Shut.EMPTIED:  # nothing will come, so nothing waits behind it
            if machine.arriving:
                raise Disagreement("items wait for what will not come")
            return [(0, COMING, w.request.item, w.handle) for w in putters]
        places = []
        for waiter in machine.arriving or ():
            if waiter.state is GRANTED:
                places.append((0, COMING, waiter.request.item, waiter.handle))
            elif waiter.state is COLLECTED:
                places.append((0, FREE, waiter.request.item, None))
        if places and places[0][1] != COMING:
            raise Disagreement("an item is kept back behind nothing")
        return places

    def said(self, spec: QueueSpec, coming: list[Any]) -> tuple[Any, ...]:
        kind = self.kind
        places = spec.places if kind.in_place else [p for p in spec.places if not p.coming]
        promised_puts: list[Any] = (
            [] if kind.in_place else [p.putter for p in spec.places if p.coming]
        )
        lines: dict[str, list[Any]] = {TO_GET: [], TO_PUT: [], TO_JOIN: []}
        for person in spec.waiting:
            lines[person.request[0]].append(person.name)
        return (
            [
                (place.item, place.getter if place.putter is None else place.putter)
                for place in kind.spec_order(places)
            ],
            coming if sorted(coming) == sorted(promised_puts) else promised_puts,
            lines[TO_GET],
            lines[TO_PUT],
            lines[TO_JOIN],
            spec.unfinished,
            SHUTS[spec.shut + spec.dropping],
            len(spec.places),
            len(spec.places) - spec.qsize(),
            0 if spec.shut else spec.maxsize or sys.maxsize,
        )

    def look(self, key: Key) -> None:
        pair = self.build(key)
        machine, spec = pair.machine, pair.spec
        looks = {
            "size": (machine.size, spec.qsize()),
            "full": (machine.full, not spec.has_room()),
            "empty": (machine.empty, spec.candidate() is None),
            "waiting": (machine.waiting, len(spec.waiting)),
            "busy": (machine.busy(), bool(spec.waiting or spec.promised)),
        }
        for what, (seen, should_be) in looks.items():
            if seen != should_be:
                raise Disagreement(f"{what} is {seen}, should be {should_be}")
        if self.maxsize and len(spec.places) > self.maxsize:
            raise Disagreement("more places than there may be")
        for waiter in pair.waiters:
            if waiter.state is GRANTED and machine.expire(waiter):
                raise Disagreement(f"{waiter} was granted before it expired")
        if self.compare(pair) != key:
            raise Disagreement("looking has changed it")

    # Moves.

    def moves(self, key: Key) -> list[Move]:
        places, coming, getters, putters, joiners, unfinished, _, _ = key
        moves: list[Move] = [("get",), ("task_done",)]
        promised = sum([len(place) == 3 for place in places]) + len(coming)
        in_line = len(getters) + len(putters) + len(joiners)
        there = sum(place[0] != COMING for place in places)
        pending = max(unfinished, there) + len(places) - there + len(coming) + len(putters)
        if pending < self.limit:
            moves += [("put", rank) for rank in self.kind.ranks]
        if promised + in_line < self.clients:
            moves += [("enter", TO_GET, way) for way in self.ways]
            if pending < self.limit:
                moves += [
                    ("enter", TO_PUT, way, rank) for way in self.ways for rank in self.kind.ranks
                ]
            if self.joins:
                moves.append(("enter", TO_JOIN, self.ways[0]))
        if self.shuts:
            moves += [("shutdown", False), ("shutdown", True)]
        for name in range(promised):
            moves += [("leave", name), ("collect", name)]
        for name in range(promised, promised + in_line):
            moves += [("expire", name), ("leave", name)]
        return moves

    def play(self, key: Key, move: Move) -> Step:
        verb, *args = move
        helps = YES if verb in HELPFUL else NO
        pair = self.build(key)
        if verb == "enter":
            self.enter(pair, *args)
        elif verb == "put":
            item = Item(*args)
            result = attempt(lambda machine: machine.try_put(item), pair.machine)
            said = attempt(lambda spec: spec.put_nowait(item), pair.spec)
            self.same(SaysFull() if result is None else result, said)
        elif verb == "get":
            self.get(pair)
        elif verb in ("task_done", "shutdown"):
            result = attempt(lambda machine: getattr(machine, verb)(*args), pair.machine)
            self.same(result, attempt(lambda spec: getattr(spec, verb)(*args), pair.spec))
        else:
            was_promised = pair.waiters[args[0]].state is GRANTED
            self.end(pair, verb, *args)
            helps = args[0] if was_promised else NO
        return Step(self.compare(pair), helps)

    def enter(self, pair: Pair, request: str, way: int, *rank: int) -> None:
        item = [Item(*rank)] if rank else []
        waiter = pair.client((way,))
        waiter.request = Put(*item) if item else self.requests[request]
        settled = pair.machine.enter(waiter)
        said = pair.spec.enter(waiter.handle, (request, *item), prompt=waiter.prompt)
        self.same(settled, said)
        self.late(pair, settled)

    def get(self, pair: Pair) -> None:
        result = attempt(lambda machine: machine.try_get(), pair.machine)
        said = attempt(lambda spec: spec.get_nowait(), pair.spec)
        if isinstance(result, tuple) and isinstance(said, tuple):
            if result[0] is not said[0]:
                raise Disagreement(f"got {result[0]}, should get {said[0]}")
            result, said = result[1], said[1]
        self.same(SaysEmpty() if result is None else result, said)

    def end(self, pair: Pair, verb: str, name: int) -> None:
        waiter = pair.waiters[name]
        settled = getattr(pair.machine, verb)(waiter)
        self.same(settled, getattr(pair.spec, verb)(name))
        self.late(pair, settled)
        if verb != "expire":
            late_signals(pair.machine, waiter)

    def same(self, result: Any, said: Any) -> None:
        if isinstance(said, Exception):
            if type(result) is not type(said):
                raise Disagreement(f"gave {result!r}, should raise {said!r}")
        elif plain(as_settled(result)) != plain(said):
            raise Disagreement(f"settled {result}, should settle {said}")

    def late(self, pair: Pair, settled: Any) -> None:
        for waiter in settled:
            if waiter.state is not GRANTED:
                late_signals(pair.machine, waiter)


def plain(settled: list[Settled]) -> list[Settled]:
    """With the kind of an exception in place of the exception."""
    return [
        each._replace(value=type(each.value)) if each.fate is Fate.REFUSED else each
        for each in settled
    ]
