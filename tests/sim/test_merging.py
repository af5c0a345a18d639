"""Merging states changes what exploration costs, not what it finds."""

import collections
import contextlib
import dataclasses
import enum
import functools
import itertools
import operator
import random
import re
import types
import typing
import weakref
from typing import TypeVar

import pytest

import toro_sim
from toro_sim import Exhaustive
from toro_sim._fingerprint import Fingerprints
from toro_sim._loop import Loop

# Random small programs, explored with and without merging.


def program(seed, results):
    """A few tasks that do a few things to shared objects; what comes of it goes to *results*."""
    rng = random.Random(seed)
    scripts = [
        [rng.choice(STEPS) for _ in range(rng.randint(1, 3))] for _ in range(rng.randint(2, 3))
    ]

    async def main(toro):
        shared = Shared(toro)
        async with toro.create_task_group() as group:
            for script in scripts:
                group.start_soon(work, shared, script)
        results.add(repr(shared.log))

    async def work(shared, script):
        for step in script:
            await step(shared)

    return main


class Shared:
    def __init__(self, toro):
        self.toro = toro
        self.lock = toro.Lock()
        self.queue = toro.Queue(1)
        self.event = toro.Event()
        self.condition = toro.Condition()
        self.log = []


async def locked_change(shared):
    async with shared.lock:
        shared.log.append("in")
        await shared.toro.checkpoint()
        shared.log.append("out")


async def read_then_write(shared):
    length = len(shared.log)
    await shared.toro.checkpoint()
    shared.log.append(length)


async def put(shared):
    try:
        await shared.queue.put(len(shared.log), timeout=1)
    except shared.toro.Timeout:
        shared.log.append("full")


async def get(shared):
    try:
        shared.log.append(await shared.queue.get(timeout=1))
    except shared.toro.Timeout:
        shared.log.append("empty")


async def set_event(shared):
    shared.event.set()
    await shared.toro.checkpoint()


async def wait_for_event(shared):
    with shared.toro.move_on_after(2) as scope:
        await shared.event.wait()
    shared.log.append(scope.cancelled_caught)


async def notify(shared):
    shared.condition.notify()
    await shared.toro.sleep(1)


async def wait_for_notification(shared):
    with shared.toro.move_on_after(1.5):
        await shared.condition.wait()
        shared.log.append("notified")


STEPS = [
    locked_change,
    read_then_write,
    put,
    get,
    set_event,
    wait_for_event,
    notify,
    wait_for_notification,
]


@pytest.mark.parametrize("faults", [(0, 0), (1, 0), (0, 1)], ids=["plain", "cancel", "clock"])
@pytest.mark.parametrize("like", ["asyncio", "trio"])
@pytest.mark.parametrize("seed", range(7))
def test_the_same_outcomes_are_reached(seed, like, faults):
    cancellations, timeouts = faults
    outcomes = []
    for merge in (True, False):
        results = set()
        report = toro_sim.explore(
            program(seed, results),
            strategy=Exhaustive(merge=merge),
            cancellations=cancellations,
            timeouts=timeouts,
            like=like,
            schedules=20_000 if merge else 1_500,
        ).check()
        outcomes.append((results, report.exhaustive))
    (merged, merged_all), (plain, plain_all) = outcomes
    assert merged_all
    if plain_all:
        assert merged == plain
    else:
        assert merged >= plain


@pytest.mark.parametrize("seed", range(12))
def test_the_same_outcomes_are_reached_within_a_bound(seed):
    outcomes = []
    for merge in (True, False):
        results = set()
        report = toro_sim.explore(
            program(seed, results), strategy=Exhaustive(preemptions=2, merge=merge)
        ).check()
        assert report.exhaustive
        outcomes.append(results)
    assert outcomes[0] == outcomes[1]


def test_like_tasks_are_interchangeable():
    async def main(toro):
        lock = toro.Lock()

        async def work():
            async with lock:
                await toro.checkpoint()

        async with toro.create_task_group() as group:
            for _ in range(5):
                group.start_soon(work)

    merged = toro_sim.explore(main).check()
    assert merged.exhaustive
    assert merged.schedules < 60
    apart = toro_sim.explore(main, strategy=Exhaustive(merge=False), schedules=1_000).check()
    assert not apart.exhaustive


# What a state is made of.


def fingerprint(body):
    """That of a loop in which *body* is the one task, at its first await."""
    loop = Loop()
    prints = Fingerprints(ordered=False)

    async def main():
        task = toro_sim.spawn(body, daemon=True)
        await toro_sim.settle()
        found.append(prints.of(loop))
        task.cancel()

    found = []
    loop.run(main)
    return found[0]


def waits_with(value):
    async def body():
        kept = value()
        await toro_sim.sleep_forever()
        return kept

    return body


