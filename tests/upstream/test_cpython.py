"""CPython's own tests of locks and queues, with asyncio's names replaced by `toro_asyncio`'s."""

import asyncio
import unittest

import pytest

import toro_asyncio

from .borrow import StandIn, borrow, cases, run
from .views import GettersAndPutters, Value, Waiters


class Lock(Waiters, toro_asyncio.Lock):
    pass


class Event(Waiters, toro_asyncio.Event):
    pass


class Condition(Waiters, toro_asyncio.Condition):
    def __init__(self, lock: toro_asyncio.Lock | None = None) -> None:
        """As asyncio's, which always has a lock."""
        super().__init__(Lock() if lock is None else lock)


class Semaphore(Waiters, Value, toro_asyncio.Semaphore):
    pass


class BoundedSemaphore(Waiters, Value, toro_asyncio.BoundedSemaphore):
    pass


class Queue(GettersAndPutters, toro_asyncio.Queue):
    pass


class LifoQueue(GettersAndPutters, toro_asyncio.LifoQueue):
    pass


class PriorityQueue(GettersAndPutters, toro_asyncio.PriorityQueue):
    pass


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

LOCKS_CANNOT_HOLD = {
    "test_repr": "asks for the exact words of asyncio's repr",
}

QUEUES_CANNOT_HOLD = {
    "test_format": "calls a private method",
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
    cases(
        borrow("test.test_asyncio.test_queues", asyncio=OURS), cannot_hold=QUEUES_CANNOT_HOLD
    ),
)
def test_queues(case: type[unittest.TestCase], method: str) -> None:
    run(case, method)
