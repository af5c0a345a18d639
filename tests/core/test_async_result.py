"""AsyncResult: a value or an exception that arrives once."""

from typing import Any

import pytest

from toro_core import State, Waiter
from toro_core.machines import AsyncResult


@pytest.mark.parametrize("value", [None, 0, False, "value", float("nan")])
def test_all_who_wait_and_all_who_come_later_get_the_very_value(value: Any) -> None:
    a, b, c = map(Waiter, "abc")
    result = AsyncResult()
    assert not result.ready
    assert result.enter(a) == result.enter(b) == ()
    assert result.set(value) == (a, b)
    assert result.ready
    assert result.enter(c) == (c,)
    assert all(waiter.value is value for waiter in (a, b, c))
    assert all(waiter.state is State.COLLECTED for waiter in (a, b, c))


def test_all_who_wait_and_all_who_come_later_get_the_very_exception() -> None:
    a, b = map(Waiter, "ab")
    error = ValueError()
    result = AsyncResult()
    result.enter(a)
    assert result.set_exception(error) == (a,)
    assert result.ready
    assert result.enter(b) == (b,)
    assert a.value is b.value is error
    assert a.state is b.state is State.REFUSED


def test_one_that_gives_up_takes_nothing_from_the_others() -> None:
    a, b, c = map(Waiter, "abc")
    result = AsyncResult()
    for waiter in (a, b, c):
        result.enter(waiter)
    assert result.leave(a) == ()
    assert result.expire(b) == (b,)
    assert result.waiting == 1
    assert result.set(7) == (c,)
    assert a.value is b.value is None


def test_signals_to_one_that_was_answered_change_nothing() -> None:
    a, b = map(Waiter, "ab")
    good, bad = AsyncResult(), AsyncResult()
    good.enter(a)
    bad.enter(b)
    good.set(7)
    bad.set_exception(ValueError())
    for result, waiter in ((good, a), (bad, b)):
        before = waiter.snapshot()
        assert result.leave(waiter) == result.expire(waiter) == result.collect(waiter) == ()
        assert waiter.snapshot() == before
        assert not result.busy()
