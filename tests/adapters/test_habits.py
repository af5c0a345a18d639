"""What only one loop promises, and so is no case of the shared suite."""

from __future__ import annotations

import asyncio
import contextlib
import copy
import gc
import sys
from typing import Any

import anyio
import outcome
import pytest
import trio
import trio.testing
from tornado import gen
from tornado.ioloop import IOLoop
from tornado.util import TimeoutError as TornadoTimeout
from toro_conformance.waits import WITHOUT_WAITING, Wait, name

import toro_anyio
import toro_asyncio
import toro_tornado
import toro_trio
from toro_core import State, coroutines
from toro_core.machines import GET, READ, WRITE, Put
from toro_core.machines._line import Line

TAKES_NOTHING = ("semaphore.wait", "result.get", "queue.join")
HAD_AT_ONCE = [wait for wait in WITHOUT_WAITING if wait.name not in TAKES_NOTHING]
on_asyncio = pytest.mark.parametrize("toro", [toro_asyncio, toro_tornado])


def test_an_enclosing_timeout_of_asyncio_works() -> None:
    async def main() -> None:
        lock = toro_asyncio.Lock()
        await lock.acquire()
        with pytest.raises(TimeoutError) as caught:
            async with asyncio.timeout(0):
                await lock.acquire()
        assert not isinstance(caught.value, toro_asyncio.Timeout)
        assert lock.statistics().tasks_waiting == 0
        task = asyncio.current_task()
        assert task is not None
        assert task.cancelling() == 0

    asyncio.run(main())


def test_a_deadline_does_not_cancel_the_task() -> None:
    async def main() -> None:
        event = toro_asyncio.Event()
        with pytest.raises(toro_asyncio.Timeout):
            await event.wait(asyncio.get_running_loop().time() + 1e-6)
        task = asyncio.current_task()
        assert task is not None
        assert task.cancelling() == 0

    asyncio.run(main())


def test_tornado_waits_for_several_at_once() -> None:
    async def main() -> None:
        queue: toro_tornado.Queue[int] = toro_tornado.Queue()
        both = gen.multi([queue.get(), queue.get()])
        queue.put_nowait(1)
        queue.put_nowait(2)
        assert await both == [1, 2]

    asyncio.run(main())


def test_tornado_gives_up_by_with_timeout() -> None:
    async def main() -> None:
        queue: toro_tornado.Queue[int] = toro_tornado.Queue()
        waiting = queue.get()
        with pytest.raises(TornadoTimeout):
            await gen.with_timeout(IOLoop.current().time(), waiting)
        waiting.cancel()
        assert queue.statistics().tasks_waiting == 0

    asyncio.run(main())


def test_an_object_belongs_to_the_io_loop_it_was_given() -> None:
    io_loop = IOLoop(make_current=False)
    lock = toro_tornado.Lock(io_loop=io_loop)
    assert lock.acquire().get_loop() is io_loop.asyncio_loop  # type: ignore[attr-defined]
    lock.release()

    async def main() -> None:
        with await lock.acquire():
            waiting = lock.acquire()
            assert waiting.get_loop() is asyncio.get_running_loop()
        with await waiting:
            assert lock.locked()

    io_loop.run_sync(main)
    io_loop.close()
    assert not lock.locked()


@on_asyncio
def test_a_loop_that_stands_still_is_served_from_outside_of_any(toro: Any) -> None:
    loop = asyncio.new_event_loop()
    event = toro.Event()
    waiting = loop.create_task(wait_for(event))
    loop.run_until_complete(asyncio.sleep(0))
    event.set()
    loop.run_until_complete(waiting)
    loop.close()


@on_asyncio
def test_a_loop_that_stands_still_is_not_served_from_another(toro: Any) -> None:
    loop = asyncio.new_event_loop()
    event = toro.Event()
    waiting = loop.create_task(wait_for(event))
    loop.run_until_complete(asyncio.sleep(0))

    async def elsewhere() -> None:
        with pytest.raises(RuntimeError, match=r"^this Event is .* cannot be used on <"):
            event.set()

    asyncio.run(elsewhere())
    assert not event.is_set()
    waiting.cancel()
    loop.run_until_complete(asyncio.wait([waiting]))
    loop.close()


