"""Monitor: a condition whose waiters give up a lock and come back holding it."""

import pytest

from toro_core import State, Waiter
from toro_core.machines import Lock, Monitor


def monitor_of(*waiters: Waiter) -> Monitor:
    """These wait, and somebody else holds the lock."""
    monitor = Monitor(Lock())
    for waiter in waiters:
        assert monitor.lock.try_acquire()
        assert monitor.enter(waiter) == ()
    assert monitor.lock.try_acquire()
    return monitor


def handles(settled: tuple[Waiter, ...]) -> list[object]:
    return [waiter.handle for waiter in settled]


def test_who_waits_gives_up_the_lock_to_the_next_in_line() -> None:
    a, b = map(Waiter, "ab")
    monitor = Monitor(Lock())
    monitor.lock.try_acquire()
    monitor.lock.enter(b)
    assert monitor.enter(a) == (b,)
    assert monitor.lock.held
    assert a.state is State.WAITING
    assert monitor.waiting == 1


def test_who_is_notified_is_woken_once_it_has_the_lock_again() -> None:
    a, b = map(Waiter, "ab")
    monitor = monitor_of(a)
    monitor.lock.enter(b)
    assert monitor.notify() == ()
    assert a.state is State.GRANTED
    assert monitor.lock.release() == (b,)
    monitor.lock.collect(b)
    assert handles(monitor.lock.release()) == ["a"]
    assert monitor.lock.held
    assert a.value.state is State.COLLECTED
    assert monitor.collect(a) == ()
    assert a.state is State.COLLECTED


def test_notify_takes_the_first_in_line() -> None:
    a, b, c = map(Waiter, "abc")
    monitor = monitor_of(a, b, c)
    assert monitor.notify(2) == ()
    assert [w.state for w in (a, b, c)] == [State.GRANTED, State.GRANTED, State.WAITING]
    assert handles(monitor.lock.release()) == ["a"]
    assert handles(monitor.lock.release()) == ["b"]
    assert monitor.lock.release() == ()


@pytest.mark.parametrize("n", [0, -1])
def test_notify_none_wakes_none(n: int) -> None:
    a = Waiter("a")
    assert monitor_of(a).notify(n) == ()
    assert a.state is State.WAITING


def test_notify_more_than_there_are_wakes_all() -> None:
    a, b = map(Waiter, "ab")
    monitor = monitor_of(a, b)
    monitor.notify(5)
    assert monitor.waiting == 0


def test_notify_all_wakes_all_in_order() -> None:
    a, b = map(Waiter, "ab")
    monitor = monitor_of(a, b)
    assert monitor.notify_all() == ()
    assert handles(monitor.lock.release()) == ["a"]
    assert handles(monitor.lock.release()) == ["b"]


def test_a_notification_that_was_not_used_goes_to_the_next() -> None:
    a, b = map(Waiter, "ab")
    monitor = monitor_of(a, b)
    monitor.notify()
    assert monitor.leave(a) == ()
    assert a.state is State.CANCELLED
    assert b.state is State.GRANTED
    # a is on its way to the lock all the same, before b.
    assert handles(monitor.lock.release()) == ["a"]
    assert handles(monitor.lock.release()) == ["b"]


def test_a_notification_that_nobody_else_waits_for_is_gone() -> None:
    a = Waiter("a")
    monitor = monitor_of(a)
    monitor.notify()
    assert monitor.leave(a) == ()
    assert list(monitor.everyone()) == []


def test_who_was_woken_with_all_others_passes_nothing_on() -> None:
    a, b = map(Waiter, "ab")
    monitor = monitor_of(a)
    monitor.notify_all()
    monitor.lock.release()
    monitor.enter(b)
    assert monitor.leave(a) == ()
    assert b.state is State.WAITING


def test_a_notification_passed_on_while_the_lock_is_free_wakes_at_once() -> None:
    a, b = map(Waiter, "ab")
    monitor = monitor_of(a, b)
    monitor.notify()
    monitor.lock.release()
    monitor.lock.release()
    assert handles(monitor.leave(a)) == ["b"]
    assert monitor.lock.held


