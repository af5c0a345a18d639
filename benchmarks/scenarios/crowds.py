"""Crowds: n tasks wait, and then leave in some order. The question is how the cost of one grows
with n.
"""

import random
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from ..kits import Kit
from ..loops import Countdown
from ._scenario import Log, Meter, scenario

ORDERS: dict[str, Callable[[int], list[int]]] = {
    "oldest-first": lambda n: list(range(n)),
    "newest-first": lambda n: list(range(n))[::-1],
    "random": lambda n: random.Random(3).sample(range(n), n),
}

Wait = Callable[[], Awaitable[Any]]


def all_leave(log: Log, count: int) -> bool:
    """All stood in line before the first left, and none was served."""
    asking = log.of("asking", "waiting", "getting")[-count:]
    return (
        len(asking) == count
        and log.count("gone") == count
        and log.all_before(("asking", "waiting", "getting"), then="gone")
    )


def all_served(log: Log, count: int) -> bool:
    """All stood in line before the first was served, and each was served once."""
    served = log.of("acquired", "waited", "got", "reading")[-count:]
    first = next(entry for entry in served if entry.what)
    asked = [
        entry for entry in log[: log.index(first)] if entry.what in ("asking", "waiting", "getting")
    ]
    return len(served) == count and len(asked) >= count and log.count("gone") == 0


async def cancel_all(
    kit: Kit, wait: Wait, n: int, order: str, meter: Meter, one_by_one: int = 0
) -> None:
    """Start n waiters, then cancel them in this order; the meter runs until the last is gone."""
    gate = kit.loop.gate()
    gone = Countdown(n, gate)

    async def waiter() -> None:
        try:
            await wait()
        finally:
            gone()

    async with kit.loop.tasks() as tasks:
        cancel = [tasks.start_cancellable(waiter) for _ in range(n)]
        await kit.loop.settle(one_by_one)
        with meter:
            for place in ORDERS[order](n):
                cancel[place]()
            await gate.passed()


async def expire_all(kit: Kit, wait: Wait, n: int, order: str, meter: Meter) -> None:
    """Start n waiters whose deadlines come in this order; the meter runs from before the first to
    after the last.
    """
    grace = 0.1 + n * 50e-6  # for all to get in line
    while not await expire_after(grace, kit, wait, n, order, meter):
        grace *= 2


async def expire_after(
    grace: float, kit: Kit, wait: Wait, n: int, order: str, meter: Meter
) -> bool:
    """Whether that was enough; if not, nothing has been measured."""
    gate = kit.loop.gate()
    gone = Countdown(n, gate)
    assert kit.deadline is not None
    once, expired = kit.deadline.once, kit.deadline.Expired

    async def waiter(rank: int) -> None:
        try:
            await once(grace + rank * 1e-6, wait)
        except expired:
            pass
        finally:
            gone()

    async with kit.loop.tasks() as tasks:
        for rank in ORDERS[order](n):
            tasks.start(waiter, rank)
        await kit.loop.settle()
        if gone.left < n:
            return False
        with meter:
            await gate.passed()
    return True


async def serve_all(kit: Kit, wait: Wait, n: int, serve: Callable[[], Any], meter: Meter) -> None:
    """Start n waiters; the meter runs while `serve` lets them all go."""
    gate = kit.loop.gate()
    served = Countdown(n, gate)

    async def waiter() -> None:
        await wait()
        served()

    async with kit.loop.tasks() as tasks:
        for _ in range(n):
            tasks.start(waiter)
        await kit.loop.settle()
        with meter:
            serve()
            await gate.passed()


async def held_lock(kit: Kit, timed: bool = False) -> Wait:
    lock = kit.timed_lock() if timed else kit.lock()
    await lock.acquire()
    return lock.acquire


async def held_semaphore(kit: Kit) -> Wait:
    semaphore = kit.semaphore(1)
    await semaphore.acquire()
    return semaphore.acquire


async def unset_event(kit: Kit) -> Wait:
    return kit.event().wait


