"""Semaphore and BoundedSemaphore."""

from __future__ import annotations

import fractions
from typing import Any

import pytest

from toro_conformance.case import case, fault, lacks, needs
from toro_conformance.world import World, waiting

both: pytest.MarkDecorator = pytest.mark.parametrize("kind", ["Semaphore", "BoundedSemaphore"])


@both
@fault(41)
@case
async def test_a_semaphore_admits_as_many_as_its_value(t: World, kind: str) -> None:
    for value in (0, 1, 5):
        semaphore = getattr(t.toro, kind)(value)
        assert semaphore.counter == semaphore.value == value
        for left in range(value, 0, -1):
            assert not semaphore.locked()
            await t.finish(semaphore.acquire)
            assert semaphore.counter == left - 1
        assert semaphore.locked()
        await t.park(semaphore.acquire)


@both
@case
async def test_the_default_value_is_one(t: World, kind: str) -> None:
    assert getattr(t.toro, kind)().counter == 1
    assert getattr(t.toro, kind)(value=3).counter == 3


@both
@case
async def test_a_value_that_makes_no_sense_is_refused(t: World, kind: str) -> None:
    with pytest.raises(ValueError):
        getattr(t.toro, kind)(-1)
    wrong: list[Any] = [True, False, 1.0, "1", fractions.Fraction(1)]
    for value in wrong:
        with pytest.raises(TypeError):
            getattr(t.toro, kind)(value)


@both
@case
async def test_a_semaphore_of_great_value_costs_no_more(t: World, kind: str) -> None:
    semaphore = getattr(t.toro, kind)(10**30)
    await t.finish(semaphore.acquire)
    assert semaphore.counter == 10**30 - 1


@both
@case
async def test_acquire_nowait_on_a_semaphore(t: World, kind: str) -> None:
    semaphore = getattr(t.toro, kind)(1)
    assert semaphore.acquire_nowait()
    with pytest.raises(t.toro.WouldBlock):
        semaphore.acquire_nowait()
    assert semaphore.counter == 0
    semaphore.release()
    assert semaphore.counter == 1


@case
async def test_a_semaphore_may_be_released_beyond_its_value(t: World) -> None:
    semaphore = t.toro.Semaphore(1)
    semaphore.release()
    semaphore.release()
    assert semaphore.counter == 3


@fault(41)
@case
async def test_a_bounded_semaphore_may_not(t: World) -> None:
    for value in (0, 1, 3):
        semaphore = t.toro.BoundedSemaphore(value)
        with pytest.raises(ValueError):
            semaphore.release()
        assert semaphore.counter == value
        if value:
            await t.finish(semaphore.acquire)
            semaphore.release()
            with pytest.raises(ValueError):
                semaphore.release()
            assert semaphore.counter == value


@case
async def test_a_grant_not_yet_seen_counts_as_out_of_the_bound(t: World) -> None:
    semaphore = t.toro.BoundedSemaphore(1)
    semaphore.acquire_nowait()
    a = await t.park(semaphore.acquire)
    semaphore.release()
    assert semaphore.counter == 0
    await t.settle()
    assert a.returned
    semaphore.release()
    with pytest.raises(ValueError):
        semaphore.release()


@both
@fault(23)
@case
async def test_a_semaphore_survives_a_thousand_unlucky_cancellations(t: World, kind: str) -> None:
    semaphore = getattr(t.toro, kind)(1)
    for _ in range(200):
        semaphore.acquire_nowait()
        q = await t.park(semaphore.acquire)
        await t.at_once(semaphore.release, q.cancel)
        if q.returned:
            semaphore.release()
        assert semaphore.counter == 1
    await t.finish(semaphore.acquire)
    s = await t.park(semaphore.acquire)
    semaphore.release()
    await t.settle()
    assert s.returned


@fault(25)
@case
async def test_whoever_comes_back_queues_behind_those_who_wait(t: World) -> None:
    semaphore = t.toro.Semaphore(0)
    order = []

    async def twice() -> None:
        await semaphore.acquire()
        order.append("c2")
        await semaphore.acquire()
        order.append("c2 again")

    async def once() -> None:
        await semaphore.acquire()
        order.append("c3")

    t.spawn(twice)
    await t.settle()
    t.spawn(once)
    await t.settle()
    semaphore.release()
    await t.settle()
    semaphore.release()
    await t.settle()
    assert order == ["c2", "c3"]
    semaphore.release()
    await t.settle()
    assert order == ["c2", "c3", "c2 again"]
    assert semaphore.counter == 0


@fault(29)
@case
async def test_several_permits_released_at_once_reach_several(t: World) -> None:
    semaphore = t.toro.Semaphore(0)
    line = [await t.park(semaphore.acquire) for _ in range(4)]
    await t.at_once(semaphore.release, semaphore.release, semaphore.release)
    assert [operation.returned for operation in line] == [True, True, True, False]
    assert semaphore.counter == 0
    assert waiting(semaphore) == 1


@fault(29)
@case
async def test_permits_left_over_go_to_newcomers_in_order(t: World) -> None:
    semaphore = t.toro.Semaphore(0)
    first = await t.park(semaphore.acquire)
    for _ in range(3):
        semaphore.release()
    assert semaphore.counter == 2
    second, third = t.start(semaphore.acquire), t.start(semaphore.acquire)
    await t.settle()
    assert first.returned
    assert second.returned
    assert third.returned
    assert semaphore.counter == 0


