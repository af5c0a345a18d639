"""Every order within a small bound on the real loops; and what the search finds in others."""

from __future__ import annotations

import pytest

from verification.schedules.kits import KITS
from verification.schedules.scenarios import SCENARIOS
from verification.schedules.search import search


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("kit", KITS)
def test_no_order_and_no_cancellation_goes_wrong(kit: str, scenario: str) -> None:
    most, at_random = (60, 20) if kit.endswith("trio") else (250, 50)
    result = search(kit, scenario, deviations=2, cancels=1, most=most, at_random=at_random)
    assert result.found is None, str(result.found)
    assert result.schedules >= 25


@pytest.mark.parametrize(
    ("kit", "scenario"),
    [
        ("tornado", "lock"),
        ("tornado", "queue"),
        ("asyncio", "overtaking"),
        ("anyio", "condition"),
        ("asyncio", "failed put"),
        ("tornado", "failed put"),
        ("queue", "failed put"),
    ],
)
def test_the_search_finds_what_is_live_elsewhere(kit: str, scenario: str) -> None:
    result = search(kit, scenario, deviations=2, cancels=1, most=1_500)
    assert result.found is not None


def test_a_schedule_that_was_found_is_found_again() -> None:
    once, again = (
        search("tornado", "lock", deviations=2, cancels=1, most=1_500).found for _ in range(2)
    )
    assert once is not None
    assert again is not None
    assert once.plan == again.plan
