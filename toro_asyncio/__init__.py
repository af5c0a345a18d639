"""Toro for asyncio: ``import toro_asyncio as toro``.

Waiting methods are coroutine functions, and do not suspend when they need not wait.
Deadlines are points on the loop's clock, ``loop.time()``.
"""

from ._errors import AlreadySet, Empty, Full, NotReady, ShutDown, Timeout, WouldBlock
from ._primitives import (
    AsyncResult,
    BoundedSemaphore,
    Condition,
    Event,
    JoinableQueue,
    LifoQueue,
    Lock,
    PriorityQueue,
    Queue,
    RWLock,
    Semaphore,
)

__all__ = [
    "AlreadySet",
    "AsyncResult",
    "BoundedSemaphore",
    "Condition",
    "Empty",
    "Event",
    "Full",
    "JoinableQueue",
    "LifoQueue",
    "Lock",
    "NotReady",
    "PriorityQueue",
    "Queue",
    "RWLock",
    "Semaphore",
    "ShutDown",
    "Timeout",
    "WouldBlock",
]
