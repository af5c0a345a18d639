"""Every line of every machine, left in every order: each departure costs the same."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import toro_core
from toro_core import PromptWaiter, Waiter, machines

from .limits import WAITERS
from .ruler import ORDERS, Ruler, check_growth


def lines() -> Iterator[Any]:
    """A machine in which everybody has to wait, and what to ask it for."""

    def param(name: str, make: Callable[[], machines.Machine], *requests: Any) -> Any:
        return pytest.param(make, requests or (None,), id=name)

    def held_lock() -> machines.Lock:
        lock = machines.Lock()
        lock.try_acquire()
        return lock

    def full_queue() -> machines.Queue:
        queue = machines.Queue(1)
        queue.try_put("first")
        return queue

    def written() -> machines.RWLock:
        lock = machines.RWLock(None)
        lock.enter(PromptWaiter(request=machines.WRITE))
        return lock

    yield param("Lock", held_lock)
    yield param("Semaphore", lambda: machines.Semaphore(0))
    yield param("Semaphore.wait", lambda: machines.Semaphore(0), machines.WATCH)
    yield param("RWLock", written, machines.READ, machines.WRITE)
    yield param("Event", machines.Event)
    yield param("AsyncResult", machines.AsyncResult)
    yield param("Condition", machines.Condition)
    yield param("Queue.get", machines.Queue, machines.GET)
    yield param("Queue.put", full_queue, machines.Put("item"))
    yield param("Queue.join", full_queue, machines.JOIN)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("end", ["leave", "expire"])
@pytest.mark.parametrize(("make", "requests"), list(lines()))
def test_leaving_a_line(
    make: Callable[[], machines.Machine], requests: tuple[Any, ...], end: str, order: str
) -> None:
    def steps(n: int) -> int:
        machine = make()
        waiters = [Waiter(request=requests[i % len(requests)]) for i in range(n)]
        for waiter in waiters:
            assert not machine.enter(waiter)
        with Ruler(toro_core) as ruler:
            for place in ORDERS[order](n):
                getattr(machine, end)(waiters[place])
        assert not machine.waiting
        return ruler.steps

    check_growth(steps, WAITERS)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("end", ["leave", "expire"])
def test_leaving_a_condition_that_has_a_lock(end: str, order: str) -> None:
    def steps(n: int) -> int:
        lock = machines.Lock()
        monitor = machines.Monitor(lock)
        waiters = [Waiter() for _ in range(n)]
        for waiter in waiters:
            lock.try_acquire()
            monitor.enter(waiter)
        with Ruler(toro_core) as ruler:
            for place in ORDERS[order](n):
                getattr(monitor, end)(waiters[place])
        assert not monitor.waiting
        return ruler.steps

    check_growth(steps, WAITERS)


def test_many_conditions_that_have_one_lock() -> None:
    def steps(n: int) -> int:
        lock = machines.Lock()
        monitors = [machines.Monitor(lock) for _ in range(n)]
        waiters = [Waiter() for _ in range(n)]
        with Ruler(toro_core) as ruler:
            for monitor, waiter in zip(monitors, waiters, strict=True):
                lock.try_acquire()
                monitor.enter(waiter)
            for monitor, waiter in zip(monitors, waiters, strict=True):
                monitor.leave(waiter)
                lock.release()
        assert not lock.busy()
        return ruler.steps

    check_growth(steps, WAITERS)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(
    ("make", "requests"),
    [
        pytest.param(lambda n: machines.Semaphore(n), (None,), id="permits"),
        pytest.param(lambda n: filled(n), (machines.GET,), id="items"),
        pytest.param(lambda n: machines.Queue(n), (machines.Put("item"),), id="slots"),
    ],
)
def test_handing_back_what_was_promised(
    make: Callable[[int], machines.Machine], requests: tuple[Any, ...], order: str
) -> None:
    def steps(n: int) -> int:
        machine = make(n)
        waiters = [Waiter(request=requests[0]) for _ in range(n)]
        for waiter in waiters:
            assert machine.enter(waiter) == (waiter,)
        with Ruler(toro_core) as ruler:
            for place in ORDERS[order](n):
                machine.leave(waiters[place])
        assert not machine.promised
        return ruler.steps

    check_growth(steps, WAITERS)


def filled(n: int) -> machines.Queue:
    queue = machines.Queue()
    for item in range(n):
        queue.try_put(item)
    return queue


@pytest.mark.parametrize("order", ORDERS)
def test_deadlines_that_are_set_and_forgotten(order: str) -> None:
    def steps(n: int) -> int:
        lock, deadlines = machines.Lock(), toro_core.Deadlines()
        lock.try_acquire()
        waiters = [Waiter(deadline=float(place)) for place in ORDERS[order](n)]
        with Ruler(toro_core) as ruler:
            for waiter in waiters:
                lock.enter(waiter)
                deadlines.add(waiter, lock)
            for now in range(n):
                deadlines.expire(float(now))
        assert deadlines.next_deadline() is None
        return ruler.steps

    check_growth(steps, WAITERS)


def test_spending_promises_does_not_search() -> None:
    """A dict finds its first behind all that were first before; no ruler sees that."""
    semaphore, lock = machines.BoundedSemaphore(0), machines.RWLock(None)
    semaphore.initial = 1
    semaphore.enter(Waiter())
    semaphore.release()
    lock.enter(Waiter(request=machines.READ))
    assert isinstance(semaphore.promised, OrderedDict)
    assert isinstance(lock.promised, OrderedDict)
