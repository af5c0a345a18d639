"""A wait that raises did not happen, whatever it waited for."""

from __future__ import annotations

import contextvars
import itertools

import pytest

from toro_conformance.case import case, fault, lacks, needs
from toro_conformance.waits import EVERY_WAIT, MONITOR, ONE_AT_A_TIME, WAITS, Wait, name
from toro_conformance.world import World, waiting

every_wait: pytest.MarkDecorator = pytest.mark.parametrize("wait", EVERY_WAIT, ids=name)
waits: pytest.MarkDecorator = pytest.mark.parametrize("wait", WAITS, ids=name)
one_at_a_time: pytest.MarkDecorator = pytest.mark.parametrize("wait", ONE_AT_A_TIME, ids=name)


@one_at_a_time
@case
async def test_waiters_are_served_in_the_order_they_came(t: World, wait: Wait) -> None:
    thing = wait.busy(t.toro)
    line = [await wait.park(t, thing) for _ in range(4)]
    for served in range(1, 5):
        wait.serve(thing)
        await t.settle()
        assert [operation.returned for operation in line] == [i < served for i in range(4)]
        assert waiting(thing) == 4 - served


@waits
@case
async def test_all_who_wait_for_a_state_are_served_together(t: World, wait: Wait) -> None:
    thing = wait.busy(t.toro)
    line = [await wait.park(t, thing) for _ in range(4)]
    assert waiting(thing) == 4
    wait.serve(thing)
    await t.settle()
    served = 4 if wait.serves_all else 1
    assert [operation.returned for operation in line] == [i < served for i in range(4)]


@waits
@case
async def test_whoever_is_cancelled_leaves_and_the_others_keep_their_order(
    t: World, wait: Wait
) -> None:
    thing = wait.busy(t.toro)
    line = [await wait.park(t, thing) for _ in range(5)]
    for gone in (0, 3):
        line[gone].cancel()
        await t.settle()
        assert line[gone].cancelled
    assert waiting(thing) == 3
    for place in (1, 2, 4):
        if line[place].waiting:
            wait.serve(thing)
            await t.settle()
        assert line[place].returned
    assert waiting(thing) == 0


@one_at_a_time
@fault(5)
@case
async def test_a_cancelled_waiter_lets_nobody_in(t: World, wait: Wait) -> None:
    thing = wait.busy(t.toro)
    before = str(thing)
    line = [await wait.park(t, thing) for _ in range(4)]
    line[1].cancel()
    line[2].cancel()
    await t.settle()
    assert line[0].waiting
    assert line[3].waiting
    line[0].cancel()
    line[3].cancel()
    await t.settle()
    assert str(thing) == before


@every_wait
@case
async def test_after_a_cancelled_wait_all_is_as_before(t: World, wait: Wait) -> None:
    thing = wait.busy(t.toro)
    before = str(thing), thing.statistics()
    operation = await wait.park(t, thing)
    operation.cancel()
    await t.settle()
    assert operation.cancelled
    wait.after(thing)
    assert (str(thing), thing.statistics()) == before


@every_wait
@case
async def test_after_an_expired_wait_all_is_as_before(t: World, wait: Wait) -> None:
    thing = wait.busy(t.toro)
    before = str(thing), thing.statistics()
    operation = await wait.park(t, thing, timeout=1)
    await t.advance(1)
    assert operation.raised(t.toro.Timeout)
    wait.after(thing)
    assert (str(thing), thing.statistics()) == before


@needs("undoes_grants")
@one_at_a_time
@fault(23, 31)
@case
async def test_granted_and_then_cancelled_passes_the_grant_on(t: World, wait: Wait) -> None:
    thing = wait.busy(t.toro)
    first = await wait.park(t, thing)
    second = await wait.park(t, thing)
    await t.at_once(lambda: wait.serve(thing), first.cancel)
    assert first.cancelled
    assert second.returned
    assert waiting(thing) == 0


