"""What other primitives lose, and Toro does not: each line of the landing page's table, measured.

    python docs/peers_lose.py            measure, and print the table
    python docs/peers_lose.py --keep     and write it to docs/peers.md

A scenario is written once, for whatever primitive it is given, and says True if something was
lost.  The same scenario is run with each peer and with Toro on each loop.  Nothing is timed.
"""

from __future__ import annotations

import asyncio
import datetime
import platform
import sys
from collections.abc import Awaitable, Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import aiorwlock
import anyio
import tornado.locks
import tornado.queues
import trio
import trio.testing

import toro_anyio
import toro_asyncio
import toro_core
import toro_tornado
import toro_trio

KEPT = Path(__file__).parent / "peers.md"

WOULD_BLOCK = (
    toro_core.WouldBlock,
    asyncio.QueueEmpty,
    asyncio.QueueFull,
    tornado.queues.QueueEmpty,
    tornado.queues.QueueFull,
    trio.WouldBlock,
    anyio.WouldBlock,
)


# Two loops behind one face: start a task, cancel it, let everything settle.


class Job:
    """A task that makes one call."""

    def __init__(self) -> None:
        self.done = False  # it returned
        self.value: Any = None
        self.cancel: Callable[[], object]

    async def perform(self, call: Callable[[], Awaitable[Any]]) -> None:
        self.value = await call()
        self.done = True


class OnAsyncio:
    def start(self, call: Callable[[], Awaitable[Any]]) -> Job:
        job = Job()
        task = asyncio.ensure_future(job.perform(call))
        job.cancel = task.cancel  # and so it is not collected
        return job

    async def settle(self) -> None:
        for _ in range(20):
            await asyncio.sleep(0)

    def run(self, scenario: Callable[..., Awaitable[bool]], subject: Any) -> bool:
        return asyncio.run(scenario(self, subject))  # type: ignore[arg-type]


class OnTrio:
    def start(self, call: Callable[[], Awaitable[Any]]) -> Job:
        job, scope = Job(), trio.CancelScope()

        async def task() -> None:
            with scope:
                await job.perform(call)

        self._nursery.start_soon(task)
        job.cancel = scope.cancel
        return job

    async def settle(self) -> None:
        await trio.testing.wait_all_tasks_blocked()

    def run(self, scenario: Callable[..., Awaitable[bool]], subject: Any) -> bool:
        async def main() -> bool:
            async with trio.open_nursery() as self._nursery:
                lost = await scenario(self, subject)
                self._nursery.cancel_scope.cancel()
            return lost

        return trio.run(main)


class Channel:
    """A memory channel with the words of a queue."""

    def __init__(self, opener: Callable[[float], Any], size: float) -> None:
        sender, receiver = opener(size)
        self.put, self.put_nowait = sender.send, sender.send_nowait
        self.get, self.get_nowait = receiver.receive, receiver.receive_nowait
        self.close = lambda: (sender.close(), receiver.close())


def trio_channel(size: float) -> Channel:
    return Channel(trio.open_memory_channel, size)


def anyio_channel(size: float) -> Channel:
    return Channel(anyio.create_memory_object_stream, size)


def close(queue: Any) -> None:
    getattr(queue, "close", lambda: None)()


def drain(queue: Any) -> list[Any]:
    """Everything that can be had at once."""
    items = []
    try:
        while True:
            items.append(queue.get_nowait())
    except WOULD_BLOCK:
        return items


def puts_at_once(queue: Any, item: Any) -> bool:
    try:
        queue.put_nowait(item)
    except WOULD_BLOCK:
        return False
    return True


# The scenarios: True if something was lost.


async def permit(on: Any, lock_type: Any) -> bool:
    lock = lock_type()
    await lock.acquire()
    waiting = on.start(lock.acquire)
    await on.settle()
    lock.release()
    waiting.cancel()
    await on.settle()
    if waiting.done:
        return False  # it has the lock, and can release it
    next_one = on.start(lock.acquire)
    await on.settle()
    return not next_one.done


