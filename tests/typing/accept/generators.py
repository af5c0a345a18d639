"""Toro 1.0's idioms in `gen.coroutine`."""

from collections.abc import Generator
from datetime import timedelta
from typing import Any

from tornado import gen
from tornado.concurrent import Future
from tornado.ioloop import IOLoop

import toro_tornado as toro

lock = toro.Lock(io_loop=IOLoop.current())
condition = toro.Condition(IOLoop.current())
numbers: toro.Queue[int] = toro.JoinableQueue(maxsize=1)


@gen.coroutine
def worker() -> Generator[Any, Any, int]:
    with (yield lock.acquire(deadline=timedelta(seconds=1))):
        yield condition.wait()
    number: int = yield numbers.get()
    return number


def futures() -> list[Future[Any]]:
    numbers.get().add_done_callback(print)
    return [numbers.put(1), numbers.get(), lock.acquire(), condition.wait()]


async def native() -> int:
    await gen.with_timeout(timedelta(seconds=1), numbers.put(1))
    async with lock:
        return await numbers.get()
