"""Every limit that is tested in this folder."""

from __future__ import annotations

from typing import NamedTuple

# How the work may grow with the number of those who wait: as n to this power.  Linear is
# 1.0, quadratic 2.0.
GROWTH = 1.5
WAITERS = (2_000, 16_000)  # of a machine


def tasks(loop: str) -> tuple[int, int]:
    """Of a loop, each counted with all that its adapter does.

    Trio's own work for a crowd takes three times asyncio's, and AnyIO waits by the hosts of both:
    the largest crowds are met once.
    """
    if loop == "asyncio":
        return WAITERS
    return (250, 2_000) if loop.startswith("anyio") else (500, 4_000)


# Memory: the goal, and where we stand.  The second number is the one that is tested, and may
# only go down.


class Limit(NamedTuple):
    goal: int
    now: int


# A task that waits in Lock.acquire, itself included: bytes, and objects of the collector.  The
# loop's tables of tasks are not in it, but asyncio's names of them are: later ones are longer, by a
# byte or two.  On Tornado a Future waits, and needs no task.
WAITER = {
    "asyncio": (Limit(1_100, 1_004), Limit(8, 8)),
    "tornado": (Limit(1_400, 288), Limit(9, 2)),
    "trio": (Limit(2_000, 1_600), Limit(11, 10)),
    "anyio-asyncio": (Limit(1_500, 1_352), Limit(9, 9)),
    "anyio-trio": (Limit(2_000, 1_912), Limit(11, 11)),
}

# Bytes of an object nobody uses, with all it owns.
IDLE = {
    "Lock": Limit(104, 120),
    "Semaphore": Limit(104, 144),
    "BoundedSemaphore": Limit(104, 144),
    "Event": Limit(104, 120),
    "AsyncResult": Limit(144, 144),
    "RWLock": Limit(144, 144),
    "Condition": Limit(200, 200),
    "Queue": Limit(1_024, 304),
    "PriorityQueue": Limit(1_024, 608),
    "LifoQueue": Limit(1_024, 352),
}

# Python frames entered by one operation that need not wait, on asyncio.
FRAMES = {
    "acquire and release": 3,
    "async with": 4,
    "put and get": 5,
}
