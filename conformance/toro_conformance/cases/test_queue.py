"""Queue: items and slots, one step at a time."""

from __future__ import annotations

import math
import queue as standard
from typing import Any

import pytest

from toro_conformance.case import case, fault
from toro_conformance.world import World

KINDS = ["Queue", "PriorityQueue", "LifoQueue", "JoinableQueue"]
every_kind: pytest.MarkDecorator = pytest.mark.parametrize("kind", KINDS)


def drain(queue: Any) -> list[Any]:
    """What is in it, taken out."""
    items = []
    while not queue.empty():
        items.append(queue.get_nowait())
    return items


@every_kind
@case
async def test_items_go_in_and_come_out(t: World, kind: str) -> None:
    queue = getattr(t.toro, kind)()
    assert queue.empty()
    assert queue.qsize() == 0
    assert await t.finish(queue.put, 1) is None
    assert queue.put_nowait(2) is None
    assert not queue.empty()
    assert queue.qsize() == 2
    got = [await t.finish(queue.get), queue.get_nowait()]
    assert sorted(got) == [1, 2]
    assert queue.empty()


@every_kind
@case
async def test_nowait_on_an_empty_or_full_queue_raises(t: World, kind: str) -> None:
    queue = getattr(t.toro, kind)(maxsize=1)
    with pytest.raises(t.toro.Empty):
        queue.get_nowait()
    queue.put_nowait(1)
    assert queue.full()
    with pytest.raises(t.toro.Full):
        queue.put_nowait(2)
    assert queue.qsize() == 1
    assert queue.get_nowait() == 1
    assert queue.empty()
    assert not queue.full()


@case
async def test_fifo(t: World) -> None:
    queue = t.toro.Queue()
    for item in (3, 1, 2):
        queue.put_nowait(item)
    assert drain(queue) == [3, 1, 2]


@every_kind
@case
async def test_a_queue_without_maxsize_is_unbounded(t: World, kind: str) -> None:
    for queue in (getattr(t.toro, kind)(), getattr(t.toro, kind)(0)):
        assert queue.maxsize == 0
        for item in range(100):
            queue.put_nowait(item)
        assert not queue.full()


@every_kind
@fault(109)
@case
async def test_a_fractional_maxsize_counts_upwards(t: World, kind: str) -> None:
    queue = getattr(t.toro, kind)(maxsize=1.3)
    queue.put_nowait(1)
    assert not queue.full()
    queue.put_nowait(2)
    assert queue.full()
    with pytest.raises(t.toro.Full):
        queue.put_nowait(3)


@every_kind
@case
async def test_a_maxsize_that_makes_no_sense_is_refused(t: World, kind: str) -> None:
    make = getattr(t.toro, kind)
    with pytest.raises(TypeError):
        make(maxsize=None)
    with pytest.raises(TypeError):
        make(maxsize="1")
    for negative in (-1, -0.5, -math.inf):
        with pytest.raises(ValueError):
            make(maxsize=negative)
    with pytest.raises((TypeError, ValueError)):
        make(maxsize=math.nan)


@case
async def test_get_takes_an_item_from_whoever_puts_one(t: World) -> None:
    queue = t.toro.Queue()
    a, b = [await t.park(queue.get) for _ in range(2)]
    queue.put_nowait("x")
    await t.settle()
    assert a.value == "x"
    assert b.waiting
    await t.finish(queue.put, "y")
    assert b.value == "y"
    assert queue.empty()


@case
async def test_items_put_at_once_reach_the_getters_in_order(t: World) -> None:
    queue = t.toro.Queue()
    getters = [await t.park(queue.get) for _ in range(3)]
    for item in "xyz":
        queue.put_nowait(item)
    await t.settle()
    assert [getter.value for getter in getters] == ["x", "y", "z"]


