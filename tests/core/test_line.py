"""A line: who waits first, and what stays of those who have left."""

from __future__ import annotations

import copy
import pickle
import random
from collections.abc import Callable
from typing import Any

import pytest

from toro_core import Waiter
from toro_core.machines import WRITE, Condition, Line, Lock, Machine, Monitor, RWLock, Semaphore

Crowd = Callable[[list[Waiter]], Machine]


def lock_with(waiters: list[Waiter]) -> tuple[Lock, Line]:
    lock = Lock()
    lock.try_acquire()
    for waiter in waiters:
        lock.enter(waiter)
    assert lock.line is not None
    return lock, lock.line


@pytest.mark.parametrize("seed", range(20))
def test_at_most_half_of_a_line_are_husks_and_the_first_never_is(seed: int) -> None:
    chance = random.Random(seed)
    waiting = [Waiter(number) for number in range(200)]
    lock, line = lock_with(waiting)
    while waiting:
        if chance.random() < 0.5:
            lock.leave(waiting.pop(chance.randrange(len(waiting))))
        else:
            assert lock.release() == (waiting[0],)
            lock.collect(waiting.pop(0))
        assert [*line] == waiting
        assert line.waiting == len(waiting)
        assert bool(line) == bool(waiting)
        assert line.husks * 2 <= len(line)


def crowded_rwlock(waiters: list[Waiter]) -> RWLock:
    lock = RWLock()
    lock.try_acquire_write()
    for waiter in waiters:
        waiter.request = WRITE
        lock.enter(waiter)
    return lock


def crowded_semaphore(waiters: list[Waiter]) -> Semaphore:
    semaphore = Semaphore(0)
    for waiter in waiters:
        semaphore.enter(waiter)
    return semaphore


def crowded_condition(waiters: list[Waiter]) -> Condition:
    condition = Condition()
    for waiter in waiters:
        condition.enter(waiter)
    return condition


def crowded_monitor(waiters: list[Waiter]) -> Monitor:
    monitor = Monitor(Lock())
    for waiter in waiters:
        monitor.lock.try_acquire()
        monitor.enter(waiter)
    monitor.lock.try_acquire()
    return monitor


# Machines with these in line, and what lets the first of them go.
HAND_OVERS: dict[str, tuple[Crowd, Callable[[Any], Any]]] = {
    "lock": (lambda waiters: lock_with(waiters)[0], Lock.release),
    "semaphore": (crowded_semaphore, Semaphore.release),
    "rwlock": (crowded_rwlock, RWLock.release_write),
    "condition": (crowded_condition, Condition.notify),
    "monitor": (crowded_monitor, Monitor.notify),
}


@pytest.mark.parametrize("kind", HAND_OVERS)
def test_husks_behind_go_when_those_before_them_are_let_in(kind: str) -> None:
    crowded, hand_over = HAND_OVERS[kind]
    waiters = [Waiter(number) for number in range(200)]
    machine = crowded(waiters)
    for waiter in waiters[101:]:
        machine.leave(waiter)
    line = machine.line
    assert line is not None
    for _ in range(100):
        hand_over(machine)
        assert line.husks * 2 <= len(line)
    assert [*line] == [waiters[100]]


def test_husks_stay_until_they_are_more_than_half() -> None:
    waiters = [Waiter(number) for number in range(6)]
    lock, line = lock_with(waiters)
    for left in (1, 2, 3):
        lock.leave(waiters[left])
        assert (len(line), line.husks, line.waiting) == (6, left, 6 - left)
    lock.leave(waiters[4])
    assert (len(line), line.husks, line.waiting) == (2, 0, 2)
    assert [*line] == [waiters[0], waiters[5]]


@pytest.mark.parametrize("kind", HAND_OVERS)
def test_no_husk_becomes_the_first_when_the_one_before_it_is_let_in(kind: str) -> None:
    crowded, hand_over = HAND_OVERS[kind]
    waiters = [Waiter(number) for number in range(4)]
    machine = crowded(waiters)
    machine.leave(waiters[1])
    hand_over(machine)
    assert machine.line is not None
    assert machine.line[0] is waiters[2]
    hand_over(machine)
    assert [*machine.line] == [waiters[3]]


@pytest.mark.parametrize("end", ["leave", "expire", "drop"])
@pytest.mark.parametrize("kind", HAND_OVERS)
def test_who_does_not_wait_any_more_is_not_counted(kind: str, end: str) -> None:
    crowded, _ = HAND_OVERS[kind]
    waiters = [Waiter(number) for number in range(3)]
    machine = crowded(waiters)
    for number, waiter in enumerate(waiters, start=1):
        getattr(machine, end)(waiter)
        assert machine.waiting == 3 - number
        assert machine.line is not None
        assert [*machine.line] == waiters[number:]
        assert bool(machine.line) == bool(waiters[number:])


def test_a_copy_of_a_line_has_no_husks() -> None:
    waiters = [Waiter(request=number) for number in range(4)]
    lock, line = lock_with(waiters)
    lock.leave(waiters[2])
    assert (line.waiting, len(line), line.husks) == (3, 4, 1)
    for other in (copy.copy(line), copy.deepcopy(line), pickle.loads(pickle.dumps(line))):
        assert [waiter.request for waiter in other] == [0, 1, 3]
        assert (other.waiting, len(other), other.husks) == (3, 3, 0)