async def item(on: Any, queue_type: Any) -> bool:
    queue = queue_type(3)
    getting = on.start(queue.get)
    await on.settle()
    queue.put_nowait("item")
    getting.cancel()
    await on.settle()
    lost = not getting.done and drain(queue) != ["item"]
    close(queue)
    return lost


async def put_that_did_not_happen(on: Any, queue_type: Any) -> bool:
    queue = queue_type(1)
    queue.put_nowait("first")
    putting = on.start(lambda: queue.put("second"))
    await on.settle()
    got = [queue.get_nowait()]
    putting.cancel()
    await on.settle()
    got += drain(queue)
    close(queue)
    return not putting.done and "second" in got


async def notification(on: Any, condition: Any) -> bool:
    """*condition* is made anew by the callable, with its ``holding`` if it has a lock."""
    condition, holding = condition()

    async def wait() -> None:
        if holding is None:
            await condition.wait()
        else:
            async with condition:
                await condition.wait()

    first = on.start(wait)
    await on.settle()  # Trio runs what is started together in any order
    second = on.start(wait)
    await on.settle()
    if holding is None:
        condition.notify(1)
        first.cancel()
    else:
        async with condition:
            condition.notify(1)
            first.cancel()
    await on.settle()
    return not (first.done or second.done)


async def failed_put(on: Any, queue_type: Any) -> bool:
    queue = queue_type(3)
    queue.put_nowait((1, object()))
    try:
        queue.put_nowait((1, object()))
    except TypeError:
        return queue.qsize() != 1
    return False  # it compares nothing but priorities


async def turn(on: Any, queue_type: Any) -> bool:
    queue = queue_type(1)
    queue.put_nowait("first")
    on.start(lambda: queue.put("second"))
    await on.settle()
    got = [queue.get_nowait()]
    if puts_at_once(queue, "third"):
        await on.settle()
        got += drain(queue)
        await on.settle()
        got += drain(queue)
    close(queue)
    return "third" in got and got.index("third") == 1


async def readers_behind_a_writer(on: Any, make: Any) -> bool:
    read, write = make()
    await read()
    writing = on.start(write)
    await on.settle()
    reading = on.start(read)
    await on.settle()
    assert not writing.done
    assert not reading.done
    writing.cancel()
    await on.settle()
    return not reading.done


async def what_is_there(on: Any, get_by_now: Any) -> bool:
    """An item is there and the deadline has come: is it had?"""
    try:
        return await get_by_now() != "item"
    except (TimeoutError, trio.TooSlowError):
        return True


def squarely(on: Any, lock_type: Any) -> bool:
    """Does the work of cancelling n waiters, last come first, grow with the square of n?"""
    return work_of_cancelling(lock_type, 400) > 3 * work_of_cancelling(lock_type, 200) > 0


def work_of_cancelling(lock_type: Any, waiters: int) -> int:
    """How many comparisons it takes to find them in the line."""
    comparisons = 0

    class Counted:
        def __eq__(self, other: object) -> bool:
            nonlocal comparisons
            comparisons += 1
            return self is other

        __hash__ = object.__hash__

    class CountedTask(Counted, asyncio.Task[Any]):
        pass

    class CountedFuture(Counted, asyncio.Future[Any]):
        pass

    class CountingLoop(asyncio.SelectorEventLoop):
        def create_future(self) -> Any:
            return CountedFuture(loop=self)

    async def main() -> None:
        loop = asyncio.get_running_loop()
        loop.set_task_factory(lambda loop, coro, **options: CountedTask(coro, loop=loop, **options))
        lock = lock_type()
        await lock.acquire()

        async def wait() -> None:
            await lock.acquire()

        tasks = [asyncio.ensure_future(wait()) for _ in range(waiters)]
        await OnAsyncio().settle()
        nonlocal comparisons
        comparisons = 0
        for task in reversed(tasks):
            task.cancel()
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        lock.release()

    with asyncio.Runner(loop_factory=CountingLoop) as runner:
        runner.run(main())
    return comparisons


