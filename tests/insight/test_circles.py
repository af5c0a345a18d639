"""Who is in a circle of tasks that wait for each other, and who only stands beside it."""

from __future__ import annotations

import asyncio
import contextlib
import time
import weakref
from collections.abc import Iterator
from typing import Any

import pytest

import toro_asyncio
from toro_core import State, Waiter, insight
from toro_core.insight._deadlocks import deadlocks
from toro_core.insight._tasks import Who
from toro_core.insight._watch import Watch

from .loops import Loop


@pytest.fixture(autouse=True)
def _on() -> Iterator[None]:
    insight.enable(order=False, deadlock="ignore")
    yield
    data = insight.dump().data
    assert data["errors"] == 0, data["last_error"]


async def enter(*locks: Any) -> None:
    """All of them, and leave them again; an Event is waited for."""
    async with contextlib.AsyncExitStack() as stack:
        for lock in locks:
            if hasattr(lock, "is_set"):
                await lock.wait()
            else:
                await stack.enter_async_context(lock)


async def circles(loop: Loop, go: Any, *ways: tuple[Any, ...]) -> list[list[tuple[str, str]]]:
    """Who holds it and what it is, by its links, once a task has gone each of *ways* in turn."""
    cancels = []
    for way in ways:
        cancels.append(loop.spawn(enter, *way))
        await loop.settle()
    go.set()
    await loop.settle()
    found = insight.deadlocks()
    for cancel in cancels:
        cancel()
        await loop.settle()
    assert insight.deadlocks() == []
    return [sorted((link.primitive, link.held_as) for link in cycle) for cycle in found]


def test_two_that_wait_for_each_other(loop: Loop) -> None:
    async def main(loop: Loop) -> None:
        a, b, go = loop.toro.Lock(name="a"), loop.toro.Lock(name="b"), loop.toro.Event()
        assert await circles(loop, go, (a, go, b), (b, a)) == [
            [("Lock 'a'", "acquire"), ("Lock 'b'", "acquire")]
        ]

    loop.run(main)


def test_two_circles(loop: Loop) -> None:
    async def main(loop: Loop) -> None:
        a, b, c, d = (loop.toro.Lock(name=name) for name in "abcd")
        go = loop.toro.Event()
        assert await circles(loop, go, (a, go, b), (b, a), (c, go, d), (d, c)) == [
            [("Lock 'a'", "acquire"), ("Lock 'b'", "acquire")],
            [("Lock 'c'", "acquire"), ("Lock 'd'", "acquire")],
        ]

    loop.run(main)


def test_who_waits_for_a_circle_is_not_in_it(loop: Loop) -> None:
    async def main(loop: Loop) -> None:
        a, b, c = (loop.toro.Lock(name=name) for name in "abc")
        go = loop.toro.Event()
        assert await circles(loop, go, (a, go, b), (b, a), (c, a), (c,)) == [
            [("Lock 'a'", "acquire"), ("Lock 'b'", "acquire")]
        ]

    loop.run(main)


def test_a_reader_waits_for_no_reader_that_is_before_it_in_line(loop: Loop) -> None:
    async def main(loop: Loop) -> None:
        table, a, go = loop.toro.RWLock(name="table"), loop.toro.Lock(name="a"), loop.toro.Event()
        assert await circles(
            loop, go, (table.writer, go, a), (table.reader,), (a, table.reader)
        ) == [[("Lock 'a'", "acquire"), ("RWLock 'table'", "write")]]

    loop.run(main)


def test_a_writer_waits_for_none_that_is_before_it_in_line(loop: Loop) -> None:
    async def main(loop: Loop) -> None:
        rwlock, mine = loop.toro.RWLock(None, name="table"), loop.toro.Lock(name="mine")
        go = loop.toro.Event()
        ways = (rwlock.reader, go, mine), (rwlock.writer,), (mine, rwlock.writer)
        assert await circles(loop, go, *ways) == [
            [("Lock 'mine'", "acquire"), ("RWLock 'table'", "read")]
        ]

    loop.run(main)


