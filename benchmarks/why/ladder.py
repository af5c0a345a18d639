"""A ladder: the floor, then one promise more on each rung, up to ours and the loop's own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..kits import Keyword, Kit
from ..loops import Loop
from ..measure import FULL, Plan, compare, measure
from ..operations import Condition, Event, Lock, Queue
from ..scenarios import SCENARIOS

__all__ = ["Ladder", "Rung"]


class Rung(Kit):
    """A kit that has one class, under the name of what that promises."""

    def __init__(self, loop: Loop, name: str, make: Callable[..., Any]) -> None:
        super().__init__(loop)
        self.library = name
        self.lock = lambda: Lock.of(make())
        self.semaphore = lambda value: Lock.of(make(value))
        self.event = lambda: Event.of(make())
        self.condition = lambda: Condition.of(make())
        self.queue = lambda maxsize: waiting(make(maxsize))
        self.priority_queue = lambda: nowait(make())
        self.deadline = Keyword()


def waiting(queue: Any) -> Queue:
    return Queue(queue.put, queue.get, NotImplemented, NotImplemented)


def nowait(queue: Any) -> Queue:
    return Queue(NotImplemented, NotImplemented, queue.put_nowait, queue.get_nowait)


@dataclass(frozen=True)
class Ladder:
    """All rungs are measured in one run, by one scenario; the last is what they are compared with.

    What is on a rung only for what it costs, a deadline or a cancellation, is not asked for, and
    refused.
    """

    scenario: str
    loop: str
    rungs: Mapping[str, Callable[..., Any] | str]
    """A class, or the name of a kit's library."""

    def kits(self, known: Mapping[str, Kit]) -> list[Kit]:
        loop = known[f"{self.loop}/floor"].loop
        return [
            known[f"{self.loop}/{rung}"] if isinstance(rung, str) else Rung(loop, name, rung)
            for name, rung in self.rungs.items()
        ]

    def table(self, known: Mapping[str, Kit], plan: Plan = FULL) -> str:
        """In Markdown: nanoseconds of the best sample, and the median ratio to the last rung."""
        kits = self.kits(known)
        measured = measure(SCENARIOS[self.scenario], kits, plan)
        *_, theirs = measured.values()
        *_, peer = self.rungs
        lines = [f"| `{self.scenario}` on {self.loop} | ns | of {peer} |", "|---|---|---|"]
        for rung, times in zip(self.rungs, measured.values(), strict=True):
            lines.append(f"| {rung} | {min(times):.0f} | {compare(times, theirs)} |")
        return "\n".join(lines)
