"""Toro for AnyIO: ``import toro_anyio as toro``.

For libraries that must run on whichever backend runs.  Objects may be made at import time;
one that is idle may be used under either backend.  Waiting methods are coroutine functions and
checkpoints.  Deadlines are points on AnyIO's clock, ``anyio.current_time()``.
"""

try:
    import anyio as _anyio  # noqa: F401
except ModuleNotFoundError as _missing:
    if _missing.name != "anyio":
        raise
    raise ModuleNotFoundError(
        "toro_anyio needs AnyIO: pip install 'toro-sync[anyio]'", name="anyio"
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
