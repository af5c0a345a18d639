"""Event: a flag to wait for."""

import pytest

from toro_core import PromptWaiter, State, Waiter
from toro_core.machines import Event


def test_all_who_wait_are_woken_in_order() -> None:
    a, b, c = Waiter("a"), PromptWaiter("b"), Waiter("c")
    event = Event()
    for waiter in (a, b, c):
        assert event.enter(waiter) == ()
    assert event.waiting == 3
    assert event.busy()
    assert event.set() == (a, b, c)
    assert event.waiting == 0
    assert not event.busy()


def test_setting_it_twice_wakes_nobody_twice() -> None:
    event = Event()
    event.enter(Waiter("a"))
    event.set()
    assert event.set() == ()


def test_who_comes_while_it_is_set_does_not_wait() -> None:
    a = Waiter("a")
    event = Event()
    event.set()
    assert event.flag
    assert event.enter(a) == (a,)
    assert a.state is State.COLLECTED


def test_who_was_woken_stays_woken_when_it_is_cleared() -> None:
    a, b = map(Waiter, "ab")
    event = Event()
    event.enter(a)
    event.set()
    event.clear()
    assert a.state is State.COLLECTED
    assert event.enter(b) == ()
    assert b.state is State.WAITING


def test_clearing_a_clear_event_changes_nothing() -> None:
    a = Waiter("a")
    event = Event()
    event.enter(a)
    event.clear()
    assert event.set() == (a,)


@pytest.mark.parametrize(("end", "state"), [("leave", State.CANCELLED), ("expire", State.EXPIRED)])
def test_one_that_gave_up_is_not_woken(end: str, state: State) -> None:
    a, b = map(Waiter, "ab")
    event = Event()
    event.enter(a)
    event.enter(b)
    assert getattr(event, end)(a) == ((a,) if end == "expire" else ())
    assert a.state is state
    assert event.set() == (b,)


def test_what_it_gives_cannot_be_given_back() -> None:
    a = Waiter("a")
    event = Event()
    event.enter(a)
    event.set()
    assert event.leave(a) == event.expire(a) == event.collect(a) == ()
    assert a.state is State.COLLECTED
    assert list(event.everyone()) == []
