"""In which orders locks are taken: two orders for the same locks can become a deadlock.

Noted is what a task asks for while it holds something else.  A lock that is held at every place of
the circle keeps the others apart, so then there is no warning.
"""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from ._places import Place
from ._state import Entry, Hold
from ._tasks import Who

__all__ = ["Orders"]


class Step(NamedTuple):
    """*second* was asked for while *first* was held."""

    first: str
    second: str
    held: Place | None
    asked: Place | None
    task: str
    gates: frozenset[int]
    """What else was held each time."""

    def __str__(self) -> str:
        return (
            f"{self.first} (acquired at {self.held}), then {self.second} at {self.asked}"
            f" in task {self.task!r}"
        )


class Orders:
    """A graph of primitives by their numbers: after which was which asked for."""

    def __init__(self) -> None:
        self._after: dict[int, dict[int, Step]] = {}
        self._told: set[frozenset[int]] = set()

    def asked(self, who: Who, entry: Entry, where: Place | None) -> list[str]:
        """*who* asks for *entry*; returns the warnings that this is worth."""
        holds = {hold.entry.number: hold for hold in who.holds if hold.entry.exclusive}
        if entry.number in holds:
            return []
        warnings = []
        for number, hold in holds.items():
            gates = frozenset(holds) - {number}
            if self._note(hold, entry, where, who, gates):
                warnings += self._circle(number, entry.number)
        return warnings

    def forget(self, number: int) -> None:
        """A primitive is gone."""
        self._after.pop(number, None)
        for steps in self._after.values():
            steps.pop(number, None)

    def _note(
        self, hold: Hold, entry: Entry, where: Place | None, who: Who, gates: frozenset[int]
    ) -> bool:
        """Is this new?"""
        steps = self._after.setdefault(hold.entry.number, {})
        known = steps.get(entry.number)
        if known is not None and known.gates <= gates:
            return False
        if known is not None:
            gates &= known.gates
        steps[entry.number] = Step(
            hold.entry.label, entry.label, hold.where, where, who.name, gates
        )
        return True

    def _circle(self, first: int, second: int) -> list[str]:
        way = self._way(second, first)
        if way is None:
            return []
        steps = [self._after[first][second], *(self._after[a][b] for a, b in way)]
        members = frozenset({first, second}.union(*way))
        if members in self._told or frozenset.intersection(*(step.gates for step in steps)):
            return []
        self._told.add(members)
        return [
            "locks are taken in different orders, which can become a deadlock:\n"
            + "\n".join(f"  {step}" for step in steps)
        ]

    def _way(self, start: int, end: int) -> list[tuple[int, int]] | None:
        """The shortest chain of steps from *start* to *end*."""
        came_from: dict[int, int] = {start: start}
        todo = deque([start])
        while todo:
            number = todo.popleft()
            if number == end:
                break
            for following in self._after.get(number, ()):
                if following not in came_from:
                    came_from[following] = number
                    todo.append(following)
        if end not in came_from:
            return None
        way: list[tuple[int, int]] = []
        while end != start:
            way.append((came_from[end], end))
            end = came_from[end]
        return way[::-1]
