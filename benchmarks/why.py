"""Why a goal cannot be met: what each promise costs, one after the other.

    python -m benchmarks.why

Each table begins with the floor and adds one thing at a time, on asyncio; all of a table is
measured in one run, interleaved, as CPU time.  The last lines are ours and asyncio's own.  What is
only there to cost something, a deadline or a cancellation, is not asked for, and refused.  The
third table needs no clock: it counts how often tasks are woken for each item of a small queue.
"""

import asyncio
import statistics
import time
import types
from asyncio import Future, _get_running_loop
from collections import deque
from collections.abc import Awaitable, Callable, Generator
from typing import Any

import toro_asyncio
from toro_core import Waiter
from toro_core._guard import Guard
from toro_core._waiter import COLLECTED, GRANTED, WAITING

ROUNDS = 25


class Floor:
    """A Future for each wait, direct hand-over, and nothing else."""

    def __init__(self) -> None:
        self.held = False
        self.home: Any = None
        self.line: deque[Any] = deque()

    async def acquire(self) -> Any:
        if self.held:
            self.line.append(future := Future[None]())
            await future
        else:
            self.held = True

    def release(self) -> None:
        if self.line:
            self.line.popleft().set_result(None)
        else:
            self.held = False


class WithGuard(Floor):
    """and `acquire` returns a guard for a `with`"""

    async def acquire(self) -> Any:
        if self.held:
            self.line.append(future := Future[None]())
            await future
        else:
            self.held = True
        guard = Guard()
        guard.of = self
        return guard


class WithHome(Floor):
    """and it knows on which loop it is held, and takes a deadline"""

    async def acquire(self, deadline: Any = None, *, timeout: Any = None) -> Any:
        if deadline is not None or timeout is not None:
            raise NotImplementedError
        if self.held:
            if self.home is not _get_running_loop():
                raise RuntimeError
            self.line.append(future := Future[None]())
            await future
        else:
            self.home = _get_running_loop()
            self.held = True
        guard = Guard()
        guard.of = self
        return guard


class WithWaiter(Floor):
    """and a grant can be taken back from a task that was cancelled before it ran"""

    async def acquire(self, deadline: Any = None, *, timeout: Any = None) -> Any:
        if deadline is not None or timeout is not None:
            raise NotImplementedError
        if self.held:
            if self.home is not _get_running_loop():
                raise RuntimeError
            waiter = Waiter()
            waiter.state = WAITING
            self.line.append(waiter)
            try:
                waiter.handle = future = Future[None]()
                await future
            except BaseException:
                self.leave(waiter)
                raise
            if waiter.state is GRANTED:
                waiter.state = COLLECTED
        else:
            self.home = _get_running_loop()
            self.held = True
        guard = Guard()
        guard.of = self
        return guard

    def leave(self, waiter: Waiter) -> None:
        raise NotImplementedError

    def release(self) -> None:
        if not self.line:
            self.held = False
            return
        waiter = self.line.popleft()
        waiter.state = GRANTED
        waiter.handle.set_result(None)


LOCKS: dict[str, Callable[[], Any]] = {
    "the floor": Floor,
    "and acquire returns a guard": WithGuard,
    "and it knows its loop, and takes a deadline": WithHome,
    "and what was granted can be taken back": WithWaiter,
    "toro_asyncio.Lock": toro_asyncio.Lock,
    "asyncio.Lock": asyncio.Lock,
}


async def free(lock: Any) -> int:
    acquire, release = lock.acquire, lock.release
    for _ in range(5000):
        await acquire()
        release()
    return 5000


async def contended(lock: Any, tasks: int = 100, each: int = 30) -> int:
    acquire, release = lock.acquire, lock.release

    async def worker() -> None:
        for _ in range(each):
            await acquire()
            await asyncio.sleep(0)
            release()

    await asyncio.gather(*(worker() for _ in range(tasks)))
    return tasks * each


def table(title: str, scenario: Callable[[Any], Awaitable[int]]) -> None:
    """Nanoseconds for each of LOCKS, and the median ratio to asyncio's own."""

    async def sample(make: Callable[[], Any]) -> float:
        began = time.process_time()
        count = await scenario(make())
        return (time.process_time() - began) / count * 1e9

    samples: dict[str, list[float]] = {name: [] for name in LOCKS}
    for _ in range(ROUNDS):
        for name, make in LOCKS.items():
            samples[name].append(asyncio.run(sample(make)))
    print(f"\n{title}\n")
    print("| | ns | of asyncio's own |\n|---|---|---|")
    for name, times in samples.items():
        ratios = [a / b for a, b in zip(times, samples["asyncio.Lock"], strict=True)]
        print(f"| {name} | {min(times):.0f} | {statistics.median(ratios):.2f} |")


async def wake_ups(queue: Any, pairs: int, each: int = 1000) -> float:
    """How often a task is woken for each item: the futures that it slept on."""
    slept = 0

    @types.coroutine
    def counted(coroutine: Any) -> Generator[Any, None, None]:
        nonlocal slept
        while True:
            try:
                future = coroutine.send(None)
            except StopIteration:
                return
            slept += 1
            yield future

    async def producer() -> None:
        for item in range(each):
            await counted(queue.put(item))

    async def consumer() -> None:
        for _ in range(each):
            await counted(queue.get())

    await asyncio.gather(*([producer() for _ in range(pairs)] + [consumer() for _ in range(pairs)]))
    return slept / (pairs * each)


def count_wake_ups() -> None:
    print("\nWake-ups for each item of a small queue: exact\n")
    print("| | asyncio.Queue | toro_asyncio.Queue |\n|---|---|---|")
    for maxsize, pairs in ((1, 1), (10, 10), (100, 1)):
        theirs = asyncio.run(wake_ups(asyncio.Queue(maxsize), pairs))
        ours = asyncio.run(wake_ups(toro_asyncio.Queue[int](maxsize), pairs))
        print(f"| maxsize {maxsize}, {pairs} to {pairs} | {theirs:.2f} | {ours:.2f} |")


if __name__ == "__main__":
    table("A lock that is free: acquire and release", free)
    table("A lock wanted by 100 tasks: acquire, hold for a turn, release", contended)
    count_wake_ups()
