"""When a wait that need not wait gives way to others, and when it does not."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import pytest

from toro_conformance.case import case, fault, lacks, needs
from toro_conformance.waits import EVERY_WAIT, WITHOUT_WAITING, Wait, name
from toro_conformance.world import World, waiting

without_waiting: pytest.MarkDecorator = pytest.mark.parametrize("wait", WITHOUT_WAITING, ids=name)
WAITED = 10
ENTRIES = [
    *((kind, None) for kind in ("Lock", "Semaphore", "BoundedSemaphore")),
    *(("RWLock", side) for side in ("reader", "writer")),
]
every_entry: pytest.MarkDecorator = pytest.mark.parametrize(("kind", "side"), ENTRIES)


async def passes_during(t: World, body: Callable[[], Any]) -> int:
    """How often another task had its turn while `body` ran."""
    turns: list[None] = []

    async def other() -> None:
        for _ in range(10 * WAITED):
            turns.append(None)
            await t.driver.checkpoint()

    seen: list[int] = []

    async def measured() -> None:
        for _ in range(3):  # until the other task is under way
            await t.driver.checkpoint()
        before = len(turns)
        await body()
        seen.append(len(turns) - before)

    t.spawn(other)
    t.spawn(measured)
    await t.settle()
    return seen[0]


@needs("checkpoints")
@without_waiting
@case
async def test_a_wait_that_succeeds_at_once_is_a_checkpoint(t: World, wait: Wait) -> None:
    async def body() -> None:
        for _ in range(WAITED):
            assert wait.free is not None
            await wait.method(wait.free(t.toro))(*wait.arguments)

    # One pass each; where a batch runs in any order, the other may miss the last.
    assert await passes_during(t, body) >= WAITED - 1


@lacks("checkpoints")
@without_waiting
@case
async def test_a_wait_that_succeeds_at_once_does_not_suspend(t: World, wait: Wait) -> None:
    async def body() -> None:
        for timeout in (None, 0, 1) * (WAITED // 3):
            assert wait.free is not None
            await wait.method(wait.free(t.toro))(*wait.arguments, timeout=timeout)

    assert await passes_during(t, body) == 0


async def passes_while_entered(t: World, kind: str, side: str | None) -> int:
    """How often another task had its turn while something free was entered again and again."""
    thing = getattr(t.toro, kind)()
    manager = getattr(thing, side) if side else thing

    async def body() -> None:
        for _ in range(WAITED):
            async with manager:
                pass

    return await passes_during(t, body)


@needs("checkpoints")
@every_entry
@case
async def test_entering_what_is_free_is_a_checkpoint(t: World, kind: str, side: str | None) -> None:
    assert await passes_while_entered(t, kind, side) >= WAITED - 1


@lacks("checkpoints")
@every_entry
@case
async def test_entering_what_is_free_does_not_suspend(
    t: World, kind: str, side: str | None
) -> None:
    assert await passes_while_entered(t, kind, side) == 0


@needs("checkpoints", "cancels_tasks")
@every_entry
@case
async def test_entering_in_a_cancelled_task_takes_nothing(
    t: World, kind: str, side: str | None
) -> None:
    thing = getattr(t.toro, kind)()
    before = str(thing), thing.statistics()
    entered: list[None] = []

    async def enters() -> None:
        async with getattr(thing, side) if side else thing:
            entered.append(None)

    task = await _cancels_itself(t, enters)
    assert task.cancelled
    assert entered == []
    assert (str(thing), thing.statistics()) == before


@needs("checkpoints", "cancels_tasks")
@every_entry
@case
async def test_who_is_cancelled_while_it_enters_has_taken_nothing(
    t: World, kind: str, side: str | None
) -> None:
    thing = getattr(t.toro, kind)()

    async def enters() -> None:
        async with getattr(thing, side) if side else thing:
            await t.driver.checkpoint()

    async def cancels() -> None:
        for _ in range(WAITED):  # in vain where it was let in, and has left, in the same pass
            if thing.locked():
                task.cancel()
                return
            await t.driver.checkpoint()

    task = t.spawn(enters)
    t.spawn(cancels)
    await t.settle()
    assert not task.waiting
    assert not thing.locked()


@needs("cancels_tasks")
@case
async def test_a_cancelled_task_whose_next_wait_is_too_late_hears_so_at_once(t: World) -> None:
    event, lock = t.toro.Event(), t.toro.Lock()
    await t.finish(lock.acquire)
    heard: list[type[BaseException]] = []

    async def body() -> None:
        try:
            await event.wait()
        except t.driver.cancelled:
            try:
                await lock.acquire(timeout=0)
            except (t.toro.Timeout, t.driver.cancelled) as error:
                heard.append(type(error))
            raise

    task = t.spawn(body)
    await t.settle()
    task.cancel()
    await t.settle()
    assert heard
    assert task.cancelled


@lacks("checkpoints")
@needs("cancels_tasks")
@case
async def test_who_has_outlived_a_cancellation_stands_in_line_where_it_came(t: World) -> None:
    never, tried, lock = t.toro.Event(), t.toro.Event(), t.toro.Lock()
    await t.finish(lock.acquire)

    async def outlives() -> None:
        with contextlib.suppress(t.driver.cancelled):
            await never.wait()
        tried.set()
        await lock.acquire()

    async def comes_next() -> None:
        await tried.wait()
        await lock.acquire()

    first, second = t.spawn(outlives), t.spawn(comes_next)
    await t.settle()
    first.cancel()
    await t.settle()
    lock.release()
    await t.settle()
    assert first.returned
    assert second.waiting


@lacks("checkpoints")
@needs("cancels_tasks")
@case
async def test_who_has_outlived_a_cancellation_and_is_too_late_is_never_in_line(t: World) -> None:
    never, tried, lock = t.toro.Event(), t.toro.Event(), t.toro.Lock()
    await t.finish(lock.acquire)
    seen: list[int] = []

    async def outlives() -> None:
        with contextlib.suppress(t.driver.cancelled):
            await never.wait()
        tried.set()
        await lock.acquire(timeout=0)

    async def looks() -> None:
        await tried.wait()
        seen.append(waiting(lock))

    late = t.spawn(outlives)
    t.spawn(looks)
    await t.settle()
    late.cancel()
    await t.settle()
    assert late.raised(t.toro.Timeout)
    assert seen == [0]


@needs("checkpoints", "cancels_tasks")
@without_waiting
@fault(107)
@case
async def test_a_wait_in_a_cancelled_task_does_nothing(t: World, wait: Wait) -> None:
    assert wait.free is not None
    thing = wait.free(t.toro)
    before = str(thing), thing.statistics()
    went_on: list[None] = []

    async def calls() -> None:
        await wait.method(thing)(*wait.arguments)
        went_on.append(None)

    task = await _cancels_itself(t, calls)
    assert task.cancelled
    assert went_on == []
    assert (str(thing), thing.statistics()) == before


@lacks("checkpoints", "eager", "cancels_at_once")
@needs("cancels_tasks")
@without_waiting
@case
async def test_who_need_not_wait_goes_on_although_it_is_cancelled(t: World, wait: Wait) -> None:
    went_on: list[None] = []

    async def calls() -> None:
        assert wait.free is not None
        await wait.method(wait.free(t.toro))(*wait.arguments)
        went_on.append(None)

    task = await _cancels_itself(t, calls)
    assert task.cancelled
    assert went_on == [None]


@lacks("eager", "cancels_at_once")
@needs("cancels_tasks")
@pytest.mark.parametrize("wait", EVERY_WAIT, ids=name)
@fault(133)
@case
async def test_a_pending_cancellation_wins_over_an_expired_deadline(t: World, wait: Wait) -> None:
    thing = wait.busy(t.toro)
    wait.before(thing)
    before = str(thing), thing.statistics()
    task = await _cancels_itself(t, lambda: wait.method(thing)(*wait.arguments, timeout=0))
    assert task.cancelled
    assert waiting(thing) == 0
    assert (str(thing), thing.statistics()) == before


@needs("checkpoints", "cancels_tasks")
@pytest.mark.parametrize("method", ["get", "put"])
@case
async def test_a_cancelled_task_is_not_told_that_it_was_refused(t: World, method: str) -> None:
    queue = t.toro.Queue()
    queue.shutdown()
    refused: list[Exception] = []

    async def calls() -> None:
        try:
            await (queue.get() if method == "get" else queue.put("a"))
        except t.toro.ShutDown as error:
            refused.append(error)

    task = await _cancels_itself(t, calls)
    assert task.cancelled
    assert refused == []


async def _cancels_itself(t: World, call: Callable[[], Any]) -> Any:
    """A task that is cancelled while it runs, and then makes a call."""
    tasks: list[Any] = []

    async def body() -> None:
        await t.driver.checkpoint()
        tasks[0].cancel()
        await call()
        await t.driver.checkpoint()

    tasks.append(t.spawn(body))
    await t.settle()
    return tasks[0]
