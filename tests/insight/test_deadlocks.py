"""Tasks that wait for each other are told; those that only seem to are left alone."""

from __future__ import annotations

import asyncio
import math
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from toro_core import insight

from .loops import Loop


@pytest.fixture(autouse=True)
def _on(clock: Callable[[], float]) -> Iterator[None]:
    insight.enable(order=False, clock=clock)
    yield
    data = insight.dump().data
    assert data["errors"] == 0, data["last_error"]


async def holding(first: Any, second: Any, both: Callable[[], Any]) -> None:
    async with first:
        await both()
        async with second:
            pass


def meeting(loop: Loop, number: int) -> Callable[[], Any]:
    """What *number* tasks await to go on together."""
    here: list[int] = []
    all_here = loop.toro.Event()

    async def meet() -> None:
        here.append(1)
        if len(here) == number:
            all_here.set()
        await all_here.wait()

    return meet


def deadlocks(loop: Loop) -> list[insight.Deadlock]:
    assert all(isinstance(error, insight.Deadlock) for error in loop.errors), loop.errors
    return loop.errors  # type: ignore[return-value]


@pytest.mark.parametrize("number", [2, 3, 5])
def test_a_circle_is_broken_by_an_exception_in_the_task_that_closes_it(
    loop: Loop, number: int
) -> None:
    async def main(loop: Loop) -> None:
        locks = [loop.toro.Lock(name=f"lock {i}") for i in range(number)]
        meet = meeting(loop, number)
        for i in range(number):
            loop.spawn(holding, locks[i], locks[(i + 1) % number], meet)
        await loop.settle()
        assert not any(lock.locked() for lock in locks)

    loop.run(main)
    (deadlock,) = deadlocks(loop)
    assert len(deadlock.cycle) == number
    assert {link.primitive for link in deadlock.cycle} == {
        f"Lock 'lock {i}'" for i in range(number)
    }
    for link, following in zip(
        deadlock.cycle, deadlock.cycle[1:] + deadlock.cycle[:1], strict=True
    ):
        assert link.holder == following.task
        assert link.acquired is not None
        assert "test_deadlocks.py" in link.acquired
        assert link.primitive in str(deadlock)
        assert link.acquired in str(deadlock)


def test_a_task_that_takes_a_lock_twice_waits_for_itself(loop: Loop) -> None:
    async def main(loop: Loop) -> None:
        lock = loop.toro.Lock()
        async with lock:
            with pytest.raises(insight.Deadlock):
                await lock.acquire()
            assert lock.statistics().tasks_waiting == 0

    loop.run(main)


@pytest.mark.parametrize("never", ["deadline", "timeout"])
def test_a_deadline_that_never_comes_is_none(loop: Loop, never: str) -> None:
    async def main(loop: Loop) -> None:
        lock = loop.toro.Lock()
        async with lock:
            with pytest.raises(insight.Deadlock):
                await lock.acquire(**{never: math.inf})

    loop.run(main)


def test_a_reader_that_wants_to_write_waits_for_itself(loop: Loop) -> None:
    async def main(loop: Loop) -> None:
        rwlock = loop.toro.RWLock(max_readers=2)
        async with rwlock.reader:
            with pytest.raises(insight.Deadlock, match="write"):
                await rwlock.acquire_write()

    loop.run(main)


def test_a_writer_that_wants_to_write_waits_for_itself(loop: Loop) -> None:
    async def main(loop: Loop) -> None:
        rwlock = loop.toro.RWLock()
        async with rwlock.writer:
            for wish in (rwlock.acquire_write, rwlock.acquire_read):
                with pytest.raises(insight.Deadlock):
                    await wish()

    loop.run(main)


@pytest.mark.parametrize("first", ["near", "far"])
def test_of_two_circles_that_a_task_closes_the_shorter_is_told(loop: Loop, first: str) -> None:
    async def main(loop: Loop) -> None:
        rwlock, mine, other = loop.toro.RWLock(None), loop.toro.Lock(), loop.toro.Lock()

        async def near() -> None:  # waits for the task that wants to write
            async with rwlock.reader, mine:
                pass

        async def far() -> None:  # waits for a task that waits for it
            async with rwlock.reader, other:
                pass

        async def between() -> None:
            async with other, mine:
                pass

        async with mine:
            loop.spawn(between)
            await loop.settle()
            for reader in (near, far) if first == "near" else (far, near):
                loop.spawn(reader)
                await loop.settle()
            with pytest.raises(insight.Deadlock) as told:
                await rwlock.acquire_write()
            assert len(told.value.cycle) == 2
        await loop.settle()

    loop.run(main)
    assert not loop.errors


