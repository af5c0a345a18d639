"""What is held ends with the block that holds it, whatever kind of block that is."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from toro_conformance.case import case
from toro_conformance.world import World

# What can be entered, and how to say of it that it is held.
ENTERED: dict[str, Callable[[Any], Any]] = {
    "Lock": lambda toro: toro.Lock(),
    "Semaphore": lambda toro: toro.Semaphore(),
    "BoundedSemaphore": lambda toro: toro.BoundedSemaphore(),
    "reader": lambda toro: toro.RWLock().reader,
    "writer": lambda toro: toro.RWLock().writer,
    "Condition": lambda toro: toro.Condition(lock=toro.Lock()),
}


async def _is_free(t: World, thing: Any) -> bool:
    async def enters() -> None:
        async with thing:
            pass

    task = t.spawn(enters)
    await t.settle()
    return task.returned


@pytest.mark.parametrize("kind", ENTERED)
@case
async def test_a_generator_that_is_closed_hands_on_what_it_held(t: World, kind: str) -> None:
    thing = ENTERED[kind](t.toro)

    async def items() -> AsyncIterator[int]:
        async with thing:
            for item in range(3):
                yield item

    async def begins_and_closes() -> None:
        generator: Any = items()
        assert await anext(generator) == 0
        heir = t.spawn(waits_its_turn)
        await t.settle()
        assert heir.waiting
        await generator.aclose()
        await t.settle()
        assert heir.returned

    async def waits_its_turn() -> None:
        async with thing:
            pass

    await begins_and_closes()
    assert await _is_free(t, thing)


@pytest.mark.parametrize(
    ("kind", "acquire"),
    [
        ("Semaphore", "acquire"),
        ("BoundedSemaphore", "acquire"),
        ("RWLock", "acquire_read"),
    ],
)
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@case
async def test_guards_may_end_in_any_order(
    t: World, kind: str, acquire: str, order: tuple[int, int]
) -> None:
    thing = getattr(t.toro, kind)(2)
    stacks = [contextlib.ExitStack() for _ in range(2)]
    for stack in stacks:
        stack.enter_context(await t.finish(getattr(thing, acquire)))
    line = [await t.park(getattr(thing, acquire)) for _ in range(3)]
    for entered, place in enumerate(order, start=1):
        stacks[place].close()
        await t.settle()
        assert [operation.returned for operation in line] == [i < entered for i in range(3)]


@pytest.mark.parametrize("ends", ["quietly", "raising"])
@case
async def test_a_stack_of_blocks_holds_all_and_lets_go_of_all(t: World, ends: str) -> None:
    lock, rwlock, semaphore = t.toro.Lock(), t.toro.RWLock(), t.toro.Semaphore()
    monitor = t.toro.Condition(lock=t.toro.Lock())
    things = [lock, rwlock, semaphore, monitor]

    async def body() -> None:
        with contextlib.suppress(LookupError):
            async with contextlib.AsyncExitStack() as stack:
                for each in (lock, rwlock.writer, monitor):
                    await stack.enter_async_context(each)
                stack.enter_context(await semaphore.acquire())
                assert all(thing.locked() for thing in things)
                if ends == "raising":
                    raise LookupError
        assert not any(thing.locked() for thing in things)

    await t.finish(body)


@case
async def test_a_stack_of_blocks_that_is_cancelled_half_way_lets_go_of_all(t: World) -> None:
    lock, semaphore, last = t.toro.Lock(), t.toro.Semaphore(), t.toro.Lock()
    last.acquire_nowait()

    async def body() -> None:
        async with contextlib.AsyncExitStack() as stack:
            await stack.enter_async_context(lock)
            stack.enter_context(await semaphore.acquire())
            await stack.enter_async_context(last)
            raise AssertionError("nobody released")

    task = t.spawn(body)
    await t.settle()
    assert task.waiting
    assert lock.locked()
    task.cancel()
    await t.settle()
    assert task.cancelled
    assert not lock.locked()
    assert not semaphore.locked()
    assert last.locked()
