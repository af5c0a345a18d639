"""What people write. Type checkers find nothing to say."""

import queue
from datetime import timedelta
from typing import Any, assert_type

import toro_asyncio as toro
import toro_core
from toro_core.records import LockStatistics, QueueStatistics

lock = toro.Lock()
semaphore = toro.Semaphore(3)
bounded = toro.BoundedSemaphore()
rwlock = toro.RWLock(max_readers=None)
notified = toro.Condition()
monitor = toro.Condition(lock=lock)
event = toro.Event()
answer: toro.AsyncResult[str] = toro.AsyncResult()
numbers = toro.Queue[int](maxsize=2)
more_numbers: toro.Queue[int] = toro.JoinableQueue(initial=[1, 2])
lowest: toro.Queue[tuple[int, str]] = toro.PriorityQueue()
newest = toro.LifoQueue[bytes](1.3)


async def guards() -> None:
    with await lock.acquire() as nothing:
        assert_type(nothing, None)
    with await semaphore.acquire(timeout=1), await bounded.acquire(deadline=timedelta(seconds=1)):
        pass
    with await rwlock.acquire_read(), rwlock.acquire_write_nowait():
        pass
    async with lock, semaphore, bounded, rwlock.reader, rwlock.writer, monitor:
        pass
    await lock.acquire(timeout=timedelta(seconds=1))
    lock.release()
    assert_type(lock.locked(), bool)
    assert_type(semaphore.counter, int)


async def signals() -> None:
    await event.wait(timeout=0.5)
    assert_type(event.is_set(), bool)
    await notified.wait()
    notified.notify(2)
    notified.notify_all()
    async with monitor:
        assert_type(await monitor.wait_for(lambda: [1, 2], timeout=1), list[int])
    answer.set("yes")
    assert_type(await answer.get(), str)
    assert_type(answer.get_nowait(), str)


async def queues() -> None:
    await numbers.put(1, timeout=1)
    numbers.put_nowait(2)
    assert_type(await numbers.get(), int)
    assert_type(numbers.get_nowait(), int)
    assert_type(await lowest.get(deadline=None), tuple[int, str])
    assert_type(await newest.get(), bytes)
    await more_numbers.join()
    more_numbers.task_done()
    assert_type(numbers.qsize(), int)
    assert_type(numbers.maxsize, int)
    async for number in numbers:
        assert_type(number, int)
    numbers.shutdown(immediate=True)


async def exceptions() -> None:
    try:
        await numbers.get(timeout=1)
    except TimeoutError as error:
        assert_type(error, TimeoutError)
    try:
        numbers.get_nowait()
    except toro.Empty as empty:
        wider: queue.Empty = empty
        raise wider from empty
    except toro_core.ShutDown:
        pass


class Newest(toro.Queue[int]):
    """A queue that remembers only what was put last."""

    def _init(self, maxsize: int) -> None:
        self.item: int | None = None

    def _put(self, item: int) -> None:
        self.item = item

    def _get(self) -> int:
        assert self.item is not None
        return self.item


def held(guard: toro_core.Guard, until: toro_core.Deadline, at_most: toro_core.Span) -> None:
    with guard:
        print(until, at_most)


async def named() -> None:
    held(await lock.acquire(), until=None, at_most=timedelta(seconds=1))
    reading: toro_core.Guard = rwlock.acquire_read_nowait()
    assert isinstance(reading, toro_core.ReadGuard)
    assert_type(lock.statistics(), LockStatistics)
    assert_type(numbers.statistics(), QueueStatistics)


def statistics(objects: list[toro.Lock | toro.Event | toro.Queue[Any]]) -> int:
    return sum(each.statistics().tasks_waiting for each in objects)