def test_a_reader_waits_for_the_writers_before_it_in_line_and_for_no_readers(loop: Loop) -> None:
    async def main(loop: Loop) -> None:
        rwlock, mine = loop.toro.RWLock(None, name="table"), loop.toro.Lock(name="mine")
        go = loop.toro.Event()
        ways = (rwlock.reader, go, mine), (rwlock.writer,), (rwlock.reader,), (mine, rwlock.reader)
        assert await circles(loop, go, *ways) == [
            [("Lock 'mine'", "acquire"), ("RWLock 'table'", "line"), ("RWLock 'table'", "read")]
        ]

    loop.run(main)


def test_a_reader_waits_for_no_writer_behind_it_in_line(loop: Loop) -> None:
    async def main(loop: Loop) -> None:
        rwlock, mine = loop.toro.RWLock(1), loop.toro.Lock()
        go = loop.toro.Event()
        ways = (rwlock.reader, go, mine), (mine, rwlock.reader), (rwlock.writer,)
        assert await circles(loop, go, *ways) == []  # it waits as enough read

    loop.run(main)


def test_a_reader_waits_for_no_writer_that_gives_up_in_time(loop: Loop) -> None:
    async def main(loop: Loop) -> None:
        rwlock, mine = loop.toro.RWLock(None), loop.toro.Lock()
        go = loop.toro.Event()
        cancels = []

        async def write() -> None:
            with await rwlock.acquire_write(timeout=1000):
                pass

        for body in (
            lambda: enter(rwlock.reader, go, mine),
            write,
            lambda: enter(mine, rwlock.reader),
        ):
            cancels.append(loop.spawn(body))
            await loop.settle()
        go.set()
        await loop.settle()
        assert (rwlock.statistics().tasks_waiting, mine.statistics().tasks_waiting) == (2, 1)
        assert insight.deadlocks() == []
        for cancel in cancels:
            cancel()
            await loop.settle()

    loop.run(main)
    assert loop.errors == []


def test_a_reader_waits_for_no_future_that_gives_up_in_time() -> None:
    toro_tornado = pytest.importorskip("toro_tornado")
    insight.disable()
    insight.enable(order=False)

    async def main() -> None:
        rwlock, mine = toro_tornado.RWLock(None), toro_tornado.Lock()
        async with rwlock.reader:
            future = rwlock.acquire_write(timeout=1000)
            task = asyncio.create_task(enter(mine, rwlock.reader))
            await asyncio.sleep(0)
            assert rwlock.statistics().tasks_waiting == 2
            asyncio.get_running_loop().call_soon(future.cancel)
            async with mine:
                pass
        await task

    asyncio.run(main())


def test_who_is_cancelled_by_a_timer_of_asyncio_waits_for_nobody() -> None:
    insight.disable()
    insight.enable(order=False)

    async def main() -> None:
        a, b = toro_asyncio.Lock(), toro_asyncio.Lock()

        async def other() -> None:
            async with a, asyncio.timeout(1000), b:
                pass

        async with b:
            task, loop = asyncio.create_task(other()), asyncio.get_running_loop()
            await asyncio.sleep(0)
            loop.call_soon(lambda: found.append(insight.deadlocks()))
            loop.call_soon(task.cancel)
            async with a:
                pass
        with pytest.raises(asyncio.CancelledError):
            await task

    found: list[Any] = []
    asyncio.run(main())
    assert found == [[]]


def test_a_reader_that_was_let_in_waits_for_nobody(loop: Loop) -> None:
    insight.disable()
    insight.enable(order=False)

    async def main(loop: Loop) -> None:
        rwlock, mine = loop.toro.RWLock(None), loop.toro.Lock()
        async with rwlock.writer:
            for way in (rwlock.reader, mine), (mine, rwlock.reader), (rwlock.writer,):
                loop.spawn(enter, *way)
                await loop.settle()
        await loop.settle()  # the first reader asks for what the second holds, which is to go on

    loop.run(main)
    assert loop.errors == []


