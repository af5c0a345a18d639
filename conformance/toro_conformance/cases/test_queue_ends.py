"""task_done, join, shutdown, and iteration."""

from __future__ import annotations

import pytest

from toro_conformance.case import case, fault, lacks, needs
from toro_conformance.cases.test_queue import drain, every_kind
from toro_conformance.memory import without_collector
from toro_conformance.world import World, waiting

plain_and_immediate: pytest.MarkDecorator = pytest.mark.parametrize("immediate", [False, True])


@every_kind
@fault(117)
@case
async def test_join_on_a_queue_without_items_does_not_wait(t: World, kind: str) -> None:
    queue = getattr(t.toro, kind)()
    assert await t.finish(queue.join) is None
    await t.finish(queue.join, timeout=1)
    await t.finish(queue.join, timeout=0)


@every_kind
@case
async def test_task_done_too_often_is_an_error(t: World, kind: str) -> None:
    queue = getattr(t.toro, kind)()
    with pytest.raises(ValueError):
        queue.task_done()
    queue.put_nowait(1)
    queue.get_nowait()
    assert queue.task_done() is None
    with pytest.raises(ValueError):
        queue.task_done()
    assert queue.unfinished_tasks == 0


@every_kind
@case
async def test_join_waits_until_all_is_done(t: World, kind: str) -> None:
    queue = getattr(t.toro, kind)()
    for item in range(3):
        queue.put_nowait(item)
    joiners = [await t.park(queue.join) for _ in range(2)]
    for left in (2, 1, 0):
        queue.get_nowait()
        await t.settle()
        assert joiners[0].waiting
        queue.task_done()
        assert queue.unfinished_tasks == left
    await t.settle()
    assert all(joiner.returned for joiner in joiners)


@case
async def test_items_that_come_while_joining_count(t: World) -> None:
    queue = t.toro.Queue(initial=[1])
    joiner = await t.park(queue.join)
    queue.put_nowait(2)
    queue.task_done()
    await t.settle()
    assert joiner.waiting
    queue.task_done()
    await t.settle()
    assert joiner.returned


@case
async def test_a_join_that_was_satisfied_stays_so(t: World) -> None:
    queue = t.toro.Queue(initial=[1])
    joiner = await t.park(queue.join)
    queue.task_done()
    queue.put_nowait(2)
    await t.settle()
    assert joiner.returned
    await t.park(queue.join)


@fault(119)
@case
async def test_each_way_in_counts_an_item_once(t: World) -> None:
    queue = t.toro.Queue(maxsize=2)
    await t.finish(queue.put, "free put")
    assert queue.unfinished_tasks == 1
    queue.put_nowait("put nowait")
    assert queue.unfinished_tasks == 2
    putter = await t.park(queue.put, "waiting put")
    assert queue.unfinished_tasks == 2
    queue.get_nowait()
    await t.settle()
    assert putter.returned
    assert queue.unfinished_tasks == 3
    drain(queue)
    await t.settle()
    drain(queue)
    getter = await t.park(queue.get)
    queue.put_nowait("handed over")
    await t.settle()
    assert getter.returned
    assert queue.unfinished_tasks == 4
    for left in (3, 2, 1, 0):
        joiner = await t.park(queue.join)
        queue.task_done()
        assert queue.unfinished_tasks == left
        joiner.cancel()
        await t.settle()
    await t.finish(queue.join)


@fault(123)
@case
async def test_of_several_joiners_some_leave(t: World) -> None:
    queue = t.toro.Queue(initial=["x"])
    expired = await t.park(queue.join, timeout=1)
    gone, patient = [await t.park(queue.join) for _ in range(2)]
    await t.advance(1)
    gone.cancel()
    await t.settle()
    queue.task_done()
    await t.settle()
    assert expired.raised(t.toro.Timeout)
    assert gone.cancelled
    assert patient.returned
    assert waiting(queue) == 0


