"""What a scenario is, and the log it is held to."""

import itertools
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from ..kits import Kit

__all__ = ["SCENARIOS", "Entry", "Log", "Meter", "Scenario", "scenario"]


class Meter(Protocol):
    """Reads something while its block runs, as often as there are blocks."""

    def __enter__(self) -> Any: ...
    def __exit__(self, *error: object) -> Any: ...


class Entry(NamedTuple):
    what: str
    task: object
    value: Any = None


class Log(list[Entry]):
    """What happened to one primitive, in order, as `benchmarks.watch` wrote it down."""

    def of(self, *what: str) -> list[Entry]:
        return [entry for entry in self if entry.what in what]

    def count(self, what: str) -> int:  # type: ignore[override]
        return len(self.of(what))

    def handed_over(self) -> int:
        """How many acquisitions were not by the task that had acquired before."""
        tasks = [entry.task for entry in self.of("acquired")]
        return sum(before is not after for before, after in itertools.pairwise(tasks))

    def most_held(self, acquired: str = "acquired", releasing: str = "releasing") -> int:
        return max(self._levels(acquired, releasing), default=0)

    def most_queued(self) -> int:
        return max(self._levels("put", "got"), default=0)

    def _levels(self, up: str, down: str) -> Iterator[int]:
        level = 0
        for entry in self:
            level += (entry.what == up) - (entry.what == down)
            yield level

    def had_to_wait(self, asking: str, done: str) -> int:
        """How many of those asking were not served before anything else happened."""
        return sum(
            entry.what == asking and not (after.what == done and after.task is entry.task)
            for entry, after in zip(self, [*self[1:], Entry("the end", None)], strict=True)
        )

    def all_before(self, what: Iterable[str], then: str) -> bool:
        """Did all of `what` happen before the first `then`?"""
        names = [entry.what for entry in self]
        first = names.index(then)
        return not any(name in what for name in names[first:])


Body = Callable[[Kit, int, Meter], Awaitable[int | None]]
Claim = Callable[[Log, int], bool]


@dataclass(frozen=True)
class Scenario:
    """A scenario: `body(kit, count, meter)` does `count` operations and says if it did another
    number.

    `claim(log, count)` is whether a watched run did what the name says.
    """

    name: str
    unit: str
    needs: tuple[str, ...]
    body: Body
    claim: Claim
    crowd: bool = False
    """Is `count` the number of waiters, and the growth with it the question?"""


SCENARIOS: dict[str, Scenario] = {}


def scenario(
    name: str, *needs: str, unit: str, claim: Claim, crowd: bool = False
) -> Callable[[Body], Body]:
    """Register the function below as a scenario for every kit that has what it `needs`."""

    def register(body: Body) -> Body:
        SCENARIOS[name] = Scenario(name, unit, needs, body, claim, crowd)
        return body

    return register
