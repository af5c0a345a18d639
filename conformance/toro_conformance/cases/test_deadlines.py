"""Every waiting method takes a deadline or a timeout, and tries first."""

from __future__ import annotations

import datetime
import math
from typing import Any

import pytest

from toro_conformance.case import case, fault, needs
from toro_conformance.waits import EVERY_WAIT, MONITOR, WAITS, WITHOUT_WAITING, Wait, name
from toro_conformance.world import World, waiting

every_wait: pytest.MarkDecorator = pytest.mark.parametrize("wait", EVERY_WAIT, ids=name)
without_waiting: pytest.MarkDecorator = pytest.mark.parametrize("wait", WITHOUT_WAITING, ids=name)

NEVER: list[dict[str, Any]] = [
    {},
    {"deadline": None},
    {"timeout": None},
    {"deadline": None, "timeout": None},
    {"deadline": math.inf},
    {"timeout": math.inf},
]
FAR: list[dict[str, Any]] = [
    {"deadline": 1e308},
    {"timeout": 1e308},
    {"deadline": 10**400},
    {"timeout": datetime.timedelta.max},
    {"deadline": datetime.timedelta.max},
]
PAST: list[dict[str, Any]] = [
    {"deadline": 0},
    {"deadline": -1},
    {"deadline": 999.5},
    {"deadline": -math.inf},
    {"deadline": -(10**400)},
    {"deadline": datetime.timedelta(0)},
    {"deadline": datetime.timedelta(seconds=-1)},
    {"deadline": datetime.timedelta.min},
    {"timeout": 0},
    {"timeout": 0.0},
    {"timeout": -1},
    {"timeout": -math.inf},
    {"timeout": datetime.timedelta(0)},
    {"timeout": datetime.timedelta.min},
]
REFUSED: list[dict[str, Any]] = [
    {"deadline": math.nan},
    {"timeout": math.nan},
    {"deadline": True},
    {"timeout": False},
    {"deadline": "1"},
    {"timeout": "1"},
    {"timeout": 1j},
    {"deadline": datetime.datetime(2016, 1, 1)},
    {"timeout": [1]},
    {"deadline": 2000, "timeout": 1},
    {"deadline": 2000, "timeout": 1.0},
    {"deadline": datetime.timedelta(1), "timeout": datetime.timedelta(1)},
]


@every_wait
@case
async def test_a_timeout_is_counted_from_now(t: World, wait: Wait) -> None:
    spans: list[Any] = [2, 2.0, datetime.timedelta(seconds=2)]
    thing = wait.busy(t.toro)
    for span in spans:
        operation = await wait.park(t, thing, timeout=span)
        await t.advance(1.5)
        assert operation.waiting
        await t.advance(0.5)
        assert operation.raised(t.toro.Timeout)
        assert waiting(thing) == 0
        wait.after(thing)


@every_wait
@case
async def test_a_timeout_is_no_whole_number_of_seconds(t: World, wait: Wait) -> None:
    thing = wait.busy(t.toro)
    operation = await wait.park(t, thing, timeout=0.25)
    await t.advance(0.2)
    assert operation.waiting
    await t.advance(0.06)
    assert operation.raised(t.toro.Timeout)
    wait.after(thing)


@every_wait
@fault(141)
@case
async def test_a_deadline_is_a_point_on_the_loops_clock(t: World, wait: Wait) -> None:
    thing = wait.busy(t.toro)
    operation = await wait.park(t, thing, deadline=t.now() + 2)
    await t.advance(1.5)
    assert operation.waiting
    await t.advance(0.5)
    assert operation.raised(t.toro.Timeout)
    wait.after(thing)


@every_wait
@fault(141)
@case
async def test_a_timedelta_as_deadline_is_counted_from_now(t: World, wait: Wait) -> None:
    thing = wait.busy(t.toro)
    operation = await wait.park(t, thing, deadline=datetime.timedelta(seconds=2))
    await t.advance(1.5)
    assert operation.waiting
    await t.advance(0.5)
    assert operation.raised(t.toro.Timeout)
    wait.after(thing)


