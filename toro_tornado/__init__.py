"""Toro for Tornado: ``import toro_tornado as toro``, and code written for Toro 1.0.

Waiting methods start when they are called and return Futures, for ``await``, for ``yield`` in
``gen.coroutine``, for ``gen.multi`` and ``gen.with_timeout``; one that need not wait is done at
once.  A deadline that is a number is a point on the IOLoop's clock, ``IOLoop.time()``.
"""

try:
    import tornado as _tornado  # noqa: F401
except ModuleNotFoundError as _missing:
    if _missing.name != "tornado":
        raise
    raise ModuleNotFoundError(
        "toro_tornado needs Tornado: pip install 'toro-sync[tornado]'", name="tornado"
    ) from None

from ._errors import AlreadySet, Empty, Full, NotReady, ShutDown, Timeout, WouldBlock
from ._locks import BoundedSemaphore, Lock, RWLock, Semaphore
from ._queues import JoinableQueue, LifoQueue, PriorityQueue, Queue
from ._signals import AsyncResult, Condition, Event

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
