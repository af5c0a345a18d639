"""Deadlines as plain data: a heap that forgets those who no longer wait.

Nothing here reads a clock.  Whoever owns the clock (a loop's timer, a simulator,
a test) asks for ``next_deadline()`` and calls ``expire(now)`` when it has come.
"""

from __future__ import annotations

import heapq
from typing import Any

from ._waiter import WAITING, Waiter
from .machines import Machine, Settled

__all__ = ["Deadlines"]

# [deadline, number, waiter, machine]; a list so that an entry can be emptied in place.
Entry = list[Any]


class Deadlines:
    """Who must be turned away when; adding and removing cost O(log n)."""

    __slots__ = ("_added", "_dead", "heap")

    def __init__(self) -> None:
        self.heap: list[Entry] = []  # its first entry is never an emptied one
        self._added = 0
        self._dead = 0  # entries emptied by discard() and still in the heap; at most half of it

    def __len__(self) -> int:
        """How many deadlines are kept."""
        return len(self.heap) - self._dead

    def add(self, waiter: Waiter, machine: Machine) -> Entry:
        """Keep *waiter*'s deadline; give the entry back to ``discard`` when its wait ends."""
        self._added += 1
        entry = [waiter.deadline, self._added, waiter, machine]
        heapq.heappush(self.heap, entry)
        return entry

    def discard(self, entry: Entry) -> None:
        """Forget *entry*, and with it every reference to its waiter."""
        if entry[2] is None:
            return
        entry[2] = entry[3] = None
        self._dead += 1
        self._tidy()

    def next_deadline(self) -> float | None:
        """The earliest deadline that is still waited for."""
        return self.heap[0][0] if self.heap else None

    def expire(self, now: float) -> list[tuple[Machine, Settled]]:
        """Turn away all whose deadline is *now* or earlier, in order of their deadlines.

        Returns what each machine settled, those turned away included.
        """
        settled = []
        while self.heap and self.heap[0][0] <= now:  # what a machine drops may discard, and tidy
            entry = heapq.heappop(self.heap)
            waiter, machine = entry[2], entry[3]
            if waiter is None:
                self._dead -= 1
            elif waiter.state is WAITING:
                settled.append((machine, machine.expire(waiter)))
            entry[2] = entry[3] = None
        self._tidy()
        return settled

    def _tidy(self) -> None:
        """Drop the dead at the head, and all of them once they are too many."""
        heap = self.heap
        while heap and heap[0][2] is None:
            heapq.heappop(heap)
            self._dead -= 1
        if self._dead * 2 > len(heap):
            self.heap = [entry for entry in heap if entry[2] is not None]
            heapq.heapify(self.heap)
            self._dead = 0
