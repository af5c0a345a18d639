"""Guards, `async with`, and the plain `with` that must not work."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest

from toro_conformance.case import case, fault, needs
from toro_conformance.world import World

LOCKS = ["Lock", "Semaphore", "BoundedSemaphore"]
every_lock: pytest.MarkDecorator = pytest.mark.parametrize("kind", LOCKS)
WAYS = [
    *((kind, "acquire") for kind in LOCKS),
    ("RWLock", "acquire_read"),
    ("RWLock", "acquire_write"),
]
every_way: pytest.MarkDecorator = pytest.mark.parametrize(("kind", "acquire"), WAYS)


@every_way
@case
async def test_a_guard_releases_at_the_end_of_its_block(t: World, kind: str, acquire: str) -> None:
    lock = getattr(t.toro, kind)()
    for guard in (await t.finish(getattr(lock, acquire)), None):
        if guard is None:
            guard = getattr(lock, acquire + "_nowait")()
        assert guard
        with guard as nothing:
            assert nothing is None
            assert lock.locked()
        assert not lock.locked()


@every_way
@case
async def test_a_guard_releases_when_its_block_raises(t: World, kind: str, acquire: str) -> None:
    lock = getattr(t.toro, kind)()
    guard = await t.finish(getattr(lock, acquire))
    with pytest.raises(LookupError), guard:
        raise LookupError
    assert not lock.locked()


@every_way
@case
async def test_a_guard_can_be_used_once(t: World, kind: str, acquire: str) -> None:
    lock = getattr(t.toro, kind)()
    guard = await t.finish(getattr(lock, acquire))
    with guard:
        pass
    with pytest.raises(RuntimeError), guard:
        raise AssertionError("entered twice")
    assert not lock.locked()
    successor = await t.finish(getattr(lock, acquire))
    with pytest.raises(RuntimeError), guard:
        raise AssertionError("entered twice")
    assert lock.locked()
    with successor:
        assert lock.locked()
    assert not lock.locked()


@every_way
@case
async def test_a_guard_is_released_by_the_stack_that_takes_it_over(
    t: World, kind: str, acquire: str
) -> None:
    lock = getattr(t.toro, kind)()
    with contextlib.ExitStack() as stack:
        guard = stack.push(await t.finish(getattr(lock, acquire)))
        assert lock.locked()
    assert not lock.locked()
    with getattr(lock, acquire + "_nowait")():
        with pytest.raises(RuntimeError), guard:
            raise AssertionError("used already")
        with contextlib.ExitStack() as stack:
            stack.push(guard)
        assert lock.locked()


@every_way
@case
async def test_a_guard_may_be_ignored(t: World, kind: str, acquire: str) -> None:
    lock = getattr(t.toro, kind)()
    release = acquire.replace("acquire", "release")
    await t.finish(getattr(lock, acquire))
    getattr(lock, release)()
    assert not lock.locked()
    getattr(lock, acquire + "_nowait")()
    getattr(lock, release)()
    assert not lock.locked()


@every_way
@case
async def test_a_guard_of_a_wait_hands_on_when_it_ends(t: World, kind: str, acquire: str) -> None:
    lock = getattr(t.toro, kind)()
    order = []

    def body(name: str) -> Any:
        async def task() -> None:
            with await getattr(lock, acquire)():
                order.append(name)
                await t.driver.checkpoint()

        return task

    with getattr(lock, acquire + "_nowait")():
        for name in "abc":
            t.spawn(body(name))
            await t.settle()
        assert order == []
    await t.settle()
    assert order == ["a", "b", "c"]
    assert not lock.locked()


@every_lock
@case
async def test_async_with_holds_for_the_length_of_its_block(t: World, kind: str) -> None:
    lock = getattr(t.toro, kind)()

    async def body() -> None:
        async with lock as nothing:
            assert nothing is None
            assert lock.locked()
        assert not lock.locked()
        with pytest.raises(LookupError):
            async with lock:
                raise LookupError
        assert not lock.locked()

    assert await t.finish(body) is None


@every_lock
@case
async def test_async_with_that_is_cancelled_in_line_holds_nothing(t: World, kind: str) -> None:
    lock = getattr(t.toro, kind)()
    lock.acquire_nowait()

    async def body() -> None:
        async with lock:
            raise AssertionError("nobody released")

    waiter = t.spawn(body)
    await t.settle()
    waiter.cancel()
    await t.settle()
    assert waiter.cancelled
    lock.release()
    assert not lock.locked()


@needs("cancels_tasks")
@every_lock
@case
async def test_async_with_that_is_cancelled_inside_hands_on(t: World, kind: str) -> None:
    lock = getattr(t.toro, kind)()

    async def body() -> None:
        async with lock:
            await t.toro.Event().wait()

    holder = t.spawn(body)
    await t.settle()
    heir = await t.park(lock.acquire)
    holder.cancel()
    await t.settle()
    assert holder.cancelled
    assert heir.returned
    lock.release()
    assert not lock.locked()


@pytest.mark.parametrize("kind", ["Lock", "BoundedSemaphore"])
@case
async def test_async_with_misses_what_was_released_in_its_block(t: World, kind: str) -> None:
    lock = getattr(t.toro, kind)(name="door")

    async def body() -> None:
        async with lock:
            lock.release()

    with pytest.raises((RuntimeError, ValueError), match="door"):
        await t.finish(body)
    assert not lock.locked()


@case
async def test_async_with_works_on_a_condition_that_has_a_lock(t: World) -> None:
    condition = t.toro.Condition(lock=t.toro.Lock())

    async def body() -> None:
        async with condition as nothing:
            assert nothing is None
            assert condition.locked()
        assert not condition.locked()

    await t.finish(body)


@case
async def test_a_condition_without_a_lock_has_nothing_to_enter(t: World) -> None:
    condition = t.toro.Condition()

    async def body() -> None:
        async with condition:
            raise AssertionError("entered")

    with pytest.raises((RuntimeError, TypeError)):
        await t.finish(body)


@every_lock
@case
async def test_a_plain_with_says_what_to_write_instead(t: World, kind: str) -> None:
    lock = getattr(t.toro, kind)()
    with pytest.raises(RuntimeError, match=r"async with|acquire"), lock:
        raise AssertionError("entered")
    assert not lock.locked()


@case
async def test_a_plain_with_on_a_monitor_says_so_too(t: World) -> None:
    condition = t.toro.Condition(lock=t.toro.Lock())
    with pytest.raises(RuntimeError, match=r"async with|acquire"), condition:
        raise AssertionError("entered")


@pytest.mark.parametrize("side", ["reader", "writer"])
@case
async def test_a_plain_with_on_one_side_of_a_rwlock_says_so_too(t: World, side: str) -> None:
    lock = t.toro.RWLock()
    with pytest.raises(RuntimeError, match=r"async with|acquire"), getattr(lock, side):
        raise AssertionError("entered")
    assert not lock.locked()


@pytest.mark.parametrize("end", ["dropped", "cancelled"])
@every_way
@needs("eager")
@fault(15)
@case
async def test_what_was_granted_to_a_future_that_nobody_looked_at_goes_on(
    t: World, kind: str, acquire: str, end: str
) -> None:
    lock = getattr(t.toro, kind)()
    wait = getattr(lock, acquire)
    with getattr(lock, acquire + "_nowait")():
        first, second = wait(timeout=1), wait()
    assert lock.locked()
    if end == "cancelled":
        assert first.cancel()
        assert first.cancelled()
    del first
    await t.settle()
    with await second:
        assert lock.locked()
    assert not lock.locked()


@every_way
@needs("eager")
@case
async def test_what_was_granted_to_a_future_that_somebody_looked_at_is_theirs(
    t: World, kind: str, acquire: str
) -> None:
    lock = getattr(t.toro, kind)()
    wait = getattr(lock, acquire)
    with getattr(lock, acquire + "_nowait")():
        first, second = wait(), wait()
    assert first.done()
    assert not first.cancel()
    await t.settle()
    assert not second.done()
    with first.result():
        assert lock.locked()
    with await second:
        assert lock.locked()
    assert not lock.locked()