@every_kind
@case
async def test_after_shutdown_what_is_there_can_be_taken(t: World, kind: str) -> None:
    queue = getattr(t.toro, kind)(initial=[1, 2])
    assert queue.shutdown() is None
    with pytest.raises(t.toro.ShutDown):
        queue.put_nowait(3)
    with pytest.raises(t.toro.ShutDown):
        await t.finish(queue.put, 3)
    assert sorted([await t.finish(queue.get), queue.get_nowait()]) == [1, 2]
    with pytest.raises(t.toro.ShutDown):
        queue.get_nowait()
    with pytest.raises(t.toro.ShutDown):
        await t.finish(queue.get)


@every_kind
@case
async def test_an_immediate_shutdown_drops_what_is_there(t: World, kind: str) -> None:
    queue = getattr(t.toro, kind)(initial=[1, 2])
    joiner = await t.park(queue.join)
    queue.shutdown(immediate=True)
    await t.settle()
    assert joiner.returned
    assert queue.qsize() == 0
    assert queue.unfinished_tasks == 0
    with pytest.raises(t.toro.ShutDown):
        queue.get_nowait()


@case
async def test_an_immediate_shutdown_counts_only_what_it_drops(t: World) -> None:
    queue = t.toro.Queue(initial=[1, 2, 3])
    await t.finish(queue.get)
    joiner = await t.park(queue.join)
    queue.shutdown(immediate=True)
    await t.settle()
    assert joiner.waiting
    assert queue.unfinished_tasks == 1
    queue.task_done()
    await t.settle()
    assert joiner.returned


@case
async def test_done_too_early_never_makes_the_count_negative(t: World) -> None:
    queue = t.toro.Queue(initial=[1, 2])
    queue.task_done()
    queue.task_done()
    queue.shutdown(immediate=True)
    assert queue.unfinished_tasks == 0
    await t.finish(queue.join)


@plain_and_immediate
@case
async def test_shutdown_ends_every_getter_of_an_empty_queue(t: World, immediate: bool) -> None:
    queue = t.toro.Queue()
    getters = [await t.park(queue.get, timeout=span) for span in (None, 5, None)]
    queue.shutdown(immediate=immediate)
    assert waiting(queue) == 0
    await t.settle()
    assert all(getter.raised(t.toro.ShutDown) for getter in getters)
    assert len({id(getter.error) for getter in getters}) == 3
    if t.driver.shows_timers:
        assert not t.driver.timer_armed()


@fault(125)
@plain_and_immediate
@case
async def test_shutdown_ends_putters_and_their_items_are_not_in(t: World, immediate: bool) -> None:
    queue = t.toro.Queue(maxsize=1, initial=["a"])
    p, q = await t.park(queue.put, "b"), await t.park(queue.put, "c")
    joiner = await t.park(queue.join)
    queue.shutdown(immediate=immediate)
    await t.settle()
    assert p.raised(t.toro.ShutDown)
    assert q.raised(t.toro.ShutDown)
    assert joiner.returned is immediate
    assert drain(queue) == ([] if immediate else ["a"])
    if not immediate:
        queue.task_done()
    await t.settle()
    assert joiner.returned
    assert queue.unfinished_tasks == 0


@fault(127)
@plain_and_immediate
@case
async def test_what_was_promised_before_a_shutdown_is_kept(t: World, immediate: bool) -> None:
    queue = t.toro.Queue()
    getter, other = [await t.park(queue.get) for _ in range(2)]
    queue.put_nowait("x")
    queue.shutdown(immediate=immediate)
    await t.settle()
    assert getter.value == "x"
    assert other.raised(t.toro.ShutDown)
    assert queue.unfinished_tasks == 1
    queue.task_done()
    await t.finish(queue.join)


