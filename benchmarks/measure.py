"""Interleaved samples: every kit once, then every kit again, so that a machine that changes its
pace changes it for all.

A sample is CPU time of the process, on a loop of its own. What is compared is never two numbers,
but the two samples of each round; the result is the median of these ratios and the quartiles
around it.
"""

import gc
import math
import random
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .kits import Kit
from .meters import CpuTime
from .scenarios import Scenario

__all__ = ["FULL", "QUICK", "Plan", "Ratio", "compare", "measure", "measure_crowd"]


@dataclass(frozen=True)
class Plan:
    rounds: int
    seconds: float
    """CPU time one sample shall take."""
    crowds: tuple[int, ...]
    crowd_rounds: int
    patience: float
    """The longest a sample may take; what is forecast to take longer is left out."""
    leave_out: tuple[str, ...]
    """Patterns of scenarios that this plan has no time for."""
    share_seconds: float
    """CPU time spent on sampling where the time goes, for each scenario and kit; 0 is none."""


QUICK = Plan(
    rounds=3,
    seconds=0.001,
    crowds=(500, 2_000),
    crowd_rounds=1,
    patience=0.05,
    leave_out=("*/oldest-first", "*/newest-first"),
    share_seconds=0.0,
)
FULL = Plan(
    rounds=15,
    seconds=0.008,
    crowds=(1_000, 10_000, 100_000),
    crowd_rounds=1,
    patience=4.0,
    leave_out=(),
    share_seconds=0.6,
)


class Ratio(NamedTuple):
    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.median:.2f}"


def compare(ours: Sequence[float], theirs: Sequence[float]) -> Ratio:
    """The median of the per-round ratios, and its quartiles."""
    ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
    if len(ratios) == 1:
        return Ratio(ratios[0], ratios[0], ratios[0])
    low, median, high = statistics.quantiles(ratios, n=4, method="inclusive")
    return Ratio(median, low, high)


def sample(scenario: Scenario, kit: Kit, count: int) -> tuple[float, int]:
    """Seconds of CPU time, and the number of operations done."""
    meter = CpuTime()
    gc.collect()
    done = kit.loop.run(scenario.body, kit, count, meter)
    return meter.seconds, done or count


def measure(scenario: Scenario, kits: Sequence[Kit], plan: Plan) -> dict[str, list[float]]:
    """Nanoseconds per operation, for each kit one value a round."""
    counts = {kit: calibrate(scenario, kit, plan.seconds) for kit in kits}
    results: dict[str, list[float]] = {kit.name: [] for kit in kits}
    for kit in _rounds(kits, plan.rounds):
        seconds, done = sample(scenario, kit, counts[kit])
        results[kit.name].append(1e9 * seconds / done)
    return results


def _rounds(kits: Sequence[Kit], rounds: int) -> Iterable[Kit]:
    """Every kit once a round, each round in another order."""
    chance = random.Random(rounds)
    for _ in range(rounds):
        yield from chance.sample(kits, len(kits))


def calibrate(scenario: Scenario, kit: Kit, wanted: float) -> int:
    """How many operations take about the `wanted` seconds."""
    count = 50
    while True:
        seconds, done = sample(scenario, kit, count)
        if seconds > wanted / 4:
            return max(1, round(done * wanted / seconds))
        count = 4 * done


def measure_crowd(
    scenario: Scenario, kits: Sequence[Kit], plan: Plan
) -> dict[str, dict[int, list[float]]]:
    """Nanoseconds per waiter, by kit and size; what would take too long is left out."""
    results: dict[str, dict[int, list[float]]] = {kit.name: {} for kit in kits}
    for n in plan.crowds:
        able = [kit for kit in kits if _forecast(results[kit.name], n) < plan.patience]
        for kit in _rounds(able, plan.crowd_rounds if n < 50_000 else 1):
            seconds, _ = sample(scenario, kit, n)
            results[kit.name].setdefault(n, []).append(1e9 * seconds / n)
    return results


def _forecast(known: dict[int, list[float]], n: int) -> float:
    """The seconds that a crowd of n will take if the cost goes on growing as it did, or as n
    squared.
    """
    if not known:
        return 0.0
    *_, last = known
    growth = (n / last) ** max(1.0, exponent(known) if len(known) > 1 else 2.0)
    return 1e-9 * last * min(known[last]) * growth


def exponent(known: dict[int, list[float]]) -> float:
    """k where the cost of a whole crowd grows as n**k, between the two largest crowds."""
    *_, (smaller, before), (larger, after) = known.items()
    return 1 + math.log(min(after) / min(before)) / math.log(larger / smaller)
