"""From what a caller says about time to a point on a clock."""

from __future__ import annotations

import datetime
import math
import time
from collections.abc import Callable

__all__ = ["FAR", "USUAL", "Deadline", "Point", "Span", "check_time", "point_in_time"]

Deadline = float | datetime.timedelta | None
Span = float | datetime.timedelta | None

# A span of one of these types is a number, if it is not NaN, and can be added to a clock below FAR.
USUAL = (float, int)
FAR = 1e15


class Point(float):
    """A deadline that has been worked out before: where it comes from, no clock is mistaken."""

    __slots__ = ()


_A_MONTH = 30 * 86400.0
_A_YEAR = 365 * 86400.0


def point_in_time(deadline: Deadline, timeout: Span, now: Callable[[], float]) -> float | None:
    """The point on the clock behind *now* that is meant; None if the wait may last for ever.

    A number given as *deadline* is a point on that clock, a timedelta is counted from
    now; *timeout* is always counted from now.  Both at once: TypeError; NaN, or
    ``time.time()`` where that is not the clock: ValueError; a bool or anything else: TypeError.
    """
    if deadline is not None:
        if timeout is not None:
            raise TypeError(
                "give deadline= (a point on the loop's clock) or timeout= (a span), not both"
            )
        if isinstance(deadline, datetime.timedelta):
            return now() + deadline.total_seconds()
        point = _number(deadline, "deadline", "a point on the loop's clock")
        if type(deadline) is not Point:
            _check_clock(point, now)
        return _finite(point)
    if timeout is None:
        return None
    if isinstance(timeout, datetime.timedelta):
        return now() + timeout.total_seconds()
    span = _finite(_number(timeout, "timeout", "a number of seconds"))
    return None if span is None else now() + span


def check_time(deadline: Deadline, timeout: Span, now: Callable[[], float] | None = None) -> None:
    """Raise as ``point_in_time`` would, for a call that need not wait."""
    if deadline is None and (timeout is None or (type(timeout) in USUAL and timeout == timeout)):
        return  # what is usual, at a fifth of the cost
    point_in_time(deadline, timeout, now or _no_clock)


def _no_clock() -> float:
    return math.nan


def _check_clock(point: float, now: Callable[[], float]) -> None:
    """A deadline near the wall clock's now, on a clock that is nowhere near, is a mistake.

    The wait would last for decades.
    """
    wall = time.time()
    if abs(point - wall) < _A_MONTH:
        moment = now()
        if abs(moment - wall) > _A_YEAR:
            raise ValueError(
                f"deadline={point!r} looks like time.time(), but this loop's clock reads"
                f" {moment!r}; for a span from now write timeout="
            )


def _number(value: object, name: str, meaning: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"{name} must be {meaning}, a timedelta or None, not {value!r}")
    try:
        number = float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf
    if number != number:
        raise ValueError(f"{name} must not be NaN")
    return number


def _finite(number: float) -> float | None:
    return None if number == math.inf else number
