"""Programs written by Hypothesis, on every adapter, against the specification."""

from __future__ import annotations

import os
from collections.abc import Collection
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from toro_conformance.case import perform
from toro_conformance.driver import Driver
from toro_conformance.drivers import DRIVERS, Absent, installed
from toro_conformance.world import World

from .play import Player
from .programs import programs
from .subjects import SUBJECTS, Subject

# A long session asks for more: python -m verification --full.
EXAMPLES = int(os.environ.get("TORO_EXAMPLES", "6"))
LEFT_OUT = {"asyncio-debug"}  # the same code as asyncio, ten times slower
NAMES = [name for name in DRIVERS if name not in LEFT_OUT]
FOUND = [each for each in installed(NAMES) if not isinstance(each, Absent)]


async def play(t: World, subject: Subject, program: list[Any]) -> None:
    player = Player(t, subject)
    try:
        await player.play(program)
    finally:
        await player.leave()


def campaign(
    driver: type[Driver],
    subject: Subject,
    examples: int = EXAMPLES,
    phases: Collection[Phase] = tuple(Phase),
) -> None:
    """Raise what the shortest program shows that is not as specified."""

    @settings(
        max_examples=examples,
        phases=phases,
        derandomize=True,
        deadline=None,
        database=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(programs(subject))
    def check(program: list[Any]) -> None:
        perform(driver, play, subject=subject, program=program)

    check()


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.name)
@pytest.mark.parametrize("driver", FOUND, ids=lambda driver: driver.name)
def test_an_adapter_does_as_specified(driver: type[Driver], subject: Subject) -> None:
    campaign(driver, subject)
