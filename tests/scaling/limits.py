"""Every limit that is tested in this folder."""

from __future__ import annotations

# How the work may grow with the number of those who wait: as n to this power.  Linear is
# 1.0, quadratic 2.0.
GROWTH = 1.5
WAITERS = (2_000, 16_000)  # of a machine
TASKS = (250, 2_000)  # of a loop, each counted with all that its adapter does

# A task that waits in Lock.acquire, itself included: bytes, objects of the collector.
WAITER = {
    "asyncio": (1_100, 8),
    "tornado": (1_300, 8),
    "trio": (2_000, 11),
    "anyio-asyncio": (1_500, 9),
    "anyio-trio": (2_000, 11),
}

# Bytes of an object nobody uses, with all it owns.
IDLE = {
    "Lock": 104,
    "Semaphore": 104,
    "BoundedSemaphore": 104,
    "Event": 104,
    "AsyncResult": 112,
    "RWLock": 120,
    "Condition": 200,
    "Queue": 1_024,
    "PriorityQueue": 1_024,
    "LifoQueue": 1_024,
}

# Python frames entered by one operation that need not wait, on asyncio.
FRAMES = {
    "acquire and release": 3,
    "async with": 4,
    "put and get": 5,
}

# Modules of the standard library that importing an adapter may add to what its loop has.
MODULES = 8
