"""Lock."""

from __future__ import annotations

import sys

import pytest

from toro_conformance.case import case, fault, needs
from toro_conformance.world import World, waiting


@case
async def test_a_lock_is_free_then_held_then_free(t: World) -> None:
    lock = t.toro.Lock()
    assert not lock.locked()
    await t.finish(lock.acquire)
    assert lock.locked()
    assert lock.release() is None
    assert not lock.locked()


@case
async def test_a_lock_admits_one_at_a_time(t: World) -> None:
    lock = t.toro.Lock()
    inside = []

    async def body() -> None:
        for _ in range(3):
            await lock.acquire()
            inside.append(+1)
            assert sum(inside) == 1
            await t.driver.checkpoint()
            inside.append(-1)
            lock.release()
            await t.driver.checkpoint()

    tasks = [t.spawn(body) for _ in range(4)]
    await t.settle()
    assert all(task.returned for task in tasks)
    assert inside.count(1) == 12
    assert not lock.locked()


@case
async def test_releasing_an_unlocked_lock_is_an_error(t: World) -> None:
    lock = t.toro.Lock()
    with pytest.raises(RuntimeError):
        lock.release()
    await t.finish(lock.acquire)
    lock.release()
    with pytest.raises(RuntimeError):
        lock.release()
    assert not lock.locked()


@case
async def test_acquire_nowait_takes_a_free_lock_and_no_other(t: World) -> None:
    lock = t.toro.Lock()
    assert lock.acquire_nowait()
    with pytest.raises(t.toro.WouldBlock):
        lock.acquire_nowait()
    assert lock.locked()
    assert waiting(lock) == 0
    lock.release()
    assert not lock.locked()


@case
async def test_any_task_may_release(t: World) -> None:
    lock = t.toro.Lock()

    async def acquire() -> None:
        await lock.acquire()

    await t.finish(acquire)
    waiter = await t.park(lock.acquire)
    lock.release()
    await t.settle()
    assert waiter.returned


@fault(1)
@case
async def test_release_passes_over_a_first_waiter_that_is_being_cancelled(t: World) -> None:
    lock = t.toro.Lock()
    lock.acquire_nowait()
    b = await t.park(lock.acquire)
    c = await t.park(lock.acquire)
    await t.at_once(b.cancel, lock.release)
    assert b.cancelled
    assert c.returned
    assert waiting(lock) == 0
    lock.release()
    assert not lock.locked()


@fault(3)
@case
async def test_only_cancelled_waiters_in_line_do_not_hold_up_a_newcomer(t: World) -> None:
    lock = t.toro.Lock()
    lock.acquire_nowait()
    ghosts = [await t.park(lock.acquire) for _ in range(3)]
    for ghost in ghosts:
        ghost.cancel()
    lock.release()
    assert waiting(lock) == 0
    assert not lock.locked()
    lock.acquire_nowait()
    await t.settle()
    assert all(ghost.cancelled for ghost in ghosts)
    assert lock.locked()


@fault(5)
@case
async def test_cancelling_those_in_the_middle_lets_nobody_in(t: World) -> None:
    lock = t.toro.Lock()
    lock.acquire_nowait()
    b, c, d, e, f = [await t.park(lock.acquire) for _ in range(5)]
    await t.at_once(c.cancel, d.cancel)
    assert waiting(lock) == 3
    for heir in (b, e, f):
        assert heir.waiting
        lock.release()
        await t.settle()
        assert heir.returned
    assert lock.locked()


@fault(7)
@case
async def test_nobody_slips_in_between_release_and_the_next_in_line(t: World) -> None:
    lock = t.toro.Lock()
    lock.acquire_nowait()
    b = await t.park(lock.acquire)
    lock.release()
    assert lock.locked()
    with pytest.raises(t.toro.WouldBlock):
        lock.acquire_nowait()
    newcomer = t.start(lock.acquire)
    await t.settle()
    assert b.returned
    assert newcomer.waiting
    assert waiting(lock) == 1


@fault(7)
@case
async def test_a_newcomer_past_its_deadline_does_not_slip_in(t: World) -> None:
    lock = t.toro.Lock()
    lock.acquire_nowait()
    b = await t.park(lock.acquire)
    lock.release()
    with pytest.raises(t.toro.Timeout):
        await t.finish(lock.acquire, timeout=0)
    assert b.returned


