"""Virtual time for any asyncio loop, those written in C included."""

from __future__ import annotations

import asyncio
import contextvars
import heapq
import itertools
import math
from collections.abc import Callable
from typing import Any

START = 1000.0
"""What the clock reads at first.  Not zero, so that zero is a time long past."""


class VirtualTime:
    """Mixed into a loop class: its clock and timers are a number and a heap.

    It also counts the callbacks that were scheduled, from which `settle` sees
    that nothing is left to run.  Only public methods of the loop are replaced,
    so it serves uvloop, whose timers live in C, as well as asyncio's own.
    """

    def __init__(self) -> None:
        super().__init__()
        self.slow_callback_duration: float = math.inf  # a callback that ticks is not slow
        self._now = START
        self._timers: list[tuple[float, int, asyncio.TimerHandle]] = []
        self._order = itertools.count()
        self.activity: int = 0

    def time(self) -> float:
        return self._now

    def call_at(
        self,
        when: float,
        callback: Callable[..., object],
        *args: Any,
        context: contextvars.Context | None = None,
    ) -> asyncio.TimerHandle:
        loop: Any = self
        handle = asyncio.TimerHandle(when, callback, args, loop, context)
        heapq.heappush(self._timers, (when, next(self._order), handle))
        return handle

    def call_later(
        self,
        delay: float,
        callback: Callable[..., object],
        *args: Any,
        context: contextvars.Context | None = None,
    ) -> asyncio.TimerHandle:
        return self.call_at(self._now + delay, callback, *args, context=context)

    def call_soon(
        self,
        callback: Callable[..., object],
        *args: Any,
        context: contextvars.Context | None = None,
    ) -> asyncio.Handle:
        self.activity += self.counts(callback)
        handle: asyncio.Handle = super().call_soon(  # type: ignore[misc]
            callback, *args, context=context
        )
        return handle

    def counts(self, callback: Callable[..., object]) -> bool:
        """Whether this callback is a reason not to call the loop settled."""
        return True

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """asyncio's handles say so when cancelled; the heap drops them when it meets them."""

    def tick(self, seconds: float) -> None:
        """Move the clock, and schedule what is due by then."""
        self._now += seconds
        while self._timers and self._timers[0][0] <= self._now:
            _, _, handle = heapq.heappop(self._timers)
            if not handle.cancelled():
                self.call_soon(self._fire, handle)

    def _fire(self, handle: asyncio.TimerHandle) -> None:
        if not handle.cancelled():
            handle._run()

    def timer_armed(self) -> bool:
        return any(not handle.cancelled() for _, _, handle in self._timers)

    async def settle(self) -> None:
        """Yield until three passes in a row have scheduled nothing but ourselves."""
        quiet = 0
        while quiet < 3:
            self.tick(0)
            before = self.activity
            await asyncio.sleep(0)
            quiet = quiet + 1 if self.activity == before + 1 else 0


class VirtualLoop(VirtualTime, asyncio.SelectorEventLoop):  # type: ignore[misc]
    """asyncio's own loop with a clock that moves when told."""