def test_a_second_read_behind_a_writer_waits_for_itself(loop: Loop) -> None:
    async def main(loop: Loop) -> None:
        rwlock = loop.toro.RWLock(max_readers=None)

        async def write() -> None:
            async with rwlock.writer:
                pass

        async with rwlock.reader:
            loop.spawn(write)
            await loop.settle()
            with pytest.raises(insight.Deadlock, match="in line before it"):
                await rwlock.acquire_read()
        await loop.settle()

    loop.run(main)
    assert not loop.errors


def test_a_warning_is_enough_if_that_is_asked_for(loop: Loop) -> None:
    insight.disable()
    insight.enable(order=False, deadlock="warn")

    async def main(loop: Loop) -> None:
        a, b = loop.toro.Lock(name="a"), loop.toro.Lock(name="b")
        meet = meeting(loop, 2)
        cancels = [loop.spawn(holding, a, b, meet), loop.spawn(holding, b, a, meet)]
        await loop.settle()
        (finding,) = insight.findings()
        assert finding.kind == "deadlock"
        assert len(insight.deadlocks()) == 1
        dump = insight.dump()
        assert "DEADLOCK" in str(dump)
        assert sum(edge.in_deadlock for edge in dump.graph.edges) == 4
        cancels[0]()
        await loop.settle()
        assert insight.deadlocks() == []

    with quiet():
        loop.run(main)


def quiet() -> Any:
    """Warnings are not errors here."""
    import warnings

    context = warnings.catch_warnings()
    context.__enter__()
    warnings.simplefilter("ignore", insight.InsightWarning)
    return _Leaving(context)


class _Leaving:
    def __init__(self, context: Any) -> None:
        self._context = context

    def __enter__(self) -> None:
        pass

    def __exit__(self, *exc_info: object) -> None:
        self._context.__exit__(*exc_info)


def test_a_circle_is_let_be_if_that_is_asked_for(loop: Loop) -> None:
    insight.disable()
    insight.enable(order=False, deadlock="ignore")

    async def main(loop: Loop) -> None:
        lock = loop.toro.Lock()

        async def twice() -> None:
            async with lock:
                await lock.acquire()

        cancel = loop.spawn(twice)
        await loop.settle()
        assert len(insight.deadlocks()) == 1
        cancel()
        await loop.settle()
        assert insight.findings() == []

    loop.run(main)
    assert loop.errors == []


# What is no deadlock.


def test_a_wait_with_a_deadline_is_none(loop: Loop) -> None:
    async def main(loop: Loop) -> None:
        a, b = loop.toro.Lock(), loop.toro.Lock()
        meet = meeting(loop, 2)
        timeouts = []

        async def patient() -> None:
            async with a:
                await meet()
                try:
                    await b.acquire(timeout=1)
                except loop.toro.Timeout as error:
                    timeouts.append(error)

        loop.spawn(patient)
        await loop.settle()
        loop.spawn(holding, b, a, meet)
        await loop.settle()
        assert insight.deadlocks() == []
        loop.driver.tick(2)
        await loop.settle()
        assert len(timeouts) == 1

    loop.run(main)
    assert not loop.errors


@pytest.mark.parametrize("given", ["deadline", "timeout"])
def test_a_wait_with_a_deadline_closes_none(loop: Loop, given: str) -> None:
    async def main(loop: Loop) -> None:
        lock = loop.toro.Lock()
        when = loop.driver.now() + 1 if given == "deadline" else 1

        async def twice() -> None:
            async with lock:
                await lock.acquire(**{given: when})

        loop.spawn(twice)
        await loop.settle()
        assert lock.statistics().tasks_waiting == 1
        loop.driver.tick(2)
        await loop.settle()

    loop.run(main)
    (error,) = loop.errors
    assert isinstance(error, loop.toro.Timeout)


