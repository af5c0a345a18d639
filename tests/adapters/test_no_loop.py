"""Where no loop runs, or another than before."""

from __future__ import annotations

import asyncio
import datetime
from typing import Any

import pytest
import trio
from toro_conformance.waits import WITHOUT_WAITING, Wait, name

import toro_anyio
import toro_asyncio
import toro_sim
import toro_trio

COROUTINES = pytest.mark.parametrize("toro", [toro_asyncio, toro_trio], ids=["asyncio", "trio"])
HOSTS = [toro_asyncio._host.HOST, toro_trio._host.HOST]


@COROUTINES
def test_whoever_has_to_wait_is_told_that_no_loop_runs(toro: Any) -> None:
    lock = toro.Lock()
    with lock.acquire_nowait():
        with pytest.raises(RuntimeError, match="import the adapter of the loop"):
            lock.acquire().send(None)
        assert lock.statistics().tasks_waiting == 0
    assert not lock.locked()


@pytest.mark.parametrize("wait", WITHOUT_WAITING, ids=name)
def test_who_need_not_wait_on_asyncio_needs_no_loop(wait: Wait) -> None:
    assert wait.free is not None
    thing = wait.free(toro_asyncio)
    with pytest.raises(StopIteration):
        wait.method(thing)(*wait.arguments).send(None)


@pytest.mark.parametrize("wait", WITHOUT_WAITING, ids=name)
def test_who_need_not_wait_by_the_rules_of_anyio_is_told_that_no_loop_runs(wait: Wait) -> None:
    assert wait.free is not None
    thing = wait.free(toro_anyio)
    before = str(thing)
    with pytest.raises(RuntimeError, match=r"^no asyncio loop is running here: import"):
        wait.method(thing)(*wait.arguments).send(None)
    assert str(thing) == before


@pytest.mark.parametrize("kind", ["Lock", "Semaphore"])
def test_who_may_enter_at_once_by_the_rules_of_anyio_is_told_that_no_loop_runs(kind: str) -> None:
    thing = getattr(toro_anyio, kind)()
    with pytest.raises(RuntimeError, match=r"^no asyncio loop is running here: import"):
        thing.__aenter__().send(None)
    assert not thing.locked()


def test_what_a_queue_with_an_order_of_its_own_has_needs_no_loop_on_asyncio() -> None:
    queue = toro_asyncio.PriorityQueue(initial=[2, 1])
    with pytest.raises(StopIteration) as got:
        queue.get().send(None)
    assert got.value.value == 1


@pytest.mark.parametrize("kind", ["Lock", "Semaphore"])
def test_who_may_enter_at_once_on_asyncio_needs_no_loop(kind: str) -> None:
    thing = getattr(toro_asyncio, kind)()
    with pytest.raises(StopIteration):
        thing.__aenter__().send(None)
    assert thing.locked()


def test_a_deadline_needs_a_loop_that_has_a_clock() -> None:
    event = toro_asyncio.Event()
    event.set()
    with pytest.raises(RuntimeError, match="no asyncio loop is running here"):
        event.wait(datetime.timedelta(seconds=5)).send(None)


@COROUTINES
def test_a_condition_whose_waiter_finds_no_loop_keeps_its_lock(toro: Any) -> None:
    condition = toro.Condition(lock=toro.Lock())
    with condition.acquire_nowait():
        with pytest.raises(RuntimeError, match="import the adapter of the loop"):
            condition.wait().send(None)
        assert condition.locked()
        assert condition.statistics().tasks_waiting == 0
    assert not condition.locked()


def test_two_loops_that_take_turns_keep_a_timer_each() -> None:
    async def give_up() -> None:
        with pytest.raises(toro_asyncio.Timeout):
            await toro_asyncio.Event().wait(timeout=1e-6)

    with asyncio.Runner() as one, asyncio.Runner() as other:
        for _ in range(2):
            one.run(give_up())
            other.run(give_up())


def test_what_a_run_of_trio_left_held_is_told_of_to_the_next() -> None:
    lock = toro_trio.Lock()
    trio.run(lock.acquire)

    async def main() -> None:
        with pytest.raises(RuntimeError, match="is held or waited for on"):
            await lock.acquire()
        lock.release()
        async with lock:
            pass

    trio.run(main)


def test_whom_a_simulation_left_in_line_may_be_served_by_anybody() -> None:
    event = toro_sim.Event()

    async def main() -> None:
        toro_sim.spawn(event.wait, daemon=True)
        await toro_sim.settle()
        loops.append(toro_sim.current_task().loop)

    loops: list[Any] = []
    toro_sim.run(main)
    event.set()


@pytest.mark.parametrize("host", HOSTS, ids=["asyncio", "trio"])
def test_a_cancellation_that_was_heard_does_not_come_again(host: Any) -> None:
    assert not host.comes_again(host.cancellations[0].__new__(host.cancellations[0]))


def test_the_host_of_asyncio_yields_where_a_shape_of_ones_own_asks_it_to() -> None:
    async def main() -> None:
        others: list[str] = []
        asyncio.get_running_loop().call_soon(others.append, "ran")
        await HOSTS[0].checkpoint()
        assert others == ["ran"]

    asyncio.run(main())
