"""Event."""

from __future__ import annotations

import pytest

from toro_conformance.case import case, fault, lacks, needs
from toro_conformance.world import World, waiting


@case
async def test_an_event_is_clear_until_it_is_set(t: World) -> None:
    event = t.toro.Event()
    assert not event.is_set()
    assert event.set() is None
    assert event.is_set()
    event.set()
    assert event.is_set()
    assert event.clear() is None
    assert not event.is_set()
    event.clear()
    assert not event.is_set()


@case
async def test_set_wakes_all_and_lets_latecomers_pass(t: World) -> None:
    event = t.toro.Event()
    line = [await t.park(event.wait) for _ in range(3)]
    event.set()
    await t.settle()
    value = True if t.driver.waits_return_true else None
    assert [operation.value for operation in line] == [value] * 3
    assert await t.finish(event.wait) is value


@fault(59)
@case
async def test_set_and_clear_in_one_step_wake_all_who_waited(t: World) -> None:
    event = t.toro.Event()
    v = await t.park(event.wait)
    w = await t.park(event.wait, timeout=1)
    await t.at_once(event.set, event.clear)
    assert v.returned
    assert w.returned
    assert not event.is_set()
    assert waiting(event) == 0
    if t.driver.shows_timers:
        assert not t.driver.timer_armed()


@fault(59)
@case
async def test_one_who_is_woken_and_clears_at_once_strands_nobody(t: World) -> None:
    event = t.toro.Event()

    async def body() -> None:
        await event.wait()
        event.clear()

    for _ in range(3):
        line = [t.spawn(body) for _ in range(4)]
        await t.settle()
        assert waiting(event) == 4
        await t.at_once(event.set)
        assert all(operation.returned for operation in line)
        assert not event.is_set()


@case
async def test_whoever_comes_after_clear_waits(t: World) -> None:
    event = t.toro.Event()
    before = await t.park(event.wait)
    event.set()
    event.clear()
    after = t.start(event.wait)
    await t.settle()
    assert before.returned
    assert after.waiting


@fault(61)
@case
async def test_clearing_a_clear_event_forgets_nobody(t: World) -> None:
    event = t.toro.Event()
    first = await t.park(event.wait)
    event.clear()
    second = await t.park(event.wait)
    event.set()
    await t.settle()
    assert first.returned
    assert second.returned


@fault(63)
@case
async def test_called_before_set_and_awaited_after_it_does_not_wait(t: World) -> None:
    event = t.toro.Event()
    wait = event.wait()
    event.set()
    await wait


@needs("eager")
@fault(63)
@case
async def test_an_eager_wait_called_before_set_and_clear_is_over(t: World) -> None:
    event = t.toro.Event()
    wait = event.wait()
    event.set()
    event.clear()
    assert wait.done()
    await wait


@lacks("eager")
@fault(63)
@case
async def test_a_lazy_wait_called_before_set_and_clear_begins_when_awaited(t: World) -> None:
    event = t.toro.Event()
    wait = event.wait()
    event.set()
    event.clear()

    async def body() -> None:
        await wait

    task = t.spawn(body)
    await t.settle()
    assert task.waiting
    event.set()
    await t.settle()
    assert task.returned


@fault(65)
@case
async def test_set_as_the_deadline_passes_leaves_nothing_behind(t: World) -> None:
    event = t.toro.Event()
    v = await t.park(event.wait, timeout=1)
    t.driver.tick(1)
    event.set()
    await t.settle()
    assert v.returned or v.raised(t.toro.Timeout)
    assert waiting(event) == 0
    await t.advance(5)
    assert event.is_set()


@case
async def test_one_who_leaves_takes_nobody_along(t: World) -> None:
    event = t.toro.Event()
    v, w, x = [await t.park(event.wait) for _ in range(3)]
    await t.at_once(w.cancel, event.set)
    assert v.returned
    assert w.cancelled
    assert x.returned
    assert event.is_set()


@needs("undoes_grants")
@case
async def test_set_and_then_cancelled_is_cancelled(t: World) -> None:
    event = t.toro.Event()
    v, w = [await t.park(event.wait) for _ in range(2)]
    await t.at_once(event.set, v.cancel)
    assert v.cancelled
    assert w.returned
    assert event.is_set()


@case
async def test_an_event_has_no_truth(t: World) -> None:
    event = t.toro.Event()
    for _ in range(2):
        with pytest.raises(NotImplementedError):
            bool(event)
        event.set()


@case
async def test_an_event_tells_its_state(t: World) -> None:
    event = t.toro.Event()
    assert "clear" in str(event)
    await t.park(event.wait)
    assert "waiters[1]" in str(event)
    event.set()
    assert "set" in str(event)
    assert "clear" not in str(event)
