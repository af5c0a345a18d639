"""The state machines behind the primitives: pure, loop-free, plain data."""

from ._locks import READ, WATCH, WRITE, BoundedSemaphore, Lock, RWLock, Semaphore
from ._machine import Line, Machine, Settled
from ._queues import GET, JOIN, LifoQueue, PriorityQueue, Put, Queue, Shut
from ._signals import AsyncResult, Condition, Event, Monitor
from ._stores import FirstInStore, HookStore, LastInStore, SortedStore, Store

__all__ = [
    "GET",
    "JOIN",
    "READ",
    "WATCH",
    "WRITE",
    "AsyncResult",
    "BoundedSemaphore",
    "Condition",
    "Event",
    "FirstInStore",
    "HookStore",
    "LastInStore",
    "LifoQueue",
    "Line",
    "Lock",
    "Machine",
    "Monitor",
    "PriorityQueue",
    "Put",
    "Queue",
    "RWLock",
    "Semaphore",
    "Settled",
    "Shut",
    "SortedStore",
    "Store",
]
