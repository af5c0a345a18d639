"""Looking for a schedule that goes wrong: every one up to a bound, then at random."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from .choices import Chooser, RandomChooser, bounded, shrunk
from .kits import kit
from .runs import run_on_asyncio, run_on_trio
from .scenarios import SCENARIOS

__all__ = ["Found", "Search", "search"]


@dataclass(frozen=True)
class Found:
    """A schedule that goes wrong, as short as it could be made, and how."""

    plan: tuple[int, ...]
    error: str

    def __str__(self) -> str:
        return f"{self.error}  (schedule {list(self.plan)})"


@dataclass(frozen=True)
class Search:
    """What was run, and the first thing that went wrong."""

    schedules: int
    exhausted: bool  # every schedule within the bound was run
    found: Found | None


def search(
    kit_name: str,
    scenario: str,
    *,
    deviations: int,
    cancels: int,
    most: int,
    at_random: int = 0,
    seed: int = 0,
) -> Search:
    """Run *scenario* depth first to some *deviations*, *most* schedules; then *at_random*."""
    attempt = _attempt(kit_name, scenario, cancels)
    count = 0
    exhausted = True
    for chooser in bounded(deviations):
        if count == most:
            exhausted = False
            break
        count += 1
        if (error := attempt(chooser)) is not None:
            return Search(count, False, _shortest(attempt, chooser, error))
    for chooser in itertools.islice(_at_random(seed), at_random):
        count += 1
        if (error := attempt(chooser)) is not None:
            return Search(count, exhausted, _shortest(attempt, chooser, error))
    return Search(count, exhausted, None)


Attempt = Callable[[Chooser], "BaseException | None"]


def _attempt(kit_name: str, scenario: str, cancels: int) -> Attempt:
    library: Any = kit(kit_name)
    run = run_on_trio if kit_name.endswith("trio") else run_on_asyncio
    program = SCENARIOS[scenario]

    def attempt(chooser: Chooser) -> BaseException | None:
        chooser.cancels = cancels
        try:
            run(program, library, chooser)
        except Exception as error:
            return error
        return None

    return attempt


def _at_random(seed: int) -> Iterable[Chooser]:
    source = random.Random(seed)
    for probability in itertools.cycle((0.1, 0.3, 0.6)):
        yield RandomChooser(source=source, probability=probability)


def _shortest(attempt: Attempt, chooser: Chooser, error: BaseException) -> Found:
    found = Found(_trimmed(chooser.taken), _words(error))
    simpler = True
    while simpler:
        simpler = False
        for plan in shrunk(found.plan):
            if (other := attempt(Chooser(plan))) is not None:
                found, simpler = Found(_trimmed(plan), _words(other)), True
                break
    return found


def _words(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"


def _trimmed(plan: Iterable[int]) -> tuple[int, ...]:
    """Without the stock choices at its end, which are made anyway."""
    choices = list(plan)
    while choices and not choices[-1]:
        choices.pop()
    return tuple(choices)
