"""The half of each primitive that does not wait, and so is the same on every loop.

Futures or coroutines, the other half derives from this.
"""

from ._bound import Bound, NoPlainWith
from ._locks import BoundedSemaphore, Lock, RWLock, Semaphore
from ._queues import Queue
from ._sides import ReaderSide, WriterSide
from ._signals import AsyncResult, Condition, Event

__all__ = [
    "AsyncResult",
    "Bound",
    "BoundedSemaphore",
    "Condition",
    "Event",
    "Lock",
    "NoPlainWith",
    "Queue",
    "RWLock",
    "ReaderSide",
    "Semaphore",
    "WriterSide",
]
