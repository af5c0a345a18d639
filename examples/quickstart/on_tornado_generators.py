"""Three downloads, at most two at a time, on Tornado, with generators as for Toro 1.0."""

from collections.abc import Generator
from typing import Any

from tornado import gen
from tornado.ioloop import IOLoop

import toro_tornado as toro

two_at_a_time = toro.BoundedSemaphore(2)


@gen.coroutine
def download(name: str) -> Generator[Any, Any, None]:
    with (yield two_at_a_time.acquire()):
        print(f"{name} begins")
        yield gen.sleep(0.01)
        print(f"{name} ends")


@gen.coroutine
def main() -> Generator[Any, Any, None]:
    yield [download(name) for name in ["a", "b", "c"]]
    try:
        yield toro.Event().wait(timeout=0.01)
    except toro.Timeout:
        print("nothing happened in time")


loop = IOLoop(make_current=False)
loop.run_sync(main)
loop.close()
