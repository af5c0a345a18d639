"""What was promised to somebody who has not come yet may be released, as what is held may."""

from __future__ import annotations

from typing import Any

import pytest

from toro_conformance.case import case, needs
from toro_conformance.world import World

SIDES = pytest.mark.parametrize(
    ("acquire", "release"),
    [("acquire_write", "release_write"), ("acquire_read", "release_read")],
    ids=["writer", "reader"],
)
EACH = pytest.mark.parametrize(
    ("kind", "acquire", "release"),
    [
        ("Lock", "acquire", "release"),
        ("BoundedSemaphore", "acquire", "release"),
        ("RWLock", "acquire_read", "release_read"),
        ("RWLock", "acquire_write", "release_write"),
    ],
)


@pytest.mark.parametrize("method", ["acquire", "__aenter__"])
@case
async def test_a_lock_may_be_released_that_is_only_promised(t: World, method: str) -> None:
    lock = t.toro.Lock()
    lock.acquire_nowait()
    operation = t.spawn(getattr(lock, method))
    await t.settle()
    assert operation.waiting
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


# Where what need not wait is a checkpoint, what it has just taken is promised to it meanwhile.


@needs("checkpoints")
@EACH
@case
async def test_what_is_released_while_its_taker_yields_is_free(
    t: World, kind: str, acquire: str, release: str
) -> None:
    thing = getattr(t.toro, kind)()

    async def releases() -> None:
        while not thing.locked():
            await t.driver.checkpoint()
        getattr(thing, release)()

    taker = t.spawn(getattr(thing, acquire))
    t.spawn(releases)
    await t.settle()
    assert taker.returned
    assert not thing.locked()
    getattr(thing, f"{acquire}_nowait")()
    getattr(thing, release)()
    assert not thing.locked()


@needs("checkpoints", "cancels_tasks")
@EACH
@case
async def test_what_was_released_while_its_taker_yields_is_not_taken_back_from_the_next(
    t: World, kind: str, acquire: str, release: str
) -> None:
    thing = getattr(t.toro, kind)()

    async def takes_over() -> None:
        while not thing.locked():
            await t.driver.checkpoint()
        getattr(thing, release)()
        getattr(thing, f"{acquire}_nowait")()
        taker.cancel()

    taker = t.spawn(getattr(thing, acquire))
    t.spawn(takes_over)
    await t.settle()
    assert not taker.waiting
    assert thing.locked()
    getattr(thing, release)()
    assert not thing.locked()


@needs("checkpoints", "cancels_tasks")
@pytest.mark.parametrize(
    ("kind", "acquire", "release"),
    [("BoundedSemaphore", "acquire", "release"), ("RWLock", "acquire_read", "release_read")],
)
@case
async def test_all_who_are_cancelled_while_they_yield_have_taken_nothing(
    t: World, kind: str, acquire: str, release: str
) -> None:
    thing = getattr(t.toro, kind)(2)
    takers: list[Any] = []

    async def cancels() -> None:
        while not thing.locked():
            await t.driver.checkpoint()
        for taker in takers:
            taker.cancel()

    takers += [t.spawn(getattr(thing, acquire)) for _ in range(2)]
    t.spawn(cancels)
    await t.settle()
    for taker in takers:
        if taker.returned:  # it was let in before it was cancelled
            getattr(thing, release)()
    getattr(thing, f"{acquire}_nowait")()
    assert not thing.locked()
    getattr(thing, f"{acquire}_nowait")()
    assert thing.locked()
