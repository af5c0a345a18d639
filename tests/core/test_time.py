"""From what a caller says about time to a point on a clock."""

from __future__ import annotations

import datetime
import math
from typing import Any

import pytest

from toro_core import point_in_time

SECOND = datetime.timedelta(seconds=1)


def now() -> float:
    return 100.0


def never() -> float:
    raise AssertionError("there is no need to look at the clock")


@pytest.mark.parametrize(
    ("deadline", "timeout", "expected"),
    [
        (SECOND, None, 101.0),
        (-SECOND, None, 99.0),
        (None, 1, 101.0),
        (None, 0, 100.0),
        (None, 2.5, 102.5),
        (None, -1, 99.0),
        (None, SECOND, 101.0),
        (None, -math.inf, -math.inf),
    ],
)
def test_spans_are_counted_from_now(deadline: Any, timeout: Any, expected: float) -> None:
    assert point_in_time(deadline, timeout, now) == expected


@pytest.mark.parametrize("deadline", [5, 5.0, 0, -1, 1e308, -math.inf, -(10**400)])
def test_a_number_is_a_point_on_the_clock(deadline: Any) -> None:
    expected = deadline if deadline > -(10**300) else -math.inf
    assert point_in_time(deadline, None, never) == expected


@pytest.mark.parametrize(
    ("deadline", "timeout"),
    [(None, None), (math.inf, None), (None, math.inf), (10**400, None), (None, 10**400)],
)
def test_a_wait_may_last_for_ever(deadline: Any, timeout: Any) -> None:
    assert point_in_time(deadline, timeout, never) is None


@pytest.mark.parametrize("wrong", [True, False, "1", 1j, [], datetime.datetime.min])
@pytest.mark.parametrize("name", ["deadline", "timeout"])
def test_the_wrong_type_is_named(name: str, wrong: Any) -> None:
    arguments = {"deadline": None, "timeout": None, name: wrong}
    with pytest.raises(TypeError, match=f"{name} must be"):
        point_in_time(**arguments, now=never)


@pytest.mark.parametrize("name", ["deadline", "timeout"])
def test_not_a_number_is_named(name: str) -> None:
    arguments = {"deadline": None, "timeout": None, name: math.nan}
    with pytest.raises(ValueError, match=f"{name} must not be NaN"):
        point_in_time(**arguments, now=never)


def test_both_at_once_are_refused() -> None:
    with pytest.raises(TypeError, match="not both"):
        point_in_time(1.0, 1.0, never)
    with pytest.raises(TypeError, match="not both"):
        point_in_time(0, 0, never)