async def wait_for(event: Any) -> None:
    await event.wait()


@pytest.mark.parametrize("toro", [toro_asyncio, toro_anyio])
def test_a_wait_outside_of_any_loop_says_that_none_runs(toro: Any) -> None:
    event, lock = toro.Event(), toro.Lock()
    condition = toro.Condition(lock)
    lock.acquire_nowait()
    for wait in (
        event.wait(),
        event.wait(timeout=1),
        condition.wait(),
        condition.wait(timeout=1),
        condition.wait_for(bool, timeout=1),
    ):
        with pytest.raises(RuntimeError, match=r"^no asyncio loop is running here: import"):
            wait.send(None)
        assert lock.locked()
        assert condition.statistics().tasks_waiting == event.statistics().tasks_waiting == 0


def test_a_callback_of_asyncio_may_begin_what_is_a_checkpoint() -> None:
    """Whatever runs it gives way by AnyIO's rules, as far as it goes on with what it is given."""
    given: list[Any] = []

    def begins() -> None:
        event = toro_anyio.Event()
        event.set()
        waiting = event.wait()
        given.append(waiting.send(None))
        with pytest.raises(StopIteration):
            waiting.send(None)

    async def main() -> None:
        asyncio.get_running_loop().call_soon(begins)
        await asyncio.sleep(0)

    asyncio.run(main())
    assert given == [None]


def test_a_callback_of_asyncio_may_try_a_wait_that_is_past_its_deadline() -> None:
    """No task runs there that could have been cancelled."""
    tried: list[BaseException] = []

    async def main() -> None:
        lock = toro_asyncio.Lock()
        lock.acquire_nowait()

        def callback() -> None:
            try:
                lock.acquire(timeout=0).send(None)
            except toro_asyncio.Timeout as error:
                tried.append(error)

        asyncio.get_running_loop().call_soon(callback)
        await asyncio.sleep(0)

    asyncio.run(main())
    assert tried


class Broken(trio.abc.Clock):
    """Stands still, and then ends the run without ending its tasks."""

    ends = False

    def start_clock(self) -> None:
        pass

    def current_time(self) -> float:
        return 0.0

    def deadline_to_sleep_time(self, deadline: float) -> float:
        assert not self.ends
        return 0.0


def crash(event: toro_trio.Event) -> None:
    """In a run of Trio's, while a task waits."""
    clock = Broken()

    async def main() -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(event.wait)
            while not event.statistics().tasks_waiting:
                await trio.lowlevel.checkpoint()
            clock.ends = True
            await trio.sleep_forever()

    with contextlib.suppress(trio.TrioInternalError):
        trio.run(main, clock=clock)


def test_waiters_of_a_trio_run_that_crashed_are_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "unraisablehook", lambda _: None)  # what is left of it complains
    event = toro_trio.Event()
    crash(event)
    assert event.statistics().tasks_waiting == 1

    async def use() -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(event.wait)
            await trio.testing.wait_all_tasks_blocked()
            assert event.statistics().tasks_waiting == 1
            event.set()

    trio.run(use)
    gc.collect()


@pytest.mark.parametrize("locked", [False, True])
def test_a_condition_on_asyncio_says_that_it_was_notified(locked: bool) -> None:
    async def main() -> None:
        condition = toro_asyncio.Condition(toro_asyncio.Lock() if locked else None)

        async def notify() -> None:
            async with condition if locked else contextlib.nullcontext():
                condition.notify()

        async with condition if locked else contextlib.nullcontext():
            task = asyncio.create_task(notify())
            assert await condition.wait() is True
        await task

    asyncio.run(main())


def test_a_wait_at_a_condition_that_is_closed_after_its_loop_does_not_ask_for_one() -> None:
    async def main() -> Any:
        lock = toro_anyio.Lock()
        await lock.acquire()
        waiting = toro_anyio.Condition(lock).wait(timeout=1)
        waiting.send(None)
        return waiting

    asyncio.run(main()).close()


