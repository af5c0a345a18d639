"""Those who are let go in one instant go on in the order in which they were let go."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from toro_conformance.case import case, needs
from toro_conformance.waits import WAITS, Wait, name
from toro_conformance.world import Operation, World

waits: pytest.MarkDecorator = pytest.mark.parametrize("wait", WAITS, ids=name)


def _written(toro: Any) -> Any:
    lock = toro.RWLock(max_readers=None)
    lock.acquire_write_nowait()
    return lock


def _one_by_one(step: Callable[[Any], object]) -> Callable[[Any], None]:
    def four_times(thing: Any) -> None:
        for _ in range(4):
            step(thing)

    return four_times


# What lets four who wait for it go in one instant.
LET_GO: dict[str, tuple[Callable[[Any], Any], str, Callable[[Any], object]]] = {
    "Event.set": (lambda toro: toro.Event(), "wait", lambda event: event.set()),
    "notify": (lambda toro: toro.Condition(), "wait", lambda condition: condition.notify(4)),
    "notify_all": (lambda toro: toro.Condition(), "wait", lambda condition: condition.notify_all()),
    "AsyncResult.set": (lambda toro: toro.AsyncResult(), "get", lambda result: result.set(1)),
    "set_exception": (
        lambda toro: toro.AsyncResult(),
        "get",
        lambda result: result.set_exception(LookupError()),
    ),
    "release_write": (_written, "acquire_read", lambda lock: lock.release_write()),
    "Semaphore.release": (
        lambda toro: toro.Semaphore(0),
        "acquire",
        _one_by_one(lambda semaphore: semaphore.release()),
    ),
    "put_nowait": (
        lambda toro: toro.Queue(),
        "get",
        _one_by_one(lambda queue: queue.put_nowait(1)),
    ),
    "shutdown": (lambda toro: toro.Queue(), "get", lambda queue: queue.shutdown()),
    "task_done": (lambda toro: toro.Queue(initial=[1]), "join", lambda queue: queue.task_done()),
}


async def _four(t: World, wait: Callable[[], Coroutine[Any, Any, Any]]) -> list[int]:
    """Four tasks that wait, one after the other, and where they note that they went on."""
    went_on: list[int] = []

    def waits(place: int) -> Callable[[], Coroutine[Any, Any, None]]:
        async def body() -> None:
            try:
                await wait()
            finally:
                went_on.append(place)

        return body

    tasks: list[Operation] = []
    for place in range(4):
        tasks.append(t.spawn(waits(place)))
        await t.settle()
    assert all(task.waiting for task in tasks)
    return went_on


@needs("runs_in_order")
@pytest.mark.parametrize("way", LET_GO)
@case
async def test_those_let_go_in_one_instant_go_on_in_order(t: World, way: str) -> None:
    make, method, let_go = LET_GO[way]
    thing = make(t.toro)
    went_on = await _four(t, getattr(thing, method))
    await t.at_once(lambda: let_go(thing))
    assert went_on == [0, 1, 2, 3]


@needs("runs_in_order", "orders_timers")
@waits
@case
async def test_those_whose_time_has_come_in_one_instant_go_on_in_order(
    t: World, wait: Wait
) -> None:
    thing = wait.busy(t.toro)
    deadline = t.now() + 1
    went_on = await _four(t, lambda: wait.method(thing)(*wait.arguments, deadline=deadline))
    await t.advance(2)
    assert went_on == [0, 1, 2, 3]