class Plain:
    def __init__(self, value):
        self.value = value


class Slotted:
    __slots__ = ("__private", "other")

    def __init__(self, value):
        self.__private = value


class Both(Slotted):
    def __init__(self, value):
        super().__init__(value)
        self.more = value


class Listed(list):
    pass


@dataclasses.dataclass
class Record:
    value: int


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


def closure(value):
    return lambda: value


def started(generator):
    next(generator)
    return generator


def advanced(iterator):
    next(iterator, None)
    return iterator


T = TypeVar("T")
U = TypeVar("U")


class Generic(typing.Generic[T]):
    def __init__(self, value):
        self.value = value


class Kept:
    def __init__(self, value):
        self.value = value

    def method(self): ...


KEPT = {1: Kept(1), 2: Kept(2)}


MAKERS = [
    lambda n: n,
    lambda n: float(n),
    lambda n: "x" * n,
    lambda n: (n,),
    lambda n: [n],
    lambda n: {n: n},
    lambda n: {"key": n},
    lambda n: {n},
    lambda n: frozenset([n]),
    lambda n: collections.deque([n]),
    lambda n: collections.deque(maxlen=n),
    lambda n: collections.OrderedDict(a=n),
    lambda n: collections.Counter(a=n),
    lambda n: Plain(n),
    lambda n: Slotted(n),
    lambda n: Both(n),
    lambda n: Listed([n]),
    lambda n: Record(n),
    lambda n: Plain([Plain(n)]),
    lambda n: Colour(n),
    lambda n: ValueError(n),
    lambda n: closure(n),
    lambda n: Plain(n).__init__,
    lambda n: [n].append,
    lambda n: range(n),
    lambda n: iter([n]),
    lambda n: advanced(iter([1, 2, 3])) if n == 1 else iter([1, 2, 3]),
    lambda n: advanced(iter(range(3))) if n == 1 else iter(range(3)),
    lambda n: enumerate([n]),
    lambda n: zip([n], [n], strict=False),
    lambda n: iter({n: n}),
    lambda n: iter({n}),
    lambda n: itertools.count(n),
    lambda n: started(i for i in range(n, n + 5)),
    lambda n: random.Random(n),
    lambda n: re.compile("x" * n),
    lambda n: bytearray(n),
    lambda n: types.SimpleNamespace(a=n),
    lambda n: types.MappingProxyType({n: n}),
    lambda n: operator.itemgetter(n),
    lambda n: [list[int], list[str]][n - 1],
    lambda n: [T, U][n - 1],
    lambda n: Generic[int](n),
    lambda n: functools.partial(print, n),
    lambda n: weakref.ref(KEPT[n]),
    lambda n: KEPT[n].method,
    lambda n: contextlib.ExitStack().push(KEPT[n].method),
    lambda n: None if n == 1 else False,
]


@pytest.mark.parametrize("make", MAKERS)
def test_values_are_told_apart_and_recognised(make):
    one, again, two = (fingerprint(waits_with(lambda n=n: make(n))) for n in (1, 1, 2))
    assert one == again
    assert one != two


def test_sharing_is_told_from_equality():
    def shared():
        inner = [1]
        return [inner, inner]

    assert fingerprint(waits_with(shared)) != fingerprint(waits_with(lambda: [[1], [1]]))


def test_which_variable_is_set_makes_a_difference():
    async def one():
        if ONE:
            a = 1
        else:
            b = 1
        await toro_sim.sleep_forever()
        return a, b

    global ONE
    ONE = True
    with_a = fingerprint(one)
    ONE = False
    assert fingerprint(one) != with_a


ONE = True


def test_what_waits_on_the_stack_counts():
    async def one():
        return [PLACE[0], await toro_sim.sleep_forever()]

    PLACE[0] = 1
    first = fingerprint(one)
    PLACE[0] = 2
    assert fingerprint(one) != first


PLACE = [1]


def test_where_a_task_waits_counts():
    async def here():
        await toro_sim.sleep_forever()
        await toro_sim.sleep_forever()

    async def there():
        with toro_sim.move_on_after(1):
            await toro_sim.sleep_forever()
        await toro_sim.sleep_forever()

    assert fingerprint(here) != fingerprint(there)


def test_objects_that_hide_their_state_are_never_alike_and_are_named():
    async def main(toro):
        keeps = itertools.cycle([1, 2])

        async def work():
            await toro.checkpoint()

        async with toro.create_task_group() as group:
            group.start_soon(work)
            group.start_soon(work)
        return keeps

    report = toro_sim.explore(main).check()
    assert report.opaque == {"itertools.cycle"}
    assert report.exhaustive
    assert "itertools.cycle" in str(report)
