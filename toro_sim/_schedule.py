"""A schedule: where a run departs from the order in which its tasks become ready."""

from __future__ import annotations

import dataclasses
import math
import re
from typing import TYPE_CHECKING, Literal

from ._errors import NonDeterministic

if TYPE_CHECKING:
    from ._loop import Loop
    from ._task import Task

__all__ = [
    "CLOCK",
    "FollowSchedule",
    "Like",
    "Schedule",
    "can_cancel",
    "cancel_of",
    "describe",
    "perform",
]

Like = Literal["asyncio", "trio"]  # which loop is simulated

# A choice is a number: of the task that runs, or one of these.
CLOCK = 1 << 40  # the clock moves on although tasks are ready


def cancel_of(task: Task) -> int:
    """The choice to cancel *task* now."""
    return ~task.number


def can_cancel(task: Task, loop: Loop) -> bool:
    """Would a cancellation from outside make a difference to *task*?  Main has none."""
    if task.number == 0 or task.error is not None:
        return False
    return not (loop.like_trio and task.own_scope.cancel_called)


def perform(loop: Loop, choice: int) -> Task | None:
    """Do what *choice* says and return the task to run, if it says that; KeyError if it cannot."""
    if choice == CLOCK:
        when = loop.next_timer()
        if when == math.inf:
            raise KeyError(choice)
        loop.note(f"the clock moves on to {when:g}s")
        loop.move_clock(when)
    elif choice < 0:
        task = loop.tasks[~choice]
        loop.note(f"{task.name} is cancelled")
        task.cancel()
    else:
        return loop.ready.pop([task.number for task in loop.ready].index(choice))
    return None


def describe(choice: int) -> str:
    """*choice* in the text of a schedule."""
    if choice == CLOCK:
        return "clock"
    return f"c{~choice}" if choice < 0 else str(choice)


@dataclasses.dataclass(frozen=True)
class Schedule:
    """Under which cancellations, and with which choices, a program was run.

    *choices* holds pairs of a step and what was chosen before it, where that was not the task
    that had been ready longest.  ``str()`` gives a short text that ``replay`` takes, such as
    ``"asyncio 4:2 7:c3 9:clock"``: before step 4 task 2 goes first, before step 7 task 3 is
    cancelled, before step 9 the clock moves on.
    """

    like: Like = "asyncio"
    choices: tuple[tuple[int, int], ...] = ()

    def __str__(self) -> str:
        return " ".join([self.like, *(f"{at}:{describe(choice)}" for at, choice in self.choices)])

    @classmethod
    def parse(cls, text: str) -> Schedule:
        """The schedule that ``str()`` wrote.  ValueError if it is not one."""
        like, *words = text.split()
        if like not in ("asyncio", "trio"):
            raise ValueError(f"{text!r} is not a schedule; it begins with 'asyncio' or 'trio'")
        return cls(like, tuple(_parse_choice(word) for word in words))  # type: ignore[arg-type]


def _parse_choice(word: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d+):(?:(c?)(\d+)|clock)", word)
    if match is None:
        raise ValueError(f"{word!r} is not a choice; write STEP:TASK, STEP:cTASK or STEP:clock")
    step, cancel, task = match.groups()
    if task is None:
        return int(step), CLOCK
    return int(step), ~int(task) if cancel else int(task)


class FollowSchedule:
    """A chooser that does what a schedule says, and otherwise nothing out of the ordinary.

    Not *strict*, it skips what cannot be done; ``taken`` is what was.
    """

    def __init__(self, schedule: Schedule, strict: bool = True) -> None:
        self._choices = schedule.choices
        self._strict = strict
        self._at = 0
        self.like: Like = schedule.like
        self.taken: list[tuple[int, int]] = []

    def schedule(self) -> Schedule:
        """What was really done."""
        return Schedule(self.like, tuple(self.taken))

    def choose(self, loop: Loop) -> Task | None:
        while self._due(loop):
            done, task = self._perform(loop)
            if done:
                return task
        return loop.ready.pop(0)

    def at_rest(self, loop: Loop) -> bool:
        while self._due(loop) and self._choices[self._at][1] < 0:
            if self._perform(loop)[0]:
                return True
        return False

    def _due(self, loop: Loop) -> bool:
        return self._at < len(self._choices) and self._choices[self._at][0] <= loop.steps

    def _perform(self, loop: Loop) -> tuple[bool, Task | None]:
        step, choice = self._choices[self._at]
        self._at += 1
        try:
            if step < loop.steps:
                raise KeyError(choice)
            task = perform(loop, choice)
        except (KeyError, ValueError):
            if self._strict:
                raise NonDeterministic(
                    f"the schedule says {step}:{describe(choice)}, which cannot be done at step"
                    f" {loop.steps}: either the program has changed since the schedule was found,"
                    " or it is not deterministic; " + ADVICE
                ) from None
            return False, None
        self.taken.append((loop.steps, choice))
        return True, task


ADVICE = (
    "make all objects inside the async function, seed its random generators there, and let it"
    " depend neither on real time nor on the order of sets nor on what an earlier run left behind"
)
