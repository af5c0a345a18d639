"""What waiting and idling keep in memory, and what using a primitive leaves behind: nothing."""

from __future__ import annotations

import contextlib
import gc
import tracemalloc
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from .limits import IDLE, WAITER
from .loops import NAMES, Crowd, Loop, loop_named

N = 200
BATCHES = 9


@pytest.fixture(autouse=True)
def only_what_is_made_here() -> Iterator[None]:
    """Keep the collector off what was there before: it would look at that in every collection."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(params=NAMES)
def loop(request: pytest.FixtureRequest) -> Loop:
    return loop_named(request.param)


def test_a_task_that_waits(loop: Loop) -> None:
    async def weigh() -> list[tuple[float, float]]:
        lock = loop.toro.Lock()
        await lock.acquire()
        async with loop.crowd(0) as crowd:
            batches = [await batch(lock, crowd) for _ in range(BATCHES + 1)]
            crowd.cancel_all()
        return batches[1:]  # the first pays for what is made once

    async def batch(lock: Any, crowd: Crowd) -> tuple[float, float]:
        waiting = lock._machine.waiting + N
        gc.collect()
        objects = len(gc.get_objects())
        tracemalloc.start()
        for _ in range(N):
            crowd.start_bare(lock.acquire)
        await crowd.until(lambda: lock._machine.waiting == waiting)
        gc.collect()
        size, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return size / N, (len(gc.get_objects()) - objects) / N

    most_bytes, most_objects = WAITER[loop.name]
    sizes, objects = zip(*loop.run(weigh), strict=True)
    # In the others a table of the loop's grows; in which depends on what the process did before.
    assert min(sizes) <= most_bytes.now
    assert min(objects) <= most_objects.now + 0.1  # what the crowd itself keeps


def weigh(make: Callable[[], Any]) -> int:
    kept = [make() for _ in range(N)]
    del kept
    gc.collect()
    kept = [None] * N
    tracemalloc.start()
    for place in range(N):
        kept[place] = make()
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return size // N


@pytest.mark.parametrize("name", IDLE)
def test_an_idle_object(loop: Loop, name: str) -> None:
    assert weigh(getattr(loop.toro, name)) <= IDLE[name].now


CONTAINERS = (list, dict, set, deque)


def owned(thing: Any) -> list[Any]:
    """Everything that can be reached from *thing* and is its own."""
    found: list[Any] = []
    todo = [thing]
    while todo:
        for part in gc.get_referents(todo.pop()):
            if isinstance(part, type) or callable(part) or any(part is one for one in found):
                continue
            found.append(part)
            todo.append(part)
    return found


@pytest.mark.parametrize("name", ["Lock", "Semaphore", "RWLock", "Event", "Condition"])
def test_no_container_before_somebody_has_to_wait(loop: Loop, name: str) -> None:
    async def use() -> list[Any]:
        thing = getattr(loop.toro, name)()
        for _ in range(2):
            match name:
                case "Lock" | "Semaphore":
                    await thing.acquire()
                    thing.release()
                    async with thing:
                        pass
                case "RWLock":
                    await thing.acquire_read()
                    thing.release_read()
                    await thing.acquire_write()
                    thing.release_write()
                case "Event":
                    thing.set()
                    await thing.wait()
                case "Condition":
                    thing.notify()
        thing._machine.home = None  # the loop has containers of its own
        return [part for part in owned(thing._machine) if isinstance(part, CONTAINERS)]

    assert loop.run(use) == []


# Cyclic garbage.


async def contended(toro: Any, crowd: Any) -> None:
    lock = toro.Lock()

    async def twice() -> None:
        for _ in range(2):
            async with lock:
                await crowd.turn()

    for _ in range(20):
        crowd.start_bare(twice)


async def timed_out(toro: Any, crowd: Any) -> None:
    lock = toro.Lock()
    await lock.acquire()

    async def in_vain() -> None:
        with contextlib.suppress(toro.Timeout):
            await lock.acquire(timeout=1)

    for _ in range(20):
        crowd.start_bare(in_vain)


async def produced(toro: Any, crowd: Any) -> None:
    queue = toro.Queue(2)

    async def produce() -> None:
        for item in range(20):
            await queue.put(item)

    async def consume() -> None:
        for _ in range(20):
            await queue.get()

    crowd.start_bare(produce)
    crowd.start_bare(consume)


async def notified(toro: Any, crowd: Any) -> None:
    condition = toro.Condition(lock=toro.Lock())

    async def player() -> None:
        for _ in range(10):
            async with condition:
                condition.notify()
                await condition.wait(timeout=1)
        async with condition:
            condition.notify()

    crowd.start_bare(player)
    crowd.start_bare(player)


@pytest.mark.parametrize("use", [contended, timed_out, produced, notified])
def test_nothing_is_left_to_the_garbage_collector(loop: Loop, use: Callable[..., Any]) -> None:
    async def main(times: int) -> None:
        for _ in range(times):
            async with loop.crowd(0) as crowd:
                await use(loop.toro, crowd)

    def left(times: int) -> int:
        gc.collect()
        gc.disable()
        try:
            loop.run(main, times)
            return gc.collect()
        finally:
            gc.enable()

    left(2)
    assert left(4) == left(2)  # what there is comes from starting the loop
