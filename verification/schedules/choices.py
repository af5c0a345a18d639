"""A schedule is a list of small numbers: which of its options to take at each step; 0 is stock."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

__all__ = ["Chooser", "RandomChooser", "bounded", "shrunk"]


@dataclass
class Chooser:
    """Follows *plan*, then the stock order, and notes what could have been chosen."""

    plan: tuple[int, ...] = ()
    cancels: int = 1  # how many cancellations it may still make
    options: list[int] = field(default_factory=list)
    taken: list[int] = field(default_factory=list)

    def choose(self, options: int) -> int:
        step = len(self.taken)
        choice = self.pick(step, options)
        self.options.append(options)
        self.taken.append(choice)
        return choice

    def pick(self, step: int, options: int) -> int:
        return min(self.plan[step], options - 1) if step < len(self.plan) else 0


@dataclass
class RandomChooser(Chooser):
    """Deviates from the stock order with a given probability."""

    source: random.Random = field(default_factory=random.Random)
    probability: float = 0.3

    def pick(self, step: int, options: int) -> int:
        if options > 1 and self.source.random() < self.probability:
            return self.source.randrange(1, options)
        return 0


def bounded(deviations: int) -> Iterator[Chooser]:
    """Depth first, every schedule with at most so many choices that are not stock.

    The caller runs each chooser before it asks for the next.
    """
    pending: list[tuple[int, ...]] = [()]
    while pending:
        plan = pending.pop()
        chooser = Chooser(plan)
        yield chooser
        if sum(choice > 0 for choice in plan) >= deviations:
            continue
        for step in range(len(chooser.options) - 1, len(plan) - 1, -1):
            before = tuple(chooser.taken[:step])
            pending += [(*before, choice) for choice in range(1, chooser.options[step])]


def shrunk(plan: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Simpler schedules to try instead of *plan*: each without one of its deviations."""
    for step, choice in enumerate(plan):
        if choice:
            yield (*plan[:step], 0, *plan[step + 1 :])
