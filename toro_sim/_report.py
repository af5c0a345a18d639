"""What an exploration found, and how much it covered."""

from __future__ import annotations

import dataclasses

from ._errors import ScheduleFailed, explain
from ._schedule import Schedule
from ._trace import Trace

__all__ = ["Failure", "Report"]


@dataclasses.dataclass(frozen=True)
class Failure:
    """A schedule under which the program fails."""

    error: BaseException
    """What it raises, or what was found wrong when it was over."""
    schedule: Schedule
    """The smallest schedule found that leads there; ``str()`` of it goes into ``replay``."""
    trace: Trace
    """What happens under it."""
    found_after: int
    """How many schedules were tried before it was found, itself included."""

    def __str__(self) -> str:
        return (
            f"{explain(self.error)}\n\n{self.trace}\n\n"
            f"found with schedule number {self.found_after}; repeat it with\n"
            f"    toro_sim.replay(main, {str(self.schedule)!r})"
        )


@dataclasses.dataclass(frozen=True)
class Report:
    """What ``explore`` returns."""

    schedules: int
    """How many were run; one that came to a state seen before ended there."""
    states: int | None
    """How many different states were compared at the points of choice; None if that was off."""
    steps: int
    """How many steps of tasks were run in all."""
    seconds: float
    """How long it took, in real time."""
    exhaustive: bool
    """Was everything covered that ``covered`` says?"""
    covered: str
    """What has been tried, in words."""
    failure: Failure | None = None
    opaque: frozenset[str] = frozenset()
    """Types whose objects could not be compared, so that no states were merged with them."""

    def check(self) -> Report:
        """Raise ScheduleFailed, with the trace, if a failure was found; else return itself."""
        if self.failure is not None:
            raise ScheduleFailed(f"{self}\n\n{self.failure}") from self.failure.error
        return self

    def __str__(self) -> str:
        counts = f"{self.schedules:,} schedules, {self.steps:,} steps"
        if self.states is not None:
            counts += f", {self.states:,} states"
        counts += f" in {self.seconds:.1f} s"
        verdict = "FAILED" if self.failure is not None else "passed"
        lines = [f"{verdict}: {counts}; covered: {self.covered}"]
        if self.opaque:
            lines.append(
                "states were told apart for objects that cannot be looked into: "
                + ", ".join(sorted(self.opaque))
            )
        return "\n".join(lines)
