"""Locks and semaphores: free, and wanted by 2 and by 100 tasks."""

from functools import partial

from ..kits import Kit
from ..operations import Lock
from ._scenario import Log, Meter, scenario

HOUR = 3600.0


def undisturbed(log: Log, count: int) -> bool:
    return log.count("acquired") == count and log.most_held() == 1 and log.handed_over() == 0


def handed_over(log: Log, count: int, limit: int = 1) -> bool:
    """At least nine in ten acquisitions come from another task, and no more than `limit` hold at
    once.
    """
    return (
        log.count("acquired") == count
        and log.most_held() == limit
        and log.handed_over() >= 0.9 * (count - 1)
    )


async def explicit(lock: Lock, count: int, meter: Meter) -> None:
    acquire, release = lock.acquire, lock.release
    with meter:
        for _ in range(count):
            await acquire()
            release()


async def scoped(lock: Lock, count: int, meter: Meter) -> None:
    scope = lock.scope
    with meter:
        for _ in range(count):
            async with scope:
                pass


@scenario("lock/free/explicit", "lock", unit="acquire and release", claim=undisturbed)
async def lock_explicit(kit: Kit, count: int, meter: Meter) -> None:
    await explicit(kit.lock(), count, meter)


@scenario("lock/free/async-with", "lock", unit="block", claim=undisturbed)
async def lock_scoped(kit: Kit, count: int, meter: Meter) -> None:
    await scoped(kit.lock(), count, meter)


@scenario("lock/free/deadline", "lock", "deadline", unit="acquire and release", claim=undisturbed)
async def lock_deadline(kit: Kit, count: int, meter: Meter) -> None:
    lock = kit.timed_lock()
    with meter:
        await kit.deadline.repeat(count, HOUR, lock.acquire, lock.release)


@scenario("semaphore/free/explicit", "semaphore", unit="acquire and release", claim=undisturbed)
async def semaphore_explicit(kit: Kit, count: int, meter: Meter) -> None:
    await explicit(kit.semaphore(5), count, meter)


@scenario("semaphore/free/async-with", "semaphore", unit="block", claim=undisturbed)
async def semaphore_scoped(kit: Kit, count: int, meter: Meter) -> None:
    await scoped(kit.semaphore(5), count, meter)


@scenario(
    "semaphore/free/deadline",
    "semaphore",
    "deadline",
    unit="acquire and release",
    claim=undisturbed,
)
async def semaphore_deadline(kit: Kit, count: int, meter: Meter) -> None:
    semaphore = kit.timed_semaphore(5)
    with meter:
        await kit.deadline.repeat(count, HOUR, semaphore.acquire, semaphore.release)


async def contend(kit: Kit, lock: Lock, tasks: int, count: int, meter: Meter) -> int:
    """Each of `tasks` acquires again and again and holds for one turn of the loop."""
    acquire, release, turn = lock.acquire, lock.release, kit.loop.turn
    each = max(20, count // tasks)  # so that starting the tasks hardly shows

    async def worker() -> None:
        for _ in range(each):
            await acquire()
            await turn()
            release()

    with meter:
        await kit.loop.together(*[worker] * tasks)
    return each * tasks


def contended(what: str, tasks: int, limit: int) -> None:
    @scenario(
        f"{what}/contended/{tasks}",
        what,
        unit="acquire, hold for a turn, release",
        claim=partial(handed_over, limit=limit),
    )
    async def body(kit: Kit, count: int, meter: Meter) -> int:
        primitive = kit.lock() if what == "lock" else kit.semaphore(limit)
        return await contend(kit, primitive, tasks, count, meter)


contended("lock", tasks=2, limit=1)
contended("lock", tasks=100, limit=1)
contended("semaphore", tasks=2, limit=1)
contended("semaphore", tasks=100, limit=5)


@scenario(
    "lock/waiting/deadline",
    "lock",
    "deadline",
    unit="acquire, hold for a turn, release",
    claim=handed_over,
)
async def lock_waits_within(kit: Kit, count: int, meter: Meter) -> int:
    """Ten tasks, each acquiring with a deadline that does not fire."""
    lock = kit.timed_lock()
    turn = kit.loop.turn
    each = max(1, count // 10)

    async def worker() -> None:
        await kit.deadline.repeat(each, HOUR, lock.acquire, lock.release, turn)

    with meter:
        await kit.loop.together(*[worker] * 10)
    return each * 10