@lacks("undoes_grants")
@one_at_a_time
@case
async def test_granted_and_then_cancelled_keeps_the_grant(t: World, wait: Wait) -> None:
    thing = wait.busy(t.toro)
    first = await wait.park(t, thing)
    second = await wait.park(t, thing)
    await t.at_once(lambda: wait.serve(thing), first.cancel)
    assert first.returned
    assert second.waiting
    assert waiting(thing) == 1


@lacks("undoes_grants")
@needs("cancels_tasks")
@one_at_a_time
@fault(45)
@case
async def test_a_cancellation_after_the_grant_shows_at_the_next_checkpoint(
    t: World, wait: Wait
) -> None:
    thing = wait.busy(t.toro)
    reached = []

    async def body() -> None:
        wait.before(thing)
        await wait.method(thing)(*wait.arguments)
        reached.append("after the wait")
        await t.driver.checkpoint()
        reached.append("after the checkpoint")

    task = t.spawn(body)
    await t.settle()
    await t.at_once(lambda: wait.serve(thing), task.cancel)
    assert reached == ["after the wait"]
    assert task.cancelled


@one_at_a_time
@fault(1, 27)
@case
async def test_cancelled_and_then_granted_serves_the_next(t: World, wait: Wait) -> None:
    thing = wait.busy(t.toro)
    line = [await wait.park(t, thing) for _ in range(4)]
    await t.at_once(line[0].cancel, line[1].cancel, lambda: wait.serve(thing))
    assert line[0].cancelled
    assert line[1].cancelled
    assert line[2].returned
    assert line[3].waiting
    assert waiting(thing) == 1


@one_at_a_time
@fault(23)
@case
async def test_many_unlucky_cancellations_leave_a_working_object(t: World, wait: Wait) -> None:
    thing = wait.busy(t.toro)
    for order in (0, 1) * 25:
        doomed = await wait.park(t, thing)
        heir = await wait.park(t, thing)
        steps = [lambda: wait.serve(thing), doomed.cancel]
        await t.at_once(*(reversed(steps) if order else steps))
        if heir.waiting:
            assert doomed.returned
            wait.serve(thing)
            await t.settle()
        assert heir.returned
        assert waiting(thing) == 0


@one_at_a_time
@fault(1, 5, 23, 27)
@case
async def test_all_but_the_last_are_cancelled_as_one_is_served(t: World, wait: Wait) -> None:
    for order in itertools.permutations(range(4)):
        thing = wait.busy(t.toro)
        line = [await wait.park(t, thing) for _ in range(4)]
        steps = [*(operation.cancel for operation in line[:3]), lambda: wait.serve(thing)]  # noqa: B023
        await t.at_once(*(steps[each] for each in order))
        served = 3
        if not t.driver.undoes_grants:  # whoever was first in line at that moment keeps it
            gone = order[: order.index(3)]
            served = min({0, 1, 2, 3}.difference(gone))
        assert [operation.returned for operation in line] == [i == served for i in range(4)]
        assert waiting(thing) == (served != 3)


@waits
@case
async def test_all_are_cancelled_in_one_instant(t: World, wait: Wait) -> None:
    thing = wait.busy(t.toro)
    before = str(thing)
    line = [await wait.park(t, thing) for _ in range(6)]
    await t.at_once(*(operation.cancel for operation in line))
    assert all(operation.cancelled for operation in line)
    assert waiting(thing) == 0
    assert str(thing) == before


@every_wait
@case
async def test_cancelled_twice_ends_once(t: World, wait: Wait) -> None:
    thing = wait.busy(t.toro)
    operation = await wait.park(t, thing)
    await t.at_once(operation.cancel, operation.cancel)
    assert operation.cancelled
    assert waiting(thing) == 0
    wait.after(thing)


@waits
@case
async def test_cancelled_before_it_began_it_did_nothing(t: World, wait: Wait) -> None:
    thing = wait.busy(t.toro)
    before = str(thing)
    operation = wait.start(t, thing)
    operation.cancel()
    await t.settle()
    assert not operation.returned
    assert waiting(thing) == 0
    assert str(thing) == before