@plain_and_immediate
@case
async def test_a_putter_let_in_before_a_shutdown_is_in(t: World, immediate: bool) -> None:
    queue = t.toro.Queue(maxsize=1, initial=["a"])
    putter = await t.park(queue.put, "b")
    assert queue.get_nowait() == "a"
    queue.task_done()
    queue.shutdown(immediate=immediate)
    await t.settle()
    assert putter.returned
    left = drain(queue)
    assert left in ([], ["b"]) if immediate else left == ["b"]
    for _ in left:
        queue.task_done()
    assert queue.unfinished_tasks == 0
    await t.finish(queue.join)


@needs("undoes_grants")
@case
async def test_a_promise_undone_after_a_shutdown_stays_to_be_drained(t: World) -> None:
    queue = t.toro.Queue()
    getter = await t.park(queue.get)
    queue.put_nowait("x")
    queue.shutdown()
    getter.cancel()
    await t.settle()
    assert getter.cancelled
    assert queue.qsize() == 1
    assert queue.unfinished_tasks == 1
    assert await t.finish(queue.get) == "x"
    with pytest.raises(t.toro.ShutDown):
        await t.finish(queue.get)


@needs("undoes_grants")
@case
async def test_an_undone_promise_lets_the_joiner_of_a_closed_queue_go(t: World) -> None:
    queue = t.toro.Queue()
    getter = await t.park(queue.get)
    queue.put_nowait("x")
    queue.shutdown(immediate=True)
    assert queue.unfinished_tasks == 1
    getter.cancel()
    await t.settle()
    assert getter.cancelled
    assert queue.unfinished_tasks == 0
    assert queue.empty()
    await t.finish(queue.join)


@lacks("undoes_grants")
@case
async def test_a_promise_stands_after_an_immediate_shutdown(t: World) -> None:
    queue = t.toro.Queue()
    getter = await t.park(queue.get)
    queue.put_nowait("x")
    queue.shutdown(immediate=True)
    getter.cancel()
    await t.settle()
    assert getter.value == "x"
    assert queue.unfinished_tasks == 1


@fault(129)
@case
async def test_a_queue_that_was_shut_down_stays_shut(t: World) -> None:
    queue = t.toro.Queue(maxsize=1, initial=["a"])
    for _ in range(2):
        queue.shutdown()
        assert queue.qsize() == 1
    assert await t.finish(queue.get) == "a"
    for _ in range(2):
        for options in ({}, {"timeout": 1}, {"timeout": 0}):
            with pytest.raises(t.toro.ShutDown):
                await t.finish(queue.get, **options)
            with pytest.raises(t.toro.ShutDown):
                await t.finish(queue.put, "b", **options)
        with pytest.raises(t.toro.ShutDown):
            queue.get_nowait()
        with pytest.raises(t.toro.ShutDown):
            queue.put_nowait("b")
        queue.shutdown(immediate=True)
    assert waiting(queue) == 0


@every_kind
@case
async def test_what_a_dropped_item_does_as_it_ends_finds_the_queue_shut(
    t: World, kind: str
) -> None:
    queue = getattr(t.toro, kind)(maxsize=3)
    heard: list[type[BaseException]] = []

    class Item:
        def __lt__(self, other: object) -> bool:
            return False

        def __del__(self) -> None:
            for call in (queue.get_nowait, lambda: queue.put_nowait(1)):
                try:
                    call()
                except t.toro.ShutDown as error:
                    heard.append(type(error))

    for _ in range(3):
        queue.put_nowait(Item())
    joiner = await t.park(queue.join)
    with without_collector():
        queue.shutdown(immediate=True)
        await t.settle()
    assert heard == [t.toro.ShutDown] * 6
    assert queue.qsize() == queue.unfinished_tasks == 0
    assert joiner.returned


@case
async def test_an_immediate_shutdown_may_follow_a_plain_one(t: World) -> None:
    queue = t.toro.Queue(initial=["a", "b"])
    queue.shutdown()
    joiner = await t.park(queue.join)
    queue.shutdown(immediate=True)
    await t.settle()
    assert joiner.returned
    with pytest.raises(t.toro.ShutDown):
        queue.get_nowait()


