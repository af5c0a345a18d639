"""What machines seldom have to do, one story each."""

import math

import pytest

from toro_core import PromptWaiter, State, Waiter
from toro_core.machines import GET, Lock, Machine, Monitor, Put, Queue
from toro_core.records import WaiterRecord


def test_a_machine_of_ones_own_has_to_say_what_its_state_is() -> None:
    with pytest.raises(NotImplementedError):
        Machine().snapshot()


def test_who_is_notified_takes_those_with_it_who_left_behind_it() -> None:
    a, b, c, d = map(Waiter, "abcd")
    monitor = Monitor(Lock())
    for waiter in (a, b, c, d):
        assert monitor.lock.try_acquire()
        monitor.enter(waiter)
    monitor.leave(b)  # it comes back for the lock, which is free
    assert monitor.waiting == 3
    monitor.notify()
    assert monitor.line is not None
    assert len(monitor.line) == monitor.waiting == 2
    monitor.notify()
    assert [waiter.state for waiter in (a, b, c, d)] == [
        *(State.GRANTED, State.CANCELLED, State.GRANTED, State.WAITING)
    ]


def test_a_put_that_cannot_be_undone_stays_behind_one_that_can() -> None:
    queue = Queue(2)
    queue.try_put("x")
    queue.try_put("y")
    first, second = Waiter("first", GET), Waiter("second", GET)
    undoable = Waiter("undoable", Put("a"))
    prompt = PromptWaiter("prompt", Put("b"))
    for waiter in (first, second, undoable, prompt):
        queue.enter(waiter)
    assert queue.collect(first) == (undoable,)
    assert queue.collect(second) == (prompt,)
    assert (undoable.state, prompt.state) == (State.GRANTED, State.COLLECTED)
    assert queue.try_get() is None  # b may not overtake a
    queue.collect(undoable)
    assert [queue.try_get(), queue.try_get()] == [("a", ()), ("b", ())]


def test_a_deadline_that_never_comes_is_fit_for_json() -> None:
    record = WaiterRecord(1, "get", math.inf, None, None)
    assert record.to_dict()["deadline"] == "inf"