def second_loop(on: Any, lock_type: Any) -> bool:
    """A lock that tasks waited for in one loop, and that is idle now, is used in another."""
    lock = lock_type()

    async def main() -> None:
        await lock.acquire()
        other = asyncio.ensure_future(use(lock))
        await asyncio.sleep(0)
        lock.release()
        await other

    asyncio.run(main())
    try:
        asyncio.run(main())
    except RuntimeError:
        return True
    return False


async def use(lock: Any) -> None:
    await lock.acquire()
    lock.release()


# Who is asked what.


def with_lock(condition_type: Any, lock_type: Any | None = None) -> Callable[[], Any]:
    def make() -> Any:
        lock = None if lock_type is None else lock_type()
        return (condition_type(lock=lock) if lock is not None else condition_type()), True

    return make


def without_lock(condition_type: Any) -> Callable[[], Any]:
    return lambda: (condition_type(), None)


def sides_of_aiorwlock() -> Any:
    lock = aiorwlock.RWLock()
    return lock.reader.acquire, lock.writer.acquire


def sides_of(rwlock_type: Any) -> Callable[[], Any]:
    def make() -> Any:
        lock = rwlock_type(None)
        return lock.acquire_read, lock.acquire_write

    return make


def filled(queue: Any) -> Any:
    queue.put_nowait("item")
    return queue


async def asyncio_get_by_now() -> Any:
    return await asyncio.wait_for(filled(asyncio.Queue()).get(), 0)


async def tornado_get_by_now() -> Any:
    return await filled(tornado.queues.Queue()).get(timeout=datetime.timedelta(0))


async def trio_get_by_now() -> Any:
    queue = filled(trio_channel(1))
    with trio.fail_after(0):
        return await queue.get()


async def anyio_get_by_now() -> Any:
    queue = filled(anyio_channel(1))
    try:
        with anyio.fail_after(0):
            return await queue.get()
    finally:
        queue.close()


def toro_get_by_now(toro: Any) -> Callable[[], Awaitable[Any]]:
    return lambda: filled(toro.Queue()).get(timeout=0)


TOROS = {
    "toro_asyncio": toro_asyncio,
    "toro_trio": toro_trio,
    "toro_anyio": toro_anyio,
    "toro_tornado": toro_tornado,
}


class Line(NamedTuple):
    when: str
    happens: str
    with_toro: str
    scenario: Callable[..., Any]
    peers: dict[str, Any]
    ours: Callable[[Any], Any]  # from a Toro namespace to what the scenario takes