def test_what_is_held_outside_of_any_task_has_nobody_in_the_way(loop: Loop) -> None:
    insight.disable()
    insight.enable(order=False)
    lock = loop.toro.Lock()
    lock.acquire_nowait()

    async def main(loop: Loop) -> None:
        loop.spawn(enter, lock)
        await loop.settle()
        assert insight.deadlocks() == []
        lock.release()
        await loop.settle()
        assert not lock.locked()

    loop.run(main)
    assert loop.errors == []


def test_a_writer_that_waits_since_before_it_was_on_is_in_nobodys_way(loop: Loop) -> None:
    insight.disable()

    async def main(loop: Loop) -> None:
        rwlock = loop.toro.RWLock(None)
        async with rwlock.reader:
            loop.spawn(enter, rwlock.writer)
            await loop.settle()
            insight.enable(order=False)
            loop.spawn(enter, rwlock.reader)
            await loop.settle()
            assert insight.deadlocks() == []
        await loop.settle()
        assert not rwlock.locked()

    loop.run(main)
    assert loop.errors == []


def test_a_writer_outside_of_any_task_is_in_nobodys_way() -> None:
    async def main() -> None:
        rwlock = toro_asyncio.RWLock(None)
        async with rwlock.reader:
            writing = rwlock.acquire_write()
            asyncio.get_running_loop().call_soon(writing.send, None)
            await asyncio.sleep(0)
            reading = asyncio.create_task(enter(rwlock.reader))
            await asyncio.sleep(0)
            assert rwlock.statistics().tasks_waiting == 2
            assert insight.deadlocks() == []
            writing.close()
            await reading

    asyncio.run(main())


def test_a_writer_whose_task_is_all_ours_waits_nowhere() -> None:
    async def main() -> None:
        rwlock = toro_asyncio.RWLock(None)
        async with rwlock.reader:
            writing = asyncio.create_task(rwlock.acquire_write())
            await asyncio.sleep(0)
            with pytest.raises(insight.Deadlock) as told:
                await rwlock.acquire_read()
        with await writing:
            pass
        mine, its = told.value.cycle
        assert (mine.held_as, mine.acquired) == ("line", None)
        assert (its.mode, its.where) == ("write", None)
        assert str(told.value) == (
            "these tasks wait for each other:\n"
            f"  task {mine.task!r} waits to read {mine.primitive} at {mine.where},"
            f" behind task {its.task!r}, which is in line before it\n"
            f"  task {its.task!r} waits to write {its.primitive},"
            f" which task {mine.task!r} holds to read, acquired at {its.acquired}"
        )

    insight.disable()
    insight.enable(order=False)
    asyncio.run(main())


@pytest.mark.filterwarnings("ignore::toro_core.insight.InsightWarning")
def test_a_task_that_has_ended_waits_for_nobody() -> None:
    waiting: list[Any] = []

    async def ends(mine: Any, other: Any) -> None:
        await mine.acquire()
        waiting.append(other.acquire())
        waiting[0].send(None)

    async def main() -> None:
        mine, other = toro_asyncio.Lock(), toro_asyncio.Lock()
        async with other:
            await asyncio.create_task(ends(mine, other))
            assert other.statistics().tasks_waiting == 1
            entering = asyncio.current_task()
            assert entering is not None
            asyncio.get_running_loop().call_soon(lambda: found.extend(insight.deadlocks()))
            asyncio.get_running_loop().call_soon(mine.release)
            await mine.acquire()
        waiting[0].close()

    found: list[Any] = []
    asyncio.run(main())
    assert found == []


def test_a_read_write_lock_that_goes_meanwhile_has_no_line() -> None:
    watch = Watch(time.monotonic, "raise", True, ())
    rwlock, task = toro_asyncio.RWLock(), asyncio.Event()
    entry, who, waiter = watch.entry(rwlock), Who(1, task), Waiter()
    waiter.state = State.WAITING
    wait = watch.begin_wait(1, entry, "read", [waiter], who, None)
    assert wait is not None
    who.waiting = weakref.ref(wait)
    del rwlock
    assert deadlocks(watch) == []  # as another thread may find it