@every_wait
@case
async def test_the_deadline_is_the_first_positional_option(t: World, wait: Wait) -> None:
    thing = wait.busy(t.toro)
    wait.before(thing)
    if wait.name == "condition.wait_for":
        operation = t.start(thing.condition.wait_for, lambda: False, t.now() + 1)
    else:
        operation = t.start(wait.method(thing), *wait.arguments, t.now() + 1)
    await t.advance(0.5)
    assert operation.waiting
    await t.advance(0.5)
    assert operation.raised(t.toro.Timeout)
    wait.after(thing)


@every_wait
@case
async def test_without_a_deadline_a_wait_does_not_end(t: World, wait: Wait) -> None:
    for never in NEVER:
        thing = wait.busy(t.toro)
        operation = await wait.park(t, thing, **never)
        if t.driver.shows_timers:
            assert not t.driver.timer_armed()
        await t.advance(1e9)
        assert operation.waiting
        wait.serve(thing)
        await t.settle()
        assert operation.returned
        wait.after(thing)


@every_wait
@fault(137)
@case
async def test_a_deadline_in_the_far_future_is_no_trouble(t: World, wait: Wait) -> None:
    for far in FAR:
        thing = wait.busy(t.toro)
        operation = await wait.park(t, thing, **far)
        await t.advance(1e9)
        assert operation.waiting
        wait.serve(thing)
        await t.settle()
        assert operation.returned
        wait.after(thing)


@without_waiting
@fault(135, 137)
@case
async def test_what_need_not_wait_succeeds_past_its_deadline(t: World, wait: Wait) -> None:
    assert wait.free is not None
    for past in PAST:
        operation = wait.start(t, wait.free(t.toro), **past)
        await t.settle()
        assert operation.returned, (past, operation)


@pytest.mark.parametrize("wait", WAITS, ids=name)
@fault(135, 137)
@case
async def test_what_must_wait_past_its_deadline_raises_at_once(t: World, wait: Wait) -> None:
    thing = wait.busy(t.toro)
    first = await wait.park(t, thing)
    for past in PAST:
        with pytest.raises(t.toro.Timeout):
            await wait.finish(t, thing, **past)
        assert waiting(thing) == 1
        if t.driver.shows_timers:
            assert not t.driver.timer_armed()
    assert first.waiting
    wait.serve(thing)
    await t.settle()
    assert first.returned


@needs("orders_timers")
@pytest.mark.parametrize("wait", WAITS, ids=name)
@fault(135, 137)
@case
async def test_what_must_wait_past_its_deadline_never_stands_in_line(t: World, wait: Wait) -> None:
    thing = wait.busy(t.toro)
    seen: list[int] = []

    async def body() -> None:
        wait.before(thing)
        t.driver.call_at(t.now(), lambda: seen.append(waiting(thing)))
        await wait.method(thing)(*wait.arguments, timeout=0)

    operation = t.spawn(body)
    await t.settle()
    assert operation.raised(t.toro.Timeout)
    await t.advance(1)
    assert seen == [0]


@pytest.mark.parametrize("wait", WAITS, ids=name)
@fault(135, 137)
@case
async def test_what_must_wait_past_its_deadline_is_seen_in_no_line(t: World, wait: Wait) -> None:
    thing = wait.busy(t.toro)
    seen: set[int] = set()

    async def looks() -> None:
        for _ in range(100):
            seen.add(waiting(thing))
            await t.driver.checkpoint()

    async def tries() -> None:
        for timeout in (0, 0.0) * 20:  # where a batch runs in any order, now and then before a look
            await t.driver.checkpoint()
            with pytest.raises(t.toro.Timeout):
                await wait.method(thing)(*wait.arguments, timeout=timeout)

    t.spawn(looks)
    trying = t.spawn(tries)
    await t.settle()
    assert trying.returned
    assert seen == {0}


@case
async def test_a_monitor_past_its_deadline_raises_and_keeps_the_lock(t: World) -> None:
    monitor = MONITOR.busy(t.toro)
    for past in PAST:
        with pytest.raises(t.toro.Timeout):
            await MONITOR.finish(t, monitor, **past)
        assert monitor.lock.locked()
        assert waiting(monitor) == 0
        MONITOR.after(monitor)


@every_wait
@case
async def test_who_has_no_deadline_waits_beside_those_who_have(t: World, wait: Wait) -> None:
    thing = wait.busy(t.toro)
    operations = [
        await wait.park(t, thing, **when) for when in ({"timeout": 5}, {}, {"timeout": 3})
    ]
    assert waiting(thing) == 3
    for operation in operations:
        assert operation.waiting
        operation.cancel()
        await t.settle()
        wait.after(thing)
    assert waiting(thing) == 0


