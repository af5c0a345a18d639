"""In which order a queue gives its items: first in, last in, lowest, or as hooks say.

A store knows nothing of waiters.  ``take`` gives an item together with its *place*,
and ``restore`` puts it back exactly there, whatever came or went in between and in
whatever order several of them come back.  ``insert`` compares before it changes
anything, so a comparison that raises leaves no trace.
"""

from __future__ import annotations

import heapq
from bisect import bisect, bisect_left, bisect_right, insort_right
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

__all__ = ["FirstInStore", "HookStore", "LastInStore", "SortedStore", "Store"]


class Store:
    """What a queue asks of its store."""

    __slots__ = ()

    strict = False  # must an item put later wait behind one whose put is only promised?
    calls_hooks = False  # does taking run code of others, which may raise or look at the queue?
    # There is an item to take if and only if one of these is true: looking at them costs half
    # of what len() does.
    present: Any  # items
    returned: Any = ()  # items that came back, where a store keeps them apart

    def __len__(self) -> int:
        raise NotImplementedError

    def __iter__(self) -> Iterator[Any]:
        """The items in the order in which they would be taken."""
        raise NotImplementedError

    def insert(self, item: Any) -> None:
        """Add *item*; if comparing it raises, nothing has changed."""
        raise NotImplementedError

    def take(self) -> tuple[Any, Any]:
        """Remove the next item; return its place and the item."""
        raise NotImplementedError

    def pop(self) -> Any:
        """Remove the next item, for good: nobody asks for its place."""
        return self.take()[1]

    def restore(self, place: Any, item: Any) -> None:
        """Put an item back to the place it was taken from."""
        raise NotImplementedError

    def drain(self) -> list[Any]:
        """Take everything out, for good."""
        items = []
        while len(self):
            items.append(self.take()[1])
        return items

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {list(self)!r}>"


class FirstInStore(Store):
    """First in, first out.  A place is the number of items taken before, but for those popped.

    Who pops may do so from ``present`` directly while nothing has been returned.
    """

    __slots__ = ("present", "returned", "taken")

    strict = True
    present: deque[Any] | None  # made for the first item: a deque takes 760 bytes

    def __init__(self) -> None:
        self.present = None
        self.returned: list[tuple[int, Any]] | None = None  # a heap; comes before all items
        self.taken: int = 0

    def __len__(self) -> int:
        return len(self.present or ()) + len(self.returned or ())

    def __iter__(self) -> Iterator[Any]:
        yield from (item for _place, item in sorted(self.returned or (), key=_first))
        yield from self.present or ()

    def insert(self, item: Any) -> None:
        if self.present is None:
            self.present = deque()
        self.present.append(item)

    def take(self) -> tuple[int, Any]:
        if self.returned:
            place, item = heapq.heappop(self.returned)
            return place, item
        assert self.present is not None
        self.taken += 1
        return self.taken, self.present.popleft()

    def pop(self) -> Any:
        if self.returned:
            return heapq.heappop(self.returned)[1]
        assert self.present is not None
        return self.present.popleft()

    def restore(self, place: int, item: Any) -> None:
        if self.returned is None:
            self.returned = []
        heapq.heappush(self.returned, (place, item))  # places differ: items are not compared


class LastInStore(Store):
    """Last in, first out.  A place is the number of items put before."""

    __slots__ = ("present", "put")

    def __init__(self) -> None:
        self.present: list[tuple[int, Any]] = []  # ascending by place
        self.put: int = 0

    def __len__(self) -> int:
        return len(self.present)

    def __iter__(self) -> Iterator[Any]:
        return (item for _place, item in reversed(self.present))

    def insert(self, item: Any) -> None:
        self.put += 1
        self.present.append((self.put, item))

    def take(self) -> tuple[int, Any]:
        return self.present.pop()

    def pop(self) -> Any:
        return self.present.pop()[1]

    def restore(self, place: int, item: Any) -> None:
        self.present.insert(bisect(self.present, place, key=_first), (place, item))


