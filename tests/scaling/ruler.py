"""Counting work: the lines that our files execute, and what they have C walk through.

A loop in Python shows as lines, once a turn.  A walk hidden in C, as in ``deque.remove``, shows
as one call of a method known to walk, and weighs as much as its container is long.  What cannot
be seen is an operator or a constructor that walks, such as ``in`` or ``list(line)``.
"""

from __future__ import annotations

import math
import random
import sys
from collections import deque
from collections.abc import Callable
from types import FrameType, ModuleType
from typing import Any, Self

from .limits import GROWTH

__all__ = ["ORDERS", "Ruler", "check_growth", "growth"]

ORDERS: dict[str, Callable[[int], list[int]]] = {
    "oldest first": lambda n: list(range(n)),
    "newest first": lambda n: list(range(n))[::-1],
    "random": lambda n: random.Random(n).sample(range(n), n),
}

WALKS = {"copy", "count", "index", "insert", "remove", "reverse", "rotate", "sort"}


class Ruler:
    """``steps`` is the work done by these files while the block runs.

    Watching every call of C is slow; with *walks* false only Python is counted.
    """

    def __init__(self, *files: ModuleType | str, walks: bool = True) -> None:
        self._walks = walks
        self._files = tuple(
            file if isinstance(file, str) else str(file.__file__).removesuffix("__init__.py")
            for file in files
        )
        self.steps = 0

    def _is_ours(self, frame: FrameType) -> bool:
        return frame.f_code.co_filename.startswith(self._files)

    def _call(self, frame: FrameType, event: str, arg: Any) -> Any:
        return self._line if self._is_ours(frame) else None

    def _line(self, frame: FrameType, event: str, arg: Any) -> Any:
        if event == "line":
            self.steps += 1
        return self._line

    def _c_call(self, frame: FrameType, event: str, arg: Any) -> None:
        if event == "c_call" and self._is_ours(frame):
            walked = getattr(arg, "__self__", None)
            if isinstance(walked, (list, deque)) and arg.__name__ in WALKS:
                self.steps += len(walked)

    def __enter__(self) -> Self:
        self._before = sys.gettrace(), sys.getprofile()
        sys.settrace(self._call)
        if self._walks:
            sys.setprofile(self._c_call)
        return self

    def __exit__(self, *error: object) -> None:
        trace, profile = self._before
        sys.settrace(trace)
        sys.setprofile(profile)


def growth(steps: Callable[[int], int], crowds: tuple[int, int]) -> float:
    """k, where the work of n grows as n to the power of k, from the one crowd to the other."""
    few, many = crowds
    steps_of_few, steps_of_many = steps(few), steps(many)
    assert steps_of_few >= few, "the work was not seen"
    return math.log(steps_of_many / steps_of_few) / math.log(many / few)


def check_growth(steps: Callable[[int], int], crowds: tuple[int, int]) -> None:
    assert growth(steps, crowds) < GROWTH
