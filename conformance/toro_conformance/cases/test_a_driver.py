"""What all other cases take for granted of a driver.

The file's name makes it the first to run, so that a mistake in a driver shows here, and not in a
hundred cases that seem to be about something else.
"""

from __future__ import annotations

import pytest

from toro_conformance.case import case, needs
from toro_conformance.world import World


@case
async def test_a_driver_runs_its_main_to_the_end(t: World) -> None:
    for _ in range(3):
        await t.driver.checkpoint()


@case
async def test_a_driver_settles_when_nobody_can_go_on(t: World) -> None:
    hops: list[str] = []

    async def hop() -> None:
        await t.driver.checkpoint()
        hops.append("hop")
        if len(hops) < 10:
            t.spawn(hop)

    t.spawn(hop)
    await t.settle()
    assert len(hops) == 10, "Driver.settle returned while a task could still go on"


@case
async def test_a_driver_cancels_a_task_that_sleeps(t: World) -> None:
    event = t.toro.Event()

    async def sleeps() -> None:
        await event.wait()

    assert callable(t.driver.spawn(sleeps)), "Driver.spawn has returned nothing to call"
    sleeper, other = t.spawn(sleeps), t.spawn(sleeps)
    await t.settle()
    assert sleeper.waiting, "Driver.spawn's task did not go on to sleep"
    sleeper.cancel()
    await t.settle()
    assert not sleeper.waiting, "cancelled, Driver.spawn's task has not seen Driver.cancelled"
    assert sleeper.cancelled
    assert other.waiting
    event.set()


@case
async def test_a_driver_cancels_an_operation_that_waits(t: World) -> None:
    operation = t.start(t.toro.Event().wait)
    await t.settle()
    assert operation.waiting, "Driver.start's operation did not wait"
    operation.cancel()
    await t.settle()
    assert not operation.waiting, "cancelled, Driver.start's has not ended in Driver.cancelled"
    assert operation.cancelled


@case
async def test_a_drivers_clock_moves_when_told_and_fires_timers(t: World) -> None:
    before = t.now()
    operation = t.start(t.toro.Event().wait, timeout=2)
    await t.settle()
    assert t.now() == before, "Driver.now has moved by itself"
    t.driver.tick(1)
    assert t.now() - before == pytest.approx(1), "Driver.tick has not moved Driver.now"
    await t.settle()
    assert operation.waiting, "a timer has fired too early"
    await t.advance(1)
    assert not operation.waiting, "after Driver.tick a timer that is due has not fired"
    assert operation.raised(t.toro.Timeout)


@needs("orders_timers")
@case
async def test_a_driver_calls_back_at_a_time(t: World) -> None:
    called: list[str] = []
    for name in "ab":
        t.driver.call_at(t.now() + 1, lambda name=name: called.append(name))  # type: ignore[misc]
    await t.settle()
    assert called == [], "Driver.call_at has called too early"
    await t.advance(1)
    assert called == ["a", "b"], "Driver.call_at has not called all, in order"


@needs("shows_timers")
@case
async def test_a_driver_shows_whether_a_timer_is_armed(t: World) -> None:
    assert not t.driver.timer_armed(), "Driver.timer_armed sees a timer that nobody armed"
    await t.park(t.toro.Event().wait, timeout=1)
    assert t.driver.timer_armed(), "Driver.timer_armed does not see a timer"
