"""RWLock: some readers or one writer, first come, first served."""

import pytest

from toro_core import State, Waiter
from toro_core.machines import READ, WRITE, RWLock


def reader(name: str) -> Waiter:
    return Waiter(name, READ)


def writer(name: str) -> Waiter:
    return Waiter(name, WRITE)


def test_there_is_one_reader_unless_said_otherwise() -> None:
    assert RWLock().max_readers == 1


def test_readers_share_it_up_to_the_limit() -> None:
    a, b, c = map(reader, "abc")
    lock = RWLock(2)
    assert lock.enter(a) == (a,)
    assert lock.may_read()
    assert lock.enter(b) == (b,)
    assert not lock.may_read()
    assert lock.enter(c) == ()
    assert lock.readers == 2
    lock.collect(a)
    assert lock.release_read() == (c,)
    assert lock.readers == 2


def test_without_a_limit_all_may_read() -> None:
    lock = RWLock(None)
    for name in range(100):
        a = reader(str(name))
        assert lock.enter(a) == (a,)
    assert lock.may_read()
    assert lock.try_acquire_read()


def test_a_writer_is_alone() -> None:
    a, b = reader("a"), writer("b")
    lock = RWLock(5)
    assert lock.try_acquire_write()
    assert not lock.may_read()
    assert not lock.try_acquire_read()
    assert not lock.try_acquire_write()
    assert lock.enter(a) == ()
    assert lock.enter(b) == ()
    assert lock.release_write() == (a,)
    assert not lock.try_acquire_write()


def test_a_writer_in_line_holds_back_the_readers_behind_it() -> None:
    a, b = writer("a"), reader("b")
    lock = RWLock(5)
    assert lock.try_acquire_read()
    assert lock.enter(a) == ()
    assert not lock.try_acquire_read()
    assert lock.enter(b) == ()
    assert lock.release_read() == (a,)
    assert lock.writing
    lock.collect(a)
    assert lock.release_write() == (b,)


def test_a_cancelled_writer_lets_waiting_readers_in() -> None:
    a, b, c = writer("a"), reader("b"), reader("c")
    lock = RWLock(2)
    assert lock.try_acquire_read()
    for waiter in (a, b, c):
        lock.enter(waiter)
    assert lock.leave(a) == (b,)
    assert lock.readers == 2
    assert lock.release_read() == (c,)


def test_an_expired_writer_lets_waiting_readers_in_after_it() -> None:
    a, b = writer("a"), reader("b")
    lock = RWLock(2)
    assert lock.try_acquire_read()
    lock.enter(a)
    lock.enter(b)
    assert lock.expire(a) == (a, b)


def test_a_writer_that_never_came_lets_waiting_readers_in() -> None:
    a, b, c = writer("a"), reader("b"), reader("c")
    lock = RWLock(2)
    assert lock.try_acquire_write()
    for waiter in (a, b, c):
        lock.enter(waiter)
    lock.release_write()
    assert lock.leave(a) == (b, c)
    assert not lock.writing
    assert lock.readers == 2


def test_a_reader_that_never_came_lets_a_writer_in() -> None:
    a, b = reader("a"), writer("b")
    lock = RWLock(2)
    lock.enter(a)
    lock.enter(b)
    assert lock.leave(a) == (b,)
    assert lock.readers == 0
    assert lock.writing


def test_another_writer_in_line_still_holds_readers_back() -> None:
    a, b, c = writer("a"), writer("b"), reader("c")
    lock = RWLock(2)
    assert lock.try_acquire_read()
    for waiter in (a, b, c):
        lock.enter(waiter)
    assert lock.leave(a) == ()
    assert lock.release_read() == (b,)


def test_releasing_a_mode_that_is_not_held_is_an_error_and_changes_nothing() -> None:
    lock = RWLock(2)
    with pytest.raises(RuntimeError, match="nobody reads"):
        lock.release_read()
    with pytest.raises(RuntimeError, match="nobody writes"):
        lock.release_write()
    assert lock == RWLock(2)
    assert lock.try_acquire_read()
    with pytest.raises(RuntimeError, match="nobody writes"):
        lock.release_write()
    assert lock.readers == 1
    lock.release_read()
    assert lock.try_acquire_write()
    with pytest.raises(RuntimeError, match="nobody reads"):
        lock.release_read()
    assert lock.writing


def test_a_release_by_another_spends_what_nobody_collected() -> None:
    a, b = reader("a"), writer("b")
    lock = RWLock(2)
    lock.enter(a)
    assert lock.release_read() == ()
    assert lock.leave(a) == ()
    assert lock.readers == 0
    lock.enter(b)
    assert lock.release_write() == ()
    assert lock.leave(b) == ()
    assert not lock.writing


def test_a_read_that_is_held_is_released_before_one_that_is_only_promised() -> None:
    a = reader("a")
    lock = RWLock(3)
    assert lock.try_acquire_read()
    lock.enter(a)
    lock.release_read()
    assert a.state is State.GRANTED
    assert lock.leave(a) == ()
    assert lock.readers == 0


def test_it_is_busy_while_somebody_reads_writes_or_waits() -> None:
    lock = RWLock(2)
    assert not lock.busy()
    lock.try_acquire_read()
    assert lock.busy()
    lock.release_read()
    lock.try_acquire_write()
    assert lock.busy()
    lock.release_write()
    assert not lock.busy()