def test_a_permit_more_than_there_are_may_come_from_anyone(loop: Loop) -> None:
    async def main(loop: Loop) -> None:
        semaphore = loop.toro.Semaphore(1)

        async def twice() -> None:
            await semaphore.acquire()
            await semaphore.acquire()

        loop.spawn(twice)
        await loop.settle()
        semaphore.release()
        await loop.settle()
        assert semaphore.statistics().tasks_waiting == 0

    loop.run(main)
    assert loop.errors == []


def test_permits_may_come_from_anyone(loop: Loop) -> None:
    async def main(loop: Loop) -> None:
        a, b = loop.toro.Semaphore(1), loop.toro.BoundedSemaphore(1)
        meet = meeting(loop, 2)
        loop.spawn(holding, a, b, meet)
        loop.spawn(holding, b, a, meet)
        await loop.settle()
        assert insight.deadlocks() == []
        a.release()
        await loop.settle()
        a.acquire_nowait()

    loop.run(main)
    assert not loop.errors


def test_a_lock_that_others_release_is_left_out(loop: Loop) -> None:
    async def main(loop: Loop) -> None:
        lock = loop.toro.Lock()
        await lock.acquire()

        async def other() -> None:
            lock.release()

        loop.spawn(other)
        await loop.settle()
        await lock.acquire()
        loop.spawn(other)
        await lock.acquire()  # as a signal: waits until the other has released it
        lock.release()

    loop.run(main)
    assert not loop.errors


def test_waiting_for_an_event_is_none(loop: Loop) -> None:
    async def main(loop: Loop) -> None:
        lock, event = loop.toro.Lock(), loop.toro.Event()

        async def first() -> None:
            async with lock:
                await event.wait()

        async def second() -> None:
            async with lock:
                pass

        loop.spawn(first)
        loop.spawn(second)
        await loop.settle()
        assert insight.deadlocks() == []
        event.set()
        await loop.settle()

    loop.run(main)
    assert not loop.errors


def test_a_scope_with_a_deadline_ends_it() -> None:
    trio = pytest.importorskip("trio")
    import toro_trio

    async def main() -> None:
        lock = toro_trio.Lock()
        async with lock:
            with trio.move_on_after(1) as scope:
                await lock.acquire()
            assert scope.cancelled_caught

    trio.run(main, clock=trio.testing.MockClock(autojump_threshold=0))


def test_an_asyncio_timeout_ends_it() -> None:
    import toro_asyncio

    async def main() -> None:
        a, b = toro_asyncio.Lock(), toro_asyncio.Lock()
        timed_out = []

        async def first() -> None:
            async with a:
                await asyncio.sleep(0)
                try:
                    async with asyncio.timeout(0.01):
                        await b.acquire()
                except TimeoutError as error:
                    timed_out.append(error)

        async def second() -> None:
            async with b:
                await asyncio.sleep(0)
                async with a:
                    pass

        async def third() -> None:
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            assert a.statistics().tasks_waiting == b.statistics().tasks_waiting == 1
            assert insight.deadlocks() == []

        await asyncio.gather(first(), second(), third())
        assert len(timed_out) == 1

    asyncio.run(main())


@pytest.mark.skipif(sys.platform == "win32", reason="no gen.multi here")
def test_a_future_that_is_not_awaited_by_itself_is_none() -> None:
    pytest.importorskip("tornado")
    import toro_tornado

    async def main() -> None:
        lock = toro_tornado.Lock()
        async with lock:
            future = lock.acquire()
            assert not future.done()
            assert insight.deadlocks() == []
            future.cancel()

    asyncio.run(main())


def test_a_future_that_is_awaited_by_itself_is_one() -> None:
    pytest.importorskip("tornado")
    import toro_tornado

    async def main() -> None:
        lock = toro_tornado.Lock()
        async with lock:
            with pytest.raises(insight.Deadlock):
                await lock.acquire()
            assert lock.statistics().tasks_waiting == 0

    asyncio.run(main())


def test_a_generator_that_a_task_has_begun_is_not_that_task() -> None:
    gen = pytest.importorskip("tornado.gen")
    import toro_tornado

    async def main() -> None:
        lock, go = toro_tornado.Lock(), toro_tornado.Event()

        @gen.coroutine  # type: ignore[untyped-decorator]
        def holds() -> Any:
            with (yield lock.acquire()):
                yield go.wait()

        done = holds()
        asyncio.get_running_loop().call_soon(go.set)
        with await lock.acquire():  # what the generator holds, it will release
            pass
        await done

    asyncio.run(main())
