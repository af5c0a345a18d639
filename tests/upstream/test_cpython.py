"""CPython's own tests of locks and queues, with asyncio's names replaced by `toro_asyncio`'s."""

import asyncio
import unittest
from typing import TypeVar

import pytest

import toro_asyncio

from .borrow import StandIn, borrow, cases, run
from .views import GettersAndPutters, Value, Waiters

T = TypeVar("T")


class Lock(Waiters, toro_asyncio.Lock):
    __slots__ = ()


class Event(Waiters, toro_asyncio.Event):
    __slots__ = ()


class Condition(Waiters, toro_asyncio.Condition):
    __slots__ = ()

    def __init__(self, lock: toro_asyncio.Lock | None = None) -> None:
        """As asyncio's, which always has a lock."""
        super().__init__(Lock() if lock is None else lock)


class Semaphore(Waiters, Value, toro_asyncio.Semaphore):
    __slots__ = ()


class BoundedSemaphore(Waiters, Value, toro_asyncio.BoundedSemaphore):
    __slots__ = ()


class Queue(GettersAndPutters, toro_asyncio.Queue[T]):
    __slots__ = ()


class LifoQueue(GettersAndPutters, toro_asyncio.LifoQueue[T]):
    __slots__ = ()


class PriorityQueue(GettersAndPutters, toro_asyncio.PriorityQueue[T]):
    __slots__ = ()


OURS = StandIn(
    asyncio,
    Lock=Lock,
    Event=Event,
    Condition=Condition,
    Semaphore=Semaphore,
    BoundedSemaphore=BoundedSemaphore,
    Queue=Queue,
    LifoQueue=LifoQueue,
    PriorityQueue=PriorityQueue,
    QueueEmpty=toro_asyncio.Empty,
    QueueFull=toro_asyncio.Full,
    QueueShutDown=toro_asyncio.ShutDown,
)

PRIVATE = "uses a private attribute or method"
WORDS = "asks for the exact words of asyncio's repr"
ONE_PASS = "the lock goes from hand to hand, one pass of the loop for each task that needs it"

LOCKS_CANNOT_HOLD = {
    "test_repr": WORDS,
    "LockTests.test_cancel_race": PRIVATE,
    "ConditionTests.test_ambiguous_loops": PRIVATE,
    "ConditionTests.test_notify": ONE_PASS,
    "ConditionTests.test_notify_all": ONE_PASS,
    "EventTests.test_clear_with_waiters": "counts those woken as waiting until they run",
    "SemaphoreTests.test_acquire_fifo_order_4": "the same, and for the private value too",
    "SemaphoreTests.test_acquire_fifo_order_2": (
        "lets a task wait for a permit that is free, because one that has its own has not run yet"
    ),
}

QUEUES_CANNOT_HOLD = {
    "test_format": PRIVATE,
    "QueueBasicTests.test_repr": WORDS,
    "QueueBasicTests.test_str": WORDS,
    "QueueGetTests.test_get_with_putters": PRIVATE,
}


@pytest.mark.parametrize(
    ("case", "method"),
    cases(
        borrow("test.test_asyncio.test_locks", asyncio=OURS),
        cannot_hold=LOCKS_CANNOT_HOLD,
        not_ours="BarrierTests",
    ),
)
def test_locks(case: type[unittest.TestCase], method: str) -> None:
    run(case, method)


@pytest.mark.parametrize(
    ("case", "method"),
    cases(borrow("test.test_asyncio.test_queues", asyncio=OURS), cannot_hold=QUEUES_CANNOT_HOLD),
)
def test_queues(case: type[unittest.TestCase], method: str) -> None:
    run(case, method)
