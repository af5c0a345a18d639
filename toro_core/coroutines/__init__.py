"""The public classes for loops whose waits are coroutines, written once.

An adapter derives its classes from these and gives them a host; see ``Host`` for what
that takes.
"""

from ..plain import ReaderSide, WriterSide
from ._host import Host
from ._locks import BoundedSemaphore, Lock, RWLock, Semaphore
from ._primitive import Primitive
from ._queues import JoinableQueue, LifoQueue, PriorityQueue, Queue
from ._signals import AsyncResult, Condition, Event

__all__ = [
    "AsyncResult",
    "BoundedSemaphore",
    "Condition",
    "Event",
    "Host",
    "JoinableQueue",
    "LifoQueue",
    "Lock",
    "Primitive",
    "PriorityQueue",
    "Queue",
    "RWLock",
    "ReaderSide",
    "Semaphore",
    "WriterSide",
]
