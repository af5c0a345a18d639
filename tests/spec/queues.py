"""Queues: FIFO, LIFO and by priority, with task_done, join and shutdown.

The whole of the state is one list of *places*.  Each accepted item has one, and
so has each item whose ``put`` was granted and not collected.  There are never
more places than ``maxsize``, so a promise keeps its place and its slot simply by
standing in the list.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .line import Fate, Name, Person, Settled, Spec

GET = "get"
PUT = "put"
JOIN = "join"


class Place:
    """An item's place.

    ``getter`` is who was promised the item; ``putter`` is who was granted a
    place for it and has not collected, so that it is not there to be had.
    """

    def __init__(self, item: Any, getter: Name = None, putter: Name = None) -> None:
        self.item, self.getter, self.putter = item, getter, putter

    def __repr__(self) -> str:
        return f"Place({self.item!r}, getter={self.getter!r}, putter={self.putter!r})"

    @property
    def coming(self) -> bool:
        return self.putter is not None

    @property
    def free(self) -> bool:
        """Is the item there, and promised to nobody?"""
        return self.getter is None and self.putter is None


class Refused(Exception):
    """Base of the ways in which a queue says no."""


class SaysFull(Refused):
    pass


class SaysEmpty(Refused):
    pass


class SaysShutDown(Refused):
    pass


class SaysNo(Refused):
    """Comparing the item raised, or a hook did."""


class QueueSpec(Spec):
    """Everything but the order, which ``candidate`` decides.

    ``unwelcome`` holds items that cannot be put, because comparing them raises: a
    put of one fails and changes nothing.
    """

    def __init__(self, maxsize: int = 0, initial: Iterable[Any] = ()) -> None:
        super().__init__()
        self.maxsize = maxsize
        self.places = [Place(item) for item in initial]
        self.unfinished = len(self.places)
        self.shut = False
        self.dropping = False
        self.unwelcome: list[Any] = []
        self.turn = GET  # who is being served

    # The order.

    def candidate(self) -> Place | None:
        """The place whose item would be taken now, if any can be."""
        raise NotImplementedError

    def arrived(self, place: Place) -> None:
        """The item of a granted put is there now."""

    # Looking.

    def qsize(self) -> int:
        return sum(not place.coming for place in self.places)

    def has_room(self) -> bool:
        return self.maxsize == 0 or len(self.places) < self.maxsize

    # At once or not at all.

    def put_nowait(self, item: Any) -> list[Settled]:
        if self.shut:
            raise SaysShutDown
        if not self.has_room():
            raise SaysFull
        if self.is_unwelcome(item):
            raise SaysNo
        self.accept(Place(item))
        return self.serve()

    def get_nowait(self) -> tuple[Any, list[Settled]]:
        place = self.candidate()
        if place is None:
            raise SaysShutDown if self.is_over() else SaysEmpty
        self.places.remove(place)
        return place.item, self.serve()

    def task_done(self) -> list[Settled]:
        if self.unfinished == 0:
            raise ValueError("task_done() more often than items were put")
        self.unfinished -= 1
        return self.serve()

    def shutdown(self, immediate: bool = False) -> list[Settled]:
        """No more puts; no more gets once it is empty, or at once."""
        self.shut = True
        if immediate:
            self.dropping = True
            for place in [place for place in self.places if place.free]:
                self.drop(place)
        return self.serve()

    # The rule.

    def is_over(self) -> bool:
        """Was it shut down, with nothing left that a getter could still be given?"""
        return self.shut and (self.dropping or not self.places)

    def serve(self) -> list[Settled]:
        """Those in get first, then those in put, then those in join."""
        settled = super().serve()
        if self.is_over():
            settled += self.refuse(self.all_in(GET), SaysShutDown())
        if self.shut:
            settled += self.refuse(self.all_in(PUT), SaysShutDown())
        if self.unfinished == 0:
            for person in self.all_in(JOIN):
                self.waiting.remove(person)
                settled.append(Settled(person.name, Fate.GRANTED))
        return settled

    def all_in(self, kind: str) -> list[Person]:
        return [person for person in self.waiting if person.request[0] == kind]

    def next_in(self) -> Person | None:
        """Those in get as long as there are items, those in put as long as there is room."""
        for kind in (self.turn, GET, PUT):
            people = self.all_in(kind)
            if people and (self.candidate() if kind == GET else self.may_put()):
                self.turn = kind
                return people[0]
        self.turn = GET
        return None

    def may_put(self) -> bool:
        return self.has_room() and not self.shut

    def grant(self, person: Person) -> Any:
        kind = person.request[0]
        if kind == GET:
            place = self.candidate()
            assert place is not None
            place.getter = person.name
            return place.item
        if kind == PUT:
            self.places.append(Place(person.request[1], putter=person.name))
        return None

    def is_unwelcome(self, item: Any) -> bool:
        return any(item is each for each in self.unwelcome)

    def collected(self, person: Person) -> BaseException | None:
        if person.request[0] == GET:
            self.places.remove(self.place_of(person))
        elif person.request[0] == PUT:
            place = self.place_of(person)
            if self.is_unwelcome(place.item) and not self.dropping:
                self.places.remove(place)
                return SaysNo()
            place.putter = None
            self.arrived(place)
            self.unfinished += 1
            if self.dropping:
                self.drop(place)
        return None

    def give_back(self, person: Person) -> None:
        if person.request[0] == GET:
            place = self.place_of(person)
            place.getter = None
            if self.dropping:
                self.drop(place)
        elif person.request[0] == PUT:
            self.places.remove(self.place_of(person))

    def accept(self, place: Place) -> None:
        self.places.append(place)
        self.unfinished += 1

    def drop(self, place: Place) -> None:
        """Count an item done that nobody will ever get; it may have been counted before."""
        self.places.remove(place)
        self.unfinished = max(0, self.unfinished - 1)

    def place_of(self, person: Person) -> Place:
        for place in self.places:
            if person.name in (place.getter, place.putter):
                return place
        raise AssertionError(f"{person} has no place")


def is_lower(item: Any, other: Any) -> bool:
    """What cannot be compared is not lower."""
    try:
        return bool(item < other)
    except Exception:
        return False


class FifoSpec(QueueSpec):
    """Put first, taken first, also when the put is not collected yet."""

    def candidate(self) -> Place | None:
        for place in self.places:
            if place.coming:
                return None
            if place.free:
                return place
        return None


class LifoSpec(QueueSpec):
    """The newest first; an uncollected put is not there yet."""

    def candidate(self) -> Place | None:
        for place in reversed(self.places):
            if place.free:
                return place
        return None

    def arrived(self, place: Place) -> None:
        self.places.remove(place)
        self.places.append(place)


class PrioritySpec(QueueSpec):
    """The lowest first, the first put among equals; an uncollected put is not there yet."""

    def candidate(self) -> Place | None:
        best = None
        for place in self.places:
            if place.free and (best is None or is_lower(place.item, best.item)):
                best = place
        return best

    def arrived(self, place: Place) -> None:
        self.places.remove(place)
        self.places.append(place)
