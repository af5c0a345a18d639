"""A put and a get that need not wait, where they are checkpoints, while others do something.

Each case holds on every loop; most can only fail where a checkpoint comes after the taking.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from toro_conformance.case import case, needs
from toro_conformance.world import World


def drained(queue: Any) -> list[Any]:
    items = []
    while not queue.empty():
        items.append(queue.get_nowait())
    return items


async def puts(queue: Any, item: Any, order: list[Any]) -> None:
    order.append(item)
    await queue.put(item)


async def puts_at_once(queue: Any, item: Any, order: list[Any]) -> None:
    order.append(item)
    queue.put_nowait(item)


@pytest.mark.parametrize("maxsize", [0, 5])
@case
async def test_items_keep_the_order_in_which_they_were_put(t: World, maxsize: int) -> None:
    queue = t.toro.Queue(maxsize)
    order: list[int] = []
    ways = [puts, puts, puts_at_once, puts, puts_at_once]
    for _ in range(2):
        tasks = [t.spawn(partial(way, queue, item, order)) for item, way in enumerate(ways)]
        await t.settle()
        assert all(task.returned for task in tasks)
        assert queue.qsize() == 5
        assert drained(queue) == order
        order.clear()
    assert queue.unfinished_tasks == 10


@needs("cancels_tasks")
@pytest.mark.parametrize("gone", [0, 1, 2])
@case
async def test_a_put_that_is_cancelled_leaves_its_place_to_none(t: World, gone: int) -> None:
    queue = t.toro.Queue(3)
    queue.put_nowait("first")
    assert queue.get_nowait() == "first"
    order: list[int] = []
    tasks = [t.spawn(partial(puts, queue, item, order)) for item in range(3)]

    async def cancels() -> None:
        tasks[gone].cancel()

    t.spawn(cancels)
    await t.settle()
    assert not any(task.waiting for task in tasks)
    expected = [item for item in order if tasks[item].returned]
    assert queue.qsize() == queue.unfinished_tasks - 1 == len(expected)
    assert drained(queue) == expected
    for item in range(3):
        queue.put_nowait(item)
    assert queue.full()


@needs("cancels_tasks")
@pytest.mark.parametrize("gone", ["01", "10", "0", "1", "120"])
@case
async def test_gets_that_are_cancelled_give_items_back_to_their_places(t: World, gone: str) -> None:
    queue = t.toro.Queue(initial=[1, 2, 3, 4])
    came: list[Any] = []

    async def gets(number: int) -> Any:
        came.append(tasks[number])
        return await queue.get()

    tasks: list[Any] = []
    tasks += [t.spawn(partial(gets, number)) for number in range(3)]

    async def cancels() -> None:
        for number in map(int, gone):
            tasks[number].cancel()

    t.spawn(cancels)
    await t.settle()
    assert not any(task.waiting for task in tasks)
    got = [task.value for task in came if task.returned]
    assert sorted(got + (rest := drained(queue))) == [1, 2, 3, 4]
    assert rest == sorted(rest)
    assert got == sorted(got)


@case
async def test_a_get_that_comes_while_the_only_put_yields_has_its_item(t: World) -> None:
    queue = t.toro.Queue()
    for _ in range(2):
        putter = t.spawn(partial(queue.put, "a"))
        getter = t.spawn(queue.get)
        await t.settle()
        assert putter.returned
        assert getter.value == "a"
        assert queue.empty()


@case
async def test_a_put_that_comes_while_the_only_slot_is_being_taken_waits(t: World) -> None:
    queue = t.toro.Queue(1)
    for _ in range(2):
        putters = [t.spawn(partial(queue.put, item)) for item in "ab"]
        await t.settle()
        first, second = putters if putters[0].returned else reversed(putters)
        assert first.returned
        assert second.waiting
        taken = queue.get_nowait()
        await t.settle()
        assert second.returned
        assert {taken, queue.get_nowait()} == {"a", "b"}


@case
async def test_a_put_that_waits_goes_in_when_a_get_has_yielded(t: World) -> None:
    queue = t.toro.Queue(1, initial=["a"])
    putter = await t.park(queue.put, "b")
    getter = t.spawn(queue.get)
    await t.settle()
    assert getter.value == "a"
    assert putter.returned
    assert drained(queue) == ["b"]


@pytest.mark.parametrize("immediate", [False, True])
@case
async def test_who_waits_behind_the_last_item_hears_of_a_shutdown(
    t: World, immediate: bool
) -> None:
    queue = t.toro.Queue(initial=["a"])
    getters = [t.spawn(queue.get) for _ in range(2)]

    async def shuts() -> None:
        while not queue.empty():
            await t.driver.checkpoint()
        queue.shutdown(immediate)

    t.spawn(shuts)
    await t.settle()
    first, second = getters if getters[0].returned else reversed(getters)
    assert first.value == "a"
    assert second.raised(t.toro.ShutDown)


@pytest.mark.parametrize("immediate", [False, True])
@case
async def test_a_put_that_yields_is_in_before_a_shutdown(t: World, immediate: bool) -> None:
    queue = t.toro.Queue(1)
    putter = t.spawn(partial(queue.put, "a"))

    async def shuts() -> None:
        while not queue.full():
            await t.driver.checkpoint()
        queue.shutdown(immediate)

    t.spawn(shuts)
    await t.settle()
    assert putter.returned
    assert drained(queue) == ([] if immediate else ["a"])
    assert queue.unfinished_tasks == (0 if immediate else 1)
