"""In which order a queue gives its items: first in, last in, lowest, or as hooks say.

A store knows nothing of waiters.  ``take`` gives an item together with its *place*,
and ``restore`` puts it back exactly there, whatever came or went in between and in
whatever order several of them come back.  ``insert`` compares before it changes
anything, so a comparison that raises leaves no trace.
"""

from __future__ import annotations

import heapq
from bisect import bisect, bisect_left, bisect_right
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

__all__ = ["FirstInStore", "HookStore", "LastInStore", "SortedStore", "Store"]


class Store:
    """What a queue asks of its store."""

    __slots__ = ()

    strict = False  # must an item put later wait behind one whose put is only promised?

    def __len__(self) -> int:
        raise NotImplementedError

    def __iter__(self) -> Iterator[Any]:
        """The items in the order in which they would be taken."""
        raise NotImplementedError

    def insert(self, item: Any) -> None:
        raise NotImplementedError

    def take(self) -> tuple[Any, Any]:
        """Remove the next item; return its place and the item."""
        raise NotImplementedError

    def restore(self, place: Any, item: Any) -> None:
        """Put an item back to the place it was taken from."""
        raise NotImplementedError

    def clear(self) -> None:
        while len(self):
            self.take()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {list(self)!r}>"


class FirstInStore(Store):
    """First in, first out.  A place is the number of items taken before."""

    __slots__ = ("items", "returned", "taken")

    strict = True

    def __init__(self) -> None:
        self.items: deque[Any] = deque()
        self.returned: list[tuple[int, Any]] = []  # a heap; all of it comes before items
        self.taken = 0

    def __len__(self) -> int:
        return len(self.items) + len(self.returned)

    def __iter__(self) -> Iterator[Any]:
        for _place, item in sorted(self.returned, key=_first):
            yield item
        yield from self.items

    def insert(self, item: Any) -> None:
        self.items.append(item)

    def take(self) -> tuple[int, Any]:
        if self.returned:
            return heapq.heappop(self.returned)
        self.taken += 1
        return self.taken, self.items.popleft()

    def restore(self, place: int, item: Any) -> None:
        heapq.heappush(self.returned, (place, item))  # places differ: items are not compared


class LastInStore(Store):
    """Last in, first out.  A place is the number of items put before."""

    __slots__ = ("entries", "put")

    def __init__(self) -> None:
        self.entries: list[tuple[int, Any]] = []  # ascending by place
        self.put = 0

    def __len__(self) -> int:
        return len(self.entries)

    def __iter__(self) -> Iterator[Any]:
        return (item for _place, item in reversed(self.entries))

    def insert(self, item: Any) -> None:
        self.put += 1
        self.entries.append((self.put, item))

    def take(self) -> tuple[int, Any]:
        return self.entries.pop()

    def restore(self, place: int, item: Any) -> None:
        self.entries.insert(bisect(self.entries, place, key=_first), (place, item))


class SortedStore(Store):
    """Lowest first by ``<`` alone, equals in the order they were put.

    A sorted list and bisect, not a heap: all comparing is over before anything
    changes, equals need no tie-breaker, and taking compares nothing.
    """

    __slots__ = ("head", "items", "places", "put")

    def __init__(self) -> None:
        self.items: list[Any] = []  # ascending from head on
        self.places: list[int] = []  # in parallel; ascending among equals
        self.head = 0  # what is before it has been taken
        self.put = 0

    def __len__(self) -> int:
        return len(self.items) - self.head

    def __iter__(self) -> Iterator[Any]:
        return iter(self.items[self.head :])

    def insert(self, item: Any) -> None:
        index = bisect_right(self.items, item, self.head)
        self.put += 1
        self.items.insert(index, item)
        self.places.insert(index, self.put)

    def take(self) -> tuple[int, Any]:
        head = self.head
        item, place = self.items[head], self.places[head]
        self.items[head] = None
        self.head = head + 1
        if self.head * 2 > len(self.items):
            del self.items[: self.head], self.places[: self.head]
            self.head = 0
        return place, item

    def restore(self, place: int, item: Any) -> None:
        try:
            low = bisect_left(self.items, item, self.head)
            index = bisect(self.places, place, low, bisect_right(self.items, item, low))
        except Exception:
            index = self.head  # no longer comparable: it was the next to go when it was taken
        self.items.insert(index, item)
        self.places.insert(index, place)


class HookStore(Store):
    """The order that a subclass of a queue chooses by ``_get()`` and ``_put(item)``.

    What is in the hooks' own container cannot be seen from here, so an item that
    comes back goes before all that is in it: it was the next to go when it was taken.
    """

    __slots__ = ("count", "get", "own", "put", "returned", "taken")

    def __init__(self, get: Callable[[], Any], put: Callable[[Any], None], own: Store) -> None:
        self.get = get
        self.put = put
        self.own = own  # what hooks that are not overridden use
        self.count = 0  # items in the hooks' container
        self.returned: list[tuple[int, Any]] = []
        self.taken = 0

    def __len__(self) -> int:
        return self.count + len(self.returned)

    def __iter__(self) -> Iterator[Any]:
        return (item for _place, item in sorted(self.returned, key=_first))

    def insert(self, item: Any) -> None:
        self.put(item)
        self.count += 1

    def take(self) -> tuple[int, Any]:
        if self.returned:
            return heapq.heappop(self.returned)
        item = self.get()
        self.count -= 1
        self.taken += 1
        return self.taken, item

    def restore(self, place: int, item: Any) -> None:
        heapq.heappush(self.returned, (place, item))


def _first(entry: tuple[int, Any]) -> int:
    return entry[0]
