"""Making a failing schedule as small as it goes."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from ._schedule import Schedule

__all__ = ["same_failure", "shrink"]

TryIt = Callable[[Schedule], "tuple[Schedule, BaseException | None]"]


def shrink(schedule: Schedule, error: BaseException, try_it: TryIt, most: int = 1000) -> Schedule:
    """Drop choices from *schedule* as long as the program fails in the same way.

    First large parts, then single choices, until none can be dropped, or *most* runs have been
    made.
    """
    attempts = _Attempts(error, try_it, most)
    choices = list(schedule.choices)
    size = max(1, len(choices) // 2)
    while choices and attempts.left:
        smaller = _without_some(choices, size, schedule, attempts)
        if smaller is not None:
            choices = smaller
            size = min(size, max(1, len(choices)))
        elif size > 1:
            size //= 2
        else:
            break
    return Schedule(schedule.like, tuple(choices))


class _Attempts:
    def __init__(self, error: BaseException, try_it: TryIt, most: int) -> None:
        self._signature = signature(error)
        self._try_it = try_it
        self.left = most

    def __call__(self, schedule: Schedule) -> Schedule | None:
        """What was done of *schedule*, if the program fails as it did before."""
        if not self.left:
            return None
        self.left -= 1
        done, error = self._try_it(schedule)
        return done if error is not None and signature(error) == self._signature else None


def _without_some(
    choices: list[tuple[int, int]], size: int, schedule: Schedule, attempts: _Attempts
) -> list[tuple[int, int]] | None:
    """The choices with some *size* of them in a row left out, or shorter still."""
    for start in range(len(choices) - 1, -1, -size):
        fewer = choices[: max(0, start + 1 - size)] + choices[start + 1 :]
        done = attempts(Schedule(schedule.like, tuple(fewer)))
        if done is not None and len(done.choices) < len(choices):
            return list(done.choices)
    return None


def signature(error: BaseException) -> Any:
    """What makes two failures the same: the kinds of exceptions, and the lines that raised them."""
    if isinstance(error, BaseExceptionGroup):
        return sorted({str(signature(leaf)) for leaf in error.exceptions})
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    where = traceback and (traceback.tb_frame.f_code.co_filename, traceback.tb_lineno)
    if where and where[0].startswith(_HERE):
        where = None  # found by the simulator, which has several places to notice
    return (type(error).__name__, where)


_HERE = os.path.dirname(__file__) + os.sep


def same_failure(one: BaseException, other: BaseException) -> bool:
    """Do they come from the same place?"""
    return bool(signature(one) == signature(other))