@case
async def test_put_waits_for_a_slot(t: World) -> None:
    queue = t.toro.Queue(maxsize=1)
    queue.put_nowait("a")
    p, q = await t.park(queue.put, "b"), await t.park(queue.put, "c")
    assert queue.qsize() == 1
    assert queue.get_nowait() == "a"
    await t.settle()
    assert p.returned
    assert q.waiting
    assert queue.qsize() == 1
    assert [await t.finish(queue.get) for _ in range(2)] == ["b", "c"]
    await t.settle()
    assert q.returned


@fault(103)
@case
async def test_every_put_that_need_not_wait_is_counted(t: World) -> None:
    queue = t.toro.Queue(maxsize=3)
    for item in range(3):
        await t.finish(queue.put, item)
    assert queue.full()
    assert queue.qsize() == 3
    last = await t.park(queue.put, 3)
    joining = await t.park(queue.join)
    assert [await t.finish(queue.get) for _ in range(4)] == [0, 1, 2, 3]
    assert last.returned
    for _ in range(4):
        assert joining.waiting
        queue.task_done()
        await t.settle()
    assert joining.returned


@every_kind
@case
async def test_every_get_that_need_not_wait_frees_its_slot(t: World, kind: str) -> None:
    queue = getattr(t.toro, kind)(2)
    for _ in range(3):
        for item in (1, 2):
            await t.finish(queue.put, item)
        assert queue.full()
        for left in (1, 0):
            await t.finish(queue.get)
            assert queue.qsize() == left
            assert not queue.full()


@pytest.mark.parametrize("gone", ["b", "f", "cd", "bf", "bdf", "bcde", "cdef", "bcdef"])
@pytest.mark.parametrize("as_one_is_taken", [False, True])
@case
async def test_putters_that_have_left_are_skipped_and_no_others(
    t: World, gone: str, as_one_is_taken: bool
) -> None:
    queue = t.toro.Queue(maxsize=1, initial=["a"])
    putters = {item: await t.park(queue.put, item) for item in "bcdef"}
    await t.at_once(*(putters[item].cancel for item in gone[:-1]))
    putters[gone[-1]].cancel()
    if not as_one_is_taken:
        await t.settle()
    got = []
    while not queue.empty():
        got.append(queue.get_nowait())
        await t.settle()
    assert got == [item for item in "abcdef" if item not in gone]
    assert all(putter.cancelled is (item in gone) for item, putter in putters.items())


@case
async def test_get_nowait_moves_the_waiting_putter_up(t: World) -> None:
    queue = t.toro.Queue(maxsize=1)
    queue.put_nowait("a")
    p = await t.park(queue.put, "b")
    assert queue.get_nowait() == "a"
    await t.settle()
    assert p.returned
    assert queue.qsize() == 1
    assert queue.get_nowait() == "b"


@case
async def test_a_newcomer_does_not_overtake_a_waiting_putter(t: World) -> None:
    queue = t.toro.Queue(maxsize=1)
    queue.put_nowait("a")
    p = await t.park(queue.put, "b")
    queue.get_nowait()
    with pytest.raises(t.toro.Full):
        queue.put_nowait("newcomer")
    late = t.start(queue.put, "c")
    await t.settle()
    assert p.returned
    assert late.waiting
    assert queue.get_nowait() == "b"
    await t.settle()
    assert drain(queue) == ["c"]


@case
async def test_what_is_put_later_stands_behind_a_put_that_was_let_in(t: World) -> None:
    queue = t.toro.Queue(maxsize=2, initial=[1, 2])
    putter = await t.park(queue.put, 3)
    assert [queue.get_nowait(), queue.get_nowait()] == [1, 2]
    queue.put_nowait(4)
    await t.settle()
    assert putter.returned
    assert drain(queue) == [3, 4]


@fault(105)
@case
async def test_a_newcomer_does_not_take_what_was_promised_to_a_getter(t: World) -> None:
    queue = t.toro.Queue()
    a, b = [await t.park(queue.get) for _ in range(2)]
    queue.put_nowait(1)
    with pytest.raises(t.toro.Empty):
        queue.get_nowait()
    queue.put_nowait(2)
    queue.put_nowait(3)
    await t.settle()
    assert a.value == 1
    assert b.value == 2
    assert drain(queue) == [3]


