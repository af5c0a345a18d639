"""Toro for Twisted: ``import toro_twisted as toro``.

Waiting methods are coroutine functions, for coroutines under ``ensureDeferred`` and for
``Deferred.fromCoroutine``.  Deadlines are points on the reactor's clock, ``reactor.seconds()``.
A test that has a ``task.Clock`` says so with ``toro_twisted.use(clock)``.
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
from ._reactor import use as use  # beside the names that every adapter has

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