class SortedStore(Store):
    """Lowest first by ``<`` alone, equals in the order they were put.

    Sorted lists and bisect, not a heap: all comparing is over before anything changes, taking
    compares nothing and so cannot fail, and equals need no tie-breaker.  There is one list until it
    is long; then there are several, for inserting moves what comes behind in the same list.
    """

    __slots__ = ("chunks", "lasts", "present", "returned", "returned_places", "taken")

    LONG: ClassVar[int] = 2000  # items in one list; up to here one is the fastest

    def __init__(self) -> None:
        self.present: list[Any] = []  # the first of the chunks, empty only if there is no other
        self.chunks: list[list[Any]] = [self.present]  # each ascending, and one after the other
        self.lasts: list[Any] = []  # of each chunk its last item, if there are several
        self.returned: list[Any] = []  # ascending; each comes before its equals in chunks
        self.returned_places: list[int] = []  # in parallel; ascending among equals
        self.taken: int = 0

    def __len__(self) -> int:
        return sum(map(len, self.chunks)) + len(self.returned)

    def __iter__(self) -> Iterator[Any]:
        merged = [item for chunk in self.chunks for item in chunk]
        for item in reversed(self.returned):
            merged.insert(_before_equals(merged, item), item)
        return iter(merged)

    def insert(self, item: Any) -> None:
        if self.returned:
            bisect(self.returned, item)  # raises if it cannot be compared with one of these
        if self.lasts:
            self._insert_among_chunks(item)
            return
        insort_right(self.present, item)
        if len(self.present) > self.LONG:
            self._split(0)

    def _insert_among_chunks(self, item: Any) -> None:
        number = bisect_right(self.lasts, item)
        behind_all = number == len(self.lasts)
        number -= behind_all
        chunk = self.chunks[number]
        insort_right(chunk, item)
        if behind_all:
            self.lasts[number] = item
        if len(chunk) > self.LONG:
            self._split(number)

    def _split(self, number: int) -> None:
        chunk = self.chunks[number]
        half = len(chunk) // 2
        self.chunks.insert(number + 1, chunk[half:])
        del chunk[half:]
        self.lasts = [chunk[-1] for chunk in self.chunks]

    def take(self) -> tuple[int, Any]:
        if self.returned and self._returned_is_next():
            return self.returned_places.pop(0), self.returned.pop(0)
        self.taken += 1
        item = self.present.pop(0)
        if self.lasts and not self.present:
            self._drop_first_chunk()
        return self.taken, item

    def pop(self) -> Any:
        if self.returned or self.lasts:
            return self.take()[1]
        return self.present.pop(0)

    def _drop_first_chunk(self) -> None:
        del self.chunks[0]
        self.present = self.chunks[0]
        self.lasts = self.lasts[1:] if len(self.chunks) > 1 else []

    def _returned_is_next(self) -> bool:
        if not self.present:
            return True
        try:
            return not self.present[0] < self.returned[0]
        except Exception:
            return True  # no longer comparable: it was the next to go when it was taken

    def restore(self, place: int, item: Any) -> None:
        low = _before_equals(self.returned, item)
        try:
            high = bisect_right(self.returned, item, low)
        except Exception:
            low, high = 0, len(self.returned)
        index = bisect(self.returned_places, place, low, high)
        self.returned.insert(index, item)
        self.returned_places.insert(index, place)


def _before_equals(items: list[Any], item: Any) -> int:
    try:
        return bisect_left(items, item)
    except Exception:
        return 0


class HookStore(Store):
    """The order that a subclass of a queue chooses by ``_get()`` and ``_put(item)``.

    What ``_get`` had from the one that it overrides came out of *own*, and goes back to its
    very place there; when it is its turn again it is given as the hook gave it, which is not
    called a second time for it.  If the hook raises instead, all that it had goes back.

    What is in a container of the hooks' own cannot be seen from here, so an item of that which
    comes back goes before all others: it was the next to go when it was taken.
    """

    __slots__ = ("back", "get", "lent", "own", "present", "put", "returned", "taken")

    calls_hooks = True

    def __init__(self, get: Callable[[], Any], put: Callable[[Any], None], own: Store) -> None:
        self.get: Callable[[], Any] = get
        self.put: Callable[[Any], None] = put
        self.own: Store = own  # what hooks that are not overridden use
        self.lent: list[tuple[Any, Any]] | None = None  # what the hook that runs has out of it
        self.back: dict[Any, Any] = {}  # what the hook gave for that which is back at a place there
        self.present: int = 0  # so many items in the hooks' container and in own
        self.returned: list[tuple[int, Any]] = []  # a heap
        self.taken: int = 0

    def __len__(self) -> int:
        return self.present + len(self.returned)

    def __iter__(self) -> Iterator[Any]:
        """Those that can be seen: a hook may make something else of what is in own."""
        yield from (item for _place, item in sorted(self.returned, key=_first))
        yield from self.own

    def insert(self, item: Any) -> None:
        self.put(item)
        self.present += 1

    def take(self) -> tuple[Any, Any]:
        """The place is that in own with what was taken there, or a number."""
        if self.returned:
            return heapq.heappop(self.returned)
        if self.back:
            place, lent = self.own.take()
            if place in self.back:
                self.present -= 1
                return (place, lent), self.back.pop(place)
            self.own.restore(place, lent)
        item, had = self._call_get()
        self.present -= 1
        if len(had) == 1:
            return had[0], item
        self.taken += 1
        return self.taken, item

    def _call_get(self) -> tuple[Any, list[tuple[Any, Any]]]:
        """What the hook gives, and what it had from own and has not put back."""
        outer, self.lent = self.lent, []
        had = self.lent
        try:
            return self.get(), had
        except BaseException:
            while had and len(self.own) < self.present:  # else it has put something in its stead
                self.own.restore(*had.pop())
            raise
        finally:
            self.lent = outer

    def lend(self) -> Any:
        """The next item of own, for a hook."""
        place, item = self.own.take()
        self.back.pop(place, None)
        if self.lent is not None:
            self.lent.append((place, item))
        return item

    def keep(self, item: Any) -> None:
        """Add what a hook puts to own; it may be what it had from there."""
        self.own.insert(item)
        if self.lent:
            self.lent[:] = [entry for entry in self.lent if entry[1] is not item]

    def restore(self, place: Any, item: Any) -> None:
        if type(place) is int:
            heapq.heappush(self.returned, (place, item))  # places differ: items are not compared
            return
        self.own.restore(*place)
        self.back[place[0]] = item
        self.present += 1

    def drain(self) -> list[Any]:
        taken = []
        try:
            while len(self):
                taken.append(self.take())
        except BaseException:
            for place, item in taken:
                self.restore(place, item)
            raise
        return [item for _place, item in taken]


def _first(entry: tuple[int, Any]) -> int:
    return entry[0]