def test_what_is_closed_on_its_way_to_the_lock_on_trio_does_not_wait_for_it() -> None:
    async def main() -> None:
        lock = toro_trio.Lock()
        condition = toro_trio.Condition(lock)
        await lock.acquire()
        waiting = condition.wait()
        waiting.send(None)
        await lock.acquire()
        condition.notify()
        waiting.close()
        assert condition.statistics().tasks_waiting == 0

    trio.run(main)


@pytest.mark.parametrize("wait", HAD_AT_ONCE, ids=name)
@pytest.mark.parametrize("toro", [toro_trio, toro_anyio])
def test_what_is_had_at_once_on_trio_is_had_by_whoever_is_cancelled_while_it_gives_way(
    toro: Any, wait: Wait
) -> None:
    async def main() -> None:
        assert wait.free is not None
        with trio.CancelScope() as scope:  # noqa: ASYNC100
            waiting = wait.method(wait.free(toro))(*wait.arguments)
            waiting.send(None)
            scope.cancel()
            with pytest.raises(StopIteration):
                waiting.send(outcome.Value(None))

    trio.run(main)


@pytest.mark.parametrize("toro", [toro_trio, toro_anyio])
def test_trio_as_a_guest_of_asyncio(toro: Any) -> None:
    ended: list[Any] = []

    async def guest() -> str:
        lock = toro.Lock()
        async with trio.open_nursery() as nursery, lock:
            nursery.start_soon(lock.acquire)
            await trio.testing.wait_all_tasks_blocked()
            assert lock.statistics().tasks_waiting == 1
            assert lock._machine.home is trio.lowlevel.current_trio_token()
            with pytest.raises(toro.Timeout):
                await lock.acquire(timeout=0)
        for wait in WITHOUT_WAITING:
            assert wait.free is not None
            await wait.method(wait.free(toro))(*wait.arguments)
        lock = toro.Lock()
        with trio.CancelScope() as scope:
            scope.cancel()
            await lock.acquire()
        assert scope.cancelled_caught
        assert not lock.locked()
        for thing in (toro.Lock(), toro.Semaphore()):
            async with thing:
                assert thing._machine.home is trio.lowlevel.current_trio_token()
        condition = toro.Condition(lock)
        async with condition:
            with pytest.raises(toro.Timeout):
                await condition.wait(timeout=0.001)
        return "done"

    async def main() -> None:
        loop = asyncio.get_running_loop()
        over = asyncio.Event()
        lock = toro_anyio.Lock()
        loop.call_soon(lock.acquire_nowait)  # by no task, but by no guest either

        def on_end(outcome: Any) -> None:
            ended.append(outcome)
            over.set()

        trio.lowlevel.start_guest_run(
            guest,
            run_sync_soon_threadsafe=loop.call_soon_threadsafe,
            done_callback=on_end,
            host_uses_signal_set_wakeup_fd=True,
        )
        await over.wait()
        assert lock._machine.home is loop
        with pytest.raises(toro_anyio.Timeout):
            await lock.acquire(timeout=0)

    asyncio.run(main())
    assert ended[0].unwrap() == "done"


def test_an_error_in_a_scope_that_was_cancelled_is_no_cancellation() -> None:
    """It ends the wait at a condition, and the notification goes on."""

    async def main() -> None:
        lock = toro_anyio.Lock()
        condition = toro_anyio.Condition(lock)
        lock.acquire_nowait()
        with anyio.CancelScope() as scope:  # noqa: ASYNC100
            waiting = condition.wait()
            waiting.send(None)
            with lock.acquire_nowait():
                condition.notify()
            scope.cancel()
            with pytest.raises(ZeroDivisionError):
                waiting.throw(ZeroDivisionError())
        assert lock.locked()

    asyncio.run(main())


