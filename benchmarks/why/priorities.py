"""A priority queue on asyncio: a heap, or a sorted list."""

import heapq
from bisect import insort_right

from .ladder import Ladder

__all__ = ["LADDERS"]


class HeapInOrder:
    """A heap that keeps equals in order, by numbering what is put."""

    def __init__(self) -> None:
        self.items: list[tuple[int, int]] = []
        self.number = 0

    def put_nowait(self, item: int) -> None:
        self.number += 1
        heapq.heappush(self.items, (item, self.number))

    def get_nowait(self) -> int:
        return heapq.heappop(self.items)[0]


class Sorted:
    """A sorted list: all comparing is over before anything changes."""

    def __init__(self) -> None:
        self.items: list[int] = []

    def put_nowait(self, item: int) -> None:
        insort_right(self.items, item)

    def get_nowait(self) -> int:
        return self.items.pop(0)


LADDERS = (
    Ladder(
        "queue/priority-1000",
        "asyncio",
        {
            "the floor: a heap": "floor",
            "the floor, if equals stay in order": HeapInOrder,
            "the floor, if a failed comparison changes nothing: a sorted list": Sorted,
            "and slots and unfinished items are counted": "floor+promises",
            "`toro_asyncio.PriorityQueue`": "toro",
            "`asyncio.PriorityQueue`": "asyncio",
        },
    ),
)
