"""What is seldom done to Tornado's Futures."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

pytest.importorskip("tornado")

from tornado.ioloop import IOLoop

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


# wait_for


def test_a_wait_for_that_is_over_cannot_be_cancelled() -> None:
    async def main() -> None:
        waiting = toro.Condition().wait_for(lambda: True)
        assert waiting.done()
        assert not waiting.cancel()
        assert await waiting

    asyncio.run(main())
