"""Which of its backends toro_anyio takes to be running."""

from __future__ import annotations

import asyncio
import sys
import types
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import trio
from toro_conformance.waits import EVERY_WAIT, WITHOUT_WAITING, Wait, name

import toro_anyio
from toro_anyio._host import ASYNCIO, WithoutSniffio

Body = Callable[[], Awaitable[None]]


def trio_in_a_task_of_asyncio(body: Body) -> None:
    async def main() -> None:
        trio.run(body)

    asyncio.run(main())


def asyncio_in_a_task_of_trio(body: Body) -> None:
    async def main() -> None:
        asyncio.run(body())  # type: ignore[arg-type]

    trio.run(main)


def an_eager_task_of_asyncio_in_a_task_of_trio(body: Body) -> None:
    """One that a guest of asyncio's loop starts."""

    async def main() -> None:
        loop, tasks = asyncio.get_running_loop(), []
        over = loop.create_future()

        async def guest() -> None:
            tasks.append(asyncio.eager_task_factory(loop, body()))  # type: ignore[arg-type]

        trio.lowlevel.start_guest_run(
            guest,
            run_sync_soon_threadsafe=loop.call_soon_threadsafe,
            done_callback=over.set_result,
            host_uses_signal_set_wakeup_fd=True,
        )
        (await over).unwrap()
        await tasks[0]

    asyncio.run(main())


within = pytest.mark.parametrize(
    "run",
    [
        trio_in_a_task_of_asyncio,
        asyncio_in_a_task_of_trio,
        pytest.param(
            an_eager_task_of_asyncio_in_a_task_of_trio,
            marks=pytest.mark.skipif(sys.version_info < (3, 12), reason="no eager tasks"),
        ),
    ],
)


@within
@pytest.mark.parametrize("wait", WITHOUT_WAITING, ids=name)
def test_what_is_free_is_had_on_the_inner_of_two(run: Callable[[Body], None], wait: Wait) -> None:
    async def body() -> None:
        assert wait.free is not None
        await wait.method(wait.free(toro_anyio))(*wait.arguments)

    run(body)


@within
@pytest.mark.parametrize("wait", EVERY_WAIT, ids=name)
def test_a_deadline_is_one_of_the_inner_of_two(run: Callable[[Body], None], wait: Wait) -> None:
    thing = wait.busy(toro_anyio)

    async def body() -> None:
        wait.before(thing)
        with pytest.raises(toro_anyio.Timeout):
            await wait.method(thing)(*wait.arguments, timeout=1e-6)
        wait.after(thing)

    run(body)
    assert thing.statistics().tasks_waiting == 0


def forget_sniffio(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("_host", "_locks", "_queue", "_primitives"):
        monkeypatch.setattr(f"toro_anyio.{module}.within", WithoutSniffio())


@within
@pytest.mark.parametrize("sniffio", [True, False])
@pytest.mark.parametrize("kind", ["Lock", "Semaphore"])
def test_what_is_entered_is_at_home_with_the_inner_of_two(
    run: Callable[[Body], None], kind: str, sniffio: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not sniffio:
        forget_sniffio(monkeypatch)
    thing = getattr(toro_anyio, kind)()
    homes: list[Any] = []

    async def body() -> None:
        async with thing:
            homes.append(thing._machine.home)
            assert thing._home() is thing._machine.home

    run(body)
    on_trio = run is trio_in_a_task_of_asyncio
    assert [isinstance(home, trio.lowlevel.TrioToken) for home in homes] == [on_trio]


@pytest.mark.parametrize("imported", [True, False])
def test_without_sniffio_nobody_asks_a_trio_that_was_not_imported(
    imported: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not imported:
        monkeypatch.delitem(sys.modules, "trio")
    assert (WithoutSniffio().name is None) is not imported


def test_while_another_thread_imports_trio_none_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        lock, queue = toro_anyio.Lock(), toro_anyio.Queue[int](1)
        monkeypatch.setitem(sys.modules, "trio", types.ModuleType("trio"))
        for call in (lock.acquire_nowait, lambda: queue.put_nowait(1), queue.get_nowait):
            asyncio.get_running_loop().call_soon(call)
        await asyncio.sleep(0)
        assert lock.locked()
        assert queue.unfinished_tasks == 1
        assert queue.empty()
        with pytest.raises(TypeError):
            toro_anyio.AsyncResult[Any]().set_exception(asyncio.CancelledError)

    asyncio.run(main())


def test_its_host_on_asyncio_gives_every_other_task_a_turn() -> None:
    async def main() -> None:
        others: list[str] = []
        asyncio.get_running_loop().call_soon(others.append, "ran")
        await ASYNCIO.turn(None)
        assert others == ["ran"]

    asyncio.run(main())


def test_what_is_free_is_promised_as_what_is_waited_for_is() -> None:
    async def main() -> None:
        bounded, rwlock = toro_anyio.BoundedSemaphore(), toro_anyio.RWLock()
        for thing, take in ((bounded, bounded.acquire), (rwlock, rwlock.acquire_read)):
            task = asyncio.ensure_future(take())
            await asyncio.sleep(0)
            assert type(thing._machine.promised) is type(thing._machine)._promises
            await task

    asyncio.run(main())
