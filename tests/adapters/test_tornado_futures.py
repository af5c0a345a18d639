"""What Toro's methods return on Tornado is a Future, in whatever way it is used."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import functools
import gc
import itertools
import sys
import threading
import types
import weakref
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

pytest.importorskip("tornado")

from tornado import gen
from tornado.concurrent import is_future
from tornado.ioloop import IOLoop

import toro_tornado as toro
from toro_tornado._host import ALARMS
from toro_tornado._place import Place

Main = Callable[[], Awaitable[None]]


def on_a_loop(main: Main) -> Callable[[], None]:
    """Run the coroutine, and see that it leaves nothing to the garbage collector."""

    @functools.wraps(main)
    def test() -> None:
        async def run() -> None:
            await main()
            await settle()

        asyncio.run(run())
        gc.collect()
        gc.disable()
        try:
            asyncio.run(run())
            assert [thing for thing in gc.get_objects() if isinstance(thing, Place)] == []
        finally:
            gc.enable()

    del test.__wrapped__  # type: ignore[attr-defined]  # pytest would see a coroutine
    return test


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def two_at_a_lock() -> tuple[toro.Lock, Any, Any]:
    """A lock that is held, and the Futures of two who wait for it."""
    lock = toro.Lock()
    lock.acquire_nowait()
    return lock, lock.acquire(), lock.acquire()


async def asleep_at(future: Awaitable[Any]) -> asyncio.Task[Any]:
    """A task that has begun to await *future*."""
    waiting = asyncio.ensure_future(result_of(future))
    await settle()
    return waiting


async def two_at_a_monitor() -> tuple[toro.Condition, Any, list[asyncio.Task[Any]]]:
    """A monitor, who is second in its line, and two tasks that await the Future of the first."""
    monitor = toro.Condition(lock=toro.Lock())
    await monitor.acquire()
    future = monitor.wait()
    await monitor.acquire()
    heir = monitor.wait()
    waiting = [asyncio.ensure_future(result_of(future)) for _ in range(2)]
    await settle()
    return monitor, heir, waiting


async def result_of(future: Awaitable[Any]) -> Any:
    try:
        return await future
    finally:
        del future  # which may hold the exception that holds this frame


def by_iterating(future: asyncio.Future[Any]) -> Iterator[Any]:
    return (yield from future)  # type: ignore[misc]


def ways_to_wait() -> Iterator[tuple[str, asyncio.Future[Any], Callable[[], object]]]:
    """A pending Future of every kind, and what ends it."""
    lock = toro.Lock()
    lock.acquire_nowait()
    yield "acquire", lock.acquire(), lock.release
    rwlock = toro.RWLock()
    rwlock.acquire_write_nowait()
    yield "acquire_read", rwlock.acquire_read(), rwlock.release_write
    semaphore = toro.Semaphore(0)
    yield "semaphore wait", semaphore.wait(), semaphore.release
    event = toro.Event()
    yield "event wait", event.wait(), event.set
    queue: toro.Queue[int] = toro.Queue(1)
    yield "get", queue.get(), lambda: queue.put_nowait(0)
    full: toro.Queue[int] = toro.Queue(1, initial=[0])
    yield "put", full.put(1), full.get_nowait
    last: toro.LifoQueue[int] = toro.LifoQueue(1, initial=[0])
    yield "lifo put", last.put(1), last.get_nowait
    answer: toro.AsyncResult[int] = toro.AsyncResult()
    yield "result", answer.get(), lambda: answer.set(1)
    condition = toro.Condition()
    yield "condition wait", condition.wait(), condition.notify
    monitor = toro.Condition(lock=toro.Lock())
    monitor.acquire_nowait()

    def notify() -> None:
        with monitor.acquire_nowait():
            monitor.notify()

    yield "monitor wait", monitor.wait(), notify
    yield "a deadline", toro.Queue().get(timeout=60.0), lambda: move_the_clock(60.0)


def move_the_clock(seconds: float) -> None:
    loop: Any = asyncio.get_running_loop()
    before = loop.time
    loop.time = lambda: before() + seconds


@on_a_loop
async def test_what_waits_is_a_future_of_tornado() -> None:
    for _name, future, end in ways_to_wait():
        assert is_future(future)
        assert asyncio.ensure_future(future) is future
        assert future.get_loop() is asyncio.get_running_loop()
        assert "pending" in repr(future)
        assert not future.done()
        assert not future.cancelled()
        with pytest.raises(asyncio.InvalidStateError):
            future.result()
        end()
        await asyncio.wait([future])
        assert future.done()


def answer_of(future: asyncio.Future[Any], method: str, arguments: tuple[Any, ...]) -> Any:
    try:
        answer = getattr(future, method)(*arguments)
    except Exception as error:
        return type(error)
    return answer.replace(type(future).__name__, "Future") if method == "__repr__" else answer


@on_a_loop
async def test_whatever_it_is_asked_first_it_answers_as_any_future() -> None:
    for method, *arguments in (
        ["done"],
        ["cancelled"],
        ["result"],
        ["exception"],
        ["get_loop"],
        ["remove_done_callback", str],
        ["set_result", None],
        ["set_exception", LookupError()],
        ["__repr__"],
    ):
        plain: asyncio.Future[Any] = asyncio.Future()
        expected = answer_of(plain, method, (*arguments,))
        for name, future, end in ways_to_wait():
            assert answer_of(future, method, (*arguments,)) == expected
            if method == "set_exception":
                assert type(future.exception()) is type(plain.exception()) is LookupError
            if name != "monitor wait" or not future.done():  # else it has the lock
                end()
            await settle()


@on_a_loop
async def test_one_that_is_only_awaited_is_never_initialised_as_a_future() -> None:
    for _name, future, end in ways_to_wait():
        waiting = await asleep_at(future)
        with pytest.raises(RuntimeError, match="not initialized"):
            asyncio.Future.get_loop(future)
        end()
        await asyncio.wait([waiting])
        if waiting.exception() is None:
            with pytest.raises(RuntimeError, match="not initialized"):
                asyncio.Future.get_loop(future)


@on_a_loop
async def test_a_callback_hears_of_the_end() -> None:
    for _name, future, end in ways_to_wait():
        heard: list[Any] = []
        never: list[Any] = []
        future.add_done_callback(heard.append)
        future.add_done_callback(never.append)
        assert future.remove_done_callback(never.append) == 1
        end()
        await asyncio.wait([future])
        await settle()
        assert heard == [future]
        assert never == []
        heard.clear()


@on_a_loop
async def test_one_that_nobody_listens_to_is_over_when_it_is_over() -> None:
    for name, future, end in ways_to_wait():
        if name != "a deadline":
            end()
            await settle()
            assert future.done()
            assert future.exception() is None


@on_a_loop
async def test_several_may_await_the_same_one() -> None:
    for _name, future, end in ways_to_wait():
        waiting = [asyncio.ensure_future(result_of(future)) for _ in range(3)]
        await settle()
        end()
        results = await asyncio.gather(*waiting, return_exceptions=True)
        assert results[0] is results[1] is results[2] or isinstance(results[0], toro.Timeout)
        assert future.done()


@types.coroutine
def by_hand(future: asyncio.Future[Any]) -> Iterator[Any]:
    try:
        return (yield from future)  # type: ignore[misc]
    finally:
        del future


@on_a_loop
async def test_it_can_be_iterated_over_or_looked_at_before_it_is_awaited() -> None:
    for wait in (result_of, by_hand):
        for looked_at in (False, True):
            for _name, future, end in ways_to_wait():
                assert not looked_at or not future.done()
                waiting = asyncio.ensure_future(result_of(wait(future)))
                await settle()
                end()
                await asyncio.wait([waiting])
                assert future.done()
                assert type(waiting.exception()) in (type(None), toro.Timeout)


@on_a_loop
async def test_what_a_get_leaves_room_for_is_put_when_its_task_has_come() -> None:
    for looked_at in (False, True):
        queue: toro.Queue[int] = toro.Queue(1)
        future = queue.get()
        assert not looked_at or not future.done()
        waiting = await asleep_at(future)
        queue.put_nowait(1)
        behind = asyncio.ensure_future(result_of(queue.put(2)))
        await settle()
        assert waiting.result() == 1
        assert behind.done()


@on_a_loop
async def test_a_put_that_swaps_puts_nothing_if_it_is_cancelled_as_it_is_granted() -> None:
    for wait in (result_of, lambda future: result_of(by_hand(future))):
        queue: toro.LifoQueue[int] = toro.LifoQueue(1, initial=[1])
        waiting = asyncio.ensure_future(wait(queue.put(2)))
        await settle()
        assert queue.get_nowait() == 1
        waiting.cancel()
        await settle()
        assert waiting.cancelled()
        assert queue.empty()


@on_a_loop
async def test_awaited_after_its_notification_it_still_waits_for_the_lock() -> None:
    monitor = toro.Condition(lock=toro.Lock())
    await monitor.acquire()
    future = monitor.wait()
    await monitor.acquire()
    monitor.notify()
    waiting = await asleep_at(future)
    assert not waiting.done()
    monitor.release()
    await settle()
    assert waiting.done()
    assert monitor.locked()


@on_a_loop
async def test_who_is_cancelled_on_the_way_to_the_lock_leaves_nobody_hanging() -> None:
    for cancelled in (0, 1):
        monitor, heir, waiting = await two_at_a_monitor()
        await monitor.acquire()
        monitor.notify()
        waiting[cancelled].cancel()
        await settle()
        monitor.release()
        await settle()
        assert [task.cancelled() for task in waiting] == [True, True]  # it is one Future
        assert not heir.done()
        monitor.release()
        assert heir.done()


@on_a_loop
async def test_awaited_again_it_brings_the_same() -> None:
    for _name, future, end in ways_to_wait():
        waiting = await asleep_at(future)
        end()
        await asyncio.wait([waiting])
        (again,) = await asyncio.gather(result_of(future), return_exceptions=True)
        if waiting.exception() is None:
            assert again is future.result() is waiting.result()
        else:
            assert type(again) is toro.Timeout
        del waiting, again


@on_a_loop
async def test_cancelling_it_cancels_those_who_await_it() -> None:
    every = ((tasks, *way) for tasks in (1, 2) for way in ways_to_wait())
    for tasks, name, future, end in every:
        if name == "monitor wait":
            end()
            continue  # it is over when the lock has come back, see below
        waiting = [asyncio.ensure_future(result_of(future)) for _ in range(tasks)]
        await settle()
        assert future.cancel()
        await settle()
        assert future.cancelled()
        assert all(task.cancelled() for task in waiting)
        assert not future.cancel()


@on_a_loop
async def test_a_task_that_is_cancelled_cancels_what_it_awaits() -> None:
    for name, future, end in ways_to_wait():
        waiting = await asleep_at(future)
        waiting.cancel()
        await settle()
        assert waiting.cancelled()
        assert future.cancelled()
        if name != "monitor wait":  # that came back with the lock
            end()
            await settle()


@on_a_loop
async def test_one_that_others_listen_to_is_cancelled_with_the_task_that_awaits_it() -> None:
    for _name, future, _end in ways_to_wait():
        heard: list[Any] = []
        waiting = await asleep_at(future)
        future.add_done_callback(heard.append)
        waiting.cancel()
        await settle()
        assert waiting.cancelled()
        assert heard == [future]
        assert future.cancelled()
        heard.clear()


@on_a_loop
async def test_listened_to_and_awaited_it_comes_to_both() -> None:
    for _name, future, end in ways_to_wait():
        heard: list[Any] = []
        waiting = await asleep_at(future)
        future.add_done_callback(heard.append)
        end()
        await asyncio.gather(waiting, return_exceptions=True)
        await settle()
        assert heard == [future]
        heard.clear()


@on_a_loop
async def test_granted_and_cancelled_at_once_it_goes_on_though_others_listen() -> None:
    for listens_first in (False, True):
        lock, future, heir = two_at_a_lock()
        heard: list[bool] = []
        listen = functools.partial(
            future.add_done_callback, lambda done, heard=heard: heard.append(done.cancelled())
        )
        if listens_first:
            listen()
        waiting = await asleep_at(future)
        if not listens_first:
            listen()
        lock.release()
        assert future.done()
        waiting.cancel()
        await settle()
        assert waiting.cancelled()
        assert heard == [True]  # nobody else has what it brought
        assert future.cancelled()
        assert heir.done()
        assert lock.locked()


@on_a_loop
async def test_who_listens_is_told_of_what_one_who_awaits_it_has_come_for() -> None:
    lock = toro.Lock()
    lock.acquire_nowait()
    future = lock.acquire()
    heard: list[Any] = []
    waiting = await asleep_at(future)
    future.add_done_callback(lambda done: heard.append(done.result()))
    lock.release()
    future.add_done_callback(lambda done: heard.append(done.result()))
    await settle()
    assert heard == [waiting.result()] * 2


@on_a_loop
async def test_who_comes_as_it_has_been_granted_has_it_too() -> None:
    queue: toro.Queue[str] = toro.Queue()
    future = queue.get()
    first = asyncio.ensure_future(result_of(future))
    await settle()
    second = result_of(future)
    queue.put_nowait("item")
    brought = None
    try:
        second.send(None)
    except StopIteration as returned:
        brought = returned.value
    assert brought == "item"
    first.cancel()
    await settle()
    assert first.cancelled()
    assert future.result() == "item"


@on_a_loop
async def test_granted_and_cancelled_at_once_it_goes_on_though_somebody_looked() -> None:
    looks: list[Callable[[Any], Any]] = [
        lambda future: future.done(),
        lambda future: not future.cancelled(),
        lambda future: not future.cancel(),
    ]
    for look in looks:
        queue: toro.Queue[str] = toro.Queue()
        future, heir = queue.get(), queue.get()
        waiting = await asleep_at(future)
        queue.put_nowait("item")
        assert look(future)
        waiting.cancel()
        await settle()
        assert waiting.cancelled()
        assert future.cancelled()
        assert heir.result() == "item"


@on_a_loop
async def test_what_somebody_has_already_goes_on_no_more() -> None:
    looks: list[Callable[[Any], Any]] = [
        lambda future: future.result(),
        lambda future: future.exception() is None,
    ]
    for look in looks:
        queue: toro.Queue[str] = toro.Queue()
        future, heir = queue.get(), queue.get()
        waiting = await asleep_at(future)
        queue.put_nowait("item")
        assert look(future)
        with pytest.raises(asyncio.InvalidStateError):
            future.set_result("another")
        waiting.cancel()
        await settle()
        assert waiting.cancelled()
        assert future.result() == "item"
        assert not heir.done()
        heir.cancel()


@on_a_loop
async def test_what_will_be_cancelled_takes_no_result() -> None:
    for waits_for, awaited in itertools.product((False, True), repeat=2):
        lock = toro.Lock()
        condition = toro.Condition(lock=lock)
        lock.acquire_nowait()
        future: asyncio.Future[Any]
        future = condition.wait_for(lambda: False) if waits_for else condition.wait()
        waiting = asyncio.ensure_future(result_of(future)) if awaited else future
        await settle()
        lock.acquire_nowait()
        assert waiting.cancel()
        await settle()
        for settle_it in (future.set_result, future.set_exception):
            with pytest.raises(asyncio.InvalidStateError):
                settle_it(Unexpected())
        lock.release()
        await settle()
        assert waiting.cancelled()
        assert future.cancelled()
        assert lock.locked()  # by whoever was cancelled


@on_a_loop
async def test_what_was_granted_is_not_seen_by_who_shows_it_or_asks_for_its_loop() -> None:
    for looked_at in (False, True):
        lock, future, heir = two_at_a_lock()
        assert not looked_at or not future.done()
        waiting = await asleep_at(future)
        lock.release()
        assert "pending" in repr(future)
        assert future.get_loop() is asyncio.get_running_loop()
        waiting.cancel()
        await settle()
        assert waiting.cancelled()
        assert future.cancelled()
        assert heir.done()


@on_a_loop
async def test_who_listens_no_more_keeps_no_dropped_acquire_alive() -> None:
    lock, future, heir = two_at_a_lock()
    assert future.remove_done_callback(print) == 0
    future.add_done_callback(print)
    future.add_done_callback(repr)
    assert future.remove_done_callback(print) == 1
    kept = weakref.ref(future)
    del future
    gc.collect()
    await settle()  # what is dropped leaves a pass later
    listened_to = kept()
    assert listened_to is not None
    assert listened_to.remove_done_callback(repr) == 1
    del listened_to
    gc.collect()
    await settle()
    assert kept() is None
    lock.release()
    assert heir.done()


@on_a_loop
async def test_of_those_who_await_it_some_may_be_cancelled_as_it_is_granted() -> None:
    everybody = range(3)
    for cancelled in (*itertools.combinations(everybody, 1), *itertools.combinations(everybody, 2)):
        queue: toro.Queue[str] = toro.Queue()
        future, heir = queue.get(), queue.get()
        waiting = [asyncio.ensure_future(result_of(future)) for _ in everybody]
        await settle()
        queue.put_nowait("item")
        for number in cancelled:
            waiting[number].cancel()
        await settle()
        assert [task.cancelled() for task in waiting] == [n in cancelled for n in everybody]
        assert {task.result() for task in waiting if not task.cancelled()} == {"item"}
        assert not heir.done()
        heir.cancel()


@on_a_loop
async def test_if_all_who_await_it_are_cancelled_as_it_is_granted_it_goes_on() -> None:
    for looked_at in (False, True):
        queue: toro.Queue[str] = toro.Queue()
        future, heir = queue.get(), queue.get()
        assert not looked_at or not future.done()
        waiting = [asyncio.ensure_future(result_of(future)) for _ in range(3)]
        await settle()
        queue.put_nowait("item")
        for task in waiting:
            task.cancel()
        await settle()
        assert all(task.cancelled() for task in waiting)
        assert heir.result() == "item"


@on_a_loop
async def test_cancelled_just_before_it_is_granted_it_goes_to_who_awaits_it_too() -> None:
    queue: toro.Queue[str] = toro.Queue()
    future, heir = queue.get(), queue.get()
    first, second = [asyncio.ensure_future(result_of(future)) for _ in range(2)]
    await settle()
    first.cancel()
    queue.put_nowait("item")
    await settle()
    assert first.cancelled()
    assert second.result() == "item"
    assert not heir.done()
    heir.cancel()


@on_a_loop
async def test_who_awaits_what_was_granted_keeps_it_if_the_first_is_cancelled() -> None:
    queue: toro.Queue[str] = toro.Queue()
    future, heir = queue.get(), queue.get()
    waiting = await asleep_at(future)
    queue.put_nowait("item")
    assert await future == "item"
    waiting.cancel()
    await settle()
    assert waiting.cancelled()
    assert not heir.done()
    heir.cancel()


@on_a_loop
async def test_a_notification_is_used_by_one_of_two_who_await_it() -> None:
    for cancelled in (0, 1):
        monitor, heir, waiting = await two_at_a_monitor()
        with monitor.acquire_nowait():
            monitor.notify()
        waiting[cancelled].cancel()
        await settle()
        assert [task.cancelled() for task in waiting] == [n == cancelled for n in (0, 1)]
        monitor.release()
        await settle()
        assert not heir.done()
        heir.cancel()


class Incomparable(Exception):
    pass


class Refusing:
    def __lt__(self, other: object) -> bool:
        raise Incomparable


@on_a_loop
async def test_a_put_that_cannot_be_compared_fails_for_all_who_await_it() -> None:
    queue: toro.PriorityQueue[Any] = toro.PriorityQueue(2, initial=[1, 2])
    future = queue.put(Refusing())
    waiting = [asyncio.ensure_future(result_of(future)) for _ in range(3)]
    await settle()
    assert queue.get_nowait() == 1
    await settle()
    errors = [type(task.exception()) for task in waiting]
    assert errors == [Incomparable] * 3
    assert queue.qsize() == 1


@on_a_loop
async def test_a_put_that_fails_for_who_awaits_it_is_in_no_cycle_with_its_error() -> None:
    queue: toro.PriorityQueue[Any] = toro.PriorityQueue(2, initial=[1, 2])
    future = queue.put(Refusing())
    assert not future.done()
    waiting = await asleep_at(future)
    assert queue.get_nowait() == 1
    await settle()
    error = weakref.ref(waiting.exception() or ValueError())
    del waiting, future
    assert error() is None


@on_a_loop
async def test_a_wait_on_a_monitor_that_is_cancelled_comes_back_with_the_lock() -> None:
    monitor = toro.Condition(lock=toro.Lock())
    for awaited in (False, True):
        await monitor.acquire()
        future = monitor.wait()
        if awaited:
            waiting = await asleep_at(future)
        await monitor.acquire()
        assert future.cancel("enough")
        await settle()
        assert not future.done()
        monitor.release()
        await settle()
        assert future.cancelled()
        assert monitor.locked()
        with pytest.raises(asyncio.CancelledError, match=r"^enough$"):
            future.result()
        if awaited:
            assert waiting.cancelled()
        monitor.release()


@on_a_loop
async def test_tornados_own_ways_to_wait() -> None:
    queue: toro.Queue[int] = toro.Queue()
    with pytest.raises(gen.TimeoutError):
        await gen.with_timeout(IOLoop.current().time() + 0.001, queue.get())
    assert await gen.with_timeout(IOLoop.current().time() + 60, queue.put(1)) is None
    event = toro.Event()
    event.set()
    both = {"a": event.wait(), "b": event.wait()}
    assert await gen.multi(both) == {"a": None, "b": None}
    heard: list[Any] = []
    IOLoop.current().add_future(event.wait(), heard.append)
    await settle()
    assert [future.result() for future in heard] == [None]


@on_a_loop
async def test_asyncios_own_ways_to_wait() -> None:
    lock = toro.Lock()
    with await asyncio.wait_for(lock.acquire(), 60):
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(lock.acquire(), 0.001)
        assert lock.statistics().tasks_waiting == 0
        shielded = asyncio.shield(lock.acquire())
    with await shielded:
        assert lock.locked()
    assert await asyncio.gather(toro.Queue().put(1), toro.Semaphore().wait()) == [None, None]


@on_a_loop
async def test_what_need_not_wait_is_a_future_of_tornado() -> None:
    event = toro.Event()
    event.set()
    queue: toro.Queue[str] = toro.Queue()
    for future in (
        toro.Lock().acquire(),
        toro.Semaphore().acquire(),
        toro.RWLock().acquire_read(),
        toro.RWLock().acquire_write(),
        toro.Semaphore().wait(),
        event.wait(),
        queue.put("x"),
        queue.get(),
        toro.Queue().join(),
    ):
        heard: list[Any] = []
        assert is_future(future)
        assert asyncio.ensure_future(future) is future
        assert future.done()
        assert not future.cancelled()
        assert not future.cancel()
        assert future.exception() is None
        assert future.get_loop() is asyncio.get_running_loop()
        assert "finished" in repr(future)
        assert await future is future.result()
        with pytest.raises(StopIteration) as returned:
            next(by_iterating(future))
        assert returned.value.value is future.result()
        del returned
        with pytest.raises(asyncio.InvalidStateError):
            future.set_result(None)
        with pytest.raises(asyncio.InvalidStateError):
            future.set_exception(ValueError())
        future.add_done_callback(heard.append)
        assert heard == []
        assert future.remove_done_callback(heard.append) == 0
        await settle()
        assert heard == [future]
        heard.clear()


@on_a_loop
async def test_futures_that_are_held_at_once_are_not_the_same() -> None:
    queue: toro.Queue[int] = toro.Queue()
    iterator = gen.WaitIterator(queue.put(1), queue.put(2), toro.Queue().join())
    numbers = []
    while not iterator.done():
        await iterator.next()
        numbers.append(iterator.current_index)
    assert numbers == [0, 1, 2]
    event = toro.Event()
    event.set()
    semaphore = toro.Semaphore()
    waiting = {event.wait(), event.wait(), semaphore.wait(), semaphore.wait(), queue.put(3)}
    assert len({*waiting, event.wait(), queue.put(4)}) == 7


@on_a_loop
async def test_what_is_kept_on_a_future_is_on_no_other() -> None:
    event = toro.Event()
    event.set()
    queue: toro.Queue[int] = toro.Queue()
    for wait in (event.wait, toro.Queue[int]().join, lambda: queue.put(1)):
        future: Any = wait()
        future.kept = "here"
        again = weakref.ref(future)
        assert future.kept == "here"
        del future
        assert again() is None
        for other in (event.wait(), toro.Semaphore().wait(), queue.put(1)):
            assert not hasattr(other, "kept")


@on_a_loop
async def test_a_guard_is_the_same_however_often_it_is_asked_for() -> None:
    lock = toro.Lock()
    free, waiting = lock.acquire(), lock.acquire()
    with await free:
        pass
    assert await waiting is waiting.result()
    for future in (free, waiting):
        assert await future is future.result() is await future
    with pytest.raises(RuntimeError), await free:
        raise AssertionError("entered twice")
    with await waiting:
        assert lock.locked()
    assert not lock.locked()


@on_a_loop
async def test_an_acquire_that_is_dropped_gives_up_its_place() -> None:
    for timeout in (None, 60.0):
        lock = toro.Lock()
        lock.acquire_nowait()
        dropped = lock.acquire(timeout=timeout)
        looked_at = lock.acquire(timeout=timeout)
        assert not looked_at.done()
        kept = lock.acquire(timeout=timeout)
        del dropped, looked_at
        await settle()
        assert lock.statistics().tasks_waiting == 1
        lock.release()
        assert kept.done()


@on_a_loop
async def test_what_is_released_before_one_that_was_dropped_has_left_goes_to_the_next() -> None:
    for observed, timeout in itertools.product((False, True), (None, 60.0)):
        lock = toro.Lock()
        lock.acquire_nowait()
        dropped, kept = lock.acquire(timeout=timeout), lock.acquire(timeout=timeout)
        if observed:
            dropped.observe()  # type: ignore[attr-defined]
        del dropped
        lock.release()
        assert kept.done()
        await settle()
        assert lock.locked()
        lock.release()
        assert not lock.locked()


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("in_a_thread", [False, True])
def test_an_acquire_that_is_dropped_changes_nothing_before_the_loop_runs(
    in_a_thread: bool, debug: bool
) -> None:
    async def main() -> None:
        rwlock = toro.RWLock(max_readers=2)
        await rwlock.acquire_read()
        writers = [rwlock.acquire_write()]
        heard: list[Any] = []
        rwlock.acquire_read().add_done_callback(heard.append)
        before = rwlock._machine.snapshot()
        if in_a_thread:  # as a collection of garbage there does
            thread = threading.Thread(target=writers.clear)
            thread.start()
            thread.join()
        else:
            writers.clear()
        assert rwlock._machine.snapshot() == before
        await settle()
        assert len(heard) == 1

    asyncio.run(main(), debug=debug)


def test_one_that_is_dropped_in_another_thread_wakes_the_loop() -> None:
    woken: list[Any] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        call_soon_threadsafe = loop.call_soon_threadsafe

        def recorded(*args: Any, **kwargs: Any) -> Any:
            woken.append(args)
            return call_soon_threadsafe(*args, **kwargs)

        lock = toro.Lock()
        await lock.acquire()
        places = [lock.acquire()]
        thread = threading.Thread(target=places.clear)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(loop, "call_soon_threadsafe", recorded)
            thread.start()
            thread.join()
        await settle()
        assert lock.statistics().tasks_waiting == 0

    asyncio.run(main())
    assert len(woken) == 1


@on_a_loop
async def test_one_that_cannot_leave_says_so_and_gets_nothing_all_the_same() -> None:
    lock, loop = toro.Lock(), asyncio.get_running_loop()
    await lock.acquire()
    dropped, kept = lock.acquire(), lock.acquire()
    complaints: list[Any] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "unraisablehook", lambda told: complaints.append(told.exc_type))
        patch.setattr(loop, "call_soon", functools.partial(fail_with, RecursionError))
        del dropped
    assert complaints == [RecursionError]
    lock.release()
    assert kept.done()


def fail_with(kind: type[Exception], *args: Any, **kwargs: Any) -> None:
    raise kind


@pytest.mark.parametrize("kind", [RecursionError, RuntimeError])
def test_an_error_is_not_taken_for_a_closed_loop(kind: type[Exception]) -> None:
    async def main() -> None:
        loop, event = asyncio.get_running_loop(), toro.Event()
        call_soon = loop.call_soon

        def fails(*args: Any, **kwargs: Any) -> Any:
            call_soon(*args, **kwargs)
            raise kind

        coroutine = result_of(event.wait())
        coroutine.send(None).add_done_callback(str)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(loop, "call_soon", fails)
            with pytest.raises(kind):
                event.set()
        coroutine.close()

    asyncio.run(main())


@on_a_loop
async def test_a_put_that_is_dropped_puts() -> None:
    queue = toro.Queue(1, initial=[1])
    queue.put(2)
    queue.put(3, timeout=60.0)
    assert [queue.get_nowait() for _ in range(2)] == [1, 2]
    assert await queue.get() == 3


@pytest.mark.parametrize("kind", ["lock", "monitor"])
def test_it_is_of_one_loop(kind: str) -> None:
    futures: list[asyncio.Future[Any]] = []

    async def first() -> None:
        lock = toro.Lock()
        await lock.acquire()
        futures.append(lock.acquire() if kind == "lock" else toro.Condition(lock=lock).wait())

    async def second() -> None:
        await futures[0]

    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(first())
        with pytest.raises(RuntimeError, match="loop"):
            asyncio.run(second())
    finally:
        loop.close()


def test_outside_of_a_running_loop() -> None:
    io_loop = IOLoop(make_current=False)
    event = toro.Event(io_loop)
    queue: toro.Queue[int] = toro.Queue(io_loop=io_loop)
    heard: list[Any] = []
    waiting = event.wait()
    event.set()
    futures: list[Any] = [
        waiting,
        event.wait(),
        queue.put(1),
        queue.get(),
        toro.Lock(io_loop).acquire(),
    ]
    for future in futures:
        assert future.done()
        assert future.get_loop() is io_loop.asyncio_loop  # type: ignore[attr-defined]
        future.add_done_callback(heard.append)
    io_loop.run_sync(settle)
    io_loop.close()
    assert heard == futures


@on_a_loop
async def test_a_wait_for_is_a_future_too() -> None:
    condition = toro.Condition()
    ready: list[str] = []
    over = condition.wait_for(lambda: "now")
    future, other = condition.wait_for(lambda: ready), condition.wait_for(lambda: ready)
    assert over.result() == "now"
    assert not over.cancel()
    for each in (future, other):
        assert not each.done()
        assert each.get_loop() is asyncio.get_running_loop()
    assert future.cancel("enough") is True
    with pytest.raises(asyncio.CancelledError, match=r"^enough$"):
        await future
    assert not future.cancel()
    condition.notify()
    await settle()
    assert not other.done()
    ready.append("then")
    condition.notify()
    await settle()
    assert other.result() == ["then"]
    assert condition.statistics().tasks_waiting == 0


@on_a_loop
async def test_a_notification_that_a_cancelled_wait_for_had_goes_on() -> None:
    condition = toro.Condition()
    future, other, third = condition.wait_for(lambda: False), condition.wait(), condition.wait()
    condition.notify()
    future.cancel()
    await settle()
    assert future.cancelled()
    assert other.done()
    assert not third.done()


@on_a_loop
async def test_a_wait_for_that_was_woken_with_all_others_hands_nothing_on() -> None:
    condition = toro.Condition()
    future = condition.wait_for(lambda: False)
    await settle()
    condition.notify_all()
    future.cancel()
    latecomer = condition.wait()
    await settle()
    assert future.cancelled()
    assert not latecomer.done()


@on_a_loop
async def test_a_wait_for_cancelled_as_its_lock_is_released_hands_its_notification_on() -> None:
    for cancelled_first in (True, False):
        lock = toro.Lock()
        condition = toro.Condition(lock=lock)
        await lock.acquire()
        future = condition.wait_for(lambda: False)
        await lock.acquire()
        other = condition.wait()
        await lock.acquire()
        condition.notify()
        lock.release()  # now the lock is that wait's
        if cancelled_first:
            future.cancel()
        lock.release()
        if not cancelled_first:
            future.cancel()
        await settle()
        assert future.cancelled()
        assert other.done()


@on_a_loop
async def test_whoever_listens_to_a_wait_for_is_told_as_the_predicate_holds() -> None:
    condition, told = toro.Condition(), []
    ready: list[str] = []
    future = condition.wait_for(lambda: told.append("looked") or ready)
    for name in ("first", "second", "never"):
        future.add_done_callback(functools.partial(lambda name, _: told.append(name), name))
    never = told.append
    future.add_done_callback(never)
    assert future.remove_done_callback(never) == 1
    assert future.remove_done_callback(never) == 0
    asyncio.get_running_loop().call_soon(told.append, "before")
    ready.append("yes")
    condition.notify()
    asyncio.get_running_loop().call_soon(told.append, "after")
    await settle()
    assert told == ["looked", "before", "looked", "first", "second", "never", "after"]
    future.add_done_callback(lambda _: told.append("late"))
    assert future.remove_done_callback(never) == 0
    await settle()
    assert told[-1] == "late"


@on_a_loop
async def test_a_listener_that_raises_does_not_keep_a_wait_for_from_the_others() -> None:
    condition, told, reported = toro.Condition(), list[Any](), list[dict[str, Any]]()
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: reported.append(context))
    ready: list[str] = []
    future = condition.wait_for(lambda: ready)
    future.add_done_callback(lambda _: 1 / 0)
    future.add_done_callback(lambda future: told.append(future.result()))
    ready.append("yes")
    condition.notify()
    await settle()
    assert told == [["yes"]]
    (report,) = reported
    assert type(report.pop("exception")) is ZeroDivisionError
    assert report.pop("future") is future
    assert report.pop("message").startswith("Exception in callback <function")


@pytest.mark.parametrize("interrupt", [SystemExit, KeyboardInterrupt])
def test_an_interrupt_out_of_a_listener_leaves_the_others_for_later(
    interrupt: type[BaseException],
) -> None:
    condition, told = toro.Condition(), list[str]()

    def leave(_: object) -> None:
        raise interrupt

    async def begin() -> None:
        future = condition.wait_for(iter([False, True]).__next__)
        future.add_done_callback(leave)
        future.add_done_callback(lambda _: told.append("later"))
        condition.notify()
        await settle()

    with asyncio.Runner() as runner:
        with pytest.raises(interrupt):
            runner.run(begin())
        assert told == []
        runner.run(settle())
        assert told == ["later"]


@on_a_loop
async def test_what_a_predicate_gave_is_not_kept_by_an_exception_of_who_went_on() -> None:
    class Thing:
        pass

    condition, things = toro.Condition(), list[Thing]()

    async def go_on() -> None:
        await condition.wait_for(lambda: things and things.pop())
        raise LookupError

    going = asyncio.ensure_future(go_on())
    await settle()
    things.append(Thing())
    gone = weakref.ref(things[0])
    condition.notify()
    await settle()
    assert type(going.exception()) is LookupError
    assert gone() is None


@on_a_loop
async def test_a_wait_for_that_is_too_late_can_be_cancelled_before_it_says_so() -> None:
    condition = toro.Condition()
    future = condition.wait_for(lambda: False, timeout=-1)
    assert not future.done()
    assert future.cancel()
    await settle()
    assert future.cancelled()


@on_a_loop
async def test_a_cancelled_wait_for_does_not_come_first_to_its_lock() -> None:
    lock = toro.Lock()
    condition = toro.Condition(lock=lock)
    await lock.acquire()
    future = condition.wait_for(lambda: False)
    await lock.acquire()
    before = lock.acquire()
    future.cancel()
    lock.release()
    await settle()
    assert before.done()
    assert not future.done()
    lock.release()
    await settle()
    assert future.cancelled()
    assert lock.locked()


VALUE: contextvars.ContextVar[str] = contextvars.ContextVar("VALUE", default="nothing")


@on_a_loop
async def test_a_callback_runs_in_the_context_of_whoever_added_it() -> None:
    lock, condition = toro.Lock(), toro.Condition()
    seen: list[str] = []
    await lock.acquire()
    looks = iter([False, False, True])

    def see(_: object = None) -> bool:
        seen.append(VALUE.get())
        return next(looks)

    def look(_: object) -> None:
        seen.append(VALUE.get())

    VALUE.set("mine")
    held, told = lock.acquire(), condition.wait_for(see)
    for future in (held, told):
        future.add_done_callback(look)
        future.add_done_callback(look, context=contextvars.Context())
    VALUE.set("waker's")
    lock.release()
    await settle()
    assert seen == ["mine", "mine", "nothing"]
    seen.clear()
    for _ in range(2):
        condition.notify()
        await settle()
    assert seen == ["mine", "mine", "mine", "nothing"]
    held.result()


@pytest.mark.parametrize("looked", [False, True])
def test_a_grant_that_was_seen_outlives_its_loop(looked: bool) -> None:
    lock = toro.Lock()
    kept: list[asyncio.Future[Any]] = []

    async def main() -> None:
        await lock.acquire()
        kept.append(lock.acquire())
        lock.release()
        if looked:
            assert kept[0].done()

    async def again() -> bool:
        try:
            return lock.acquire().done()
        except RuntimeError:
            return False

    asyncio.run(main())
    assert asyncio.run(again()) is not looked


@pytest.mark.parametrize("looked", [False, True])
def test_a_grant_that_nobody_saw_can_be_cancelled_anywhere_and_says_why(looked: bool) -> None:
    lock = toro.Lock()
    kept: list[asyncio.Future[Any]] = []

    async def main() -> None:
        await lock.acquire()
        kept.append(lock.acquire())
        if looked:
            assert not kept[0].done()
        lock.release()

    async def raises() -> None:
        with pytest.raises(asyncio.CancelledError, match=r"^enough$"):
            await kept[0]

    with asyncio.Runner() as runner:
        runner.run(main())
        assert kept[0].cancel("enough")
        assert not kept[0].cancel("more")
        assert kept[0].get_loop() is runner.get_loop()
        assert not lock.locked()
        runner.run(raises())


def test_what_goes_to_one_whose_loop_is_closed_goes_on_from_there() -> None:
    semaphore = toro.Semaphore(0)

    async def wait() -> None:
        await semaphore.acquire()

    waiting = [wait() for _ in range(2)]

    async def main() -> None:
        for coroutine in waiting:
            coroutine.send(None).add_done_callback(print)
        semaphore.release()

    asyncio.run(main())
    assert semaphore.value == 0
    waiting[0].close()
    assert semaphore.value == 1
    waiting[1].close()
    assert semaphore.value == 1


def test_a_lock_may_be_taken_while_its_loop_rests_though_somebody_will_want_it_again() -> None:
    lock = toro.Lock()
    condition = toro.Condition(lock=lock)

    async def wait() -> None:
        async with condition:
            await condition.wait()

    async def begin() -> asyncio.Task[None]:
        task = asyncio.ensure_future(wait())
        await settle()
        return task

    async def end(task: asyncio.Task[None]) -> None:
        assert lock.locked()
        condition.notify()
        lock.release()
        await task

    with asyncio.Runner() as runner:
        task = runner.run(begin())
        lock.acquire_nowait()
        runner.run(end(task))
    assert not lock.locked()


@on_a_loop
async def test_what_is_set_on_one_future_that_is_done_stays_there() -> None:
    event = toro.Event()
    event.set()
    futures: list[Any] = [event.wait() for _ in range(2)]
    for number in range(2):
        for future in futures:
            future.number = number
        assert all(future.number == number for future in futures)
        futures[number].own = number
    assert [future.own for future in futures] == [0, 1]


@on_a_loop
async def test_what_a_task_awaits_cannot_be_cancelled_once_it_is_granted() -> None:
    lock = toro.Lock()
    await lock.acquire()
    future = lock.acquire()
    waiting = await asleep_at(future)
    lock.release()
    assert not future.cancel()
    with await waiting:
        assert lock.locked()


@on_a_loop
async def test_a_future_that_somebody_else_settles_leaves_the_line() -> None:
    lock = toro.Lock()
    await lock.acquire()
    first, second = lock.acquire(), lock.acquire()
    third: Any = asyncio.ensure_future(result_of(fourth := lock.acquire()))
    await settle()
    first.set_result("other")  # type: ignore[arg-type]
    second.set_exception(LookupError("other"))
    fourth.set_result("awaited")  # type: ignore[arg-type]
    assert lock.statistics().tasks_waiting == 0
    lock.release()
    assert not lock.locked()
    assert first.result() == "other"
    assert type(second.exception()) is LookupError
    assert await third == "awaited"
    with pytest.raises(asyncio.InvalidStateError):
        first.set_result("again")  # type: ignore[arg-type]


@on_a_loop
async def test_one_that_is_settled_as_its_task_is_cancelled_leaves_the_line() -> None:
    lock = toro.Lock()
    await lock.acquire()
    future = lock.acquire()
    waiting = await asleep_at(future)
    waiting.cancel()
    future.set_result(3)  # type: ignore[arg-type]
    assert future.result() == 3  # type: ignore[comparison-overlap]
    assert lock.statistics().tasks_waiting == 0
    lock.release()
    assert not lock.locked()
    await asyncio.wait([waiting])


@on_a_loop
async def test_a_wait_for_that_somebody_else_settles_leaves_the_line_and_is_told() -> None:
    condition = toro.Condition()
    futures = [condition.wait_for(lambda: False) for _ in range(3)]
    waiting = [asyncio.ensure_future(result_of(future)) for future in futures]
    last = condition.wait()
    await settle()
    condition.notify()  # which the first hands on
    futures[0].set_result(True)
    futures[1].set_exception(LookupError("other"))
    assert condition.statistics().tasks_waiting == 1
    await settle()
    assert [task.done() for task in waiting] == [True, True, False]
    assert waiting[0].result() is True
    assert type(waiting[1].exception()) is LookupError
    with pytest.raises(asyncio.InvalidStateError):
        futures[0].set_result(True)
    futures[2].cancel()
    condition.notify()
    await settle()
    assert last.done()


@pytest.mark.parametrize("timeout", [None, -1])
def test_a_wait_for_that_somebody_else_settled_keeps_no_predicate(timeout: float | None) -> None:
    async def main() -> None:
        def predicate() -> bool:
            return False

        gone = weakref.ref(predicate)
        future = toro.Condition().wait_for(predicate, timeout=timeout)
        del predicate
        future.set_result(True)
        await settle()
        assert future.result()
        assert gone() is None

    asyncio.run(main())


@on_a_loop
async def test_a_wait_for_can_be_cancelled_again_and_again() -> None:
    for locked, notified in itertools.product((False, True), repeat=2):
        lock = toro.Lock() if locked else None
        condition = toro.Condition(lock=lock)
        if lock is not None:
            lock.acquire_nowait()
        future, heir = condition.wait_for(lambda: False), None
        if lock is None:
            heir = condition.wait()
        if notified:
            with lock.acquire_nowait() if lock else contextlib.nullcontext():
                condition.notify()
        assert [future.cancel() for _ in range(3)] == [True, True, True]
        await settle()
        assert future.cancelled()
        if lock is not None:
            lock.release()
        elif heir is not None:
            assert heir.done() is notified
            heir.cancel()


class Unexpected(Exception):
    """Nothing that anybody here knows of."""


@on_a_loop
async def test_a_wait_for_that_something_is_thrown_into_leaves_as_a_wait_does() -> None:
    for locked, closed, notified in itertools.product((False, True), repeat=3):
        lock = toro.Lock() if locked else None
        condition = toro.Condition(lock=lock)
        ready: list[int] = []

        async def body(
            condition: toro.Condition = condition, lock: Any = lock, ready: list[int] = ready
        ) -> None:
            if lock is None:
                await condition.wait_for(lambda: ready)
            else:
                async with condition:
                    await condition.wait_for(lambda: ready)

        thrown_into, other = body(), asyncio.ensure_future(body())
        thrown_into.send(None)
        await settle()
        assert condition.statistics().tasks_waiting == 2
        ready.append(1)
        if notified:
            with lock.acquire_nowait() if lock else contextlib.nullcontext():
                condition.notify()
        if closed:
            thrown_into.close()
        else:
            with pytest.raises(Unexpected):
                thrown_into.throw(Unexpected())
        if not notified:
            with lock.acquire_nowait() if lock else contextlib.nullcontext():
                condition.notify()
        await settle()
        assert other.done()
        assert condition.statistics().tasks_waiting == 0
        assert lock is None or not lock.locked()


@on_a_loop
async def test_a_wait_for_that_its_predicate_cancels_is_cancelled_though_it_holds() -> None:
    condition = toro.Condition()
    looks = iter([lambda: False, lambda: future.cancel()])
    future: asyncio.Future[bool] = condition.wait_for(lambda: next(looks)())
    condition.notify()
    await settle()
    assert future.cancelled()


@pytest.mark.parametrize("kind", [toro.Semaphore, toro.BoundedSemaphore, toro.Lock])
@pytest.mark.parametrize("timeout", [None, 9.0])
def test_what_was_looked_at_while_it_waited_is_granted_once(kind: Any, timeout: float) -> None:
    thing = kind()

    async def main() -> None:
        for look in ("done", "__repr__", "cancelled", "get_loop"):
            guard = await thing.acquire()
            future = thing.acquire(timeout=timeout)
            getattr(future, look)()
            with guard:
                pass
            with future.result():
                assert thing.locked()
            assert not thing.locked()
            assert not thing._machine.busy()
            guard = await thing.acquire()
            dropped, other = thing.acquire(timeout=timeout), thing.acquire()
            getattr(dropped, look)()
            with guard:
                pass
            del dropped
            await settle()
            with other.result():
                pass
            assert not thing._machine.busy()

    asyncio.run(main())


@on_a_loop
async def test_a_generator_resumes_while_the_predicate_holds() -> None:
    condition, items = toro.Condition(), list[str]()

    @gen.coroutine
    def take() -> Iterator[Any]:
        yield condition.wait_for(lambda: items)
        items.pop()

    takers = [take() for _ in range(2)]
    await settle()
    items.append("only")
    condition.notify_all()
    await settle()
    assert [taker.done() for taker in takers] == [True, False]
    items.append("another")
    condition.notify()
    await asyncio.wait(takers)


def test_an_interrupt_out_of_a_predicate_is_told_to_whoever_listens_later() -> None:
    condition, answers = toro.Condition(), iter([False])
    told: list[Any] = []

    def predicate() -> bool:
        for answer in answers:
            return answer
        raise SystemExit

    async def begin() -> None:
        condition.wait_for(predicate).add_done_callback(told.append)
        condition.notify()
        await settle()

    with asyncio.Runner() as runner:
        with pytest.raises(SystemExit):
            runner.run(begin())
        assert told == []
        runner.run(settle())
        assert [type(future.exception()) for future in told] == [SystemExit]


@on_a_loop
async def test_a_wait_for_cancelled_as_it_times_out_had_no_notification() -> None:
    condition, loop = toro.Condition(), asyncio.get_running_loop()
    future, other = condition.wait_for(lambda: False, timeout=60.0), condition.wait()
    loop.call_later(60.0, future.cancel)
    move_the_clock(61.0)
    await asyncio.wait([future])
    assert future.cancelled()
    assert not other.done()
    other.cancel()


@on_a_loop
async def test_a_wait_for_that_is_over_keeps_no_predicate() -> None:
    condition = toro.Condition()
    for answers, timeout, ended in (
        ([0], None, "cancelled"),
        ([1], None, "result=1"),
        ([0], None, "IndexError"),
        ([0], 0.0, "Timeout"),
    ):
        predicate = functools.partial(answers.pop)
        reference = weakref.ref(predicate)
        future = condition.wait_for(predicate, timeout=timeout)
        del predicate
        if ended == "cancelled":
            future.cancel()
        condition.notify()
        await settle()
        assert ended in repr(future)
        assert reference() is None
        assert future.cancelled() or future.exception() or future.result() == 1


@on_a_loop
async def test_a_timeout_that_nobody_looks_at_is_not_complained_of() -> None:
    complaints: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, told: complaints.append(told))
    condition = toro.Condition()
    for late in (
        condition.wait(timeout=0.0),
        condition.wait_for(lambda: False, timeout=0.0),
        condition.wait(timeout=0.001),
        condition.wait_for(lambda: False, timeout=0.001),
    ):
        await asyncio.wait([late])
    del late
    gc.collect()
    assert complaints == []


@on_a_loop
async def test_a_timeout_that_is_seen_late_is_not_where_the_exception_was_raised() -> None:
    result: toro.AsyncResult[int] = toro.AsyncResult()
    late = result.get(timeout=60.0)
    move_the_clock(60.0)
    await settle()

    def fail() -> None:
        try:
            raise LookupError
        except LookupError as error:
            result.set_exception(error)

    asyncio.get_running_loop().call_soon(fail)
    await settle()
    timeout = late.exception()
    assert type(timeout) is toro.Timeout
    assert timeout.__traceback__ is None


@on_a_loop
async def test_a_predicate_that_raises_unseen_is_complained_of() -> None:
    complaints: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, told: complaints.append(told))
    toro.Condition().wait_for(lambda: 1 // 0)
    gc.collect()
    assert [type(told["exception"]) for told in complaints] == [ZeroDivisionError]
    complaints.clear()


class Hooked(toro.Queue[Any]):
    def _get(self) -> Any:
        raise Incomparable

    def _put(self, item: Any) -> None:
        if item == "bad":
            raise Incomparable


def fails_by_and_by(name: str) -> tuple[asyncio.Future[Any], Callable[[], object]]:
    if name == "put":
        queue: toro.PriorityQueue[Any] = toro.PriorityQueue(2, initial=[1, 2])
        return queue.put(Refusing()), queue.get_nowait
    if name == "put with a deadline":
        queue = toro.PriorityQueue(2, initial=[1, 2])
        return queue.put(Refusing(), timeout=60.0), queue.get_nowait
    if name == "get":
        hooked = Hooked()
        return hooked.get(), lambda: hooked.put_nowait(1)
    result: toro.AsyncResult[Any] = toro.AsyncResult()
    return result.get(), lambda: result.set_exception(Incomparable)


@on_a_loop
async def test_what_fails_by_and_by_is_complained_of_only_if_nobody_ever_looks() -> None:
    complaints: list[Any] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, told: complaints.append(type(told["exception"])))
    for name in ("put", "put with a deadline", "get", "result"):
        for looked_at in ("never", "before", "after", "awaited"):
            future, end = fails_by_and_by(name)
            assert looked_at != "before" or not future.done()
            end()
            if looked_at == "after":
                assert type(future.exception()) is Incomparable
            elif looked_at == "awaited":
                (error,) = await asyncio.gather(result_of(future), return_exceptions=True)
                assert type(error) is Incomparable
                del error
            del future, end
            gc.collect()
            assert complaints == [Incomparable] * (looked_at in ("never", "before"))
            complaints.clear()


def ways_to_fail_at_once() -> Iterator[asyncio.Future[Any]]:
    sorted_queue: toro.PriorityQueue[Any] = toro.PriorityQueue(initial=[1])
    yield sorted_queue.put(Refusing())
    hooked = Hooked(initial=[1])
    yield hooked.put("bad")
    yield hooked.get()
    result: toro.AsyncResult[Any] = toro.AsyncResult()
    waiting = [result.get()]
    assert not waiting[0].done()
    result.set_exception(Incomparable)
    yield waiting.pop()
    yield result.get()
    io_loop = IOLoop.current()
    yield Hooked(0, io_loop).put("bad")
    yield Hooked(0, io_loop, initial=[1]).get()


@on_a_loop
async def test_what_fails_at_once_and_unseen_is_complained_of() -> None:
    complaints: list[Any] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, told: complaints.append(type(told["exception"])))
    failed = 0
    for future in ways_to_fail_at_once():
        assert future.done()
        failed += 1
        del future
        gc.collect()
        assert complaints == [Incomparable] * failed
    assert failed == 7


@on_a_loop
async def test_what_fails_at_once_brings_what_was_raised() -> None:
    for future in ways_to_fail_at_once():
        (error,) = await asyncio.gather(future, return_exceptions=True)
        assert type(error) is Incomparable


@on_a_loop
async def test_the_end_of_a_queue_that_nobody_looks_at_is_not_complained_of() -> None:
    complaints: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, told: complaints.append(told))
    queue: toro.Queue[int] = toro.Queue()
    late = queue.get()
    assert not late.done()
    queue.shutdown()
    for future in (late, queue.get(), queue.put(1)):
        assert future.done()
    del late, future
    gc.collect()
    assert complaints == []


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit])
def test_a_predicate_that_ends_the_program_does(kind: type[BaseException]) -> None:
    complaints: list[Any] = []
    futures: list[asyncio.Future[Any]] = []
    answers = [False]

    def predicate() -> bool:
        if answers:
            return answers.pop()
        raise kind

    async def main() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, told: complaints.append(told))
        condition = toro.Condition()
        futures.append(condition.wait_for(predicate))
        with pytest.raises(kind):
            condition.wait_for(predicate)
        condition.notify()
        await asyncio.sleep(0)
        raise AssertionError("it goes on")

    with pytest.raises(kind):
        asyncio.run(main())
    assert type(futures.pop().exception()) is kind
    gc.collect()
    assert complaints == []


def test_outside_of_a_running_loop_it_is_of_the_one_that_is_current() -> None:
    io_loop = IOLoop()
    event, lock = toro.Event(), toro.Lock()
    heard: list[Any] = []
    futures: list[Any] = [event.wait(), lock.acquire(), lock.acquire()]
    for future in futures:
        assert future.get_loop() is io_loop.asyncio_loop  # type: ignore[attr-defined]
        future.add_done_callback(heard.append)
    event.set()
    lock.release()
    io_loop.run_sync(settle)
    io_loop.close()
    asyncio.set_event_loop(None)
    assert set(heard) == set(futures)
    with futures[2].result():
        assert lock.locked()


@on_a_loop
async def test_no_timer_outlives_a_wait_that_nobody_listens_to() -> None:
    loop = asyncio.get_running_loop()
    timers: list[asyncio.TimerHandle] = []
    call_at = loop.call_at

    def recorded(*args: Any, **kwargs: Any) -> asyncio.TimerHandle:
        timers.append(call_at(*args, **kwargs))
        return timers[-1]

    loop.call_at = recorded  # type: ignore[method-assign]
    queue: toro.Queue[int] = toro.Queue()
    future = queue.get(timeout=60.0)
    assert len(timers) == 1
    assert not timers[0].cancelled()
    queue.put_nowait(1)
    assert timers[0].cancelled()
    assert future.result() == 1
    del loop.call_at


def test_what_nobody_listens_to_on_a_closed_loop_gets_nothing() -> None:
    queue: toro.Queue[int] = toro.Queue()
    futures: list[asyncio.Future[int]] = []

    async def main() -> None:
        futures.append(queue.get())

    loop = asyncio.new_event_loop()
    loop.run_until_complete(main())
    loop.close()
    queue.put_nowait(1)
    assert queue.qsize() == 1


@pytest.mark.parametrize("tasks", [0, 1, 2])
def test_what_waits_on_a_loop_that_is_closed_goes_without_a_word(
    monkeypatch: pytest.MonkeyPatch, tasks: int
) -> None:
    async def main() -> None:
        for name, future, _end in ways_to_wait():
            if name == "a deadline":
                continue  # a closed loop's are forgotten when another loop has one
            if not tasks:
                future.add_done_callback(str)
            for _ in range(tasks):
                task: Any = asyncio.ensure_future(result_of(future))
                task._log_destroy_pending = False
        await settle()

    complaints: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", complaints.append)
    loop = asyncio.new_event_loop()
    loop.run_until_complete(main())
    loop.close()
    gc.collect()
    assert complaints == []


def test_what_others_listen_to_on_a_closed_loop_gets_nothing() -> None:
    queue: toro.Queue[int] = toro.Queue()

    async def main() -> None:
        queue.get().add_done_callback(str)

    loop = asyncio.new_event_loop()
    loop.run_until_complete(main())
    loop.close()
    queue.put_nowait(1)
    assert queue.qsize() == 1


@pytest.mark.parametrize("told", ["cancel", "throw"])
def test_a_wait_on_a_monitor_is_dropped_with_its_loop(told: str) -> None:
    condition = toro.Condition(lock=toro.Lock())
    futures: list[asyncio.Future[None]] = []
    coroutines: list[Any] = []

    async def wait() -> None:
        await condition.acquire()
        futures.append(condition.wait())
        coroutines.append(result_of(futures[0]))
        if told == "throw":
            coroutines[0].send(None)

    async def wait_elsewhere() -> None:
        async with condition:
            condition.wait().cancel()

    loop = asyncio.new_event_loop()
    loop.run_until_complete(wait())
    loop.close()
    asyncio.run(wait_elsewhere())
    if told == "throw":
        with pytest.raises(asyncio.CancelledError):
            coroutines[0].throw(asyncio.CancelledError)
    else:
        futures[0].cancel()
    assert futures[0].cancelled()
    coroutines[0].close()


def test_what_is_collected_as_garbage_lets_in_nobody_who_is() -> None:
    rwlock = toro.RWLock(max_readers=2)

    async def main() -> None:
        await rwlock.acquire_read()
        row: list[Any] = [rwlock.acquire_write(), rwlock.acquire_read()]
        for place in row:
            place.observe()
        row.append(row)

    asyncio.run(main())
    gc.collect()
    rwlock.release_read()
    assert rwlock.statistics().tasks_waiting == 0
    with rwlock.acquire_write_nowait():
        pass


def test_a_notification_from_another_loop_is_refused() -> None:
    condition = toro.Condition()
    futures: list[asyncio.Future[None]] = []

    async def wait() -> None:
        futures.append(condition.wait())

    async def notify() -> None:
        condition.notify()

    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(wait())
        with pytest.raises(RuntimeError, match="cannot be used on"):
            asyncio.run(notify())
        assert not futures[0].done()
    finally:
        loop.close()


@on_a_loop
async def test_past_its_deadline_it_fails_at_once() -> None:
    now = IOLoop.current().time()
    queue: toro.Queue[int] = toro.Queue()
    condition = toro.Condition()
    for future in (queue.get(timeout=0.0), queue.get(now - 1), condition.wait(timeout=-1.0)):
        assert future.done()
        assert isinstance(future.exception(), toro.Timeout)
    assert queue.statistics().tasks_waiting == condition.statistics().tasks_waiting == 0


@pytest.mark.parametrize("looked_at", [False, True])
def test_a_put_that_cannot_be_compared_fails_for_who_awaits_it(looked_at: bool) -> None:
    async def main() -> None:
        queue: toro.PriorityQueue[Any] = toro.PriorityQueue(2, initial=[1, 2])
        future = queue.put("three")
        if looked_at:
            assert not future.done()
        waiting = await asleep_at(future)
        assert queue.get_nowait() == 1
        await settle()
        assert isinstance(waiting.exception(), TypeError)
        assert queue.qsize() == 1

    asyncio.run(main())


@on_a_loop
async def test_a_generator_that_goes_through_a_monitors_future_has_the_lock_at_its_end() -> None:
    condition = toro.Condition(lock=toro.Lock())
    ended: list[bool] = []

    async def waits() -> None:
        async with condition:
            try:
                await by_hand(condition.wait())
            finally:
                ended.append(condition.locked())

    for cancelled in (False, True):
        task = asyncio.ensure_future(waits())
        await settle()
        with await condition.acquire():
            task.cancel() if cancelled else condition.notify()
            await settle()
            assert not task.done()
        await settle()
        assert task.cancelled() is cancelled
    assert ended == [True, True]
    assert not condition.locked()


@pytest.mark.parametrize("looked_at", [False, True])
@pytest.mark.parametrize("how", ["closed", "thrown into"])
def test_a_coroutine_that_ends_at_a_monitor_lets_nobody_in_beside_the_holder(
    how: str, looked_at: bool
) -> None:
    async def body() -> None:
        condition = toro.Condition(lock=toro.Lock())

        async def wait() -> None:
            async with condition:
                future = condition.wait()
                assert not looked_at or not future.done()
                await future

        waiting = wait()
        waiting.send(None)
        condition.acquire_nowait()
        others = [condition.acquire() for _ in range(2)]
        if how == "closed":
            waiting.close()
        else:
            with pytest.raises(LookupError):
                waiting.throw(LookupError())
        for place in range(2):
            assert [other.done() for other in others] == [other < place for other in range(2)]
            condition.release()
        assert all(other.done() for other in others)
        condition.release()
        assert not condition.locked()

    asyncio.run(body())


# Looked at, listened to and awaited at once.


@on_a_loop
async def test_a_put_that_was_withdrawn_is_cancelled_whoever_looks_before_its_task_runs() -> None:
    looks: list[Callable[[Any], Any]] = [
        lambda future: future.done(),
        lambda future: future.add_done_callback(id),
        asyncio.shield,
    ]
    for look in looks:
        queue = toro.Queue(1, initial=[1])
        future = queue.put(2)
        waiting = await asleep_at(future)
        waiting.cancel()
        assert queue.get_nowait() == 1
        look(future)
        await settle()
        assert waiting.cancelled()
        assert future.cancelled()
        assert queue.empty()


@on_a_loop
async def test_what_fails_to_settle_it_takes_no_grant() -> None:
    for settle_it in ("set_result", "set_exception"):
        lock, future, heir = two_at_a_lock()
        waiting = await asleep_at(future)
        lock.release()
        with pytest.raises(asyncio.InvalidStateError):
            getattr(future, settle_it)(Unexpected())
        waiting.cancel()
        await settle()
        assert waiting.cancelled()
        assert heir.done()


@on_a_loop
async def test_who_listens_to_a_monitors_wait_hears_that_its_task_was_cancelled() -> None:
    lock = toro.Lock()
    condition = toro.Condition(lock=lock)
    lock.acquire_nowait()
    future = condition.wait()
    heard: list[bool] = []
    future.add_done_callback(lambda done: heard.append(done.cancelled()))
    waiting = await asleep_at(future)
    lock.acquire_nowait()
    waiting.cancel()
    await settle()
    assert heard == []
    lock.release()
    await settle()
    assert waiting.cancelled()
    assert lock.locked()
    assert heard == [True]


@on_a_loop
async def test_who_looks_before_it_is_come_for_leaves_no_timer() -> None:
    queue: toro.Queue[str] = toro.Queue()
    future = queue.get(timeout=3600)
    waiting = await asleep_at(future)
    queue.put_nowait("item")
    assert future.done()
    assert await waiting == "item"
    assert ALARMS[asyncio.get_running_loop()]._deadlines.heap == []


@on_a_loop
async def test_who_looks_or_listens_before_it_is_come_for_closes_no_circle() -> None:
    lock = toro.Lock()
    condition, queue = toro.Condition(lock=lock), toro.Queue[str]()
    lock.acquire_nowait()
    futures: list[Any] = [queue.get(), condition.wait()]
    assert not futures[0].done()
    waiting = [asyncio.ensure_future(result_of(future)) for future in futures]
    await settle()
    with lock.acquire_nowait():
        condition.notify()
    queue.put_nowait("item")
    futures[0].add_done_callback(id)
    assert futures[1].done()
    await asyncio.gather(*waiting)
    kept = [weakref.ref(future) for future in futures]
    futures.clear()
    waiting.clear()
    gc.disable()
    try:
        await settle()
        assert [reference() for reference in kept] == [None, None]
    finally:
        gc.enable()


def test_on_a_loop_that_is_closed_it_is_what_it_was_granted() -> None:
    for ask in (lambda future: future.done(), lambda future: future.result() is None, repr):
        loop = asyncio.new_event_loop()

        async def main() -> tuple[Any, Any]:
            event = toro.Event()
            future = event.wait()
            future.add_done_callback(id)
            coroutine = result_of(future)
            coroutine.send(None)
            event.set()
            return future, coroutine

        future, coroutine = loop.run_until_complete(main())
        loop.close()
        assert ask(future)
        coroutine.close()


@on_a_loop
async def test_a_predicate_may_settle_the_wait_that_it_is_of() -> None:
    complaints: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, told: complaints.append(told))
    for holds in (False, True):
        condition = toro.Condition()
        futures: list[asyncio.Future[Any]] = []

        def predicate(futures: list[asyncio.Future[Any]] = futures, holds: bool = holds) -> bool:
            for future in futures:
                future.set_result("set")
            return holds and bool(futures)

        futures.append(condition.wait_for(predicate))
        condition.notify()
        await settle()
        assert futures[0].result() == "set"
    assert complaints == []


@on_a_loop
async def test_a_predicate_that_raises_after_it_settled_the_wait_is_heard_of() -> None:
    complaints: list[Any] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, told: complaints.append(told["exception"]))
    condition = toro.Condition()
    futures: list[asyncio.Future[Any]] = []

    def predicate() -> bool:
        for future in futures:
            future.set_result("set")
            raise Unexpected
        return False

    futures.append(condition.wait_for(predicate))
    condition.notify()
    await settle()
    assert futures[0].result() == "set"
    assert [type(error) for error in complaints] == [Unexpected]
    complaints.clear()


@on_a_loop
async def test_a_cancellation_of_two_words_is_one() -> None:
    lock = toro.Lock()
    condition = toro.Condition(lock=lock)
    lock.acquire_nowait()
    future = condition.wait()
    coroutine = result_of(future)
    coroutine.send(None)
    with pytest.raises(asyncio.CancelledError):
        coroutine.throw(asyncio.CancelledError("two", "words"))
    assert future.cancelled()


def test_a_monitors_wait_that_was_cancelled_may_be_looked_at_once_its_loop_is_closed() -> None:
    for ask in (lambda future: future.cancelled(), lambda future: future.done(), repr):
        loop = asyncio.new_event_loop()

        async def main() -> tuple[Any, Any]:
            lock = toro.Lock()
            condition = toro.Condition(lock=lock)
            lock.acquire_nowait()
            future = condition.wait()
            future.add_done_callback(id)
            waiting = await asleep_at(future)
            lock.acquire_nowait()
            waiting.cancel()
            await settle()
            lock.release()
            return future, waiting

        future, waiting = loop.run_until_complete(main())
        loop.close()
        assert ask(future)
        waiting.get_coro().close()
        del waiting


@on_a_loop
async def test_a_monitors_wait_is_not_done_before_the_lock_is_back_however_it_is_looked_at() -> (
    None
):
    lock = toro.Lock()
    condition = toro.Condition(lock=lock)
    lock.acquire_nowait()
    future = condition.wait()
    lock.acquire_nowait()
    heir = condition.wait()
    waiting = await asleep_at(future)
    lock.acquire_nowait()
    condition.notify()
    assert not future.done()
    for ask in (future.result, future.exception):
        with pytest.raises(asyncio.InvalidStateError):
            ask()
    waiting.cancel()  # nobody has had the notification yet
    await settle()
    lock.release()
    await settle()
    assert waiting.cancelled()
    assert not future.cancel()
    assert not heir.done()
    lock.release()
    await settle()
    assert heir.done()


@on_a_loop
async def test_a_monitors_wait_that_somebody_has_settled_brings_that_whoever_has_the_lock() -> None:
    lock = toro.Lock()
    condition = toro.Condition(lock=lock)
    lock.acquire_nowait()
    future: asyncio.Future[Any] = condition.wait()
    lock.acquire_nowait()
    future.set_result("set")
    assert await future == "set"
    lock.release()
    assert lock.locked()  # by whoever waited


@on_a_loop
async def test_it_is_shown_as_what_it_is() -> None:
    event = toro.Event()
    future = event.wait()
    event.set()
    assert "finished" in repr(future)


@on_a_loop
async def test_what_it_fails_with_does_not_keep_it_alive() -> None:
    def fail(ask: str) -> weakref.ref[Any]:
        queue = toro.Queue[str]()
        future = queue.get()
        queue.shutdown()
        kept, asks = weakref.ref(future), [getattr(future, ask)]
        del future  # this frame is in the traceback, too
        with contextlib.suppress(toro.ShutDown):
            asks.pop()()
        return kept

    gc.disable()
    try:
        for ask in ("result", "exception"):
            assert fail(ask)() is None
    finally:
        gc.enable()


@on_a_loop
async def test_who_awaits_it_hears_why_it_was_cancelled() -> None:
    for looked_at in (False, True):
        future = toro.Queue[str]().get()
        assert not looked_at or not future.done()
        waiting = [asyncio.ensure_future(result_of(future)) for _ in range(2)]
        await settle()
        assert future.cancel("why")
        await settle()
        for asked in (*waiting, future):
            with pytest.raises(asyncio.CancelledError, match="why"):
                asked.result()
        waiting.clear()
        del asked


@on_a_loop
async def test_what_goes_wrong_as_it_ends_is_heard_of_on_a_loop_that_runs() -> None:
    def fail(*_: Any) -> None:
        raise RecursionError

    event = toro.Event()
    future = event.wait()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Place, "_finish", fail)
        event.set()
        with pytest.raises(RecursionError):
            future.done()
    assert future.done()
