"""What insight costs while it is on, and that it costs nothing once it is off again.

``python -m benchmarks.insight_cost`` prints microseconds of processor time for each operation, the
fastest of many runs, so that other programs on the machine do not count.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import toro_asyncio as toro
from toro_core import insight

RUNS = 25

Work = Callable[[int], Awaitable[object]]


async def free(n: int) -> None:
    """``async with lock:`` when nobody else wants it."""
    lock = toro.Lock()
    for _ in range(n):
        async with lock:
            pass


async def contended(n: int) -> None:
    """Ten tasks take turns at a lock."""
    lock = toro.Lock()

    async def take_turns() -> None:
        for _ in range(n // 10):
            async with lock:
                await asyncio.sleep(0)

    await asyncio.gather(*(take_turns() for _ in range(10)))


async def handed_over(n: int) -> None:
    """An item put to a queue of one, and got by another task."""
    queue = toro.Queue[int](1)

    async def put() -> None:
        for i in range(n):
            await queue.put(i)

    async def get() -> None:
        for _ in range(n):
            await queue.get()

    await asyncio.gather(put(), get())


def fastest(work: Work, n: int) -> float:
    async def main() -> float:
        start = time.process_time()
        await work(n)
        return time.process_time() - start

    return min(asyncio.run(main()) for _ in range(RUNS)) / n * 1e6


def main() -> None:
    print(f"{'us each':<12} {'off':>8} {'on':>8} {'on, counting':>13} {'off again':>10}")
    for work, n in ((free, 2000), (contended, 1000), (handed_over, 1000)):
        off = fastest(work, n)
        with insight.enable():
            on = fastest(work, n)
        with insight.enable(hooks=[insight.Collector()]):
            counting = fastest(work, n)
        again = fastest(work, n)
        print(f"{work.__name__:<12} {off:8.2f} {on:8.2f} {counting:13.2f} {again:10.2f}")


if __name__ == "__main__":
    main()
