"""A put that raises delivers nothing, and a get that raises loses nothing."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest

from toro_conformance.case import case, fault, lacks, needs
from toro_conformance.cases.test_queue import drain, every_kind
from toro_conformance.world import World, waiting


@every_kind
@fault(95)
@case
async def test_the_item_is_kept_when_its_getter_is_being_cancelled(t: World, kind: str) -> None:
    queue = getattr(t.toro, kind)()
    getter = await t.park(queue.get)
    getter.cancel()
    queue.put_nowait("x")
    assert queue.get_nowait() == "x"
    await t.settle()
    assert getter.cancelled
    assert queue.empty()
    assert waiting(queue) == 0


@needs("undoes_grants")
@every_kind
@case
async def test_an_item_given_and_not_taken_goes_to_the_next_getter(t: World, kind: str) -> None:
    queue = getattr(t.toro, kind)()
    first, second = [await t.park(queue.get) for _ in range(2)]
    await t.at_once(lambda: queue.put_nowait("x"), first.cancel)
    assert first.cancelled
    assert second.value == "x"
    assert queue.empty()


@needs("undoes_grants")
@every_kind
@case
async def test_an_item_given_and_not_taken_stays(t: World, kind: str) -> None:
    queue = getattr(t.toro, kind)()
    getter = await t.park(queue.get)
    await t.at_once(lambda: queue.put_nowait("x"), getter.cancel)
    assert getter.cancelled
    assert queue.qsize() == 1
    assert await t.finish(queue.get) == "x"


@lacks("undoes_grants")
@every_kind
@case
async def test_an_item_given_is_the_getters(t: World, kind: str) -> None:
    queue = getattr(t.toro, kind)()
    first, second = [await t.park(queue.get) for _ in range(2)]
    await t.at_once(lambda: queue.put_nowait("x"), first.cancel)
    assert first.value == "x"
    assert second.waiting
    assert queue.empty()


@needs("undoes_grants")
@pytest.mark.parametrize("order", ["abc", "cba", "bac", "bca", "cab", "acb"])
@case
async def test_items_given_back_in_any_order_keep_their_places(t: World, order: str) -> None:
    queue = t.toro.Queue()
    getters = {name: await t.park(queue.get) for name in "abc"}
    for item in range(5):
        queue.put_nowait(item)
    await t.at_once(*(getters[name].cancel for name in order))
    assert all(getter.cancelled for getter in getters.values())
    assert drain(queue) == [0, 1, 2, 3, 4]


@needs("undoes_grants")
@pytest.mark.parametrize("gone", ["a", "b", "c", "ab", "ca", "bc"])
@case
async def test_items_given_back_are_taken_before_later_ones(t: World, gone: str) -> None:
    queue = t.toro.Queue()
    getters = {name: await t.park(queue.get) for name in "abc"}
    late = [await t.park(queue.get) for _ in range(2)]
    for item in range(3):
        queue.put_nowait(item)
    await t.at_once(*(getters[name].cancel for name in gone))
    got = {name: getter.value for name, getter in getters.items() if getter.returned}
    assert got == {name: "abc".index(name) for name in "abc" if name not in gone}
    given_back = ["abc".index(name) for name in gone]
    if not t.driver.cancels_at_once:  # else they leave in the order they are cancelled
        given_back.sort()
    assert [getter.value for getter in late[: len(gone)]] == given_back
    assert queue.empty()


@needs("undoes_grants")
@pytest.mark.parametrize("order", ["abc", "cba", "bac"])
@case
async def test_a_priority_queue_takes_items_back_by_rank(t: World, order: str) -> None:
    queue = t.toro.PriorityQueue()
    getters = {name: await t.park(queue.get) for name in "abc"}
    for item in (30, 10, 20):
        queue.put_nowait(item)
    await t.at_once(*(getters[name].cancel for name in order))
    assert drain(queue) == [10, 20, 30]


@needs("undoes_grants")
@pytest.mark.parametrize("order", ["abc", "cba", "bac"])
@case
async def test_a_lifo_queue_takes_items_back_where_they_lay(t: World, order: str) -> None:
    queue = t.toro.LifoQueue()
    getters = {name: await t.park(queue.get) for name in "abc"}
    for item in range(5):
        queue.put_nowait(item)
    await t.at_once(*(getters[name].cancel for name in order))
    assert drain(queue) == [4, 3, 2, 1, 0]


def counting(kind: Any) -> Any:
    """A subclass that only keeps count of what is in it."""

    class Counting(kind):  # type: ignore[misc]
        def _init(self, maxsize: object) -> None:
            self.inside: list[Any] = []

        def _put(self, item: Any) -> None:
            super()._put(item)
            self.inside.append(item)

        def _get(self) -> Any:
            item = super()._get()
            self.inside.remove(item)
            return item

    return Counting


@needs("undoes_grants")
@pytest.mark.parametrize("order", ["abc", "cba", "bac"])
@every_kind
@case
async def test_a_subclass_that_only_counts_takes_items_back_where_they_were(
    t: World, kind: str, order: str
) -> None:
    plain = getattr(t.toro, kind)()
    queue = counting(getattr(t.toro, kind))()
    for each in (plain, queue):
        getters = {name: await t.park(each.get) for name in "abc"}
        for item in (3, 5, 4, 1, 2):
            each.put_nowait(item)
        await t.at_once(*(getters[name].cancel for name in order))
        each.put_nowait(0)
    assert drain(queue) == drain(plain)
    assert queue.inside == []


@needs("undoes_grants")
@pytest.mark.parametrize("order", ["abc", "cba", "bac"])
@case
async def test_a_subclass_that_unwraps_items_takes_them_back_by_rank(t: World, order: str) -> None:
    class Unwrapping(t.toro.PriorityQueue):  # type: ignore[misc, name-defined]
        def _get(self) -> Any:
            _rank, item = super()._get()
            return item

    queue = Unwrapping()
    getters = {name: await t.park(queue.get) for name in "abc"}
    for rank, item in ((5, "five"), (7, "seven"), (1, "one"), (6, "six")):
        queue.put_nowait((rank, item))
    await t.at_once(*(getters[name].cancel for name in order))
    queue.put_nowait((3, "three"))
    late = await t.finish(queue.get)
    assert [late, *drain(queue)] == ["one", "three", "five", "six", "seven"]


@needs("undoes_grants")
@case
async def test_a_subclass_with_a_container_of_its_own_takes_items_back_first(t: World) -> None:
    class Shortest(t.toro.Queue):  # type: ignore[misc, name-defined]
        def _init(self, maxsize: object) -> None:
            self.items: list[str] = []

        def _put(self, item: str) -> None:
            self.items.append(item)

        def _get(self) -> str:
            self.items.sort(key=len)
            return self.items.pop(0)

    queue = Shortest()
    getter = await t.park(queue.get)
    queue.put_nowait("ccc")
    queue.put_nowait("a")
    getter.cancel()
    await t.settle()
    assert drain(queue) == ["ccc", "a"]


@fault(97)
@case
async def test_giving_back_neither_exceeds_maxsize_nor_loses(t: World) -> None:
    queue = t.toro.Queue(maxsize=1)
    getter = await t.park(queue.get)
    queue.put_nowait("x")
    put = ["x"]
    try:
        queue.put_nowait("y")
        put.append("y")
    except t.toro.Full:
        pass
    assert queue.qsize() <= 1
    getter.cancel()
    assert queue.qsize() <= 1
    await t.settle()
    assert queue.qsize() <= 1
    got = [getter.value] if getter.returned else []
    assert got + drain(queue) == put


@fault(97)
@case
async def test_a_waiting_put_comes_after_what_was_given_back(t: World) -> None:
    queue = t.toro.Queue(maxsize=1)
    getter = await t.park(queue.get)
    queue.put_nowait("x")
    putter = t.start(queue.put, "y")
    getter.cancel()
    await t.settle()
    got = [getter.value] if getter.returned else []
    while not queue.empty():
        assert queue.qsize() == 1
        got.append(queue.get_nowait())
        await t.settle()
    assert putter.returned
    assert got == ["x", "y"]


@fault(99)
@case
async def test_a_put_that_is_cancelled_has_not_delivered(t: World) -> None:
    queue = t.toro.Queue(maxsize=1)
    queue.put_nowait("a")
    putter = await t.park(queue.put, "b")
    assert queue.get_nowait() == "a"
    got = []
    with contextlib.suppress(t.toro.Empty):
        got.append(queue.get_nowait())
    putter.cancel()
    await t.settle()
    got += drain(queue)
    assert got == (["b"] if putter.returned else [])
    assert putter.returned or putter.cancelled


@needs("undoes_grants")
@case
async def test_a_put_let_in_and_cancelled_leaves_its_slot_to_the_next(t: World) -> None:
    queue = t.toro.Queue(maxsize=1)
    queue.put_nowait("a")
    p, q = await t.park(queue.put, "b"), await t.park(queue.put, "c")
    assert queue.get_nowait() == "a"
    p.cancel()
    await t.settle()
    if p.cancelled:
        assert q.returned
        assert drain(queue) == ["c"]
    else:
        assert queue.get_nowait() == "b"
        await t.settle()
        assert drain(queue) == ["c"]


@fault(99)
@case
async def test_two_gets_and_a_cancelled_put_agree(t: World) -> None:
    queue = t.toro.Queue(maxsize=1)
    queue.put_nowait("a")
    putter = await t.park(queue.put, "b")
    assert queue.get_nowait() == "a"
    getter = t.start(queue.get)
    putter.cancel()
    await t.settle()
    if putter.returned:
        assert getter.value == "b"
    else:
        assert putter.cancelled
        assert getter.waiting
        assert queue.empty()


@every_kind
@case
async def test_cancelled_getters_and_putters_leave_a_queue_that_works(t: World, kind: str) -> None:
    queue = getattr(t.toro, kind)(maxsize=1)
    for _ in range(20):
        getter = await t.park(queue.get)
        queue.put_nowait(1)
        getter.cancel()
        await t.settle()
        if queue.empty():
            queue.put_nowait(1)
        putter = await t.park(queue.put, 2)
        taken = queue.get_nowait()
        putter.cancel()
        await t.settle()
        assert sorted([taken, *drain(queue)]) == ([1, 2] if putter.returned else [1])
        assert waiting(queue) == 0


@needs("cancels_tasks")
@lacks("cancels_at_once")
@fault(107)
@case
async def test_get_in_a_task_already_cancelled_takes_an_item_or_raises(t: World) -> None:
    await _in_a_cancelled_task(t, None)


@needs("cancels_tasks")
@lacks("cancels_at_once")
@fault(107)
@case
async def test_put_in_a_task_already_cancelled_puts_an_item_or_raises(t: World) -> None:
    await _in_a_cancelled_task(t, "y")


async def _in_a_cancelled_task(t: World, item: str | None) -> None:
    queue = t.toro.Queue()
    queue.put_nowait("x")
    done: list[Any] = []

    async def body() -> None:
        await t.driver.checkpoint()
        cancel_me[0]()
        if item is None:
            done.append(await queue.get())
        else:
            done.append(await queue.put(item))
        await t.driver.checkpoint()
        done.append("went on")

    cancel_me: list[Any] = []
    task = t.spawn(body)
    cancel_me.append(task.cancel)
    await t.settle()
    assert task.cancelled
    assert "went on" not in done
    left = ["x"] if item is None else ["x", item]
    if item is None:
        assert (done == ["x"]) is (drain(queue) == [])
    else:
        assert drain(queue) == (left if done else ["x"])


@needs("cancels_tasks", "checkpoints")
@fault(107)
@case
async def test_cancelled_at_the_checkpoint_of_a_get_that_need_not_wait(t: World) -> None:
    queue = t.toro.Queue(maxsize=2)
    queue.put_nowait("x")
    got: list[Any] = []

    async def get() -> None:
        got.append(await queue.get())

    async def put() -> None:
        await queue.put("y")
        got.append("put")

    for body in (get, put):
        task = t.spawn(body)
        # One pass, in which the task begins and comes to its checkpoint.
        await t.driver.checkpoint()
        task.cancel()
        await t.settle()
        if body is get:
            assert drain(queue) == ([] if got else ["x"])
            queue = t.toro.Queue(maxsize=2)
            got.clear()
        else:
            assert drain(queue) == (["y"] if got else [])


@needs("undoes_grants")
@fault(121)
@case
async def test_an_item_given_back_is_counted_once(t: World) -> None:
    queue = t.toro.Queue()
    getter = await t.park(queue.get)
    queue.put_nowait("x")
    assert queue.unfinished_tasks == 1
    getter.cancel()
    await t.settle()
    assert getter.cancelled
    assert queue.unfinished_tasks == 1
    assert await t.finish(queue.get) == "x"
    queue.task_done()
    assert queue.unfinished_tasks == 0
    await t.finish(queue.join)
    with pytest.raises(ValueError):
        queue.task_done()