@fault(9)
@case
async def test_release_and_acquire_at_once_goes_to_the_end_of_the_line(t: World) -> None:
    lock = t.toro.Lock()
    turns: list[str] = []

    def body(name: str) -> object:
        async def task() -> None:
            await lock.acquire()
            for _ in range(100):
                turns.append(name)
                lock.release()
                await lock.acquire()
            lock.release()

        return task

    lock.acquire_nowait()
    for name in "AB":
        t.spawn(body(name))  # type: ignore[arg-type]
        await t.settle()
    lock.release()
    await t.settle()
    assert "".join(turns) == "AB" * 100
    assert not lock.locked()


@fault(11)
@case
async def test_acquiring_again_waits_like_anyone_and_can_time_out(t: World) -> None:
    lock = t.toro.Lock()
    outcome = []

    async def body() -> None:
        await lock.acquire()
        with pytest.raises(t.toro.WouldBlock):
            lock.acquire_nowait()
        try:
            await lock.acquire(timeout=1)
        except t.toro.Timeout:
            outcome.append("timeout")

    t.spawn(body)
    await t.settle()
    assert waiting(lock) == 1
    await t.advance(1)
    assert outcome == ["timeout"]
    assert waiting(lock) == 0
    assert lock.locked()


@fault(13)
@case
async def test_a_task_that_ends_without_releasing_breaks_nothing(t: World) -> None:
    lock = t.toro.Lock()

    async def body() -> None:
        await lock.acquire()

    await t.finish(body)
    b = await t.park(lock.acquire)
    c = await t.park(lock.acquire, timeout=1)
    await t.advance(1)
    assert c.raised(t.toro.Timeout)
    assert b.waiting
    lock.release()
    await t.settle()
    assert b.returned


@needs("eager")
@fault(15)
@case
async def test_of_two_acquires_one_withdrawn_leaves_its_place(t: World) -> None:
    lock = t.toro.Lock()
    lock.acquire_nowait()
    first, second = lock.acquire(), lock.acquire()
    assert waiting(lock) == 2
    first.cancel()
    await t.settle()
    assert waiting(lock) == 1
    lock.release()
    await second
    assert first.cancelled()


@fault(17)
@case
async def test_the_deadline_of_a_lock_long_acquired_does_nothing(t: World) -> None:
    lock = t.toro.Lock()
    lock.acquire_nowait()
    b = await t.park(lock.acquire, timeout=5)
    await t.advance(1)
    lock.release()
    await t.settle()
    assert b.returned
    if t.driver.shows_timers:
        assert not t.driver.timer_armed()
    await t.advance(10)
    assert lock.locked()
    assert b.returned


@fault(19)
@case
async def test_time_passing_lets_nobody_in(t: World) -> None:
    lock = t.toro.Lock()
    lock.acquire_nowait()
    b = await t.park(lock.acquire)
    for _ in range(10):
        await t.driver.checkpoint()
        await t.advance(1)
    assert b.waiting
    assert waiting(lock) == 1


@fault(21)
@case
async def test_a_long_line_of_short_holders_does_not_recurse(t: World) -> None:
    lock = t.toro.Lock()
    lock.acquire_nowait()
    done: list[None] = []

    async def body() -> None:
        with await lock.acquire():
            done.append(None)

    people = sys.getrecursionlimit() + 100
    for _ in range(people):
        t.spawn(body)
    await t.settle()
    lock.release()
    await t.settle()
    assert len(done) == people
    assert not lock.locked()


@case
async def test_two_releases_in_one_instant_serve_two_in_turn(t: World) -> None:
    lock = t.toro.Lock()
    lock.acquire_nowait()
    b = await t.park(lock.acquire)
    c = await t.park(lock.acquire)
    lock.release()
    await t.settle()
    assert (b.returned, c.returned) == (True, False)
    lock.release()
    await t.settle()
    assert c.returned
    lock.release()
    assert not lock.locked()


@case
async def test_a_lock_says_how_many_wait(t: World) -> None:
    lock = t.toro.Lock()
    assert "unlocked" in str(lock)
    lock.acquire_nowait()
    assert "locked" in str(lock)
    assert "unlocked" not in str(lock)
    await t.park(lock.acquire)
    await t.park(lock.acquire)
    assert "waiters[2]" in str(lock)
    assert waiting(lock) == 2
    assert lock.statistics().locked is True
