"""How often tasks are woken for each item of a small queue: exact, without a clock."""

import asyncio
import types
from collections.abc import Generator
from typing import Any

import toro_asyncio

__all__ = ["table"]


async def wake_ups(queue: Any, pairs: int, each: int = 1000) -> float:
    """The futures that tasks slept on, for each item."""
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


def table() -> str:
    lines = ["| wake-ups for each item | asyncio.Queue | toro_asyncio.Queue |", "|---|---|---|"]
    for maxsize, pairs in ((1, 1), (10, 10), (100, 1)):
        theirs = asyncio.run(wake_ups(asyncio.Queue(maxsize), pairs))
        ours = asyncio.run(wake_ups(toro_asyncio.Queue[int](maxsize), pairs))
        lines.append(f"| maxsize {maxsize}, {pairs} to {pairs} | {theirs:.2f} | {ours:.2f} |")
    return "\n".join(lines)