def test_who_leaves_the_line_comes_back_for_the_lock_and_is_awake_already() -> None:
    a = Waiter("a")
    monitor = monitor_of(a)
    assert monitor.leave(a) == ()
    assert a.state is State.CANCELLED
    assert a.value.state is State.WAITING
    assert handles(monitor.lock.release()) == [None]
    assert a.value.state is State.COLLECTED


def test_who_leaves_the_line_while_the_lock_is_free_has_it_at_once() -> None:
    a = Waiter("a")
    monitor = monitor_of(a)
    monitor.lock.release()
    assert monitor.leave(a) == (a.value,)
    assert monitor.lock.held


def test_who_expires_is_woken_once_it_has_the_lock_again() -> None:
    a = Waiter("a")
    monitor = monitor_of(a)
    assert monitor.expire(a) == ()
    assert a.state is State.EXPIRED
    assert handles(monitor.lock.release()) == ["a"]


def test_a_deadline_after_the_notification_changes_nothing() -> None:
    a = Waiter("a")
    monitor = monitor_of(a)
    monitor.notify()
    assert monitor.expire(a) == ()
    assert a.state is State.GRANTED
    assert monitor.lock.waiting == 1


def test_signals_to_one_that_is_gone_change_nothing() -> None:
    a, b = map(Waiter, "ab")
    monitor = monitor_of(a, b)
    monitor.expire(a)
    assert monitor.leave(a) == monitor.expire(a) == monitor.collect(a) == ()
    assert monitor.lock.waiting == 1
    assert a.state is State.EXPIRED
    assert b.state is State.WAITING


@pytest.mark.parametrize("notify", [Monitor.notify, Monitor.notify_all])
def test_nothing_goes_without_the_lock(notify: object) -> None:
    a, b = map(Waiter, "ab")
    monitor = monitor_of(a)
    monitor.lock.release()
    with pytest.raises(RuntimeError, match="without holding its lock"):
        notify(monitor)  # type: ignore[operator]
    with pytest.raises(RuntimeError, match="without holding its lock"):
        monitor.enter(b)
    assert b.state is State.NEW
    assert list(monitor.everyone()) == [a]


def test_one_whose_loop_is_gone_does_not_come_back_for_the_lock() -> None:
    a, b = map(Waiter, "ab")
    monitor = monitor_of(a, b)
    monitor.notify()
    monitor.drop(a)
    monitor.drop(b)
    assert list(monitor.everyone()) == []
    assert a.state is b.state is State.CANCELLED


def test_dropping_one_that_is_gone_changes_nothing() -> None:
    a = Waiter("a")
    monitor = monitor_of(a)
    monitor.expire(a)
    monitor.drop(a)
    assert list(monitor.everyone()) == []


def test_who_may_not_wait_leaves_no_line_behind() -> None:
    monitor = Monitor(Lock())
    with pytest.raises(RuntimeError, match="without holding its lock"):
        monitor.enter(Waiter("a"))
    assert monitor.line is None


def test_a_notification_that_goes_on_leaves_nobody_first_who_has_left() -> None:
    a, b, c, d = map(Waiter, "abcd")
    monitor = monitor_of(a, b, c, d)
    monitor.notify()
    monitor.leave(c)
    assert monitor.leave(a) == ()
    assert b.state is State.GRANTED
    assert monitor.waiting == 1
    assert monitor.line is not None
    assert monitor.line[0] is d


@pytest.mark.parametrize("dropped", [False, True])
def test_who_cannot_wait_for_the_lock_is_first_in_line_there(dropped: bool) -> None:
    a, b, c = map(Waiter, "abc")
    monitor = monitor_of(a)
    lock = monitor.lock
    lock.enter(b)
    lock.enter(c)
    if dropped:
        monitor.drop(a)
    else:
        assert monitor.leave(a) == ()
    monitor.come_first(a)
    assert lock.waiting == 3
    assert lock.release() == (a.value,)
    assert a.value.state is State.COLLECTED
    assert lock.release() == (b,)
    assert lock.release() == (c,)
    assert lock.release() == ()