@needs("undoes_grants")
@fault(31)
@case
async def test_release_and_cancellation_at_once_make_one_permit(t: World) -> None:
    semaphore = t.toro.BoundedSemaphore(1)
    semaphore.acquire_nowait()
    a = await t.park(semaphore.acquire)
    await t.at_once(semaphore.release, a.cancel)
    assert a.cancelled
    assert semaphore.counter == 1
    await t.finish(semaphore.acquire)
    await t.park(semaphore.acquire)


@lacks("undoes_grants")
@fault(31)
@case
async def test_release_and_cancellation_at_once_keep_one_permit(t: World) -> None:
    semaphore = t.toro.BoundedSemaphore(1)
    semaphore.acquire_nowait()
    a = await t.park(semaphore.acquire)
    await t.at_once(semaphore.release, a.cancel)
    assert a.returned
    assert semaphore.counter == 0
    semaphore.release()
    assert semaphore.counter == 1


@both
@fault(33)
@case
async def test_a_permit_promised_is_not_up_for_grabs(t: World, kind: str) -> None:
    semaphore = getattr(t.toro, kind)(1)
    semaphore.acquire_nowait()
    b = await t.park(semaphore.acquire)
    semaphore.release()
    assert semaphore.locked()
    assert semaphore.counter == 0
    with pytest.raises(t.toro.WouldBlock):
        semaphore.acquire_nowait()
    newcomer = t.start(semaphore.acquire)
    await t.settle()
    assert b.returned
    assert newcomer.waiting


@needs("undoes_grants")
@case
async def test_several_granted_and_cancelled_give_all_permits_back(t: World) -> None:
    semaphore = t.toro.Semaphore(0)
    line = [await t.park(semaphore.acquire) for _ in range(4)]
    release = semaphore.release
    await t.at_once(release, release, release, line[1].cancel, line[0].cancel)
    assert [operation.returned for operation in line] == [False, False, True, True]
    assert semaphore.counter == 1
    assert waiting(semaphore) == 0


@pytest.mark.parametrize("watchers", [1, 2, 3])
@case
async def test_wait_takes_nothing(t: World, watchers: int) -> None:
    semaphore = t.toro.Semaphore(0)
    waiters = [await t.park(semaphore.wait) for _ in range(watchers)]
    semaphore.release()
    await t.settle()
    assert all(waiter.returned for waiter in waiters)
    assert semaphore.counter == 1
    assert not semaphore.locked()
    await t.finish(semaphore.wait)
    assert semaphore.counter == 1


@case
async def test_wait_yields_to_those_who_acquire(t: World) -> None:
    semaphore = t.toro.Semaphore(0)
    waiter = await t.park(semaphore.wait)
    acquirer = await t.park(semaphore.acquire)
    semaphore.release()
    await t.settle()
    assert acquirer.returned
    assert waiter.waiting
    semaphore.release()
    await t.settle()
    assert waiter.returned
    assert semaphore.counter == 1


@case
async def test_wait_goes_on_when_the_acquirers_leave(t: World) -> None:
    semaphore = t.toro.Semaphore(0)
    waiter = await t.park(semaphore.wait)
    acquirer = await t.park(semaphore.acquire)
    await t.at_once(semaphore.release, acquirer.cancel)
    if acquirer.returned:
        assert waiter.waiting
        semaphore.release()
        await t.settle()
    assert waiter.returned
    assert semaphore.counter == 1


@case
async def test_a_wait_for_a_permit_can_be_cancelled(t: World) -> None:
    semaphore = t.toro.Semaphore(0)
    first, second = [await t.park(semaphore.wait) for _ in range(2)]
    first.cancel()
    await t.settle()
    assert first.cancelled
    semaphore.release()
    await t.settle()
    assert second.returned
    assert semaphore.counter == 1


@both
@case
async def test_a_semaphore_tells_its_counter(t: World, kind: str) -> None:
    semaphore = getattr(t.toro, kind)(5)
    assert "counter=5" in str(semaphore)
    assert "unlocked" in str(semaphore)
    for _ in range(5):
        semaphore.acquire_nowait()
    assert "counter=0" in str(semaphore)
    assert "unlocked" not in str(semaphore)
    await t.park(semaphore.acquire)
    assert "waiters[1]" in str(semaphore)
    statistics = semaphore.statistics()
    assert statistics.tasks_waiting == 1
    assert statistics.locked is True


@case
async def test_a_bounded_semaphore_is_a_semaphore(t: World) -> None:
    assert issubclass(t.toro.BoundedSemaphore, t.toro.Semaphore)


@both
@case
async def test_who_only_watches_is_woken_when_a_block_is_left(t: World, kind: str) -> None:
    semaphore, gate = getattr(t.toro, kind)(), t.toro.Event()

    async def enters() -> None:
        async with semaphore:
            await gate.wait()

    entering = t.spawn(enters)
    await t.settle()
    watcher = await t.park(semaphore.wait)
    gate.set()
    await t.settle()
    assert entering.returned
    assert watcher.returned
    assert semaphore.counter == 1
