"""What only one loop promises, and so is no case of the shared suite."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import trio
import trio.testing
from tornado import gen
from tornado.ioloop import IOLoop
from tornado.util import TimeoutError as TornadoTimeout

import toro_asyncio
import toro_tornado
import toro_trio


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

    async def main() -> None:
        with await lock.acquire():
            waiting = lock.acquire()
            assert waiting.get_loop() is asyncio.get_running_loop()
        with await waiting:
            assert lock.locked()

    io_loop.run_sync(main)
    io_loop.close()
    assert not lock.locked()


def test_trio_as_a_guest_of_asyncio() -> None:
    ended: list[Any] = []

    async def guest() -> str:
        lock = toro_trio.Lock()
        async with trio.open_nursery() as nursery, lock:
            nursery.start_soon(lock.acquire)
            await trio.testing.wait_all_tasks_blocked()
            assert lock.statistics().tasks_waiting == 1
        return "done"

    async def main() -> None:
        loop = asyncio.get_running_loop()
        over = asyncio.Event()

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

    asyncio.run(main())
    assert ended[0].unwrap() == "done"
