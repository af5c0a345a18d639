"""Showing that a long exploration is under way."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._strategies import Search

__all__ = ["OnProgress", "Progress"]

OnProgress = Callable[[int, "int | None", float], object]
"""Called about once a second with the numbers of schedules and states, and the seconds so far."""

_OFTEN = 1.0  # seconds between two calls


class Progress:
    """Calls back now and then; by default writes to stderr, where that is a terminal."""

    def __init__(self, on_progress: OnProgress | None) -> None:
        self._shown = False
        self._on_progress = on_progress
        if on_progress is None and sys.stderr is not None and sys.stderr.isatty():
            self._on_progress = self._write
        self._started = time.perf_counter()
        self._next = self._started + _OFTEN

    def seconds(self) -> float:
        """Real time since the start."""
        return time.perf_counter() - self._started

    def tell(self, schedules: int, search: Search) -> None:
        """Called after each schedule."""
        if self._on_progress is not None and schedules % 64 == 0:
            now = time.perf_counter()
            if now >= self._next:
                self._next = now + _OFTEN
                self._on_progress(schedules, search.states, now - self._started)

    def end(self) -> None:
        """Leave the terminal on a line of its own."""
        if self._shown:
            sys.stderr.write("\n")

    def _write(self, schedules: int, states: int | None, seconds: float) -> None:
        self._shown = True
        words = f"toro_sim: {schedules:,} schedules" + (
            "" if states is None else f", {states:,} states"
        )
        sys.stderr.write(f"\r{words}, {seconds:.0f} s")
        sys.stderr.flush()
