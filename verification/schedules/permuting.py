"""An asyncio loop that runs ready callbacks in any order, and cancels tasks at any step."""

from __future__ import annotations

import asyncio
import heapq
from typing import Any

from .choices import Chooser

__all__ = ["PermutingLoop", "Stuck"]


class Stuck(Exception):
    """Nothing is ready and no timer is set, so what still waits will wait for ever."""


class PermutingLoop(asyncio.BaseEventLoop):
    """One lane for each task, for its steps keep their order; every other callback on its own.

    At each step a chooser picks the lane to run, or a task to cancel.  The first option is
    always what the stock loop would run next.
    """

    def __init__(self, chooser: Chooser) -> None:
        super().__init__()
        self.chooser = chooser
        self.clock = 0.0
        self.victims: list[asyncio.Task[Any]] = []  # the tasks that may be cancelled

    def time(self) -> float:
        return self.clock

    def _run_once(self) -> None:
        loop: Any = self  # asyncio's own queues are private to it
        self._ring_timers(loop)
        if not loop._ready:
            raise Stuck
        lanes = _lanes(loop._ready)
        victims = [task for task in self.victims if not task.done()] if self.chooser.cancels else []
        choice = self.chooser.choose(len(lanes) + len(victims))
        if choice < len(lanes):
            handle = lanes[choice]
            loop._ready.remove(handle)
            if not handle._cancelled:
                handle._run()
        else:
            self.chooser.cancels -= 1
            victims[choice - len(lanes)].cancel()

    def _ring_timers(self, loop: Any) -> None:
        scheduled = loop._scheduled
        while scheduled and scheduled[0]._cancelled:
            heapq.heappop(scheduled)._scheduled = False
        if scheduled and not loop._ready:
            self.clock = max(self.clock, scheduled[0]._when)
        while scheduled and scheduled[0]._when <= self.clock:
            timer = heapq.heappop(scheduled)
            timer._scheduled = False
            loop._ready.append(timer)

    def _process_events(self, event_list: Any) -> None:
        """There is no input and output here."""

    def _write_to_self(self) -> None:
        """Nor another thread."""


def _lanes(ready: Any) -> list[Any]:
    """The first callback of each lane."""
    lanes: dict[Any, Any] = {}
    for handle in ready:
        owner = getattr(handle._callback, "__self__", None)
        lanes.setdefault(owner if isinstance(owner, asyncio.Task) else handle, handle)
    return list(lanes.values())
