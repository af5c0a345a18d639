"""Tornado's own tests of locks and queues, run on `toro_tornado`.

Tornado's `timeout` is Toro's `deadline`: a point in time, or a timedelta from now.
"""

import unittest
from datetime import timedelta
from typing import Any

import pytest

pytest.importorskip("tornado")

import tornado.locks
import tornado.queues

import toro_tornado

from .borrow import StandIn, borrow, cases, run
from .views import GettersAndPutters, Waiters

When = float | timedelta | None


class Acquire:
    def acquire(self, timeout: When = None) -> Any:
        return super().acquire(deadline=timeout)  # type: ignore[misc]


class Wait:
    def wait(self, timeout: When = None) -> Any:
        return super().wait(deadline=timeout)  # type: ignore[misc]


class GetPutJoin:
    def get(self, timeout: When = None) -> Any:
        return super().get(deadline=timeout)  # type: ignore[misc]

    def put(self, item: Any, timeout: When = None) -> Any:
        return super().put(item, deadline=timeout)  # type: ignore[misc]

    def join(self, timeout: When = None) -> Any:
        return super().join(deadline=timeout)  # type: ignore[misc]


class Condition(Waiters, Wait, toro_tornado.Condition):
    pass


class Event(Waiters, Wait, toro_tornado.Event):
    pass


class Lock(Waiters, Acquire, toro_tornado.Lock):
    pass


class Semaphore(Waiters, Acquire, toro_tornado.Semaphore):
    pass


class BoundedSemaphore(Waiters, Acquire, toro_tornado.BoundedSemaphore):
    pass


class Queue(GettersAndPutters, GetPutJoin, toro_tornado.Queue):
    pass


class LifoQueue(GettersAndPutters, GetPutJoin, toro_tornado.LifoQueue):
    pass


class PriorityQueue(GettersAndPutters, GetPutJoin, toro_tornado.PriorityQueue):
    pass


LOCKS = StandIn(
    tornado.locks,
    Condition=Condition,
    Event=Event,
    Lock=Lock,
    Semaphore=Semaphore,
    BoundedSemaphore=BoundedSemaphore,
)

QUEUES = StandIn(
    tornado.queues,
    Queue=Queue,
    LifoQueue=LifoQueue,
    PriorityQueue=PriorityQueue,
    QueueEmpty=toro_tornado.Empty,
    QueueFull=toro_tornado.Full,
)

LOCKS_CANNOT_HOLD = {
    "SemaphoreTest.test_repr": "asks for the exact words of its repr",
    "ConditionTest.test_wait_timeout": "says by False what is Timeout here",
}

DEAD_WAITERS = "asks that those who timed out stay in line until the next call"

QUEUES_CANNOT_HOLD = {
    "test_get_clears_timed_out_putters": DEAD_WAITERS,
    "test_get_clears_timed_out_getters": DEAD_WAITERS,
    "test_put_clears_timed_out_putters": DEAD_WAITERS,
    "test_put_clears_timed_out_getters": DEAD_WAITERS,
}


def record_done(self: Any, future: Any, key: object) -> None:
    """As theirs, for a `Condition.wait` that says Timeout instead of False."""

    def callback(_: object) -> None:
        self.history.append("timeout" if future.exception() else key)

    future.add_done_callback(callback)


locks_test = borrow("tornado.test.locks_test", locks=LOCKS)
locks_test.ConditionTest.record_done = record_done
queues_test = borrow("tornado.test.queues_test", queues=QUEUES)


@pytest.mark.parametrize(("case", "method"), cases(locks_test, cannot_hold=LOCKS_CANNOT_HOLD))
def test_locks(case: type[unittest.TestCase], method: str) -> None:
    run(case, method)


@pytest.mark.parametrize(("case", "method"), cases(queues_test, cannot_hold=QUEUES_CANNOT_HOLD))
def test_queues(case: type[unittest.TestCase], method: str) -> None:
    run(case, method)