async def empty_queue(kit: Kit) -> Wait:
    return kit.queue(0).get


async def condition_waiter(kit: Kit) -> Wait:
    condition = kit.condition()

    async def wait() -> None:
        async with condition.scope:
            await condition.wait()

    return condition.wait if condition.scope is None else wait


def cancellations(what: str, line: Callable[[Kit], Awaitable[Wait]]) -> None:
    for order in ORDERS:

        @scenario(f"crowd/cancel/{what}/{order}", what, unit="waiter", claim=all_leave, crowd=True)
        async def body(kit: Kit, count: int, meter: Meter, order: str = order) -> None:
            one_by_one = count if what == "condition" and kit.yields else 0
            await cancel_all(kit, await line(kit), count, order, meter, one_by_one)


cancellations("lock", held_lock)
cancellations("semaphore", held_semaphore)
cancellations("event", unset_event)
cancellations("condition", condition_waiter)
cancellations("queue", empty_queue)


def expiries(order: str) -> None:
    @scenario(
        f"crowd/expire/lock/{order}", "lock", "deadline", unit="waiter", claim=all_leave, crowd=True
    )
    async def body(kit: Kit, count: int, meter: Meter) -> None:
        await expire_all(kit, await held_lock(kit, timed=True), count, order, meter)


for each_order in ORDERS:
    expiries(each_order)


@scenario("crowd/chain/lock", "lock", unit="waiter", claim=all_served, crowd=True)
async def chain(kit: Kit, count: int, meter: Meter) -> None:
    """Each releases as soon as it holds."""
    lock = kit.lock()

    async def once() -> None:
        await lock.acquire()
        lock.release()

    holder, held, let_go = kit.loop.gate(), kit.loop.gate(), kit.loop.gate()

    async def hold() -> None:  # the one that acquires releases: some locks have an owner
        await lock.acquire()
        held.open()
        await let_go.passed()
        lock.release()
        holder.open()

    async with kit.loop.tasks() as tasks:
        tasks.start(hold)
        await held.passed()
        await serve_all(kit, once, count, let_go.open, meter)
        await holder.passed()


def repeat(act: Callable[..., Any], count: int, *args: Any) -> None:
    for _ in range(count):
        act(*args)


@scenario("crowd/burst/semaphore", "semaphore", unit="waiter", claim=all_served, crowd=True)
async def release_burst(kit: Kit, count: int, meter: Meter) -> None:
    """As many releases as there are waiters, without a turn of the loop between them."""
    semaphore = kit.semaphore(1)
    await semaphore.acquire()
    await serve_all(kit, semaphore.acquire, count, partial(repeat, semaphore.release, count), meter)


@scenario("crowd/burst/queue", "queue", unit="waiter", claim=all_served, crowd=True)
async def put_burst(kit: Kit, count: int, meter: Meter) -> None:
    queue = kit.queue(0)
    await serve_all(kit, queue.get, count, partial(repeat, queue.put_nowait, count, 0), meter)


@scenario("crowd/burst/condition", "bare_condition", unit="waiter", claim=all_served, crowd=True)
async def notify_burst(kit: Kit, count: int, meter: Meter) -> None:
    condition = kit.bare_condition()
    await serve_all(kit, condition.wait, count, partial(repeat, condition.notify, count), meter)


@scenario(
    "crowd/readers",
    "rwlock",
    unit="reader",
    claim=lambda log, count: log.count("reading") == count,
    crowd=True,
)
async def readers(kit: Kit, count: int, meter: Meter) -> None:
    """All read at once, and then all stop."""
    lock = kit.rwlock()
    gate, stop = kit.loop.gate(), kit.loop.gate()
    reading, stopped = Countdown(count, gate), Countdown(count, stop)

    async def reader() -> None:
        await lock.acquire_read()
        reading()
        await gate.passed()
        lock.release_read()
        stopped()

    async with kit.loop.tasks() as tasks:
        with meter:
            for _ in range(count):
                tasks.start(reader)
            await stop.passed()
