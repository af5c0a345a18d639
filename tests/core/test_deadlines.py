"""Deadlines as plain data: who must be turned away when."""

from __future__ import annotations

import gc
import random
import weakref

import pytest

from toro_core import Deadlines, State, Waiter
from toro_core.machines import Lock, Settled


class Handle:
    """Something that can be referred to weakly."""


def lock_with(*waiters: Waiter) -> Lock:
    lock = Lock()
    lock.try_acquire()
    for waiter in waiters:
        lock.enter(waiter)
    return lock


def due(name: str, deadline: float) -> Waiter:
    return Waiter(name, None, deadline)


def test_without_deadlines_there_is_nothing_to_wait_for() -> None:
    deadlines = Deadlines()
    assert deadlines.next_deadline() is None
    assert deadlines.expire(100) == []
    assert len(deadlines) == 0


def test_all_who_are_due_are_turned_away_the_earliest_first() -> None:
    a, b, c, d = due("a", 3), due("b", 1), due("c", 2), due("d", 4)
    lock = lock_with(a, b, c, d)
    deadlines = Deadlines()
    for waiter in (a, b, c, d):
        deadlines.add(waiter, lock)
    assert len(deadlines) == 4
    assert deadlines.next_deadline() == 1
    assert deadlines.expire(3) == [(lock, (b,)), (lock, (c,)), (lock, (a,))]
    assert a.state is b.state is c.state is State.EXPIRED
    assert d.state is State.WAITING
    assert deadlines.next_deadline() == 4
    assert len(deadlines) == 1


def test_nobody_is_turned_away_early() -> None:
    a = due("a", 1.0)
    deadlines = Deadlines()
    deadlines.add(a, lock_with(a))
    assert deadlines.expire(0.999) == []
    assert deadlines.next_deadline() == 1.0
    assert a.state is State.WAITING


def test_equal_deadlines_end_in_the_order_in_which_they_were_added() -> None:
    waiters = [due(name, 1) for name in "abc"]
    lock = lock_with(*waiters)
    deadlines = Deadlines()
    for waiter in reversed(waiters):
        deadlines.add(waiter, lock)
    assert [settled for _, (settled,) in deadlines.expire(1)] == waiters[::-1]


def test_one_that_was_granted_is_not_turned_away() -> None:
    a = due("a", 1)
    lock = lock_with(a)
    deadlines = Deadlines()
    deadlines.add(a, lock)
    lock.release()
    assert deadlines.expire(1) == []
    assert a.state is State.GRANTED
    assert len(deadlines) == 0


def test_a_departure_that_lets_in_another_who_is_due_spares_them() -> None:
    from toro_core.machines import READ, WRITE, RWLock

    a, b = Waiter("a", WRITE, 1), Waiter("b", READ, 1)
    lock = RWLock(2)
    lock.try_acquire_read()
    lock.enter(a)
    lock.enter(b)
    deadlines = Deadlines()
    deadlines.add(a, lock)
    deadlines.add(b, lock)
    assert deadlines.expire(1) == [(lock, (a, b))]
    assert (a.state, b.state) == (State.EXPIRED, State.GRANTED)


def test_a_deadline_that_was_discarded_is_nobodys() -> None:
    a, b = due("a", 1), due("b", 2)
    lock = lock_with(a, b)
    deadlines = Deadlines()
    entry = deadlines.add(a, lock)
    deadlines.add(b, lock)
    deadlines.discard(entry)
    assert len(deadlines) == 1
    assert deadlines.next_deadline() == 2
    assert deadlines.expire(1) == []
    assert a.state is State.WAITING


def test_discarding_twice_or_after_it_came_changes_nothing() -> None:
    a, b = due("a", 1), due("b", 2)
    lock = lock_with(a, b)
    deadlines = Deadlines()
    first, second = deadlines.add(a, lock), deadlines.add(b, lock)
    deadlines.expire(1)
    deadlines.discard(first)
    assert len(deadlines) == 1
    deadlines.discard(second)
    deadlines.discard(second)
    assert len(deadlines) == 0
    assert deadlines.next_deadline() is None


def test_nor_does_it_where_many_others_wait() -> None:
    waiters = [due(str(number), number) for number in range(10)]
    lock, deadlines = lock_with(*waiters), Deadlines()
    entries = [deadlines.add(waiter, lock) for waiter in waiters]
    deadlines.expire(0)
    deadlines.discard(entries[0])
    assert len(deadlines) == 9
    for _ in range(2):
        deadlines.discard(entries[5])
        assert len(deadlines) == 8


def test_the_next_deadline_is_that_of_somebody_who_waits() -> None:
    waiters = [due(str(number), number) for number in range(10)]
    lock = lock_with(*waiters)
    deadlines = Deadlines()
    entries = [deadlines.add(waiter, lock) for waiter in waiters]
    for number in (5, 6, 0, 2, 1):
        deadlines.discard(entries[number])
    assert deadlines.next_deadline() == 3
    assert len(deadlines) == 5
    assert [settled.handle for _, (settled,) in deadlines.expire(8)] == ["3", "4", "7", "8"]
    assert deadlines.next_deadline() == 9


