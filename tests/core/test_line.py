"""A line: who waits first, and what stays of those who have left."""

from __future__ import annotations

import copy
import pickle
import random

import pytest

from toro_core import Waiter
from toro_core.machines import Line, Lock


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


def test_husks_behind_go_when_those_before_them_are_let_in() -> None:
    waiters = [Waiter(number) for number in range(200)]
    lock, line = lock_with(waiters)
    for waiter in waiters[101:]:
        lock.leave(waiter)
    for _ in range(100):
        lock.release()
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


def test_a_copy_of_a_line_has_no_husks() -> None:
    waiters = [Waiter(request=number) for number in range(4)]
    lock, line = lock_with(waiters)
    lock.leave(waiters[2])
    assert (line.waiting, len(line), line.husks) == (3, 4, 1)
    for other in (copy.copy(line), copy.deepcopy(line), pickle.loads(pickle.dumps(line))):
        assert [waiter.request for waiter in other] == [0, 1, 3]
        assert (other.waiting, len(other), other.husks) == (3, 3, 0)
