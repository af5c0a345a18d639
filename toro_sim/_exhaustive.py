"""Trying every schedule, depth first."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

from ._errors import Endless, NonDeterministic
from ._fingerprint import Fingerprints
from ._schedule import ADVICE, CLOCK, can_cancel, cancel_of, perform
from ._strategies import Abandon, Faults

if TYPE_CHECKING:
    from ._loop import Loop
    from ._task import Task

__all__ = ["Exhaustive"]

Budget = tuple[float, int, int]  # preemptions, cancellations and timeouts that are left

REST = 1 << 41  # the choice to let time pass when all tasks wait


@dataclasses.dataclass(frozen=True)
class Exhaustive:
    """Every schedule, up to a bound.

    When you want it: first.  With *preemptions* a schedule may that often let another task go
    than the one that has been ready longest; most bugs need one or two.  None is no bound.

    With *merge*, states that have been reached before are recognised, and what follows them is
    not tried again.  That changes what it costs, not what it finds, for programs that make all
    their objects in the async function that is explored, seed random generators there, and
    depend neither on addresses nor on the order of sets of objects nor on names of tasks.

    A program that may go on for ever is found, as Endless, if it comes back to a state by one way
    on which every ready task had a turn.  If runs came back to a state only by ways on which some
    task had none, what is covered is every schedule *that ends*: whether such ways can be mixed
    into a fair one that does not is not looked at.
    """

    preemptions: int | None = None
    merge: bool = True

    def search(self, faults: Faults) -> DepthFirst:
        """Begin a search."""
        return DepthFirst(self, faults)


class _Branch:
    """A point in a run with several ways to go on."""

    __slots__ = ("at", "fingerprint", "options", "step")

    def __init__(self, step: int, options: list[int], fingerprint: bytes | None) -> None:
        self.step = step
        self.options = options  # the first is what would be done without a chooser
        self.fingerprint = fingerprint
        self.at = 0


class DepthFirst:
    """The path to the run that is under way; what lies to the left of it has been explored."""

    def __init__(self, strategy: Exhaustive, faults: Faults) -> None:
        self._strategy = strategy
        self._faults = faults
        bounded = strategy.preemptions is not None
        self._fingerprints = Fingerprints(ordered=bounded) if strategy.merge else None
        self._seen: dict[bytes, list[Budget]] = {}
        # Of states that runs have come back to: who was ready all the time, and who had a turn.
        self._cycles: dict[bytes, tuple[set[int], set[int]]] = {}
        self._path: list[_Branch] = []
        self._depth = 0
        self._begun = False
        self._cut = False  # has a bound kept anything from being tried?
        self._preemptions: float = math.inf
        self._cancellations = self._timeouts = 0

    # Between runs.

    def next(self) -> bool:
        path = self._path
        if self._begun:
            while path and path[-1].at + 1 == len(path[-1].options):
                path.pop()
            if not path:
                return False
            path[-1].at += 1
        self._begun = True
        self._depth = 0
        bound = self._strategy.preemptions
        self._preemptions = math.inf if bound is None else bound
        self._cancellations = self._faults.cancellations
        self._timeouts = self._faults.timeouts
        return True

    @property
    def states(self) -> int | None:
        return None if self._fingerprints is None else len(self._seen)

    @property
    def opaque(self) -> frozenset[str]:
        return frozenset(self._fingerprints.opaque if self._fingerprints else ())

    def covered(self) -> str:
        faults = self._faults
        words = []
        if self._cut:
            words.append(_up_to(self._strategy.preemptions, "preemption"))
        if faults.cancellations:
            words.append(_up_to(faults.cancellations, "cancellation"))
        if faults.timeouts:
            words.append(_up_to(faults.timeouts, "early timeout"))
        which = "every schedule that ends" if self._cycles else "every schedule"
        return which + (f" with {' and '.join(words)}" if words else "")

    def taken(self) -> list[tuple[int, int]]:
        return [
            (branch.step, branch.options[branch.at])
            for branch in self._path[: self._depth]
            if branch.at
        ]

    # In a run.

    def choose(self, loop: Loop) -> Task | None:
        ready = loop.ready
        faults = self._cancellations or self._timeouts
        if len(ready) == 1 and not faults:
            return ready.pop()
        options = [task.number for task in ready]
        if self._preemptions <= 0 and len(options) > 1:
            del options[1:]
            self._cut = True
        preempting = len(options)
        if faults:
            self._add_faults(loop, options)
        if len(options) == 1:
            return ready.pop(0)
        choice = self._decide(loop, options)
        if 0 < self._path[self._depth - 1].at < preempting:
            self._preemptions -= 1
        return self._perform(loop, choice)

    def at_rest(self, loop: Loop) -> bool:
        if not self._cancellations:
            return False
        options = [REST]
        self._add_cancellations(loop, options)
        if len(options) == 1:
            return False
        choice = self._decide(loop, options)
        if choice == REST:
            return False
        self._perform(loop, choice)
        return True

    def _add_faults(self, loop: Loop, options: list[int]) -> None:
        if self._cancellations:
            self._add_cancellations(loop, options)
        if self._timeouts and loop.next_timer() != math.inf:
            options.append(CLOCK)

    def _add_cancellations(self, loop: Loop, options: list[int]) -> None:
        options += [cancel_of(task) for task in loop.tasks.values() if can_cancel(task, loop)]

    def _perform(self, loop: Loop, choice: int) -> Task | None:
        if choice < 0:
            self._cancellations -= 1
        elif choice == CLOCK:
            self._timeouts -= 1
        return perform(loop, choice)

    def _decide(self, loop: Loop, options: list[int]) -> int:
        """Which option it is this time; Abandon the run if all are known."""
        path, depth = self._path, self._depth
        if depth == len(path):
            path.append(_Branch(loop.steps, options, self._recognise(loop)))
        branch = path[depth]
        if branch.options != options or branch.step != loop.steps:
            raise NonDeterministic(
                f"at step {loop.steps} the program went another way than in the run before,"
                " although every choice was the same; " + ADVICE
            )
        self._depth = depth + 1
        return options[branch.at]

    # States.

    def _recognise(self, loop: Loop) -> bytes | None:
        """The fingerprint of a state that is new; Abandon the run if it is not."""
        if self._fingerprints is None:
            return None
        fingerprint = self._fingerprints.of(loop)
        budget = (self._preemptions, self._cancellations, self._timeouts)
        budgets = self._seen.setdefault(fingerprint, [])
        if any(_covers(known, budget) for known in budgets):
            self._check_progress(fingerprint)
            raise Abandon
        budgets[:] = [known for known in budgets if not _covers(budget, known)] + [budget]
        return fingerprint

    def _check_progress(self, fingerprint: bytes) -> None:
        """Endless if runs have come round to *fingerprint*, and every ready task had its turn."""
        cycle = self._cycle(fingerprint)
        if not cycle:
            return
        always = set.intersection(*(set(branch.options) for branch in cycle))
        chosen = {branch.options[branch.at] for branch in cycle}
        if fingerprint in self._cycles:
            always &= self._cycles[fingerprint][0]
            chosen |= self._cycles[fingerprint][1]
        self._cycles[fingerprint] = (always, chosen)
        if {option for option in always if 0 <= option < CLOCK} <= chosen:
            raise Endless(
                "the run has come back to a state that it was in, and every task had its turn in"
                " between: it can go on like this for ever.  Does a task wait by looking again"
                " and again?  Let it wait for an Event or a Condition, or sleep"
            )

    def _cycle(self, fingerprint: bytes) -> list[_Branch]:
        """The choices since the run was in that state; none if it was another run."""
        for depth in range(self._depth - 1, -1, -1):
            if self._path[depth].fingerprint == fingerprint:
                return self._path[depth : self._depth]
        return []


def _up_to(most: int | None, what: str) -> str:
    return f"up to {most} {what}" + "s" * (most != 1)


def _covers(known: Budget, budget: Budget) -> bool:
    return known[0] >= budget[0] and known[1] >= budget[1] and known[2] >= budget[2]
