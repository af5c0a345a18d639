"""What can be read while a scenario runs."""

import sys
from time import process_time
from typing import Any

__all__ = ["Calls", "CpuTime"]


class CpuTime:
    """Seconds of this process's CPU time: what other processes do does not count, and neither
    does sleeping.
    """

    def __init__(self) -> None:
        self.seconds = 0.0

    def __enter__(self) -> None:
        self._start = process_time()

    def __exit__(self, *error: object) -> None:
        self.seconds += process_time() - self._start


class Calls:
    """How often a Python frame was entered or resumed, and how often a function of C was called:
    exact.
    """

    def __init__(self) -> None:
        self.frames = self.c_calls = 0

    def _count(self, frame: object, event: str, arg: Any) -> None:
        if event == "call":
            self.frames += 1
        elif event == "c_call":
            self.c_calls += 1

    def __enter__(self) -> None:
        sys.setprofile(self._count)

    def __exit__(self, *error: object) -> None:
        sys.setprofile(None)
        self.frames -= 1  # this one
        self.c_calls -= 1  # and setprofile()
