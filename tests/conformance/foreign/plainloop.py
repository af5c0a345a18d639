"""A small event loop of callbacks, with tasks on top.  Nobody else's, and unlike any of the four.

A coroutine gives up control by `park()` and goes on when somebody calls its
task's `wake()`, or with `Cancelled` when somebody calls `cancel()`.
"""

from __future__ import annotations

import collections
import contextvars
import functools
import heapq
import itertools
import threading
import time
import types
from collections.abc import Callable, Coroutine, Generator
from typing import Any

_thread = threading.local()


class Cancelled(BaseException):
    """Raised in a task that was cancelled."""


class TooLate(Exception):
    """What users of this loop expect where a time is up."""


class Timer:
    """A call that is due at some time, unless it is cancelled."""

    def __init__(self, callback: Callable[[], object]) -> None:
        self.callback: Callable[[], object] | None = callback

    def cancel(self) -> None:
        self.callback = None

    def fire(self) -> None:
        if self.callback is not None:
            self.callback()


class Loop:
    """Calls back what is ready, in order, and sleeps until the next timer."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.clock = clock
        self.sleep = sleep
        self.ready: collections.deque[Callable[[], object]] = collections.deque()
        self.timers: list[tuple[float, int, Timer]] = []
        self.numbers = itertools.count()
        self.tasks: set[Task] = set()
        self.current: Task | None = None
        self.closed = False

    def call_soon(self, callback: Callable[[], object]) -> None:
        self.ready.append(callback)

    def call_at(self, when: float, callback: Callable[[], object]) -> Timer:
        timer = Timer(callback)
        heapq.heappush(self.timers, (when, next(self.numbers), timer))
        return timer

    def run(self, main: Coroutine[Any, Any, None], *, cancel_others: bool = True) -> None:
        """Run a coroutine to its end, then cancel the others or leave them asleep for ever."""
        previous, _thread.loop = getattr(_thread, "loop", None), self
        task = Task(self, main)
        try:
            while task in self.tasks:
                self.turn()
            if cancel_others:
                self.cancel_all()
        finally:
            _thread.loop = previous
            self.closed = True

    def cancel_all(self) -> None:
        for task in list(self.tasks):
            task.cancel()
        while self.ready:
            self.turn()

    def turn(self) -> None:
        """Call what is ready now, or sleep until something is."""
        self.poll()
        if not self.ready:
            if not self.timers:
                raise RuntimeError("every task waits for another one")
            self.sleep(self.timers[0][0] - self.clock())
        for _ in range(len(self.ready)):
            self.ready.popleft()()

    def poll(self) -> None:
        """Make ready what is due."""
        while self.timers and self.timers[0][0] <= self.clock():
            self.ready.append(heapq.heappop(self.timers)[2].fire)


class Task:
    """A coroutine that the loop runs."""

    def __init__(self, loop: Loop, coroutine: Coroutine[Any, Any, None]) -> None:
        self.loop = loop
        self.coroutine = coroutine
        self.context = contextvars.copy_context()
        self.parked = True
        self.cancelling = False
        loop.tasks.add(self)
        self.wake()

    def wake(self) -> None:
        if self.parked:
            self.parked = False
            self.loop.call_soon(functools.partial(self.context.run, self._step))

    def cancel(self) -> None:
        self.cancelling = self in self.loop.tasks
        self.wake()

    def _step(self) -> None:
        self.loop.current = self
        try:
            if self.cancelling:
                self.cancelling = False
                self.coroutine.throw(Cancelled())
            else:
                self.coroutine.send(None)
        except (StopIteration, Cancelled):
            self.loop.tasks.discard(self)
        else:
            self.parked = True
        finally:
            self.loop.current = None


def running() -> Loop | None:
    """The loop that runs in this thread."""
    loop: Loop | None = getattr(_thread, "loop", None)
    return loop


def current_task() -> Task:
    loop = running()
    assert loop is not None
    assert loop.current is not None
    return loop.current


@types.coroutine
def park() -> Generator[None, None, None]:
    """Wait for the current task's `wake()`."""
    yield


async def checkpoint() -> None:
    """Let the others run."""
    task = current_task()
    task.loop.call_soon(task.wake)
    await park()
