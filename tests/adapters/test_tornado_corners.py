"""What is seldom done to Tornado's Futures."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

pytest.importorskip("tornado")

from tornado.ioloop import IOLoop
from tornado.platform.asyncio import AsyncIOLoop

import toro_tornado as toro


def test_a_put_belongs_to_the_io_loop_that_the_queue_was_given() -> None:
    io_loop = IOLoop(make_current=False)
    queue: toro.Queue[int] = toro.Queue(io_loop=io_loop)

    async def main() -> None:
        for item in range(3):
            put = queue.put(item)
            assert put.done()
            assert put.get_loop() is io_loop.asyncio_loop  # type: ignore[attr-defined]
            assert await queue.get() == item

    io_loop.run_sync(main)
    io_loop.close()


def what_need_not_wait(io_loop: IOLoop | None) -> Iterator[asyncio.Future[Any]]:
    """Futures that are done, of each method of objects that were given an IOLoop."""
    late = timedelta(-1)
    semaphore = toro.Semaphore(2, io_loop)
    yield from (toro.Lock(io_loop).acquire(), semaphore.acquire(), semaphore.wait())
    yield from (toro.RWLock(1, io_loop).acquire_read(), toro.RWLock(1, io_loop).acquire_write())
    event = toro.Event(io_loop)
    yield event.wait(late)
    event.set()
    yield event.wait()
    result: toro.AsyncResult[int] = toro.AsyncResult(io_loop)
    yield result.get(late)
    result.set_exception(LookupError)
    yield result.get()
    for kind in (toro.Queue, toro.PriorityQueue):
        queue = kind[int](1, io_loop)
        yield from (queue.join(), queue.join(late), queue.put(1, late), queue.put(2, late))
        yield from (queue.get(late), queue.put(1), queue.get(), queue.join(late))
        queue.shutdown()
        yield from (queue.put(1), queue.get())
    yield toro.PriorityQueue[Any](3, io_loop, initial=[1, 2]).put("three")
    condition = toro.Condition(io_loop)
    yield from (condition.wait(late), condition.wait_for(lambda: 1))
    monitor = toro.Condition(io_loop, toro.Lock(io_loop))
    yield from (monitor.acquire(), monitor.wait(late), monitor.wait_for(lambda: 1))


def what_must_wait(io_loop: IOLoop | None) -> Iterator[asyncio.Future[Any]]:
    for when in (None, timedelta(60)):
        lock, rwlock = toro.Lock(io_loop), toro.RWLock(1, io_loop)
        lock.acquire_nowait()
        rwlock.acquire_write_nowait()
        semaphore = toro.Semaphore(0, io_loop)
        yield from (lock.acquire(when), rwlock.acquire_read(when), rwlock.acquire_write(when))
        yield from (semaphore.acquire(when), semaphore.wait(when))
        yield from (toro.Event(io_loop).wait(when), toro.AsyncResult[int](io_loop).get(when))
        queue: toro.Queue[int] = toro.Queue(1, io_loop)
        yield queue.get(when)
        full: toro.Queue[int] = toro.Queue(1, io_loop, initial=[1])
        yield from (full.put(2, when), full.join(when))
        condition = toro.Condition(io_loop)
        yield from (condition.wait(when), condition.wait_for(lambda: 0, when))
        for method in ("wait", "wait_for"):
            monitor = toro.Condition(io_loop, toro.Lock(io_loop))
            monitor.acquire_nowait()
            predicate = [lambda: 0] * (method == "wait_for")
            yield getattr(monitor, method)(*predicate, when)


@pytest.mark.parametrize("futures", [what_need_not_wait, what_must_wait])
def test_wherever_a_wait_begins_it_belongs_to_the_io_loop_that_was_given(futures: Any) -> None:
    io_loop = IOLoop(make_current=False)

    async def main() -> None:
        for future in futures(io_loop):
            assert future.get_loop() is io_loop.asyncio_loop  # type: ignore[attr-defined]
            assert future.done() is (futures is what_need_not_wait)

    asyncio.run(main())
    assert IOLoop.current(instance=False) is None
    coroutine = main()  # and outside of any
    with pytest.raises(StopIteration):
        coroutine.send(None)
    assert IOLoop.current(instance=False) is None
    io_loop.close()


@pytest.mark.parametrize("futures", [what_need_not_wait, what_must_wait])
def test_outside_of_a_running_loop_a_wait_belongs_to_the_one_that_is_current(futures: Any) -> None:
    io_loop = IOLoop()
    for future in futures(None):
        assert future.get_loop() is io_loop.asyncio_loop  # type: ignore[attr-defined]
        assert future.done() is (futures is what_need_not_wait)
    io_loop.close()
    asyncio.set_event_loop(None)


def test_a_put_that_fails_where_there_is_no_loop_belongs_to_the_one_that_tornado_makes() -> None:
    asyncio.set_event_loop(None)
    queue: toro.PriorityQueue[Any] = toro.PriorityQueue(initial=[1])
    future = queue.put("two")
    assert type(future.exception()) is TypeError
    io_loop: Any = IOLoop.current(instance=False)
    assert future.get_loop() is io_loop.asyncio_loop
    io_loop.close()
    asyncio.set_event_loop(None)


@pytest.mark.parametrize("io_loop", ["", 5, asyncio.AbstractEventLoop()])
def test_what_is_no_io_loop_is_refused_at_once(io_loop: Any) -> None:
    for make in (
        toro.Lock,
        toro.Event,
        toro.AsyncResult,
        toro.Condition,
        *(
            functools.partial(kind, 1)
            for kind in (
                toro.Semaphore,
                toro.BoundedSemaphore,
                toro.RWLock,
                toro.Queue,
                toro.LifoQueue,
                toro.PriorityQueue,
                toro.JoinableQueue,
            )
        ),
    ):
        with pytest.raises(TypeError, match=r"^io_loop must be an IOLoop of Tornado, not .*:"):
            make(io_loop)


def test_what_need_not_wait_needs_no_loop_at_all() -> None:
    asyncio.set_event_loop(None)
    for kind in (toro.Queue, toro.LifoQueue):
        queue: toro.Queue[int] = kind()
        assert queue.put(1).done()
        assert queue.get().result() == 1
        queue.task_done()
        assert queue.join().done()
    event = toro.Event()
    event.set()
    assert event.wait().done()
    assert toro.Semaphore().wait().done()
    assert IOLoop.current(instance=False) is None


def test_what_was_had_outside_of_a_running_loop_is_not_lost_with_it() -> None:
    io_loop = IOLoop()
    lock, semaphore, read, written = toro.Lock(), toro.Semaphore(), toro.RWLock(), toro.RWLock()
    for take in (lock.acquire, semaphore.acquire, read.acquire_read, written.acquire_write):
        assert take().done()
    io_loop.close()
    asyncio.set_event_loop(None)

    async def main() -> None:
        for again in (lock.acquire, semaphore.acquire, read.acquire_read, written.acquire_read):
            with pytest.raises(RuntimeError, match="is held"):
                again()

    asyncio.run(main())


def test_what_was_taken_is_not_lost_with_its_loop() -> None:
    lock, semaphore, rwlock = toro.Lock(), toro.Semaphore(), toro.RWLock()

    async def take() -> None:
        for _ in range(2):
            await lock.acquire()
            await semaphore.acquire()
            await rwlock.acquire_read()
            lock.release()
            semaphore.release()
            rwlock.release_read()
        await asyncio.gather(lock.acquire(), semaphore.acquire(), rwlock.acquire_write())

    async def take_again() -> None:
        for again in (lock.acquire, semaphore.acquire, rwlock.acquire_read):
            with pytest.raises(RuntimeError, match="is held"):
                again()

    asyncio.run(take())
    asyncio.run(take_again())


def test_a_span_is_not_counted_on_a_clock_that_can_jump() -> None:
    class Jumping(AsyncIOLoop):
        def time(self) -> float:
            raise AssertionError("it may have been set since")

    io_loop: Any = Jumping(make_current=False)
    event = toro.Event(io_loop)
    for span in (timedelta(60), 60, 60.0):
        assert not event.wait(timeout=span).done()
    assert not event.wait(timedelta(60)).done()
    with pytest.raises(AssertionError):
        event.wait(60.0)
    assert event.statistics().tasks_waiting == 4
    io_loop.close()


def test_a_number_is_a_point_on_the_clock_of_the_io_loop_that_was_given() -> None:
    class Ahead(AsyncIOLoop):
        def time(self) -> float:
            return 1e6 + self.asyncio_loop.time()

    io_loop: Any = Ahead(make_current=False)
    event = toro.Event(io_loop)

    async def main() -> None:
        event.wait(io_loop.time() + 60)
        (waiter,) = event.statistics().waiters
        assert 0 < waiter.deadline - io_loop.asyncio_loop.time() < 100

    asyncio.run(main())
    io_loop.close()


def test_a_monitor_belongs_to_the_io_loop_that_it_was_given() -> None:
    io_loop = IOLoop(make_current=False)
    condition = toro.Condition(io_loop, toro.Lock(io_loop))

    async def main() -> None:
        async with condition:
            waiting = condition.wait()
            assert waiting.get_loop() is io_loop.asyncio_loop  # type: ignore[attr-defined]
            async with condition:
                condition.notify()
            await waiting

    io_loop.run_sync(main)
    io_loop.close()


def test_what_is_entered_elsewhere_is_held_on_the_io_loop_that_was_given() -> None:
    io_loop = IOLoop(make_current=False)

    async def main() -> None:
        for thing in (toro.Lock(io_loop), toro.Semaphore(1, io_loop)):
            async with thing:
                behind = thing.acquire()
                assert not behind.done()
                assert behind.get_loop() is io_loop.asyncio_loop  # type: ignore[attr-defined]
            assert behind.done()

    asyncio.run(main())
    io_loop.close()


def test_whoever_waits_on_a_monitor_lets_the_next_have_the_lock() -> None:
    async def main() -> None:
        condition = toro.Condition(lock=toro.Lock())
        await condition.acquire()
        next_one = condition.acquire()
        assert not next_one.done()
        waiting = condition.wait()
        assert next_one.done()
        with await next_one:
            condition.notify()
        await waiting
        condition.release()
        assert not condition.locked()

    asyncio.run(main())


@pytest.mark.parametrize("used_here", [False, True])
def test_a_lock_that_is_held_on_another_loop_cannot_be_given_up(used_here: bool) -> None:
    here, there = asyncio.new_event_loop(), asyncio.new_event_loop()
    condition = toro.Condition(lock=toro.Lock())

    async def use() -> None:
        async with condition:
            condition.wait().cancel()

    async def hold() -> None:
        await condition.acquire()

    async def wait() -> None:
        condition.wait()

    if used_here:
        here.run_until_complete(use())
    there.run_until_complete(hold())
    with pytest.raises(RuntimeError, match="is held"):
        here.run_until_complete(wait())
    assert condition.locked()
    here.close()
    there.close()


def test_a_coroutine_that_is_closed_in_a_monitor_leaves_its_line() -> None:
    async def waits(condition: Any) -> None:
        await condition.wait()

    async def main() -> None:
        condition = toro.Condition(lock=toro.Lock())
        await condition.acquire()
        coroutine = waits(condition)
        coroutine.send(None)
        assert condition.statistics().tasks_waiting == 1
        coroutine.close()
        assert condition.statistics().tasks_waiting == 0

    asyncio.run(main())


def test_two_who_have_gone_in_one_instant_let_in_one_each() -> None:
    async def read(rwlock: Any) -> None:
        await rwlock.acquire_read()

    async def main() -> None:
        rwlock = toro.RWLock(max_readers=2)
        rwlock.acquire_write_nowait()
        tasks = [asyncio.ensure_future(read(rwlock)) for _ in range(4)]
        await asyncio.sleep(0)
        for task in tasks[:2]:
            task.cancel()
        rwlock.release_write()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(each) for each in ended] == [*[asyncio.CancelledError] * 2, *[type(None)] * 2]
        assert rwlock.statistics().readers == 2

    asyncio.run(main())


@pytest.mark.parametrize("when", [timedelta(60), None])
def test_a_wait_that_a_closed_loop_cannot_time_does_not_begin(when: timedelta | None) -> None:
    io_loop = IOLoop(make_current=False)
    lock, rwlock, event = toro.Lock(io_loop), toro.RWLock(1, io_loop), toro.Event(io_loop)
    condition, monitor = toro.Condition(io_loop), toro.Condition(io_loop, lock)

    async def take() -> None:
        for take in (lock.acquire, rwlock.acquire_read):
            await take()

    io_loop.run_sync(take)
    io_loop.close()
    for wait in (lock.acquire, rwlock.acquire_write, event.wait, condition.wait, monitor.wait):
        with pytest.raises(RuntimeError, match="is closed"):
            wait(when, timeout=60.0 if when is None else None)
    assert type(condition.wait_for(bool, timedelta(60)).exception()) is RuntimeError
    assert lock.locked()
    for each in (lock, rwlock, event, condition, monitor):
        assert each.statistics().tasks_waiting == 0


# wait_for


def test_a_wait_for_that_is_over_cannot_be_cancelled() -> None:
    async def main() -> None:
        waiting = toro.Condition().wait_for(lambda: True)
        assert waiting.done()
        assert not waiting.cancel()
        assert await waiting

    asyncio.run(main())


@pytest.mark.parametrize("kind", [toro.Queue, toro.PriorityQueue])
@pytest.mark.parametrize("call", [("put", 3), ("get",)], ids=["put", "get"])
def test_a_second_loop_that_need_not_wait_hears_of_it_at_once(
    kind: type[toro.Queue[int]], call: tuple[Any, ...]
) -> None:
    queue = kind(initial=[1, 2])
    method, *arguments = call

    async def elsewhere() -> None:
        with pytest.raises(RuntimeError, match="cannot be used on"):
            getattr(queue, method)(*arguments)

    async def join() -> asyncio.Future[None]:
        return queue.join()

    with asyncio.Runner() as first:
        joining = first.run(join())
        asyncio.run(elsewhere())
        assert queue.qsize() == queue.unfinished_tasks == 2
        joining.cancel()
