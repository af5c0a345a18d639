"""Trying schedules at random: a walk, and probabilistic concurrency testing."""

from __future__ import annotations

import dataclasses
import math
import random
from typing import TYPE_CHECKING

from ._schedule import CLOCK, can_cancel, cancel_of, perform
from ._strategies import Faults

if TYPE_CHECKING:
    from ._loop import Loop
    from ._task import Task

__all__ = ["PCT", "Random"]


@dataclasses.dataclass(frozen=True)
class Random:
    """At each step, any ready task with the same probability.

    When you want it: where there are too many schedules to try them all.  The same *seed* tries
    the same schedules.
    """

    seed: int = 0

    def search(self, faults: Faults) -> RandomWalk:
        """Begin a search."""
        return RandomWalk(self.seed, faults)


@dataclasses.dataclass(frozen=True)
class PCT:
    """Probabilistic concurrency testing, after Burckhardt and others (ASPLOS 2010).

    Each task has a random priority, and the ready one with the highest goes first; at
    ``depth - 1`` random steps the one that goes first falls behind all others.  A bug that
    takes *depth* ordering constraints is found in a run of n tasks and k steps with probability
    1 / (n * k ** (depth - 1)) or more.

    When you want it: for rare bugs in long programs, where a uniform choice at each step undoes
    the delay that an earlier one made.
    """

    seed: int = 0
    depth: int = 3

    def search(self, faults: Faults) -> Priorities:
        """Begin a search."""
        return Priorities(self.seed, self.depth, faults)


class RandomWalk:
    """Any ready task, each time."""

    states: int | None = None
    opaque: frozenset[str] = frozenset()

    def __init__(self, seed: int, faults: Faults) -> None:
        self._random = random.Random(seed)
        self._faults = faults
        self._taken: list[tuple[int, int]] = []
        self._longest = 1  # steps of a run so far
        self._steps = 0  # of the run under way
        self._due: list[tuple[int, bool]] = []  # faults to come, last first: step, is it a cancel?

    def next(self) -> bool:
        self._longest = max(self._longest, self._steps)
        self._taken = []
        self._due = sorted(
            [(self._any_step(), True) for _ in range(self._up_to(self._faults.cancellations))]
            + [(self._any_step(), False) for _ in range(self._up_to(self._faults.timeouts))],
            reverse=True,
        )
        return True

    def covered(self) -> str:
        raise AssertionError("a random search does not come to an end")

    def taken(self) -> list[tuple[int, int]]:
        return self._taken

    def choose(self, loop: Loop) -> Task | None:
        if self._due and self._inject(loop):
            return None
        self._steps = loop.steps
        ready = loop.ready
        index = self._pick(ready, loop.steps) if len(ready) > 1 else 0
        task = ready.pop(index)
        if index:
            self._taken.append((loop.steps, task.number))
        return task

    def at_rest(self, loop: Loop) -> bool:
        return bool(self._due) and self._due[-1][1] and self._inject(loop)

    def _pick(self, ready: list[Task], step: int) -> int:
        return int(self._random.random() * len(ready))

    def _inject(self, loop: Loop) -> bool:
        """Do the next fault, if it is due and possible."""
        step, cancel = self._due[-1]
        if step > loop.steps:
            return False
        choices = []
        if cancel:
            choices = [cancel_of(task) for task in loop.tasks.values() if can_cancel(task, loop)]
        elif loop.next_timer() != math.inf:
            choices = [CLOCK]
        if not choices:
            return False
        self._due.pop()
        choice = self._random.choice(choices)
        self._taken.append((loop.steps, choice))
        perform(loop, choice)
        return True

    def _any_step(self) -> int:
        return self._random.randrange(self._longest + 1)

    def _up_to(self, most: int) -> int:
        return self._random.randint(0, most) if most else 0


class Priorities(RandomWalk):
    """The ready task with the highest priority."""

    def __init__(self, seed: int, depth: int, faults: Faults) -> None:
        super().__init__(seed, faults)
        if depth < 1:
            raise ValueError(f"depth must be at least 1, not {depth!r}")
        self._depth = depth
        self._priorities: dict[int, float] = {}
        self._changes: set[int] = set()
        self._lowest = 0.0

    def next(self) -> bool:
        super().next()
        self._priorities = {}
        self._changes = {self._any_step() for _ in range(self._depth - 1)}
        self._lowest = 0.0
        return True

    def _pick(self, ready: list[Task], step: int) -> int:
        first = self._first(ready)
        if step in self._changes:
            self._lowest -= 1.0
            self._priorities[ready[first].number] = self._lowest
            first = self._first(ready)
        return first

    def _first(self, ready: list[Task]) -> int:
        priorities = self._priorities
        best, first = -math.inf, 0
        for index, task in enumerate(ready):
            priority = priorities.get(task.number)
            if priority is None:
                priority = priorities[task.number] = self._random.random()
            if priority > best:
                best, first = priority, index
        return first
