"""Queues: from one task to itself, from one to another, from many to many, by priority, with
join.
"""

import random
from functools import partial

from ..kits import Kit
from ..operations import Queue
from ._scenario import Log, Meter, scenario

HOUR = 3600.0
BATCH = 100
HEAP = 1000


def in_order(log: Log, count: int) -> bool:
    got = [entry.value for entry in log.of("got")]
    return len(got) == count and got == sorted(got)


def bounded(log: Log, count: int, maxsize: int, pairs: int) -> bool:
    """All arrive, other tasks get what some put, there are never more than `maxsize`, and
    somebody had to wait.
    """
    got = [entry.value for entry in log.of("got")]
    put = [entry.value for entry in log.of("put")]
    return (
        len(got) == count
        and sorted(got) == sorted(put)
        and (got == put or pairs > 1)
        and not {entry.task for entry in log.of("got")} & {entry.task for entry in log.of("put")}
        and log.most_queued()
        <= maxsize + pairs  # what has been taken by tasks that did not yet say so
        and log.had_to_wait("putting", "put") + log.had_to_wait("getting", "got")
        >= count // (2 * maxsize)
    )


def lowest_first(log: Log, count: int) -> bool:
    """Every item got was the lowest of those there."""
    here: list[int] = []
    for entry in log.of("put", "got"):
        if entry.what == "put":
            here.append(entry.value)
        elif entry.value != min(here):
            return False
        else:
            here.remove(entry.value)
    return log.count("got") == count


def joined_last(log: Log, count: int) -> bool:
    """Each join waited for, and came back after, the last task_done of its batch."""
    undone = 0
    for entry in log:
        undone += (entry.what == "put") - (entry.what == "done")
        if undone != {"joining": BATCH, "joined": 0}.get(entry.what, undone):
            return False
    return log.count("done") == count and log.count("joined") == count // BATCH


def item_was_there(log: Log, count: int) -> bool:
    return log.count("got") == count and log.had_to_wait("getting", "got") == 0


def getter_waited(log: Log, count: int) -> bool:
    return log.count("got") == count and log.had_to_wait("getting", "got") >= 0.9 * count


@scenario("queue/nowait", "queue", unit="item", claim=in_order)
async def nowait(kit: Kit, count: int, meter: Meter) -> None:
    queue = kit.queue(0)
    put, get = queue.put_nowait, queue.get_nowait
    with meter:
        for item in range(count):
            put(item)
            get()


@scenario("queue/free", "queue", unit="item", claim=in_order)
async def free(kit: Kit, count: int, meter: Meter) -> None:
    queue = kit.queue(0)
    put, get = queue.put, queue.get
    with meter:
        for item in range(count):
            await put(item)
            await get()


async def flow(kit: Kit, queue: Queue, pairs: int, count: int, meter: Meter) -> int:
    put, get = queue.put, queue.get
    each = max(1, count // pairs)

    async def producer() -> None:
        for item in range(each):
            await put(item)

    async def consumer() -> None:
        for _ in range(each):
            await get()

    with meter:
        await kit.loop.together(*[producer] * pairs, *[consumer] * pairs)
    return each * pairs


def flows(maxsize: int, pairs: int) -> None:
    @scenario(
        f"queue/maxsize-{maxsize}/{pairs}-to-{pairs}",
        "queue",
        unit="item",
        claim=partial(bounded, maxsize=maxsize, pairs=pairs),
    )
    async def body(kit: Kit, count: int, meter: Meter) -> int:
        return await flow(kit, kit.queue(maxsize), pairs, count, meter)


flows(maxsize=1, pairs=1)
flows(maxsize=100, pairs=1)
flows(maxsize=10, pairs=10)


@scenario("queue/priority-1000", "priority_queue", unit="item", claim=lowest_first)
async def priority(kit: Kit, count: int, meter: Meter) -> None:
    queue = kit.priority_queue()
    put, get = queue.put_nowait, queue.get_nowait
    chance = random.Random(1)
    for item in chance.sample(range(10 * HEAP), HEAP):
        put(item)
    items = [chance.randrange(10 * HEAP) for _ in range(count)]
    with meter:
        for item in items:
            put(item)
            get()


@scenario("queue/join", "joinable_queue", unit="item", claim=joined_last)
async def join(kit: Kit, count: int, meter: Meter) -> int:
    """Batches of 100, each joined; a worker in another task gets them and calls task_done."""
    queue = kit.joinable_queue()
    put, get, done = queue.put_nowait, queue.get, queue.task_done
    rounds = max(1, count // BATCH)

    async def worker() -> None:
        for _ in range(BATCH):
            await get()
            done()

    async with kit.loop.tasks() as tasks:
        with meter:
            for _ in range(rounds):
                for item in range(BATCH):
                    put(item)
                tasks.start(worker)
                await queue.join()
    return rounds * BATCH


@scenario(
    "queue/free/deadline", "queue", "deadline", unit="put_nowait and get", claim=item_was_there
)
async def get_within(kit: Kit, count: int, meter: Meter) -> None:
    queue = kit.timed_queue(0)
    put = queue.put_nowait
    put(0)
    with meter:
        await kit.deadline.repeat(count, HOUR, queue.get, partial(put, 0))


@scenario("queue/waiting/deadline", "queue", "deadline", unit="item", claim=getter_waited)
async def get_waits_within(kit: Kit, count: int, meter: Meter) -> int:
    """Two tasks, each with a queue of its own, throw one item to and fro."""
    here, there = kit.timed_queue(0), kit.timed_queue(0)
    each = max(1, count // 2)

    async def player(mine: Queue, theirs: Queue) -> None:
        await kit.deadline.repeat(each, HOUR, mine.get, partial(theirs.put_nowait, 0))

    with meter:
        async with kit.loop.tasks() as tasks:
            tasks.start(player, here, there)
            tasks.start(player, there, here)
            here.put_nowait(0)
    return 2 * each
