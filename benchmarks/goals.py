"""What was promised, as data, and whether it holds.

A goal is a ratio: ours over a rival's time, the median of the ratios of the rounds of one run,
and is met at or below its limit. uvloop is held to asyncio's column.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .measure import Ratio, compare

__all__ = ["GOALS", "Goal", "Verdict", "judge"]


@dataclass(frozen=True)
class Goal:
    scenario: str
    ours: str
    rival: str
    limit: float


@dataclass(frozen=True)
class Verdict:
    goal: Goal
    ratio: Ratio
    promises: Ratio | None = None
    """That of the floor that keeps the promises to the same rival."""

    @property
    def pair(self) -> str:
        """As `asyncio: toro / floor`."""
        loop, ours = self.goal.ours.split("/")
        return f"{loop}: {ours} / {self.goal.rival.partition('/')[2]}"

    @property
    def met(self) -> bool:
        return self.ratio.median <= self.goal.limit

    @property
    def promised_away(self) -> bool:
        """Is it missed by what keeps the same promises and does nothing else?"""
        return self.promises is not None and self.promises.median > self.goal.limit


# Against what the loop brings along; None where it has no such thing.
_NATIVE = {
    # scenario: (asyncio and uvloop, Trio, Tornado)
    "lock/free/explicit": (1.10, 0.85, 0.40),
    "lock/free/async-with": (0.95, 0.85, 0.40),
    "semaphore/free/explicit": (0.60, 0.97, 0.45),
    "semaphore/free/async-with": (0.60, 0.97, 0.45),
    "lock/contended/2": (0.95, 0.80, 1.00),
    "lock/contended/100": (0.95, 0.80, 1.00),
    "semaphore/contended/2": (0.95, 0.80, 1.05),
    "semaphore/contended/100": (0.95, 0.80, 1.05),
    "event/set-wakes-1000": (0.95, 1.00, 0.65),
    "event/wait-when-set": (1.15, 1.00, 0.35),
    "condition/ping-pong": (0.92, 0.75, 1.10),  # Tornado's has no lock
    "condition/notify-all-200": (0.90, 0.75, 1.10),
    "queue/nowait": (0.70, 0.80, 0.55),
    "queue/free": (0.72, 1.00, 0.35),
    "queue/maxsize-1/1-to-1": (0.65, 0.95, 0.80),
    "queue/maxsize-100/1-to-1": (0.70, 0.92, 0.42),
    "queue/maxsize-10/10-to-10": (0.65, 0.92, 0.70),
    "queue/priority-1000": (0.82, None, 0.70),
    "queue/join": (0.80, None, 0.50),
    "lock/free/deadline": (0.12, 0.38, 0.25),
    "semaphore/free/deadline": (0.12, 0.38, 0.25),
    "queue/free/deadline": (0.12, 0.38, 0.25),
    "lock/waiting/deadline": (0.65, 0.55, 0.60),
    "queue/waiting/deadline": (0.65, 0.55, 0.60),
}

# asyncio against aiorwlock told to be fast, Trio against culsans.
_RWLOCK = {
    "rwlock/free/read": (0.30, 0.50),
    "rwlock/free/write": (0.30, 0.50),
    "rwlock/mixed-20/10%-writers": (0.95, 0.55),
    "rwlock/mixed-20/50%-writers": (0.95, 0.55),
}

# toro_anyio against AnyIO's own.
_ANYIO = {
    # scenario: (on asyncio, on Trio)
    "lock/free/explicit": (0.65, 0.90),
    "lock/free/async-with": (0.65, 0.90),
    "semaphore/free/explicit": (0.65, 0.90),
    "semaphore/free/async-with": (0.65, 0.90),
    "lock/contended/2": (1.00, 0.80),
    "lock/contended/100": (1.00, 0.80),
    "semaphore/contended/2": (1.00, 0.80),
    "semaphore/contended/100": (1.00, 0.80),
    "condition/ping-pong": (0.20, 0.20),
    "condition/notify-all-200": (0.20, 0.20),
    "queue/free": (0.85, 0.90),
    "queue/maxsize-1/1-to-1": (0.85, 0.90),
    "queue/maxsize-100/1-to-1": (0.85, 0.90),
    "queue/maxsize-10/10-to-10": (0.85, 0.90),
}

# Everything of ours against the floor of its loop that behaves as it does.
_FLOOR = {
    "lock/free/explicit": 1.25,
    "lock/free/async-with": 1.25,
    "semaphore/free/explicit": 1.25,
    "semaphore/free/async-with": 1.25,
    "event/wait-when-set": 1.25,
    "queue/free": 1.25,
    "rwlock/free/read": 1.25,
    "rwlock/free/write": 1.25,
    "lock/contended/2": 1.15,
    "lock/contended/100": 1.15,
    "semaphore/contended/2": 1.15,
    "semaphore/contended/100": 1.15,
}


def _all() -> Iterator[Goal]:
    for scenario, (asyncio, trio, tornado) in _NATIVE.items():
        for loop, rival, limit in (
            ("asyncio", "asyncio", asyncio),
            ("uvloop", "asyncio", asyncio),
            ("trio", "trio", trio),
            ("tornado", "tornado", tornado),
        ):
            if limit is not None:
                yield Goal(scenario, f"{loop}/toro", f"{loop}/{rival}", limit)
    for scenario, (asyncio, trio) in _RWLOCK.items():
        yield Goal(scenario, "asyncio/toro", "asyncio/aiorwlock-fast", asyncio)
        yield Goal(scenario, "trio/toro", "trio/culsans", trio)
    for scenario, (asyncio, trio) in _ANYIO.items():
        yield Goal(scenario, "asyncio/toro-anyio", "asyncio/anyio", asyncio)
        yield Goal(scenario, "trio/toro-anyio", "trio/anyio", trio)
    for scenario, limit in _FLOOR.items():
        for loop in ("asyncio", "uvloop", "tornado"):
            yield Goal(scenario, f"{loop}/toro", f"{loop}/floor", limit)
        yield Goal(scenario, "trio/toro", "trio/floor+turn", limit)
        for loop in ("asyncio", "trio"):
            yield Goal(scenario, f"{loop}/toro-anyio", f"{loop}/floor+turn", limit)


GOALS = tuple(_all())


def judge(speed: dict[str, dict[str, Any]]) -> list[Verdict]:
    """A verdict on every goal for which both sides were measured."""
    verdicts = []
    for goal in GOALS:
        kits = speed.get(goal.scenario, {})
        if goal.ours in kits and goal.rival in kits:
            rival = kits[goal.rival]
            least = kits.get(promising(goal.ours))
            promises = compare(least, rival) if least else None
            verdicts.append(Verdict(goal, compare(kits[goal.ours], rival), promises))
    return verdicts


def promising(ours: str) -> str:
    """The floor that keeps the promises, and yields as *ours* does."""
    loop, library = ours.split("/")
    if library == "toro-anyio":
        return f"{loop}/floor+either+promises"
    return f"{loop}/floor+turn+promises" if loop == "trio" else f"{loop}/floor+promises"
