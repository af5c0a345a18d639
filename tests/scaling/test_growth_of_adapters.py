"""Crowds on every loop: a task costs the core and the adapter the same, however many there are.

Only our own files are counted, so a loop may be as slow as it likes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

import toro_core

from .limits import tasks
from .loops import NAMES, Loop, loop_named
from .ruler import ORDERS, Ruler, check_growth

Wait = Callable[..., Awaitable[Any]]


@pytest.fixture(params=NAMES)
def loop(request: pytest.FixtureRequest) -> Loop:
    return loop_named(request.param)


def ruler_of(loop: Loop) -> Ruler:
    """toro_anyio works by the hosts of the other two."""
    folder = str(toro_core.__file__).removesuffix("toro_core/__init__.py")
    return Ruler(f"{folder}toro_", walks=False)


async def wait_at_a_held_lock(toro: Any) -> tuple[Any, Wait]:
    lock = toro.Lock()
    await lock.acquire()
    return lock, lock.acquire


async def wait_at_an_empty_queue(toro: Any) -> tuple[Any, Wait]:
    queue = toro.Queue()
    return queue, queue.get


async def wait_for_a_notification(toro: Any) -> tuple[Any, Wait]:
    condition = toro.Condition(lock=toro.Lock())

    async def wait(**limit: Any) -> None:
        async with condition:
            await condition.wait(**limit)

    return condition, wait


LINES_AND_ORDERS = [
    *((wait_at_a_held_lock, order) for order in ORDERS),
    (wait_at_an_empty_queue, "random"),
    (wait_for_a_notification, "random"),
]


@pytest.mark.parametrize(("line", "order"), LINES_AND_ORDERS)
def test_cancelling_all(
    loop: Loop, line: Callable[[Any], Awaitable[tuple[Any, Wait]]], order: str
) -> None:
    async def steps(n: int) -> int:
        primitive, wait = await line(loop.toro)
        async with loop.crowd(n) as crowd:
            cancel = [crowd.start(wait) for _ in range(n)]
            await crowd.until(lambda: primitive._machine.waiting == n)
            with ruler_of(loop) as ruler:
                for place in ORDERS[order](n):
                    cancel[place]()
                await crowd.over()
        assert primitive._machine.waiting == 0
        return ruler.steps

    check_growth(lambda n: loop.run(steps, n), tasks(loop.name))


@pytest.mark.parametrize(("line", "order"), LINES_AND_ORDERS)
def test_all_deadlines_passing(
    loop: Loop, line: Callable[[Any], Awaitable[tuple[Any, Wait]]], order: str
) -> None:
    async def steps(n: int) -> int:
        primitive, wait = await line(loop.toro)
        expired: list[int] = []

        async def wait_in_vain(rank: int) -> None:
            try:
                await wait(timeout=1.0 + rank)
            except loop.toro.Timeout:
                expired.append(rank)

        async with loop.crowd(n) as crowd:
            for rank in ORDERS[order](n):
                crowd.start(wait_in_vain, rank)
            await crowd.until(lambda: primitive._machine.waiting == n)
            with ruler_of(loop) as ruler:
                await crowd.over()
        assert expired == list(range(n))
        return ruler.steps

    check_growth(lambda n: loop.run(steps, n), tasks(loop.name))


# Bursts: as many as wait are served, without a turn of the loop in between.


def times(n: int, act: Callable[..., Any], *args: Any) -> Callable[[], None]:
    def burst() -> None:
        for _ in range(n):
            act(*args)

    return burst


async def releases(toro: Any, n: int) -> tuple[Any, Wait, Callable[[], Any]]:
    semaphore = toro.Semaphore(0)
    return semaphore, semaphore.acquire, times(n, semaphore.release)


async def notifications(toro: Any, n: int) -> tuple[Any, Wait, Callable[[], Any]]:
    condition = toro.Condition()
    return condition, condition.wait, times(n, condition.notify)


async def items(toro: Any, n: int) -> tuple[Any, Wait, Callable[[], Any]]:
    queue = toro.Queue()
    return queue, queue.get, times(n, queue.put_nowait, "item")


async def slots(toro: Any, n: int) -> tuple[Any, Wait, Callable[[], Any]]:
    queue = toro.Queue(n, initial=["item"] * n)

    async def put() -> None:
        await queue.put("item")

    return queue, put, times(n, queue.get_nowait)


async def one_event(toro: Any, n: int) -> tuple[Any, Wait, Callable[[], Any]]:
    event = toro.Event()
    return event, event.wait, event.set


async def one_release(toro: Any, n: int) -> tuple[Any, Wait, Callable[[], Any]]:
    """A chain: whoever gets the lock gives it to the next."""
    lock = toro.Lock()
    await lock.acquire()

    async def pass_on() -> None:
        await lock.acquire()
        lock.release()

    return lock, pass_on, lock.release


BURSTS = [releases, notifications, items, slots, one_event, one_release]


@pytest.mark.parametrize("burst", BURSTS)
def test_serving_all(
    loop: Loop, burst: Callable[[Any, int], Awaitable[tuple[Any, Wait, Callable[[], Any]]]]
) -> None:
    async def steps(n: int) -> int:
        primitive, wait, serve = await burst(loop.toro, n)
        async with loop.crowd(n) as crowd:
            for _ in range(n):
                crowd.start(wait)
            await crowd.until(lambda: primitive._machine.waiting == n)
            with ruler_of(loop) as ruler:
                serve()
                await crowd.over()
        return ruler.steps

    check_growth(lambda n: loop.run(steps, n), tasks(loop.name))