def test_what_is_thrown_into_a_wait_at_a_condition_of_trio_ends_it() -> None:
    async def main() -> None:
        condition = toro_trio.Condition(toro_trio.Lock())
        condition.acquire_nowait()
        waiting = condition.wait()
        waiting.send(None)
        with pytest.raises(ZeroDivisionError):
            waiting.throw(ZeroDivisionError())
        assert condition.locked()
        assert condition.statistics().tasks_waiting == 0

    trio.run(main)


def test_anyio_looks_the_host_of_trio_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    host: Any = toro_anyio._host
    monkeypatch.setattr(host, "met", None)
    assert host.trio_host() is host.met is toro_trio._host.HOST
    monkeypatch.setattr(host, "met", "known")
    assert host.trio_host() == "known"


@pytest.mark.parametrize(
    ("kind", "acquire"),
    [
        ("Lock", "acquire"),
        ("Semaphore", "acquire"),
        ("RWLock", "acquire_read"),
        ("RWLock", "acquire_write"),
    ],
)
def test_what_is_held_for_a_checkpoint_is_promised_until_then(kind: str, acquire: str) -> None:
    thing = getattr(toro_anyio, kind)()

    async def main() -> None:
        taker = asyncio.create_task(getattr(thing, acquire)())
        await asyncio.sleep(0)
        (holder,) = thing._machine.everyone()
        assert "granted" in repr(thing._machine)
        request = {"acquire_read": READ, "acquire_write": WRITE}.get(acquire)
        assert holder.snapshot() == (False, request, None, State.GRANTED, None)
        assert holder.handle is None
        await taker
        assert holder.state is State.COLLECTED
        assert list(thing._machine.everyone()) == []

    asyncio.run(main())


@pytest.mark.parametrize("waits", [False, True])
def test_who_is_noted_for_a_checkpoint_leaves_no_container(waits: bool) -> None:
    """Before somebody waits; then it stays, as for all who wait."""
    semaphore = toro_anyio.Semaphore(3)
    machine = semaphore._machine

    async def main() -> None:
        one, other = (asyncio.create_task(semaphore.acquire()) for _ in "ab")
        await asyncio.sleep(0)
        noted = machine.promised
        assert noted is not None
        assert len(noted) == 2
        if waits:
            machine.line = Line()
        await one
        await other
        assert machine.promised is (noted if waits else None)
        taker = asyncio.create_task(semaphore.acquire())
        await asyncio.sleep(0)
        assert len(machine.promised or ()) == 1
        await taker

    asyncio.run(main())


def test_of_two_who_are_noted_the_second_is_still_when_the_first_is_not() -> None:
    semaphore = toro_anyio.Semaphore(2)
    noted: list[int] = []

    async def takes() -> None:
        await semaphore.acquire()
        noted.append(len(semaphore._machine.promised or ()))

    async def main() -> None:
        await asyncio.gather(takes(), takes())

    asyncio.run(main())
    assert noted == [1, 0]


@pytest.mark.parametrize("method", ["get", "put"])
def test_a_queue_that_is_used_for_a_checkpoint_is_of_that_loop(method: str) -> None:
    queue = toro_anyio.Queue(initial=["a"])

    async def main() -> None:
        await getattr(queue, method)(*["b"] * (method == "put"))
        assert queue._machine.home is asyncio.get_running_loop()

    for _ in "ab":
        if queue.empty():
            queue.put_nowait("c")
        asyncio.run(main())


@pytest.mark.parametrize(
    ("method", "request_", "value"), [("get", GET, "a"), ("put", Put("b"), None)]
)
def test_what_is_held_of_a_queue_is_promised_until_then(
    method: str, request_: Any, value: Any
) -> None:
    queue = toro_anyio.Queue(initial=["a"])

    async def main() -> None:
        task = asyncio.create_task(getattr(queue, method)(*["b"] * (method == "put")))
        await asyncio.sleep(0)
        (holder,) = queue._machine.everyone()
        assert "granted" in repr(copy.copy(queue._machine))
        assert holder.snapshot() == (False, request_, None, State.GRANTED, value)
        assert holder.handle is None
        assert await task == value
        assert list(queue._machine.everyone()) == []

    asyncio.run(main())


