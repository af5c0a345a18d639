"""Semaphore and BoundedSemaphore: so many may hold it."""

import pytest

from toro_core import State, Waiter
from toro_core.machines import WATCH, BoundedSemaphore, Semaphore


@pytest.fixture(params=[Semaphore, BoundedSemaphore])
def semaphore(request: pytest.FixtureRequest) -> Semaphore:
    """Two permits, both taken."""
    made: Semaphore = request.param(2)
    assert made.try_acquire()
    assert made.try_acquire()
    return made


def test_there_is_one_permit_unless_said_otherwise() -> None:
    assert Semaphore().value == BoundedSemaphore().value == 1


def test_permits_are_taken_one_by_one(semaphore: Semaphore) -> None:
    assert semaphore.value == 0
    assert not semaphore.try_acquire()
    assert semaphore.value == 0


def test_releases_let_in_those_in_line_in_order(semaphore: Semaphore) -> None:
    a, b, c = map(Waiter, "abc")
    for waiter in (a, b, c):
        assert semaphore.enter(waiter) == ()
    assert semaphore.release() == (a,)
    assert semaphore.release() == (b,)
    assert semaphore.value == 0
    assert semaphore.waiting == 1


def test_a_release_that_nobody_waits_for_is_kept(semaphore: Semaphore) -> None:
    a = Waiter("a")
    assert semaphore.release() == ()
    assert semaphore.value == 1
    assert semaphore.enter(a) == (a,)


def test_a_permit_that_nobody_collected_goes_to_the_next(semaphore: Semaphore) -> None:
    a, b = map(Waiter, "ab")
    semaphore.enter(a)
    semaphore.enter(b)
    semaphore.release()
    assert semaphore.leave(a) == (b,)
    assert semaphore.leave(b) == ()
    assert semaphore.value == 1


def test_who_watches_takes_nothing(semaphore: Semaphore) -> None:
    a, b = Waiter("a", WATCH), Waiter("b", WATCH)
    assert semaphore.enter(a) == semaphore.enter(b) == ()
    assert semaphore.waiting == 2
    assert semaphore.release() == (a, b)
    assert semaphore.value == 1
    assert semaphore.waiting == 0
    assert a.state is State.COLLECTED


def test_who_watches_does_not_wait_while_a_permit_is_free() -> None:
    a = Waiter("a", WATCH)
    assert Semaphore(1).enter(a) == (a,)


def test_who_watches_yields_to_those_who_want_a_permit(semaphore: Semaphore) -> None:
    a, b = Waiter("a", WATCH), Waiter("b")
    semaphore.enter(a)
    semaphore.enter(b)
    assert semaphore.release() == (b,)
    assert semaphore.leave(b) == (a,)


def test_who_watches_may_leave_or_expire(semaphore: Semaphore) -> None:
    a, b, c = Waiter("a", WATCH), Waiter("b", WATCH), Waiter("c", WATCH)
    for waiter in (a, b, c):
        semaphore.enter(waiter)
    assert semaphore.leave(a) == ()
    assert a.state is State.CANCELLED
    assert semaphore.expire(b) == (b,)
    assert b.state is State.EXPIRED
    assert list(semaphore.everyone()) == [c]
    assert semaphore.leave(a) == semaphore.expire(a) == semaphore.expire(b) == ()
    assert semaphore.release() == (c,)
    assert semaphore.leave(c) == semaphore.expire(c) == semaphore.collect(c) == ()
    assert c.state is State.COLLECTED


def test_a_semaphore_of_zero_makes_all_wait() -> None:
    a = Waiter("a")
    semaphore = Semaphore(0)
    assert not semaphore.try_acquire()
    assert semaphore.enter(a) == ()
    assert semaphore.release() == (a,)


def test_a_release_too_many_makes_a_permit_more() -> None:
    semaphore = Semaphore(1)
    assert semaphore.release() == ()
    assert semaphore.value == 2


@pytest.mark.parametrize("value", [0, 1, 2])
def test_a_bounded_semaphore_refuses_a_release_too_many(value: int) -> None:
    semaphore = BoundedSemaphore(value)
    with pytest.raises(ValueError, match=f"all {value} permits"):
        semaphore.release()
    assert semaphore == BoundedSemaphore(value)


def test_a_release_by_another_spends_a_permit_that_nobody_collected() -> None:
    a = Waiter("a")
    semaphore = BoundedSemaphore(1)
    semaphore.enter(a)
    assert semaphore.release() == ()
    assert semaphore.leave(a) == ()
    assert semaphore.value == 1


def test_a_permit_held_is_released_before_one_that_is_only_promised() -> None:
    a = Waiter("a")
    semaphore = BoundedSemaphore(2)
    assert semaphore.try_acquire()
    semaphore.enter(a)
    semaphore.release()
    assert a.state is State.GRANTED
    assert semaphore.leave(a) == ()
    assert semaphore.value == 2


def test_it_is_busy_while_permits_are_out_or_somebody_waits(semaphore: Semaphore) -> None:
    a = Waiter("a", WATCH)
    assert semaphore.busy()
    semaphore.release()
    assert semaphore.busy()
    semaphore.release()
    assert not semaphore.busy()
    nothing = Semaphore(0)
    assert not nothing.busy()
    nothing.enter(a)
    assert nothing.busy()
    nothing.leave(a)
    assert not nothing.busy()
    nothing.enter(Waiter("b"))
    assert nothing.busy()


def test_without_contention_it_has_no_container() -> None:
    semaphore = Semaphore(1)
    assert semaphore.try_acquire()
    semaphore.release()
    assert semaphore.home is None
    assert (semaphore.line, semaphore.watchers, semaphore.promised) == (None, None, None)
    a = Waiter("a")
    semaphore.enter(a)
    semaphore.collect(a)
    assert semaphore.promised is None
    assert semaphore.__eq__(object()) is NotImplemented


def test_who_was_let_in_at_once_leaves_no_container_behind() -> None:
    semaphore, waiter = Semaphore(1), Waiter()
    assert semaphore.enter(waiter) == (waiter,)
    assert semaphore.leave(waiter) == ()
    assert semaphore.promised is None


def test_everyone_is_told_in_the_order_in_which_they_go(semaphore: Semaphore) -> None:
    a, b, c, d = Waiter("a", WATCH), Waiter("b"), Waiter("c"), Waiter("d")
    for waiter in (a, b, c, d):
        semaphore.enter(waiter)
    semaphore.release()
    assert list(semaphore.everyone()) == [b, c, d, a]
