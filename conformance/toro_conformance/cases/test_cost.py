"""Linear cost, found by counting function calls: no clock, so nothing to flake.

A loop inside one call, such as a search through a long list, does not show here.
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from toro_conformance.case import case, fault
from toro_conformance.memory import Work
from toro_conformance.waits import ONE_AT_A_TIME, WAITS, Wait, name
from toro_conformance.world import World, waiting

SMALL, LARGE = 20, 80
GROWTH = 5.0
"""Four times as many must cost less than five times as much; quadratic would be sixteen."""

waits: pytest.MarkDecorator = pytest.mark.parametrize("wait", WAITS, ids=name)
one_at_a_time: pytest.MarkDecorator = pytest.mark.parametrize("wait", ONE_AT_A_TIME, ids=name)
Scene = Callable[[int], Awaitable[Callable[[], Awaitable[None]]]]


async def growth(scene: Scene) -> float:
    """How much more the act of a scene costs at LARGE than at SMALL."""
    calls = []
    for size in (SMALL, LARGE):
        act = await scene(size)
        work = Work()
        with work.counted():
            await act()
        calls.append(work.calls)
    return calls[1] / calls[0]


@waits
@pytest.mark.parametrize("order", ["last", "mixed"])
@case
async def test_cancelling_a_long_line_is_linear(t: World, wait: Wait, order: str) -> None:
    async def scene(size: int) -> Any:
        thing = wait.busy(t.toro)
        line = [await wait.park(t, thing) for _ in range(size)]
        if order == "last":
            line.reverse()
        elif order == "mixed":
            line = line[::2] + line[1::2][::-1]

        async def act() -> None:
            for operation in line:
                operation.cancel()
            await t.settle()
            assert waiting(thing) == 0

        return act

    assert await growth(scene) < GROWTH


@waits
@pytest.mark.parametrize("together", [True, False])
@case
async def test_expiry_of_a_long_line_is_linear(t: World, wait: Wait, together: bool) -> None:
    async def scene(size: int) -> Any:
        thing = wait.busy(t.toro)
        for place in range(size):
            # Later ones expire first, so each leaves from the end of the line.
            await wait.park(t, thing, timeout=1 if together else 1 + (size - place) / 1024)

        async def act() -> None:
            await t.advance(2)
            assert waiting(thing) == 0

        return act

    assert await growth(scene) < GROWTH * 1.2  # a heap adds a logarithm


@one_at_a_time
@fault(159, 161)
@case
async def test_serving_a_long_line_one_by_one_is_linear(t: World, wait: Wait) -> None:
    async def scene(size: int) -> Any:
        thing = wait.busy(t.toro)
        line = [await wait.park(t, thing) for _ in range(size)]

        async def act() -> None:
            for operation in line:
                wait.serve(thing)
                await t.settle()
                assert operation.returned

        return act

    assert await growth(scene) < GROWTH


def _release(toro: Any, size: int) -> Any:
    semaphore = toro.Semaphore(0)
    return semaphore.acquire, semaphore.release


def _notify(toro: Any, size: int) -> Any:
    condition = toro.Condition()
    return condition.wait, condition.notify


def _put(toro: Any, size: int) -> Any:
    queue = toro.Queue()
    return queue.get, lambda: queue.put_nowait(1)


def _get(toro: Any, size: int) -> Any:
    queue = toro.Queue(size, initial=range(size))
    return functools.partial(queue.put, 1), queue.get_nowait


def _set(toro: Any, size: int) -> Any:
    event = toro.Event()
    return event.wait, event.set


def _notify_all(toro: Any, size: int) -> Any:
    condition = toro.Condition()
    return condition.wait, condition.notify_all


def _shutdown(toro: Any, size: int) -> Any:
    queue = toro.Queue()
    return queue.get, queue.shutdown


def _result(toro: Any, size: int) -> Any:
    result = toro.AsyncResult()
    return result.get, lambda: result.set(1)


def _task_done(toro: Any, size: int) -> Any:
    queue = toro.Queue(initial=[1])
    return queue.join, queue.task_done


@fault(159)
@pytest.mark.parametrize("what", [_release, _notify, _put, _get])
@case
async def test_a_burst_in_one_instant_is_linear(t: World, what: Any) -> None:
    async def scene(size: int) -> Any:
        method, step = what(t.toro, size)
        line = [await t.park(method) for _ in range(size)]

        async def act() -> None:
            for _ in range(size):
                step()
            await t.settle()
            assert all(operation.returned for operation in line)

        return act

    assert await growth(scene) < GROWTH


@fault(159)
@pytest.mark.parametrize("what", [_set, _notify_all, _shutdown, _result, _task_done])
@case
async def test_waking_all_at_once_is_linear(t: World, what: Any) -> None:
    async def scene(size: int) -> Any:
        method, step = what(t.toro, size)
        line = [await t.park(method) for _ in range(size)]

        async def act() -> None:
            step()
            await t.settle()
            assert not any(operation.waiting for operation in line)

        return act

    assert await growth(scene) < GROWTH


@fault(161)
@case
async def test_many_readers_at_once_are_linear(t: World) -> None:
    async def scene(size: int) -> Any:
        lock = t.toro.RWLock(max_readers=None)
        lock.acquire_write_nowait()
        line = [await t.park(lock.acquire_read) for _ in range(size)]

        async def act() -> None:
            lock.release_write()
            await t.settle()
            assert all(operation.returned for operation in line)
            for _ in line:
                lock.release_read()
            assert not lock.locked()

        return act

    assert await growth(scene) < GROWTH


@case
async def test_the_cost_of_a_semaphore_does_not_depend_on_its_value(t: World) -> None:
    calls = []
    for value in (1, 1, 10**6):  # what happens only once, happens at the first
        work = Work()
        with work.counted():
            semaphore = t.toro.Semaphore(value)
            semaphore.acquire_nowait()
            semaphore.release()
            str(semaphore)
        calls.append(work.calls)
    assert calls[1] == calls[2]


@case
async def test_a_wake_up_resumes_only_who_can_proceed(t: World) -> None:
    stepped = []

    async def body(place: int, acquire: Any) -> None:
        await acquire()
        stepped.append(place)

    semaphore = t.toro.Semaphore(0)
    for place in range(20):
        t.start(body, place, semaphore.acquire) if t.driver.cancels_tasks else t.start(
            semaphore.acquire
        )
        await t.settle()
    calls = []
    for _ in range(4):
        work = Work()
        with work.counted():
            semaphore.release()
            await t.settle()
        calls.append(work.calls)
    if t.driver.cancels_tasks:
        assert stepped == [0, 1, 2, 3]
    # One release costs the same however many go on sleeping. The first is not compared:
    # a loop's debug mode looks up what it prints once.
    assert max(calls[1:]) - min(calls[1:]) <= 4
