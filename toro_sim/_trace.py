"""What happened in a run, step by step, for people to read."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from ._describe import awaited
from ._errors import explain
from ._loop import Loop
from ._schedule import CLOCK, Schedule

if TYPE_CHECKING:
    from ._task import Task

__all__ = ["Recording", "Step", "Trace"]


@dataclasses.dataclass(frozen=True)
class Step:
    """One step of a task, or something that came from outside."""

    number: int
    time: float
    """On the virtual clock, in seconds."""
    task: str
    what: str
    chosen: bool
    """Did the schedule depart here from the order in which tasks became ready?"""


@dataclasses.dataclass(frozen=True)
class Trace:
    """A run: under which schedule, and what happened; ``str()`` is a table of it.

    ``>`` marks the steps at which the schedule departs from the order in which tasks became
    ready.
    """

    schedule: Schedule
    steps: tuple[Step, ...]

    def __str__(self) -> str:
        width = max((len(step.task) for step in self.steps), default=0)
        lines = [
            f"{'>' if step.chosen else ' '} {step.number:>4}  {step.time:>8g}s  "
            f"{step.task:<{width}}  {step.what}"
            for step in self.steps
        ]
        return "\n".join(lines)


class Recording(Loop):
    """A loop that writes down what happens.  Slower, so it is used to repeat a run."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.recorded: list[Step] = []
        self._begun: set[Task] = set()

    def _step(self, task: Task) -> None:
        number, departed = self.steps, self._departed()
        how = self._resumption(task)
        before, started = set(self.ready), self._started
        super()._step(task)
        words = [how]
        others = [each for each in self.ready if each not in before and each is not task]
        new = [each.name for each in others if each.number >= started]
        woken = [each.name for each in others if each.number < started]
        words += [f"starts {', '.join(new)}"] if new else []
        words += [f"wakes {', '.join(woken)}"] if woken else []
        words.append(self._suspension(task))
        self._record(number, task.name, "; ".join(words), departed)

    def note(self, what: str) -> None:
        self._record(self.steps, "-", what, True)

    def trace(self) -> Trace:
        """What has been recorded, with the choices that were made."""
        chooser: Any = self.chooser
        return Trace(chooser.schedule(), tuple(self.recorded))

    def _departed(self) -> bool:
        taken: Any = getattr(self.chooser, "taken", ())
        if not taken:
            return False
        step, choice = taken[-1]
        return bool(step == self.steps and 0 <= choice < CLOCK)

    def _resumption(self, task: Task) -> str:
        begun = "goes on" if task in self._begun else "begins"
        self._begun.add(task)
        if task.error is None:
            return begun
        return f"{begun} with {type(task.error).__name__}"

    def _suspension(self, task: Task) -> str:
        if not task.done:
            return f"waits for {awaited(task)}"
        if task.cancelled:
            return "ends, cancelled"
        if task.exception is not None:
            return f"fails with {explain(task.exception).splitlines()[0]}"
        return "ends"

    def _record(self, number: int, task: str, what: str, chosen: bool) -> None:
        self.recorded.append(Step(number, self.now, task, what, chosen))
