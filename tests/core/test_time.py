"""From what a caller says about time to a point on a clock."""

from __future__ import annotations

import datetime
import math
import time
from typing import Any

import pytest

from toro_core import point_in_time
from toro_core._time import FAR, Point, check_time

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
    with pytest.raises(TypeError, match="not both"):
        point_in_time(datetime.timedelta(1), datetime.timedelta(1), never)


DAY = 86400.0
WALL = 1_700_000_000.0


@pytest.fixture
def wall_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: WALL)


@pytest.mark.usefixtures("wall_clock")
@pytest.mark.parametrize("away", [0.0, 5.0, -5.0, 29 * DAY, -29 * DAY])
def test_the_wall_clock_is_recognised(away: float) -> None:
    with pytest.raises(ValueError, match=r"looks like time\.time\(\).* reads 100\.0; .*timeout="):
        point_in_time(WALL + away, None, now)
    with pytest.raises(ValueError, match=r"looks like time\.time\(\)"):
        check_time(WALL + away, None, now)


@pytest.mark.usefixtures("wall_clock")
@pytest.mark.parametrize("deadline", [WALL + 31 * DAY, WALL - 31 * DAY, 1e308, 1e9, 0.0, -WALL])
def test_other_deadlines_are_not(deadline: float) -> None:
    assert point_in_time(deadline, None, now) == deadline
    check_time(deadline, None, now)


@pytest.mark.usefixtures("wall_clock")
@pytest.mark.parametrize("difference", [0.0, 364 * DAY, -364 * DAY])
def test_a_loop_on_the_wall_clock_takes_it(difference: float) -> None:
    def clock() -> float:
        return WALL + difference

    assert point_in_time(WALL + 5, None, clock) == WALL + 5


@pytest.mark.usefixtures("wall_clock")
def test_without_a_clock_nothing_is_said_of_it() -> None:
    check_time(WALL + 5, None)


WHATEVER = [None, 1, 1.5, 0.0, -1.0, math.inf, -math.inf, math.nan, 10**400, -(10**400), True]
WHATEVER += [False, "1", b"1", 1j, [], SECOND, type]


def refusal(call: Any, deadline: Any, timeout: Any) -> Any:
    try:
        call(deadline, timeout, now)
    except (TypeError, ValueError) as error:
        return type(error), str(error)
    return None


@pytest.mark.parametrize("timeout", WHATEVER, ids=repr)
@pytest.mark.parametrize("deadline", WHATEVER, ids=repr)
def test_a_call_that_need_not_wait_refuses_what_one_that_waits_does(
    deadline: Any, timeout: Any
) -> None:
    assert refusal(check_time, deadline, timeout) == refusal(point_in_time, deadline, timeout)


def test_a_point_that_was_worked_out_is_not_taken_for_the_wall_clocks() -> None:
    moment = time.time()
    with pytest.raises(ValueError, match=r"looks like time\.time\(\)"):
        point_in_time(moment, None, now)
    assert point_in_time(Point(moment), None, now) == moment


def test_a_clock_that_reads_as_far_as_that_still_ticks() -> None:
    assert FAR + 1.0 > FAR
    assert datetime.timedelta.max.total_seconds() < FAR
