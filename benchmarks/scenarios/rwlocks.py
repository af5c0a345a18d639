"""Readers and writers."""

import random
from functools import partial

from ..kits import Kit
from ._scenario import Log, Meter, scenario

TASKS = 20


def undisturbed(log: Log, count: int) -> bool:
    return log.count("read") + log.count("wrote") == count


def mixed(log: Log, count: int, writes: float) -> bool:
    """Readers are together, writers alone, and the share of writers is as said."""
    reading = writing = together = 0
    for entry in log:
        reading += (entry.what == "reading") - (entry.what == "read")
        writing += (entry.what == "writing") - (entry.what == "wrote")
        together = max(together, reading)
        if writing > 1 or (writing and reading):
            return False
    share = log.count("wrote") / count
    return (
        log.count("read") + log.count("wrote") == count
        and together > 1
        and abs(share - writes) < 0.05
    )


@scenario("rwlock/free/read", "rwlock", unit="acquire and release", claim=undisturbed)
async def read(kit: Kit, count: int, meter: Meter) -> None:
    lock = kit.rwlock()
    acquire, release = lock.acquire_read, lock.release_read
    with meter:
        for _ in range(count):
            await acquire()
            release()


@scenario("rwlock/free/write", "rwlock", unit="acquire and release", claim=undisturbed)
async def write(kit: Kit, count: int, meter: Meter) -> None:
    lock = kit.rwlock()
    acquire, release = lock.acquire_write, lock.release_write
    with meter:
        for _ in range(count):
            await acquire()
            release()


async def mix(kit: Kit, writes: float, count: int, meter: Meter) -> int:
    """Each task reads or writes, as a fixed shuffle says, and holds for one turn of the loop."""
    lock = kit.rwlock()
    acquire_read, release_read, acquire_write, release_write = lock
    turn = kit.loop.turn
    each = max(1, count // TASKS)
    plan = [place < round(writes * each * TASKS) for place in range(each * TASKS)]
    random.Random(2).shuffle(plan)
    plans = [plan[number::TASKS] for number in range(TASKS)]

    async def worker(plan: list[bool]) -> None:
        for writes_now in plan:
            if writes_now:
                await acquire_write()
                await turn()
                release_write()
            else:
                await acquire_read()
                await turn()
                release_read()

    with meter:
        await kit.loop.together(*[partial(worker, plan) for plan in plans])
    return each * TASKS


def mixes(writes: float) -> None:
    @scenario(
        f"rwlock/mixed-20/{writes:.0%}-writers",
        "rwlock",
        unit="acquire, hold for a turn, release",
        claim=partial(mixed, writes=writes),
    )
    async def body(kit: Kit, count: int, meter: Meter) -> int:
        return await mix(kit, writes, count, meter)


mixes(0.1)
mixes(0.5)
