"""Who waits on one loop is let go by no other."""

from __future__ import annotations

from typing import Any

import pytest

from toro_conformance.case import perform
from toro_conformance.cases.test_binding import elsewhere
from toro_conformance.driver import Driver
from toro_conformance.waits import WAITS, Wait, name
from toro_conformance.world import World, waiting


def _taken(toro: Any) -> Any:
    semaphore = toro.BoundedSemaphore(1)
    semaphore.acquire_nowait()
    return semaphore


def _full(toro: Any) -> Any:
    return toro.PriorityQueue(maxsize=1, initial=["first"])


def _at_work(toro: Any) -> Any:
    queue = toro.Queue(initial=["item"])
    queue.get_nowait()
    return queue


CALLS = [
    *(wait for wait in WAITS if wait.name != "queue.join"),  # which takes two calls to serve
    Wait("bounded.acquire", _taken, lambda s: s.acquire, lambda s: s.release()),
    Wait("bounded.wait", _taken, lambda s: s.wait, lambda s: s.release()),
    Wait(
        "condition.notify_all",
        lambda toro: toro.Condition(),
        lambda condition: condition.wait,
        lambda condition: condition.notify_all(),
    ),
    Wait(
        "result.set_exception",
        lambda toro: toro.AsyncResult(),
        lambda result: result.get,
        lambda result: result.set_exception(ValueError()),
    ),
    Wait(
        "priority.get",
        lambda toro: toro.PriorityQueue(),
        lambda queue: queue.get,
        lambda queue: queue.put_nowait("item"),
    ),
    Wait("priority.put", _full, lambda q: q.put, lambda q: q.get_nowait(), arguments=("second",)),
    Wait("queue.task_done", _at_work, lambda q: q.join, lambda q: q.task_done()),
    Wait("queue.shutdown", lambda toro: toro.Queue(), lambda q: q.get, lambda q: q.shutdown()),
]


@pytest.mark.parametrize("wait", CALLS, ids=name)
def test_a_second_loop_cannot_let_go_who_waits_on_the_first(
    toro_driver: type[Driver], wait: Wait
) -> None:
    thing = wait.busy(toro_driver.toro)

    async def foreign(t: World) -> None:
        with pytest.raises(RuntimeError):
            wait.serve(thing)

    async def first(t: World) -> None:
        operation = await wait.park(t, thing)
        before = thing.statistics()
        elsewhere(toro_driver, foreign)
        await t.settle()
        assert operation.waiting
        assert thing.statistics() == before
        wait.serve(thing)
        await t.settle()
        assert not operation.waiting
        assert waiting(thing) == 0

    perform(toro_driver, first)


@pytest.mark.parametrize("kind", ["lock", "condition"])
def test_who_leaves_a_block_on_a_second_loop_lets_in_nobody_of_the_first(
    toro_driver: type[Driver], kind: str
) -> None:
    lock = toro_driver.toro.Lock()
    block = lock if kind == "lock" else toro_driver.toro.Condition(lock=lock)

    async def foreign(t: World) -> None:
        with pytest.raises(RuntimeError):
            await t.finish(block.__aexit__, None, None, None)

    async def first(t: World) -> None:
        await t.finish(block.__aenter__)
        operation = await t.park(lock.acquire)
        elsewhere(toro_driver, foreign)
        await t.settle()
        assert operation.waiting
        lock.release()
        await t.settle()
        assert operation.returned

    perform(toro_driver, first)
