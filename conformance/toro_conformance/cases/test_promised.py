"""What was promised to somebody who has not come yet may be released, as what is held may."""

from __future__ import annotations

from toro_conformance.case import case
from toro_conformance.world import World


@case
async def test_a_lock_may_be_released_that_is_only_promised(t: World) -> None:
    lock = t.toro.Lock()
    lock.acquire_nowait()
    operation = await t.park(lock.acquire)
    await t.at_once(lock.release, lock.release)
    assert operation.returned
    assert not lock.locked()
    lock.acquire_nowait()


@case
async def test_a_writer_may_be_released_that_is_only_promised(t: World) -> None:
    rwlock = t.toro.RWLock(max_readers=2)
    rwlock.acquire_write_nowait()
    operation = await t.park(rwlock.acquire_write)
    await t.at_once(rwlock.release_write, rwlock.release_write)
    assert operation.returned
    assert not rwlock.locked()
    rwlock.acquire_write_nowait()


@case
async def test_a_reader_may_be_released_that_is_only_promised(t: World) -> None:
    rwlock = t.toro.RWLock(max_readers=2)
    rwlock.acquire_write_nowait()
    operation = await t.park(rwlock.acquire_read)
    await t.at_once(rwlock.release_write, rwlock.release_read)
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


@case
async def test_a_writer_whose_promise_was_released_hands_nothing_back(t: World) -> None:
    rwlock = t.toro.RWLock(max_readers=2)
    rwlock.acquire_write_nowait()
    operation = await t.park(rwlock.acquire_write)
    steps = (rwlock.release_write, rwlock.release_write, rwlock.acquire_write_nowait)
    await t.at_once(*steps, operation.cancel)
    assert not operation.waiting
    assert rwlock.statistics().writing


@case
async def test_a_reader_whose_promise_was_released_hands_nothing_back(t: World) -> None:
    rwlock = t.toro.RWLock(max_readers=2)
    rwlock.acquire_write_nowait()
    operation = await t.park(rwlock.acquire_read)
    steps = (rwlock.release_write, rwlock.release_read, rwlock.acquire_read_nowait)
    await t.at_once(*steps, operation.cancel)
    assert not operation.waiting
    assert rwlock.statistics().readers == 1


@case
async def test_a_permit_whose_promise_was_released_is_not_given_back(t: World) -> None:
    semaphore = t.toro.BoundedSemaphore(1)
    semaphore.acquire_nowait()
    operation = await t.park(semaphore.acquire)
    steps = (semaphore.release, semaphore.release, semaphore.acquire_nowait)
    await t.at_once(*steps, operation.cancel)
    assert not operation.waiting
    assert semaphore.counter == 0