@case
async def test_a_late_getter_queues_behind(t: World) -> None:
    queue = t.toro.Queue()
    first = await t.park(queue.get)
    queue.put_nowait("x")
    late = t.start(queue.get)
    await t.settle()
    assert first.value == "x"
    assert late.waiting
    queue.put_nowait("y")
    await t.settle()
    assert late.value == "y"


@fault(101)
@case
async def test_put_meets_a_getter_whose_deadline_passes(t: World) -> None:
    queue = t.toro.Queue(maxsize=1)
    getter = await t.park(queue.get, timeout=1)
    t.driver.tick(1)
    queue.put_nowait("x")
    assert queue.qsize() <= 1
    await t.settle()
    if getter.returned:
        assert getter.value == "x"
        assert queue.empty()
    else:
        assert getter.raised(t.toro.Timeout)
        assert drain(queue) == ["x"]


@case
async def test_a_put_that_expired_put_nothing(t: World) -> None:
    queue = t.toro.Queue(maxsize=1)
    queue.put_nowait("a")
    p = await t.park(queue.put, "b", timeout=1)
    q = await t.park(queue.put, "c")
    await t.advance(1)
    assert p.raised(t.toro.Timeout)
    assert queue.get_nowait() == "a"
    await t.settle()
    assert q.returned
    assert drain(queue) == ["c"]


@case
async def test_none_and_false_are_items(t: World) -> None:
    queue = t.toro.Queue(maxsize=1)
    for item in (None, False, 0, ""):
        getter = await t.park(queue.get)
        queue.put_nowait(item)
        await t.settle()
        assert getter.value == item
        queue.put_nowait("full")
        putter = await t.park(queue.put, item)
        queue.get_nowait()
        await t.settle()
        assert putter.returned
        assert queue.get_nowait() == item


@every_kind
@fault(115)
@case
async def test_initial_items(t: World, kind: str) -> None:
    order = {"PriorityQueue": [1, 2, 3], "LifoQueue": [2, 1, 3]}
    queue = getattr(t.toro, kind)(initial=[3, 1, 2])
    assert queue.qsize() == 3
    assert queue.unfinished_tasks == 3
    for item in order.get(kind, [3, 1, 2]):
        assert await t.finish(queue.get) == item
        queue.task_done()
    await t.finish(queue.join)
    with pytest.raises(ValueError):
        queue.task_done()


@every_kind
@case
async def test_initial_items_fill_a_bounded_queue_and_not_more(t: World, kind: str) -> None:
    queue = getattr(t.toro, kind)(maxsize=3, initial=[3, 1, 2])
    assert queue.full()
    await t.park(queue.put, 4)
    with pytest.raises((ValueError, standard.Full)):
        getattr(t.toro, kind)(maxsize=2, initial=[3, 1, 2])


@every_kind
@case
async def test_a_queue_tells_its_state(t: World, kind: str) -> None:
    queue = getattr(t.toro, kind)(maxsize=11)
    assert "maxsize=11" in str(queue)
    assert "getters" not in str(queue)
    for _ in range(7):
        await t.park(queue.get)
    assert "getters[7]" in str(queue)
    assert queue.statistics().tasks_waiting == 7
    queue = getattr(t.toro, kind)(maxsize=1)
    queue.put_nowait(1)
    for item in range(4):
        await t.park(queue.put, item)
    assert "putters[4]" in str(queue)
    assert "queue=" in str(queue)
    assert "tasks=1" in str(queue)
    assert queue.statistics().tasks_waiting == 4


@case
async def test_full_and_empty_count_what_is_promised(t: World) -> None:
    queue = t.toro.Queue(maxsize=1)
    getter = await t.park(queue.get)
    queue.put_nowait("x")
    assert queue.qsize() <= 1
    await t.settle()
    assert getter.value == "x"
    assert queue.empty()
    assert not queue.full()
