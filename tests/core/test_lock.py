"""Lock: one may hold it."""

import pytest

from toro_core import PromptWaiter, State, Waiter
from toro_core.machines import Lock


def held_lock(*waiting: Waiter) -> Lock:
    """A lock that somebody holds, with these in line."""
    lock = Lock()
    assert lock.try_acquire()
    for waiter in waiting:
        assert lock.enter(waiter) == ()
    return lock


def test_a_new_lock_is_free() -> None:
    lock = Lock()
    assert not lock.held
    assert lock.waiting == 0
    assert list(lock.everyone()) == []
    assert not lock.busy()


def test_who_comes_first_does_not_wait() -> None:
    a = Waiter("a")
    lock = Lock()
    assert lock.enter(a) == (a,)
    assert a.state is State.GRANTED
    assert lock.held
    assert lock.waiting == 0
    assert list(lock.everyone()) == [a]


def test_a_release_hands_it_to_the_first_in_line() -> None:
    a, b, c = map(Waiter, "abc")
    lock = held_lock(a, b, c)
    assert lock.waiting == 3
    assert lock.release() == (a,)
    assert lock.collect(a) == ()
    assert lock.release() == (b,)
    assert lock.held
    assert list(lock.everyone()) == [b, c]


def test_nobody_comes_between_a_release_and_the_next_in_line() -> None:
    a, b = map(Waiter, "ab")
    lock = held_lock(a)
    lock.release()
    assert not lock.try_acquire()
    assert lock.enter(b) == ()
    assert b.state is State.WAITING


def test_one_that_leaves_the_line_lets_nobody_in() -> None:
    a, b, c = map(Waiter, "abc")
    lock = held_lock(a, b, c)
    assert lock.leave(b) == ()
    assert b.state is State.CANCELLED
    assert lock.release() == (a,)
    lock.collect(a)
    assert lock.release() == (c,)


def test_a_grant_that_nobody_collected_goes_to_the_next() -> None:
    a, b = map(Waiter, "ab")
    lock = held_lock(a, b)
    lock.release()
    assert lock.leave(a) == (b,)
    assert lock.held
    assert a.state is State.CANCELLED


def test_a_grant_that_nobody_collected_and_nobody_wants_frees_it() -> None:
    a = Waiter("a")
    lock = held_lock(a)
    lock.release()
    assert lock.leave(a) == ()
    assert not lock.held


def test_what_was_collected_is_not_given_back() -> None:
    a, b = map(Waiter, "ab")
    lock = held_lock(a, b)
    lock.release()
    assert lock.collect(a) == ()
    assert a.state is State.COLLECTED
    assert list(lock.everyone()) == [b]
    assert lock.leave(a) == ()
    assert a.state is State.COLLECTED
    assert lock.held


def test_a_prompt_waiter_is_granted_and_has_collected_in_one_step() -> None:
    a, b = PromptWaiter("a"), Waiter("b")
    lock = held_lock(a, b)
    assert lock.release() == (a,)
    assert a.state is State.COLLECTED
    assert list(lock.everyone()) == [b]
    assert lock.leave(a) == ()
    assert lock.release() == (b,)


def test_who_expires_is_turned_away() -> None:
    a, b = map(Waiter, "ab")
    lock = held_lock(a, b)
    assert lock.expire(a) == (a,)
    assert a.state is State.EXPIRED
    assert lock.release() == (b,)


def test_a_deadline_after_the_grant_changes_nothing() -> None:
    a = Waiter("a")
    lock = held_lock(a)
    lock.release()
    assert lock.expire(a) == ()
    assert a.state is State.GRANTED


@pytest.mark.parametrize("end", ["leave", "expire"])
def test_signals_to_one_that_is_gone_change_nothing(end: str) -> None:
    a, b = map(Waiter, "ab")
    lock = held_lock(a, b)
    getattr(lock, end)(a)
    state = a.state
    assert lock.leave(a) == lock.expire(a) == lock.collect(a) == ()
    assert a.state is state
    assert list(lock.everyone()) == [b]


def test_all_whose_loop_is_gone_are_dropped_at_once() -> None:
    a, b = map(Waiter, "ab")
    lock = held_lock(a, b)
    lock.release()
    assert a.state is State.GRANTED
    lock.drop_everyone()
    assert a.state is b.state is State.CANCELLED
    assert not lock.busy()


def test_releasing_a_free_lock_is_an_error_and_changes_nothing() -> None:
    lock = Lock()
    with pytest.raises(RuntimeError, match="nobody holds"):
        lock.release()
    assert lock == Lock()


def test_a_release_by_another_spends_a_grant_that_nobody_collected() -> None:
    a = Waiter("a")
    lock = held_lock(a)
    lock.release()
    assert lock.release() == ()
    assert a.state is State.COLLECTED
    assert lock.try_acquire()
    assert lock.leave(a) == ()
    assert lock.held


def test_it_is_busy_as_long_as_it_is_held() -> None:
    lock = held_lock()
    assert lock.busy()
    lock.release()
    assert not lock.busy()


def test_one_whose_loop_is_gone_is_dropped_and_its_grant_passed_on() -> None:
    a, b = map(Waiter, "ab")
    lock = held_lock(a, b)
    lock.release()
    lock.drop(a)
    assert b.state is State.GRANTED


def test_without_contention_it_has_no_line() -> None:
    a, b = Waiter("a"), PromptWaiter("b")
    lock = Lock()
    for waiter in (a, b):
        assert lock.enter(waiter) == (waiter,)
        lock.collect(waiter)
        assert lock.release() == ()
    assert lock.line is None