@pytest.mark.parametrize("wait", EVERY_WAIT, ids=name)
@fault(137)
@case
async def test_a_deadline_that_makes_no_sense_is_refused(t: World, wait: Wait) -> None:
    thing = wait.busy(t.toro)
    before = str(thing), thing.statistics()
    for refused in REFUSED:
        wait.before(thing)
        with pytest.raises((TypeError, ValueError)):
            await t.finish(wait.method(thing), *wait.arguments, **refused)
        wait.after(thing)
        assert (str(thing), thing.statistics()) == before


@without_waiting
@fault(137)
@case
async def test_a_senseless_deadline_is_refused_before_anything_is_touched(
    t: World, wait: Wait
) -> None:
    assert wait.free is not None
    thing = wait.free(t.toro)
    before = str(thing), thing.statistics()
    for refused in REFUSED:
        with pytest.raises((TypeError, ValueError)):
            await wait.finish(t, thing, **refused)
        assert (str(thing), thing.statistics()) == before
    operation = wait.start(t, thing)
    await t.settle()
    assert operation.returned


@pytest.mark.parametrize("kind", ["PriorityQueue", "LifoQueue", "JoinableQueue"])
@case
async def test_a_senseless_deadline_is_refused_by_every_queue(t: World, kind: str) -> None:
    queue = getattr(t.toro, kind)(initial=[1])
    for refused in REFUSED:
        with pytest.raises((TypeError, ValueError)):
            await t.finish(queue.get, **refused)
        with pytest.raises((TypeError, ValueError)):
            await t.finish(queue.put, 2, **refused)
        assert queue.qsize() == 1


@every_wait
@case
async def test_timeout_is_by_keyword_only(t: World, wait: Wait) -> None:
    thing = wait.busy(t.toro)
    positional = (lambda: False,) if wait.name == "condition.wait_for" else wait.arguments
    method = thing.condition.wait_for if positional and not wait.arguments else wait.method(thing)
    wait.before(thing)
    with pytest.raises(TypeError):
        await t.finish(method, *positional, None, 1)
    wait.after(thing)


@needs("shows_timers")
@every_wait
@fault(17, 163)
@case
async def test_a_wait_that_was_served_leaves_no_timer(t: World, wait: Wait) -> None:
    thing = wait.busy(t.toro)
    operation = await wait.park(t, thing, timeout=5)
    assert t.driver.timer_armed()
    await t.advance(1)
    wait.serve(thing)
    await t.settle()
    assert operation.returned
    assert not t.driver.timer_armed()
    before = str(thing)
    await t.advance(10)
    assert operation.returned
    assert str(thing) == before
    wait.after(thing)


@every_wait
@fault(17, 163)
@case
async def test_the_timer_of_a_wait_that_was_served_ends_no_later_one(t: World, wait: Wait) -> None:
    thing, event = wait.busy(t.toro), t.toro.Event()

    async def body() -> None:
        wait.before(thing)
        await wait.method(thing)(*wait.arguments, timeout=1)
        await event.wait()

    task = t.spawn(body)
    await t.settle()
    wait.serve(thing)
    await t.settle()
    await t.advance(2)
    assert task.waiting
    assert waiting(event) == 1
    event.set()
    await t.settle()
    assert task.returned


@every_wait
@fault(17, 163)
@case
async def test_the_timer_of_a_wait_that_was_cancelled_ends_no_later_one(
    t: World, wait: Wait
) -> None:
    thing, event = wait.busy(t.toro), t.toro.Event()
    operation = await wait.park(t, thing, timeout=1)
    later = await t.park(event.wait)
    operation.cancel()
    await t.settle()
    wait.after(thing)
    await t.advance(2)
    assert operation.cancelled
    assert later.waiting


@needs("shows_timers")
@every_wait
@fault(163)
@case
async def test_a_wait_that_was_cancelled_leaves_no_timer(t: World, wait: Wait) -> None:
    thing = wait.busy(t.toro)
    operation = await wait.park(t, thing, timeout=5)
    operation.cancel()
    await t.settle()
    assert operation.cancelled
    assert not t.driver.timer_armed()
    wait.after(thing)


