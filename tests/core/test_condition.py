"""Condition without a lock: a line that moves when told to."""

import pytest

from toro_core import PromptWaiter, State, Waiter
from toro_core.machines import Condition


def line_of(*waiters: Waiter) -> Condition:
    condition = Condition()
    for waiter in waiters:
        assert condition.enter(waiter) == ()
    return condition


def test_notify_wakes_the_first_in_line() -> None:
    a, b, c = map(Waiter, "abc")
    condition = line_of(a, b, c)
    assert condition.notify() == (a,)
    assert condition.notify(2) == (b, c)
    assert condition.waiting == 0


@pytest.mark.parametrize("n", [0, -1])
def test_notify_none_wakes_none(n: int) -> None:
    assert line_of(Waiter("a")).notify(n) == ()


def test_notify_more_than_there_are_wakes_all_and_keeps_nothing() -> None:
    a, b = map(Waiter, "ab")
    condition = line_of(a)
    assert condition.notify(5) == (a,)
    assert condition.enter(b) == ()


def test_a_notification_that_nobody_waits_for_is_gone() -> None:
    condition = Condition()
    assert condition.notify() == condition.notify_all() == ()
    assert condition.enter(Waiter("a")) == ()


def test_a_notification_whose_waiter_never_came_goes_to_the_next() -> None:
    a, b, c = map(Waiter, "abc")
    condition = line_of(a, b, c)
    condition.notify()
    assert condition.leave(a) == (b,)
    assert a.state is State.CANCELLED
    assert condition.leave(b) == (c,)
    assert condition.leave(c) == ()
    assert list(condition.everyone()) == []


def test_it_goes_to_somebody_who_came_after_it_if_nobody_else_waits() -> None:
    a, b = map(Waiter, "ab")
    condition = line_of(a)
    condition.notify()
    condition.enter(b)
    assert condition.leave(a) == (b,)


def test_a_notification_that_was_used_is_not_passed_on() -> None:
    a, b = map(Waiter, "ab")
    condition = line_of(a, b)
    condition.notify()
    assert condition.collect(a) == ()
    assert condition.leave(a) == ()
    assert b.state is State.WAITING


def test_one_that_leaves_the_line_had_no_notification_to_pass_on() -> None:
    a, b = map(Waiter, "ab")
    condition = line_of(a, b)
    assert condition.leave(a) == ()
    assert condition.notify() == (b,)


def test_who_was_woken_with_all_others_passes_nothing_on() -> None:
    a, b, c = map(Waiter, "abc")
    condition = line_of(a, b)
    assert condition.notify_all() == (a, b)
    condition.enter(c)
    assert condition.leave(a) == ()
    assert c.state is State.WAITING


def test_a_prompt_waiter_has_used_its_notification_at_once() -> None:
    a, b = PromptWaiter("a"), Waiter("b")
    condition = line_of(a, b)
    assert condition.notify() == (a,)
    assert condition.leave(a) == ()


def test_a_deadline_before_the_notification_wins_and_after_it_loses() -> None:
    a, b, c = map(Waiter, "abc")
    condition = line_of(a, b, c)
    assert condition.expire(a) == (a,)
    assert condition.notify() == (b,)
    assert condition.expire(b) == ()
    assert c.state is State.WAITING
