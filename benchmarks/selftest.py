"""No kit is timed before it has shown that it works, and that it was described correctly."""

from collections.abc import Awaitable, Callable
from typing import Any

from .kits import Kit

__all__ = ["BrokenKit", "selftest"]


class BrokenKit(Exception):
    """A library, or our description of it, is not fit to be measured."""


def selftest(kit: Kit) -> None:
    """Try everything the kit offers."""
    for test, needs in _TESTS.items():
        if kit.offers(*needs) and not kit.loop.run(test, kit):
            raise BrokenKit(f"{kit.name}: {test.__name__.replace('_', ' ')} is not true")


_TESTS: dict[Callable[[Kit], Awaitable[bool]], tuple[str, ...]] = {}


def _of(*needs: str) -> Callable[[Any], Any]:
    def register(test: Any) -> Any:
        _TESTS[test] = needs
        return test

    return register


async def _most_inside(kit: Kit, acquire: Any, release: Any) -> int:
    inside = most = 0

    async def worker() -> None:
        nonlocal inside, most
        for _ in range(3):
            await acquire()
            inside += 1
            most = max(most, inside)
            await kit.loop.turn()
            inside -= 1
            release()

    await kit.loop.together(*[worker] * 8)
    return most


@_of("lock")
async def a_lock_lets_one_in(kit: Kit) -> bool:
    lock = kit.lock()
    return await _most_inside(kit, lock.acquire, lock.release) == 1


@_of("semaphore")
async def a_semaphore_of_three_lets_three_in(kit: Kit) -> bool:
    semaphore = kit.semaphore(3)
    return await _most_inside(kit, semaphore.acquire, semaphore.release) == 3


@_of("lock")
async def it_yields_when_it_need_not_wait_as_described(kit: Kit) -> bool:
    lock, turns, stop = kit.lock(), 0, False

    async def watcher() -> None:
        nonlocal turns
        while not stop:
            await kit.loop.turn()
            turns += 1

    async with kit.loop.tasks() as tasks:
        tasks.start(watcher)
        await kit.loop.turn()
        before = turns
        for _ in range(20):
            await lock.acquire()
            lock.release()
        yielded = turns - before
        stop = True
    return yielded >= 10 if kit.yields else yielded == 0


@_of("event")
async def an_event_wakes_all(kit: Kit) -> bool:
    event, awake = kit.event(), []

    async def waiter() -> None:
        await event.wait()
        awake.append(1)

    async with kit.loop.tasks() as tasks:
        for _ in range(5):
            tasks.start(waiter)
        await kit.loop.settle()
        early = len(awake)
        event.set()
    return (early, len(awake)) == (0, 5)


@_of("bare_condition")
async def a_notification_wakes_one(kit: Kit) -> bool:
    condition, awake = kit.bare_condition(), []

    async def waiter() -> None:
        await condition.wait()
        awake.append(1)

    async with kit.loop.tasks() as tasks:
        for _ in range(5):
            tasks.start(waiter)
        await kit.loop.settle()
        condition.notify()
        await kit.loop.settle()
        one = len(awake)
        condition.notify_all()
    return (one, len(awake)) == (1, 5)


@_of("condition")
async def a_condition_with_a_lock_gives_it_back_and_takes_it_again(kit: Kit) -> bool:
    condition, inside, most = kit.condition(), 0, 0
    if condition.scope is None:
        return True
    scope = condition.scope

    async def waiter() -> None:
        nonlocal inside, most
        async with scope:
            await condition.wait()
            inside += 1
            most = max(most, inside)
            await kit.loop.turn()
            inside -= 1

    async with kit.loop.tasks() as tasks:
        for _ in range(5):
            tasks.start(waiter)
        await kit.loop.settle(one_by_one=5)
        async with scope:
            condition.notify_all()
    return most == 1


@_of("queue")
async def a_bounded_queue_holds_putters_back_and_keeps_order(kit: Kit) -> bool:
    queue, put = kit.queue(2), []

    async def putter() -> None:
        for item in range(6):
            await queue.put(item)
            put.append(item)

    async with kit.loop.tasks() as tasks:
        tasks.start(putter)
        await kit.loop.settle()
        held_back = len(put) == 2
        got = [await queue.get() for _ in range(6)]
    return held_back and got == put == list(range(6))


@_of("priority_queue")
async def a_priority_queue_gives_the_lowest(kit: Kit) -> bool:
    queue = kit.priority_queue()
    for item in (3, 1, 2):
        await queue.put(item)
    return [await queue.get() for _ in range(3)] == [1, 2, 3]


@_of("joinable_queue")
async def join_waits_for_the_last_task_done(kit: Kit) -> bool:
    queue, joined = kit.joinable_queue(), []

    async def joiner() -> None:
        await queue.join()
        joined.append(1)

    async with kit.loop.tasks() as tasks:
        for item in range(2):
            queue.put_nowait(item)
        tasks.start(joiner)
        for _ in range(2):
            await kit.loop.settle()
            early = len(joined)
            await queue.get()
            queue.task_done()
    return (early, len(joined)) == (0, 1)


@_of("rwlock")
async def readers_read_together_and_writers_write_alone(kit: Kit) -> bool:
    lock = kit.rwlock()
    readers = await _most_inside(kit, lock.acquire_read, lock.release_read)
    writers = await _most_inside(kit, lock.acquire_write, lock.release_write)
    return (readers, writers) == (8, 1)


@_of("lock", "deadline")
async def a_deadline_ends_a_wait(kit: Kit) -> bool:
    lock, deadline = kit.timed_lock(), kit.deadline
    outcomes = []

    async def late() -> None:
        try:
            outcomes.append(await deadline.once(0.001, lock.acquire))
        except deadline.Expired:
            outcomes.append(False)

    await lock.acquire()
    await kit.loop.together(late)
    return outcomes == [False]