@needs("orders_timers")
@waits
@fault(49, 65)
@case
async def test_a_grant_just_before_the_timer_wins(t: World, wait: Wait) -> None:
    thing = wait.busy(t.toro)
    t.driver.call_at(t.now() + 1, lambda: wait.serve(thing))
    operation = await wait.park(t, thing, timeout=1)
    await t.advance(1)
    assert operation.returned
    assert waiting(thing) == 0
    if t.driver.shows_timers:
        assert not t.driver.timer_armed()


@needs("orders_timers")
@one_at_a_time
@fault(49, 101)
@case
async def test_a_timer_just_before_the_grant_wins(t: World, wait: Wait) -> None:
    thing = wait.busy(t.toro)
    operation = await wait.park(t, thing, timeout=1)
    heir = await wait.park(t, thing)
    t.driver.call_at(t.now() + 1, lambda: wait.serve(thing))
    await t.advance(1)
    assert operation.raised(t.toro.Timeout)
    assert heir.returned
    assert waiting(thing) == 0


@waits
@fault(49, 65, 147)
@case
async def test_a_grant_as_the_deadline_passes_is_kept_or_was_too_late(t: World, wait: Wait) -> None:
    thing = wait.busy(t.toro)
    operation = await wait.park(t, thing, timeout=1)
    heir = await wait.park(t, thing)
    t.driver.tick(1)
    wait.serve(thing)
    await t.settle()
    assert operation.returned or operation.raised(t.toro.Timeout)
    if not wait.serves_all:
        assert heir.returned is not operation.returned
        assert waiting(thing) == heir.waiting


@every_wait
@fault(131, 147)
@case
async def test_a_cancellation_as_the_deadline_passes_ends_the_wait_once(
    t: World, wait: Wait
) -> None:
    thing = wait.busy(t.toro)
    operation = await wait.park(t, thing, timeout=1)
    t.driver.tick(1)
    operation.cancel()
    await t.settle()
    assert operation.cancelled or operation.raised(t.toro.Timeout)
    assert waiting(thing) == 0
    wait.after(thing)


@needs("cancels_tasks")
@waits
@fault(131)
@pytest.mark.parametrize("timer_first", [True, False])
@case
async def test_a_loop_with_a_timeout_stops_at_one_cancellation(
    t: World, wait: Wait, timer_first: bool
) -> None:
    thing = wait.busy(t.toro)

    async def body() -> None:
        while True:
            try:
                await wait.method(thing)(*wait.arguments, timeout=1)
            except t.toro.Timeout:
                await t.driver.checkpoint()

    task = t.spawn(body)
    await t.settle()
    await t.advance(1)
    if timer_first:
        t.driver.tick(1)
        task.cancel()
    else:
        task.cancel()
        t.driver.tick(1)
    await t.settle()
    assert task.cancelled
    assert waiting(thing) == 0


@needs("cancels_tasks")
@lacks("shares_contexts")
@waits
@fault(153)
@case
async def test_a_waiter_resumes_in_its_own_context(t: World, wait: Wait) -> None:
    thing = wait.busy(t.toro)
    whose = contextvars.ContextVar("whose", default="nobody")
    seen = []

    async def body() -> None:
        whose.set("waiter")
        wait.before(thing)
        await wait.method(thing)(*wait.arguments, timeout=5)
        seen.append(whose.get())

    t.spawn(body)
    await t.settle()
    whose.set("waker")
    wait.serve(thing)
    await t.settle()
    assert seen == ["waiter"]


@case
async def test_a_monitor_that_is_cancelled_holds_its_lock(t: World) -> None:
    monitor = MONITOR.busy(t.toro)
    operation = await MONITOR.park(t, monitor)
    assert not monitor.lock.locked()
    operation.cancel()
    await t.settle()
    assert operation.cancelled
    assert monitor.lock.locked()
    monitor.leave()
    assert not monitor.lock.locked()
