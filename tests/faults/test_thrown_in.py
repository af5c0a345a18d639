"""What happens to a wait when something unexpected comes at it."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

import toro_asyncio as toro

Parked = tuple[Any, Callable[[], Coroutine[Any, Any, Any]]]


def held_lock() -> Parked:
    lock = toro.Lock()
    lock.acquire_nowait()
    return lock, lock.acquire


def spent_semaphore() -> Parked:
    semaphore = toro.Semaphore(0)
    return semaphore, semaphore.acquire


def watched_semaphore() -> Parked:
    semaphore = toro.Semaphore(0)
    return semaphore, semaphore.wait


def read_lock() -> Parked:
    rwlock = toro.RWLock()
    rwlock.acquire_read_nowait()
    return rwlock, rwlock.acquire_write


def written_lock() -> Parked:
    rwlock = toro.RWLock()
    rwlock.acquire_write_nowait()
    return rwlock, rwlock.acquire_read


def clear_event() -> Parked:
    event = toro.Event()
    return event, event.wait


def unset_result() -> Parked:
    result: toro.AsyncResult[int] = toro.AsyncResult()
    return result, result.get


def bare_condition() -> Parked:
    condition = toro.Condition()
    return condition, condition.wait


def empty_queue() -> Parked:
    queue: toro.Queue[int] = toro.Queue()
    return queue, queue.get


def full_queue() -> Parked:
    queue = toro.Queue(1, initial=[1])
    return queue, lambda: queue.put(2)


def busy_queue() -> Parked:
    queue = toro.Queue(initial=[1])
    return queue, queue.join


EVERY_WAIT = pytest.mark.parametrize(
    "make",
    [
        held_lock,
        spent_semaphore,
        watched_semaphore,
        read_lock,
        written_lock,
        clear_event,
        unset_result,
        bare_condition,
        empty_queue,
        full_queue,
        busy_queue,
    ],
)


class Unexpected(Exception):
    """Nothing that anybody here knows of."""


def run(body: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(body())


def waiting(primitive: Any) -> int:
    count: int = primitive.statistics().tasks_waiting
    return count


@EVERY_WAIT
def test_an_exception_thrown_into_a_wait_ends_it(make: Callable[[], Parked]) -> None:
    async def body() -> None:
        primitive, wait = make()
        before = primitive._machine.snapshot()
        coroutine = wait()
        coroutine.send(None)
        assert waiting(primitive) == 1
        with pytest.raises(Unexpected):
            coroutine.throw(Unexpected())
        assert primitive._machine.snapshot() == before

    run(body)


class Runner:
    """Runs a coroutine, as a task does."""

    def resume(self, _future: asyncio.Future[Any]) -> None:
        pass


@pytest.mark.parametrize("timeout", [None, 9.0])
def test_whoever_left_by_an_exception_is_not_kept_while_others_wait(timeout: float | None) -> None:
    async def body() -> None:
        lock, runner = toro.Lock(), Runner()
        lock.acquire_nowait()
        first, second, third = (lock.acquire(timeout=timeout) for _ in range(3))
        first.send(None)
        second.send(None).add_done_callback(runner.resume)
        third.send(None)
        with pytest.raises(Unexpected):
            second.throw(Unexpected())
        gone = weakref.ref(runner)
        del runner
        assert gone() is None
        assert waiting(lock) == 2
        first.close()
        third.close()

    run(body)


@EVERY_WAIT
def test_a_waiter_that_is_garbage_has_left(make: Callable[[], Parked]) -> None:
    async def body() -> None:
        primitive, wait = make()
        before = primitive._machine.snapshot()
        coroutine = wait()
        coroutine.send(None)
        del coroutine
        gc.collect()
        assert primitive._machine.snapshot() == before

    run(body)


@EVERY_WAIT
def test_no_memory_for_a_future_means_no_wait(
    make: Callable[[], Parked], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def body() -> None:
        primitive, wait = make()
        before = primitive._machine.snapshot()

        def fail(**_: object) -> None:
            raise MemoryError

        with monkeypatch.context() as patched:
            patched.setattr("toro_asyncio._wait.Future", fail)
            patched.setattr("asyncio.Future", fail)
            with pytest.raises(MemoryError):
                await wait()
        assert primitive._machine.snapshot() == before

    run(body)


@EVERY_WAIT
def test_no_memory_for_a_timer_means_no_wait(
    make: Callable[[], Parked], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def body() -> None:
        primitive, wait = make()
        before = primitive._machine.snapshot()

        def fail(*_args: object, **_kwargs: object) -> None:
            raise MemoryError

        loop = asyncio.get_running_loop()
        with monkeypatch.context() as patched:
            patched.setattr(loop, "call_at", fail)
            method: Any = wait
            with pytest.raises(MemoryError):
                await (primitive.put(2, timeout=1) if make is full_queue else method(timeout=1))
        assert primitive._machine.snapshot() == before

    run(body)


def test_what_fails_while_it_wakes_reaches_whoever_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    async def body() -> None:
        lock = toro.Lock()
        lock.acquire_nowait()
        waiting = asyncio.ensure_future(lock.acquire())
        await asyncio.sleep(0)

        def call_soon(*_args: object, **_kwargs: object) -> None:
            raise RecursionError

        with monkeypatch.context() as patched:
            patched.setattr(asyncio.get_running_loop(), "call_soon", call_soon)
            with pytest.raises(RecursionError):
                lock.release()
        waiting.cancel()

    run(body)


def at_a_monitor() -> tuple[toro.Condition, Coroutine[Any, Any, None]]:
    condition = toro.Condition(lock=toro.Lock())

    async def wait() -> None:
        async with condition:
            await condition.wait()

    coroutine = wait()
    coroutine.send(None)
    condition.acquire_nowait()
    return condition, coroutine


def test_thrown_in_again_and_again_a_wait_at_a_monitor_still_gets_the_lock() -> None:
    async def body() -> None:
        condition, waiting = at_a_monitor()
        errors = [Unexpected(number) for number in range(3)]
        for error in errors:
            waiting.throw(error)
        assert condition.locked()
        condition.release()
        with pytest.raises(Unexpected) as caught:
            waiting.send(None)
        assert caught.value is errors[-1]
        assert not condition.locked()

    run(body)


@pytest.mark.parametrize("throws", [0, 1])
@pytest.mark.parametrize("others", [0, 1, 2])
def test_a_wait_at_a_monitor_that_is_closed_lets_nobody_in_beside_the_holder(
    others: int, throws: int
) -> None:
    async def body() -> None:
        condition, waiting = at_a_monitor()
        line = [asyncio.ensure_future(condition.acquire()) for _ in range(others)]
        await asyncio.sleep(0)
        for number in range(throws):
            waiting.throw(Unexpected(number))
        waiting.close()
        for place in range(others):
            assert condition.locked()
            await asyncio.sleep(0)
            assert [other.done() for other in line] == [other < place for other in range(others)]
            condition.release()
            await asyncio.sleep(0)
        assert condition.statistics().tasks_waiting == 0
        if not others:
            assert condition.locked()
        condition.release()
        assert not condition.locked()

    run(body)


def full_queue_and_a_slot() -> tuple[Callable[[], Any], Callable[[], object]]:
    queue, wait = full_queue()
    return wait, queue.get_nowait


def held_lock_and_its_release() -> tuple[Callable[[], Any], Callable[[], object]]:
    lock, wait = held_lock()
    return wait, lock.release


@pytest.mark.parametrize("make", [held_lock_and_its_release, full_queue_and_a_slot])
def test_what_a_finalizer_lets_go_while_one_comes_to_wait_is_had(
    make: Callable[[], tuple[Callable[[], Any], Callable[[], object]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def body() -> None:
        wait, let_go = make()

        def future(**_: object) -> asyncio.Future[Any]:
            monkeypatch.undo()
            let_go()  # as the collector may have it run, here or at any other allocation
            return asyncio.get_running_loop().create_future()

        monkeypatch.setattr("toro_asyncio._wait.Future", future)
        waiting = asyncio.ensure_future(wait())
        for _ in range(3):
            await asyncio.sleep(0)
        assert waiting.done()

    run(body)


def test_a_get_that_is_refused_and_cancelled_at_once_keeps_nothing_alive() -> None:
    class Failing(toro.Queue[int]):
        def _get(self) -> int:
            raise Unexpected

    async def body() -> None:
        queue = Failing()
        reference = weakref.ref(queue)
        getter = asyncio.ensure_future(queue.get())
        await asyncio.sleep(0)
        queue.put_nowait(1)
        getter.cancel()
        await asyncio.wait([getter])
        del queue, getter
        await asyncio.sleep(0)
        assert reference() is None

    gc.collect()
    gc.disable()
    try:
        run(body)
    finally:
        gc.enable()


def test_what_goes_to_one_whose_loop_is_closed_goes_on_from_there() -> None:
    semaphore = toro.Semaphore(0)
    waiting = [semaphore.acquire() for _ in range(2)]

    async def body() -> None:
        for coroutine in waiting:
            coroutine.send(None).add_done_callback(Runner().resume)
        semaphore.release()

    run(body)
    assert semaphore.value == 0
    waiting[0].close()
    assert semaphore.value == 1
    waiting[1].close()
    assert semaphore.value == 1


def test_a_notified_wait_that_is_closed_on_its_way_to_the_lock_hands_its_notification_on() -> None:
    async def body() -> None:
        condition, first = at_a_monitor()
        machine: Any = condition._machine
        condition.release()
        second = condition.acquire()
        with pytest.raises(StopIteration):
            second.send(None)
        waiting = condition.wait()
        waiting.send(None)
        condition.acquire_nowait()
        condition.notify()
        (notified,) = machine.promised
        coming = condition._come_back(machine, notified)
        coming.send(None)
        coming.close()
        (heir,) = machine.promised
        assert heir is not notified
        first.close()
        waiting.close()

    run(body)