@needs("shows_timers")
@every_wait
@fault(163)
@case
async def test_a_wait_that_expired_leaves_no_timer(t: World, wait: Wait) -> None:
    thing = wait.busy(t.toro)
    operation = await wait.park(t, thing, timeout=5)
    await t.advance(5)
    assert operation.raised(t.toro.Timeout)
    assert not t.driver.timer_armed()
    wait.after(thing)


@needs("shows_timers")
@without_waiting
@fault(163)
@case
async def test_what_need_not_wait_arms_no_timer(t: World, wait: Wait) -> None:
    assert wait.free is not None
    wait.start(t, wait.free(t.toro), timeout=3600)
    await t.settle()
    assert not t.driver.timer_armed()


@pytest.mark.parametrize("wait", WAITS, ids=name)
@case
async def test_each_waiter_expires_at_its_own_deadline(t: World, wait: Wait) -> None:
    thing = wait.busy(t.toro)
    spans = [3, 1, 4, 2]
    operations = [await wait.park(t, thing, timeout=span) for span in spans]
    for moment in (1, 2, 3, 4):
        await t.advance(1)
        expired = [operation.raised(t.toro.Timeout) for operation in operations]
        assert expired == [span <= moment for span in spans]
        assert waiting(thing) == 4 - moment


@pytest.mark.parametrize("wait", WAITS, ids=name)
@case
async def test_many_expire_at_one_moment(t: World, wait: Wait) -> None:
    thing = wait.busy(t.toro)
    operations = [await wait.park(t, thing, timeout=1) for _ in range(10)]
    survivor = await wait.park(t, thing)
    await t.advance(1)
    assert all(operation.raised(t.toro.Timeout) for operation in operations)
    assert len({id(operation.error) for operation in operations}) == 10
    assert waiting(thing) == 1
    wait.serve(thing)
    await t.settle()
    assert survivor.returned


@every_wait
@fault(39, 163)
@case
async def test_a_wait_tried_again_and_again_is_served_once(t: World, wait: Wait) -> None:
    thing = wait.busy(t.toro)
    tries: list[str] = []

    async def body() -> None:
        while tries.count("served") == 0:
            wait.before(thing)
            try:
                await wait.method(thing)(*wait.arguments, timeout=1)
            except t.toro.Timeout:
                tries.append("in vain")
                wait.after(thing)
            else:
                tries.append("served")
        await t.toro.Event().wait()

    task = t.spawn(body)
    await t.settle()
    for _ in range(5):
        await t.advance(1)
    assert tries == ["in vain"] * 5
    assert waiting(thing) == 1
    await t.advance(0.5)
    wait.serve(thing)
    await t.advance(5)
    assert tries == ["in vain"] * 5 + ["served"]
    assert waiting(thing) == 0
    assert task.waiting


@needs("wall_clock")
@every_wait
@fault(141)
@pytest.mark.parametrize("jump", [3600, -3600])
@case
async def test_a_wall_clock_that_jumps_moves_no_wait(t: World, wait: Wait, jump: int) -> None:
    thing = wait.busy(t.toro)
    operation = await wait.park(t, thing, deadline=t.now() + 2)
    t.driver.jump_wall_clock(jump)
    await t.advance(1.5)
    assert operation.waiting
    await t.advance(0.5)
    assert operation.raised(t.toro.Timeout)
    wait.after(thing)


@fault(39)
@case
async def test_an_acquire_that_timed_out_leaves_the_counter_alone(t: World) -> None:
    semaphore = t.toro.Semaphore(0)
    operation = await t.park(semaphore.acquire, timeout=1)
    await t.advance(1)
    assert operation.raised(t.toro.Timeout)
    assert semaphore.counter == 0
    semaphore.release()
    assert semaphore.counter == 1
    await t.finish(semaphore.acquire)
    assert semaphore.counter == 0


@fault(137)
@case
async def test_waiters_with_and_without_a_deadline_mix(t: World) -> None:
    lock = t.toro.Lock()
    lock.acquire_nowait()
    patient = await t.park(lock.acquire)
    hasty = await t.park(lock.acquire, timeout=1)
    last = await t.park(lock.acquire, timeout=3)
    await t.advance(2)
    lock.release()
    await t.settle()
    lock.release()
    await t.settle()
    assert patient.returned
    assert hasty.raised(t.toro.Timeout)
    assert last.returned