LINES = [
    Line(
        "a task is cancelled just as it is let into a lock",
        "the lock stays locked for ever",
        "the next in line has it",
        permit,
        {
            "asyncio": asyncio.Lock,
            "Trio": trio.Lock,
            "AnyIO": anyio.Lock,
            "Tornado": tornado.locks.Lock,
        },
        lambda toro: toro.Lock,
    ),
    Line(
        "a task is cancelled just as it gets an item",
        "the item is lost",
        "it keeps its place for the next",
        item,
        {
            "asyncio": asyncio.Queue,
            "Trio": trio_channel,
            "AnyIO": anyio_channel,
            "Tornado": tornado.queues.Queue,
        },
        lambda toro: toro.Queue,
    ),
    Line(
        "a task is cancelled just as its item is let in",
        "the put raises, yet the item is delivered",
        "it did not happen",
        put_that_did_not_happen,
        {
            "asyncio": asyncio.Queue,
            "Trio": trio_channel,
            "AnyIO": anyio_channel,
            "Tornado": tornado.queues.Queue,
        },
        lambda toro: toro.Queue,
    ),
    Line(
        "a notified task is cancelled before it runs",
        "the notification is lost",
        "another waiter gets it",
        notification,
        {
            "asyncio": with_lock(asyncio.Condition),
            "Trio": with_lock(trio.Condition),
            "AnyIO": with_lock(anyio.Condition),
            "Tornado": without_lock(tornado.locks.Condition),
        },
        lambda toro: with_lock(toro.Condition, toro.Lock),
    ),
    Line(
        "an item that cannot be compared is put into a priority queue",
        "the put raises, yet the item is in",
        "the queue is as before",
        failed_put,
        {"asyncio": asyncio.PriorityQueue, "Tornado": tornado.queues.PriorityQueue},
        lambda toro: toro.PriorityQueue,
    ),
    Line(
        "somebody puts while others wait to",
        "the newcomer goes first",
        "first come, first served",
        turn,
        {
            "asyncio": asyncio.Queue,
            "Trio": trio_channel,
            "AnyIO": anyio_channel,
            "Tornado": tornado.queues.Queue,
        },
        lambda toro: toro.Queue,
    ),
    Line(
        "a writer that waits gives up, and readers wait behind it",
        "they sleep on until somebody releases",
        "they go at once",
        readers_behind_a_writer,
        {"aiorwlock": sides_of_aiorwlock},
        lambda toro: sides_of(toro.RWLock),
    ),
    Line(
        "the time is up and the item is there",
        "an error, and the item stays",
        "the item",
        what_is_there,
        {
            "asyncio": asyncio_get_by_now,
            "Trio": trio_get_by_now,
            "AnyIO": anyio_get_by_now,
            "Tornado": tornado_get_by_now,
        },
        toro_get_by_now,
    ),
    Line(
        "an idle lock is used in a second `asyncio.run`",
        "RuntimeError, once anyone has waited for it",
        "it moves with you",
        second_loop,
        {"asyncio": asyncio.Lock, "AnyIO": anyio.Lock, "Tornado": tornado.locks.Lock},
        lambda toro: toro.Lock,
    ),
    Line(
        "n tasks that wait for a lock are cancelled, the last first",
        "work in the square of n",
        "work in proportion to n",
        squarely,
        {"asyncio": asyncio.Lock, "AnyIO": anyio.Lock, "Tornado": tornado.locks.Lock},
        lambda toro: toro.Lock,
    ),
]


def loses(line: Line, subject: Any, on_trio: bool) -> bool:
    if not asyncio.iscoroutinefunction(line.scenario):
        return False if on_trio else line.scenario(None, subject)
    loop: Any = OnTrio() if on_trio else OnAsyncio()
    return loop.run(line.scenario, subject)


def losers(line: Line) -> list[str]:
    """The peers that lose something there."""
    return [
        name for name, subject in line.peers.items() if loses(line, subject, on_trio=name == "Trio")
    ]


def toro_loses(line: Line) -> list[str]:
    """The adapters of ours that do; there are none."""
    return [
        name
        for name, toro in TOROS.items()
        if loses(line, line.ours(toro), on_trio=toro is toro_trio)
    ]


def versions() -> str:
    names = {"tornado": "Tornado", "trio": "Trio", "anyio": "AnyIO", "aiorwlock": "aiorwlock"}
    others = ", ".join(f"{name} {version(dist)}" for dist, name in names.items())
    return f"CPython {platform.python_version()}, {others}"


def table() -> str:
    rows = [
        f"| {line.when} | {', '.join(losers(line))}: {line.happens} | {line.with_toro} |"
        for line in LINES
    ]
    return "\n".join(
        [
            "| when | what happens there | with Toro |",
            "|---|---|---|",
            *rows,
            "",
            f"Measured by `docs/peers_lose.py` with {versions()}; AnyIO on asyncio.",
            "",
        ]
    )


def main() -> int:
    failures = [f"{name}: {line.when}" for line in LINES for name in toro_loses(line)]
    text = table()
    print(text)
    if "--keep" in sys.argv:
        KEPT.write_text(text, "utf-8")
    for failure in failures:
        print("TORO LOSES", failure, file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
