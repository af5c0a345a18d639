"""Toro for Trio: ``import toro_trio as toro``.

Waiting methods are coroutine functions and checkpoints, by Trio's rules: if one raises, what
it should have done was not done, and a cancellation that comes after it was granted shows at the
next checkpoint.  Deadlines are points on Trio's clock, ``trio.current_time()``.
"""

try:
    import trio as _trio  # noqa: F401
except ModuleNotFoundError as _missing:
    if _missing.name != "trio":
        raise
    raise ModuleNotFoundError(
        "toro_trio needs Trio: pip install 'toro-sync[trio]'", name="trio"
    ) from None

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