@case
async def test_iteration_ends_at_shutdown(t: World) -> None:
    queue = t.toro.Queue(initial=["a"])
    seen = []

    async def consumer() -> None:
        async for item in queue:
            seen.append(item)
            queue.task_done()

    task = t.spawn(consumer)
    await t.settle()
    assert seen == ["a"]
    for item in "bc":
        await t.finish(queue.put, item)
    await t.settle()
    assert seen == ["a", "b", "c"]
    assert task.waiting
    queue.put_nowait("d")
    queue.shutdown()
    await t.settle()
    assert task.returned
    assert seen == ["a", "b", "c", "d"]
    await t.finish(queue.join)


@case
async def test_several_iterate_over_one_queue(t: World) -> None:
    queue = t.toro.Queue(maxsize=2)
    seen: list[int] = []

    async def consumer() -> None:
        seen.extend([item async for item in queue])

    async def producer() -> None:
        for item in range(20):
            await queue.put(item)
        queue.shutdown()

    tasks = [t.spawn(consumer), t.spawn(consumer), t.spawn(producer)]
    await t.settle()
    assert all(task.returned for task in tasks)
    assert sorted(seen) == list(range(20))


@case
async def test_iteration_broken_off_and_begun_again_skips_nothing(t: World) -> None:
    queue = t.toro.Queue(initial=range(3))
    seen: list[int] = []

    async def consumer() -> None:
        async for item in queue:
            seen.append(item)
            if len(seen) % 2 == 0:
                break

    for consumed in (2, 4, 6):
        task = t.spawn(consumer)
        await t.settle()
        if task.waiting:
            for item in range(len(seen), consumed + 1):
                queue.put_nowait(item)
            await t.settle()
        assert task.returned
        assert seen == list(range(consumed))
    assert drain(queue) == [6]


@pytest.mark.parametrize("puts", [0, 1, 3, 8])
@every_kind
@fault(125, 127)
@case
async def test_what_is_put_as_the_queue_shuts_down_reaches_the_idle(
    t: World, kind: str, puts: int
) -> None:
    queue = getattr(t.toro, kind)()
    seen: list[int] = []

    async def consumer() -> None:
        async for item in queue:
            seen.append(item)
            queue.task_done()

    consumers = [t.spawn(consumer) for _ in range(3)]
    await t.settle()
    for item in range(puts):
        queue.put_nowait(item)
    queue.shutdown()
    await t.settle()
    assert all(task.returned for task in consumers)
    assert sorted(seen) == list(range(puts))
    assert queue.unfinished_tasks == 0


@fault(125)
@plain_and_immediate
@pytest.mark.parametrize("shut_first", [False, True])
@case
async def test_a_putter_cancelled_as_the_queue_shuts_down_puts_nothing(
    t: World, immediate: bool, shut_first: bool
) -> None:
    queue = t.toro.Queue(maxsize=1, initial=["a"])
    putters = [await t.park(queue.put, item) for item in "bcd"]
    steps = [putters[1].cancel, lambda: queue.shutdown(immediate)]
    await t.at_once(*(reversed(steps) if shut_first else steps))
    gone = putters.pop(1)
    assert gone.cancelled or (shut_first and gone.raised(t.toro.ShutDown))
    assert all(putter.raised(t.toro.ShutDown) for putter in putters)
    assert waiting(queue) == 0
    assert drain(queue) == ([] if immediate else ["a"])
    assert queue.unfinished_tasks == (not immediate)


@case
async def test_join_after_a_shutdown_waits_for_work_under_way(t: World) -> None:
    queue = t.toro.Queue(initial=["a"])
    await t.finish(queue.get)
    queue.shutdown()
    joiner = await t.park(queue.join)
    queue.task_done()
    await t.settle()
    assert joiner.returned