@pytest.mark.parametrize(
    ("toro", "kind", "method"),
    [
        (toro_asyncio, "Condition", "wait"),
        (toro_trio, "Condition", "wait"),
        (toro_asyncio, "Event", "wait"),
        (toro_trio, "Event", "wait"),
        (toro_asyncio, "Lock", "acquire"),
        (toro_asyncio, "Lock", "__aenter__"),
        (toro_asyncio, "Semaphore", "acquire"),
        (toro_asyncio, "Semaphore", "__aenter__"),
        (toro_asyncio, "RWLock", "acquire_read"),
        (toro_asyncio, "RWLock", "acquire_write"),
        (toro_asyncio, "Queue", "put"),
        (toro_asyncio, "Queue", "get"),
        (toro_anyio, "Queue", "put"),
        (toro_anyio, "Queue", "get"),
    ],
)
def test_what_an_adapter_does_in_its_own_way_is_known_as_what_all_do(
    toro: Any, kind: str, method: str
) -> None:
    own = getattr(getattr(toro, kind), method)
    shared = getattr(getattr(coroutines, kind), method)
    assert own is not shared
    assert own.__doc__ == shared.__doc__
    assert own.__qualname__ == shared.__qualname__ == f"{kind}.{method}"


@pytest.mark.parametrize("met", [None, toro_trio._host.HOST], ids=["before", "after"])
@pytest.mark.parametrize("wait", WITHOUT_WAITING, ids=name)
def test_where_nothing_runs_it_says_so_before_and_after_it_met_trio(
    monkeypatch: pytest.MonkeyPatch, wait: Wait, met: Any
) -> None:
    monkeypatch.setattr("toro_anyio._host.met", met)
    assert wait.free is not None
    waiting = wait.method(wait.free(toro_anyio))(*wait.arguments)
    with pytest.raises(RuntimeError, match="no asyncio loop is running here"):
        waiting.send(None)


@pytest.mark.parametrize("wait", WITHOUT_WAITING, ids=name)
def test_what_is_first_used_under_trio_finds_it(
    monkeypatch: pytest.MonkeyPatch, wait: Wait
) -> None:
    monkeypatch.setattr("toro_anyio._host.met", None)

    async def main() -> None:
        assert wait.free is not None
        await wait.method(wait.free(toro_anyio))(*wait.arguments)
        monkeypatch.setattr("toro_anyio._host.met", None)
        assert toro_anyio.Lock()._home() is trio.lowlevel.current_trio_token()

    trio.run(main)


def test_anyio_without_trio(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "trio")
    monkeypatch.setitem(sys.modules, "toro_anyio._trio", None)  # cannot be imported
    monkeypatch.setattr("toro_anyio._host.met", None)
    lock = toro_anyio.Lock()
    assert lock._host.home() is lock._home() is None
    assert lock._host.cancellations == (asyncio.CancelledError,)
    done: list[Any] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        loop.call_soon(lambda: done.append(lock.acquire_nowait()))
        await asyncio.sleep(0)
        assert lock._machine.home is loop

    asyncio.run(main())
    assert done


def test_where_nobody_is_woken_anyio_needs_no_trio(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "toro_anyio._trio", None)  # cannot be imported
    monkeypatch.setattr("toro_anyio._host.met", None)
    monkeypatch.delitem(sys.modules, "trio")
    queue: toro_anyio.Queue[int] = toro_anyio.Queue()
    queue.put_nowait(1)
    assert queue.get_nowait() == 1
    queue.task_done()
    queue.shutdown()
    toro_anyio.Condition().notify()
    toro_anyio.Condition().notify_all()
    toro_anyio.Event().set()
    lock, semaphore = toro_anyio.Lock(), toro_anyio.Semaphore()
    lock.acquire_nowait()
    lock.release()
    semaphore.acquire_nowait()
    semaphore.release()
    rwlock = toro_anyio.RWLock()
    rwlock.acquire_read_nowait()
    rwlock.release_read()
    rwlock.acquire_write_nowait()
    rwlock.release_write()
    assert not any(each.locked() for each in (lock, semaphore, rwlock))
