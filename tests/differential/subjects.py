"""The primitives: how to make one of each, what can be asked of it and what can be seen."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from spec import (
    AsyncResultSpec,
    BoundedSemaphoreSpec,
    ConditionSpec,
    EventSpec,
    Fate,
    FifoSpec,
    LifoSpec,
    LockSpec,
    MonitorSpec,
    PrioritySpec,
    RWLockSpec,
    SemaphoreSpec,
    Settled,
)
from spec.locks import ACQUIRE, LOOK, READ, WRITE
from spec.queues import GET, JOIN, PUT, Place

from .stories import Manners, MonitorStory, Story

Look = Callable[[Any], Any]


class Call(NamedTuple):
    """A call that does not wait; *adapter* and *spec* get the item too if it *takes* one.

    *rare*: not to be called all the time, because little happens afterwards.
    """

    adapter: Callable[..., Any]
    spec: Callable[..., Any]
    takes: bool = False
    rare: bool = False


class Wait(NamedTuple):
    """A method that waits, and the request that it is to the specification."""

    method: str
    request: Any = None
    takes: bool = False


class Subject(NamedTuple):
    name: str
    make: Callable[[Any], Any]  # from the namespace of an adapter
    spec: Callable[[], Any]
    waits: list[Wait]
    calls: dict[str, Call]
    looks: list[tuple[Look, Look]]
    items: str = "none"
    story: Callable[[Any, Manners], Story] = Story


def both(name: str, *arguments: Any) -> Call:
    """Called the same on both sides."""

    def call(subject: Any) -> Any:
        return getattr(subject, name)(*arguments)

    return Call(call, call)


WAITING: tuple[Look, Look] = (lambda x: x.statistics().tasks_waiting, lambda s: len(s.waiting))
LOCKED: tuple[Look, Look] = (
    lambda x: (x.locked(), x.statistics().locked),
    lambda s: (s.locked(),) * 2,
)

LOCK = Subject(
    "Lock",
    lambda toro: toro.Lock(),
    LockSpec,
    [Wait("acquire")],
    {"release": both("release"), "acquire_nowait": both("acquire_nowait")},
    [WAITING, LOCKED],
)


def semaphore(name: str, spec: Callable[[int], Any], value: int) -> Subject:
    return Subject(
        f"{name}({value})",
        lambda toro: getattr(toro, name)(value),
        lambda: spec(value),
        [Wait("acquire", ACQUIRE), Wait("acquire", ACQUIRE), Wait("wait", LOOK)],
        {"release": both("release"), "acquire_nowait": both("acquire_nowait")},
        [WAITING, LOCKED, (lambda x: (x.counter, x.value), lambda s: (s.counter,) * 2)],
    )


def rwlock(max_readers: int | None) -> Subject:
    return Subject(
        f"RWLock({max_readers})",
        lambda toro: toro.RWLock(max_readers),
        lambda: RWLockSpec(max_readers),
        [Wait("acquire_read", READ), Wait("acquire_write", WRITE)],
        {
            "acquire_read_nowait": Call(
                lambda x: x.acquire_read_nowait(), lambda s: s.acquire_nowait(READ)
            ),
            "acquire_write_nowait": Call(
                lambda x: x.acquire_write_nowait(), lambda s: s.acquire_nowait(WRITE)
            ),
            "release_read": Call(lambda x: x.release_read(), lambda s: s.release(READ)),
            "release_write": Call(lambda x: x.release_write(), lambda s: s.release(WRITE)),
        },
        [
            WAITING,
            LOCKED,
            (
                lambda x: (x.statistics().readers, x.statistics().writing),
                lambda s: (s.readers, s.writing),
            ),
        ],
    )


def pulse(subject: Any) -> Any:
    settled = subject.set()
    subject.clear()
    return settled


EVENT = Subject(
    "Event",
    lambda toro: toro.Event(),
    EventSpec,
    [Wait("wait")],
    {"set": both("set"), "clear": both("clear"), "set and clear": Call(pulse, pulse)},
    [WAITING, (lambda x: x.is_set(), lambda s: s.is_set)],
)


ERROR = EOFError("the result that is an error")


def result_now(spec: AsyncResultSpec) -> Any:
    if spec.outcome is None:
        raise KeyError
    if spec.outcome.fate is Fate.REFUSED:
        raise spec.outcome.value
    return spec.outcome.value, []


RESULT = Subject(
    "AsyncResult",
    lambda toro: toro.AsyncResult(),
    AsyncResultSpec,
    [Wait("get")],
    {
        "set": Call(lambda x, item: x.set(item), lambda s, item: s.set(item), takes=True),
        "set_exception": Call(
            lambda x: x.set_exception(ERROR), lambda s: s.set(ERROR, Fate.REFUSED)
        ),
        "get_nowait": Call(lambda x: x.get_nowait(), result_now),
    },
    [WAITING, (lambda x: x.ready(), lambda s: s.ready())],
    items="hostile",
)

NOTIFY = {
    "notify": both("notify"),
    "notify 2": both("notify", 2),
    "notify 0": both("notify", 0),
    "notify_all": both("notify_all"),
}

CONDITION = Subject(
    "Condition",
    lambda toro: toro.Condition(),
    ConditionSpec,
    [Wait("wait")],
    NOTIFY,
    [WAITING],
)

MONITOR = Subject(
    "Condition(Lock)",
    lambda toro: toro.Condition(lock=toro.Lock()),
    lambda: MonitorSpec(LockSpec()),
    [Wait("acquire", "lock"), Wait("wait", "line"), Wait("wait", "line")],
    {
        **NOTIFY,
        "release": Call(lambda x: x.release(), lambda s: s.lock.release()),
        "acquire_nowait": Call(lambda x: x.acquire_nowait(), lambda s: s.lock.acquire_nowait()),
    },
    [
        (lambda x: x.statistics().tasks_waiting, lambda s: len(s.line)),
        (lambda x: x.statistics().lock_statistics.tasks_waiting, lambda s: len(s.lock.waiting)),
        (lambda x: x.locked(), lambda s: s.lock.locked()),
    ],
    story=MonitorStory,
)


class SwappingLifoSpec(LifoSpec):
    """On Tornado, as in Toro 1.0, a get first lets in the put that waits longest, and gets it.

    Only one that is over as soon as it is let in.
    """

    swaps = False  # a Player knows

    def get_nowait(self) -> tuple[Any, list[Settled]]:
        settled = self.swap_in() if self.swaps and self.candidate() is not None else []
        item, more = super().get_nowait()
        return item, settled + more

    def enter(self, name: Any, request: Any = None, *, prompt: bool = False) -> list[Settled]:
        if request != (GET,) or self.candidate() is None or not self.swaps:
            return super().enter(name, request, prompt=prompt)
        item, settled = self.get_nowait()
        return [Settled(name, Fate.GRANTED, item), *settled]

    def swap_in(self) -> list[Settled]:
        putters = [person for person in self.all_in(PUT)[:1] if person.prompt]
        for person in putters:
            self.waiting.remove(person)
            self.accept(Place(person.request[1]))
        return [Settled(person.name, Fate.GRANTED) for person in putters]


def in_lines(spec: Any) -> tuple[int, int, int]:
    return (len(spec.all_in(GET)), len(spec.all_in(PUT)), len(spec.all_in(JOIN)))


def queue(name: str, spec: Callable[[int], Any], maxsize: int, items: str = "hostile") -> Subject:
    return Subject(
        f"{name}({maxsize})",
        lambda toro: getattr(toro, name)(maxsize),
        lambda: spec(maxsize),
        [
            *[Wait("get", (GET,))] * 3,
            *[Wait("put", (PUT,), takes=True)] * 3,
            Wait("join", (JOIN,)),
        ],
        {
            "put_nowait": Call(
                lambda x, item: x.put_nowait(item), lambda s, item: s.put_nowait(item), takes=True
            ),
            "get_nowait": Call(lambda x: x.get_nowait(), lambda s: s.get_nowait()),
            "task_done": both("task_done"),
            "shutdown": both("shutdown")._replace(rare=True),
            "shutdown at once": both("shutdown", True)._replace(rare=True),
        },
        [
            WAITING,
            (lambda x: (x.qsize(), x.statistics().size), lambda s: (s.qsize(),) * 2),
            (lambda x: x.full(), lambda s: not s.has_room()),
            (lambda x: x.empty(), lambda s: s.candidate() is None),
            (lambda x: x.unfinished_tasks, lambda s: s.unfinished),
            (lambda x: x.statistics().is_shut_down, lambda s: s.shut),
            (
                lambda x: (
                    x.statistics().getters_waiting,
                    x.statistics().putters_waiting,
                    x.statistics().joiners_waiting,
                ),
                in_lines,
            ),
        ],
        items=items,
    )


SUBJECTS = [
    LOCK,
    semaphore("Semaphore", SemaphoreSpec, 1),
    semaphore("BoundedSemaphore", BoundedSemaphoreSpec, 2),
    rwlock(2),
    rwlock(None),
    EVENT,
    RESULT,
    CONDITION,
    MONITOR,
    queue("Queue", FifoSpec, 0),
    queue("Queue", FifoSpec, 1),
    queue("Queue", FifoSpec, 2),
    queue("LifoQueue", SwappingLifoSpec, 1),
    queue("LifoQueue", SwappingLifoSpec, 0),
    queue("PriorityQueue", PrioritySpec, 0, "ranked"),
    queue("PriorityQueue", PrioritySpec, 2, "ranked"),
]


class Odd:
    """It neither equals nor hashes, is neither true nor false, and will not be printed."""

    def __eq__(self, other: object) -> bool:
        raise ArithmeticError("an item was compared")

    __hash__ = None  # type: ignore[assignment]

    def __bool__(self) -> bool:
        raise ArithmeticError("an item was asked whether it is true")

    def __len__(self) -> int:
        raise ArithmeticError("an item was asked for its length")

    def __repr__(self) -> str:
        raise ArithmeticError("an item was printed")


class Ranked:
    """It compares by rank and with ``<`` alone."""

    def __init__(self, rank: int) -> None:
        self.rank = rank

    def __lt__(self, other: Any) -> bool:
        if isinstance(other, Poison):
            raise ArithmeticError("an item cannot be compared")
        return bool(self.rank < other.rank)

    def __eq__(self, other: object) -> bool:
        raise ArithmeticError("an item was compared with ==")

    __hash__ = None  # type: ignore[assignment]


class Poison(Ranked):
    """It can be compared with nothing."""

    def __lt__(self, other: Any) -> bool:
        raise ArithmeticError("an item cannot be compared")


# What programs put and set, by name: a program must be printed, and these will not be.
ITEMS: dict[str, dict[str, Callable[[], Any]]] = {
    "none": {"nothing": lambda: None},
    "hostile": {
        "zero": lambda: 0,
        "True": lambda: True,
        "None": lambda: None,
        "nan": lambda: math.nan,
        "huge": lambda: 10**400,
        "text": lambda: "text",
        "list": list,
        "odd": Odd,
        "an exception": lambda: ValueError("an item"),
    },
    "ranked": {
        "low": lambda: Ranked(0),
        "middle": lambda: Ranked(1),
        "high": lambda: Ranked(2),
        "poison": lambda: Poison(0),
    },
}