@pytest.mark.parametrize("dropped", [False, True])
@pytest.mark.parametrize("first", [False, True])
def test_who_comes_first_holds_a_lock_that_is_free(first: bool, dropped: bool) -> None:
    a = Waiter("a")
    monitor = monitor_of(a)
    lock = monitor.lock
    if first:  # somebody has waited for it
        other = Waiter("b")
        lock.enter(other)
        lock.leave(other)
    assert lock.release() == ()
    if dropped:
        monitor.drop(a)
    else:
        monitor.leave(a)
    monitor.come_first(a)
    assert lock.held
    assert lock.waiting == 0
    assert lock.release() == ()
    assert not lock.held


def test_who_has_the_lock_does_not_come_first_once_more() -> None:
    a, b = map(Waiter, "ab")
    monitor = monitor_of(a)
    monitor.leave(a)
    monitor.lock.enter(b)
    assert monitor.lock.release() == (a.value,)
    monitor.come_first(a)
    assert monitor.lock.waiting == 1
    assert monitor.lock.release() == (b,)


def test_a_lock_is_in_use_while_somebody_will_want_it_again() -> None:
    a, b = map(Waiter, "ab")
    monitor = Monitor(Lock())
    assert not monitor.lock.busy()
    for waiter in (a, b):
        monitor.lock.try_acquire()
        monitor.enter(waiter)
        assert not monitor.lock.held
        assert monitor.lock.busy()
    for waiter in (a, b):
        monitor.leave(waiter)
        assert monitor.lock.busy()
        monitor.lock.release()
    assert not monitor.lock.busy()


def test_two_monitors_may_have_those_who_will_want_one_lock_again() -> None:
    a, b = map(Waiter, "ab")
    lock = Lock()
    monitors = [Monitor(lock), Monitor(lock)]
    for monitor, waiter in zip(monitors, (a, b), strict=True):
        lock.try_acquire()
        monitor.enter(waiter)
    for monitor, waiter in zip(monitors, (a, b), strict=True):
        assert lock.busy()
        monitor.leave(waiter)
        lock.release()
    assert not lock.busy()


def test_a_monitor_where_many_wait_is_noted_once_at_its_lock() -> None:
    lock = Lock()
    for monitor in [Monitor(lock), Monitor(lock)] * 3:
        lock.try_acquire()
        monitor.enter(Waiter())
    assert lock.line is not None
    assert lock.line.visitors is not None
    assert [line.waiting for line in lock.line.visitors.values()] == [3, 3]


def test_monitors_that_come_and_go_leave_nothing_at_their_lock() -> None:
    lock, waiter = Lock(), Waiter("kept")
    kept = Monitor(lock)
    lock.try_acquire()
    kept.enter(waiter)
    for name in range(5):
        monitor, other = Monitor(lock), Waiter(name)
        lock.try_acquire()
        monitor.enter(other)
        monitor.leave(other)
        lock.release()
        assert lock.line is not None
        assert lock.line.visitors is not None
        assert [list(line) for line in lock.line.visitors.values()] == [[waiter], []]
        assert lock.busy()


@pytest.mark.parametrize("holder", [False, True])
def test_a_lock_whose_loop_is_gone_waits_for_nobody_at_a_monitor(holder: bool) -> None:
    a, b = map(Waiter, "ab")
    monitor = monitor_of(a)
    monitor.enter(b)
    if holder:
        monitor.lock.try_acquire()
    monitor.lock.drop_everyone()
    assert a.state is b.state is State.CANCELLED
    assert monitor.waiting == 0
    assert monitor.lock.busy() is holder
    assert monitor.leave(a) == ()


def test_a_lock_that_nobody_ever_waited_for_drops_nobody() -> None:
    lock = Lock()
    lock.drop_everyone()
    lock.try_acquire()
    lock.drop_everyone()
    assert lock.held