def test_discarded_entries_never_outnumber_the_others_by_much() -> None:
    deadlines = Deadlines()
    keep = deadlines.add(due("keep", 0), Lock())
    for number in range(1000):
        deadlines.discard(deadlines.add(due("x", number + 1), Lock()))
        assert len(deadlines.heap) <= 3
    assert len(deadlines) == 1
    deadlines.discard(keep)
    assert deadlines.heap == []


def test_discarded_entries_stay_until_they_are_more_than_half() -> None:
    deadlines = Deadlines()
    entries = [deadlines.add(due(str(number), number), Lock()) for number in range(6)]
    for number in (1, 2, 3):
        deadlines.discard(entries[number])
        assert len(deadlines.heap) == 6
    deadlines.discard(entries[4])
    assert len(deadlines.heap) == len(deadlines) == 2


def test_many_discarded_in_the_middle_leave_the_others_in_order() -> None:
    waiters = [due(str(number), (number * 37) % 101) for number in range(101)]
    lock = lock_with(*waiters)
    deadlines = Deadlines()
    entries = [deadlines.add(waiter, lock) for waiter in waiters]
    kept = [waiter for number, waiter in enumerate(waiters) if number % 3 == 0]
    for number, entry in enumerate(entries):
        if number % 3:
            deadlines.discard(entry)
    assert len(deadlines) == len(kept)
    expected = sorted(kept, key=lambda waiter: waiter.deadline or 0)
    assert [settled for _, (settled,) in deadlines.expire(101)] == expected


def test_a_discarded_deadline_keeps_nobody_alive() -> None:
    handle = Handle()
    dead = weakref.ref(handle)
    deadlines = Deadlines()
    deadlines.add(due("first", 0), Lock())
    entry = deadlines.add(Waiter(handle, None, 1.0), Lock())
    deadlines.add(due("last", 2), Lock())
    deadlines.discard(entry)
    del handle
    gc.collect()
    assert dead() is None


def test_an_entry_that_has_expired_keeps_nobody_alive() -> None:
    a = Waiter(handle := Handle(), None, 1.0)
    dead = weakref.ref(handle)
    deadlines = Deadlines()
    entry = deadlines.add(a, lock_with(a))
    deadlines.expire(1)
    del a, handle
    gc.collect()
    assert dead() is None
    deadlines.discard(entry)
    assert len(deadlines) == 0


def test_infinities_have_their_places() -> None:
    a, b, c = due("a", float("inf")), due("b", float("-inf")), due("c", 0)
    lock = lock_with(a, b, c)
    deadlines = Deadlines()
    for waiter in (a, b, c):
        deadlines.add(waiter, lock)
    assert [settled for _, (settled,) in deadlines.expire(1e308)] == [b, c]
    assert deadlines.next_deadline() == float("inf")


@pytest.mark.parametrize("seed", range(30))
def test_after_many_have_left_the_others_are_still_turned_away_in_order(seed: int) -> None:
    chance = random.Random(seed)
    waiters = [due(str(number), chance.randrange(100)) for number in range(40)]
    lock, deadlines = lock_with(*waiters), Deadlines()
    entries = {waiter: deadlines.add(waiter, lock) for waiter in waiters}
    for waiter in chance.sample(waiters, 28):
        deadlines.discard(entries.pop(waiter))
        lock.leave(waiter)
    assert len(deadlines) == 12
    while entries:
        assert len(deadlines) == len(entries)
        assert deadlines.next_deadline() == min(waiter.deadline for waiter in entries)
        now = deadlines.next_deadline() + chance.randrange(20)
        late = [waiter for _machine, settled in deadlines.expire(now) for waiter in settled]
        assert [waiter.deadline for waiter in late] == sorted(
            waiter.deadline for waiter in entries if waiter.deadline <= now
        )
        for waiter in late:
            del entries[waiter]
    assert len(deadlines) == 0
    assert deadlines.next_deadline() is None


@pytest.mark.parametrize("how", ["discarded", "expired"])
def test_nor_do_they_when_those_before_them_have_gone(how: str) -> None:
    early = [due(str(number), number) for number in range(100)]
    lock = lock_with(*early)
    deadlines = Deadlines()
    first = [deadlines.add(waiter, lock) for waiter in early]
    deadlines.add(due("keep", 100), lock)
    late = [deadlines.add(due("x", 200 + number), lock) for number in range(100)]
    for entry in late:
        deadlines.discard(entry)
    for number, entry in enumerate(first):
        if how == "discarded":
            deadlines.discard(entry)
        else:
            deadlines.expire(number)
        assert len(deadlines.heap) <= 2 * len(deadlines)
    assert len(deadlines) == 1


def test_what_ends_with_a_wait_that_expired_may_discard_others() -> None:
    deadlines = Deadlines()
    late = [due("late", 9) for _ in range(4)]
    others = lock_with(*late)
    entries = [deadlines.add(waiter, others) for waiter in late]

    class Discarding(Lock):
        def expire(self, waiter: Waiter) -> Settled:
            while entries:
                deadlines.discard(entries.pop())
            return super().expire(waiter)

    first, second = due("first", 1), due("second", 2)
    lock = Discarding()
    lock.try_acquire()
    for waiter in (first, second):
        lock.enter(waiter)
        deadlines.add(waiter, lock)
    assert [settled for _, settled in deadlines.expire(2)] == [(first,), (second,)]
    assert len(deadlines) == 0
    assert deadlines.next_deadline() is None
