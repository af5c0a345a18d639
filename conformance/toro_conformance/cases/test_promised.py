"""What was promised to somebody who has not come yet may be released, as what is held may."""

from __future__ import annotations

import pytest

from toro_conformance.case import case
from toro_conformance.world import World

SIDES = pytest.mark.parametrize(
    ("acquire", "release"),
    [("acquire_write", "release_write"), ("acquire_read", "release_read")],
    ids=["writer", "reader"],
)


@case
async def test_a_lock_may_be_released_that_is_only_promised(t: World) -> None:
    lock = t.toro.Lock()
    lock.acquire_nowait()
    operation = await t.park(lock.acquire)
    await t.at_once(lock.release, lock.release)
    assert operation.returned
    assert not lock.locked()
    lock.acquire_nowait()


@SIDES
@case
async def test_a_side_may_be_released_that_is_only_promised(
    t: World, acquire: str, release: str
) -> None:
    rwlock = t.toro.RWLock(max_readers=2)
    rwlock.acquire_write_nowait()
    operation = await t.park(getattr(rwlock, acquire))
    await t.at_once(rwlock.release_write, getattr(rwlock, release))
    assert operation.returned
    assert not rwlock.locked()
    rwlock.acquire_write_nowait()


@case
async def test_a_lock_whose_promise_was_released_is_not_handed_back(t: World) -> None:
    lock = t.toro.Lock()
    lock.acquire_nowait()
    operation = await t.park(lock.acquire)
    await t.at_once(lock.release, lock.release, lock.acquire_nowait, operation.cancel)
    assert not operation.waiting
    assert lock.locked()


@SIDES
@case
async def test_a_side_whose_promise_was_released_hands_nothing_back(
    t: World, acquire: str, release: str
) -> None:
    rwlock = t.toro.RWLock(max_readers=2)
    rwlock.acquire_write_nowait()
    operation = await t.park(getattr(rwlock, acquire))
    steps = (rwlock.release_write, getattr(rwlock, release), getattr(rwlock, f"{acquire}_nowait"))
    await t.at_once(*steps, operation.cancel)
    assert not operation.waiting
    getattr(rwlock, release)()  # it is held, and once
    assert not rwlock.locked()


@case
async def test_a_permit_whose_promise_was_released_is_not_given_back(t: World) -> None:
    semaphore = t.toro.BoundedSemaphore(1)
    semaphore.acquire_nowait()
    operation = await t.park(semaphore.acquire)
    steps = (semaphore.release, semaphore.release, semaphore.acquire_nowait)
    await t.at_once(*steps, operation.cancel)
    assert not operation.waiting
    assert semaphore.counter == 0
