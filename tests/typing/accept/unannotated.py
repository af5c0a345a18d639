"""A queue whose items nobody has declared takes any, and fits where they are declared.

A variable that is given one needs an annotation for mypy, as with asyncio.Queue.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar, assert_type

import toro_asyncio as toro
import toro_sim
from toro_core.typing import Queue, Toro

T = TypeVar("T")


async def undeclared() -> None:
    jobs = toro.Queue(maxsize=2)  # rejected by mypy
    await jobs.put(1)
    lowest = toro.PriorityQueue()  # rejected by mypy
    lowest.put_nowait((1, "x"))
    simulated = toro_sim.LifoQueue()  # rejected by mypy
    simulated.put_nowait("x")
    assert_type(toro.Queue(initial=[1]), toro.Queue[int])
    assert_type(toro.LifoQueue(initial={"x"}), toro.LifoQueue[str])
    assert_type(toro.JoinableQueue[int](), toro.JoinableQueue[int])


class Service:
    """Its jobs may be anything."""

    def __init__(self) -> None:
        self.jobs = toro.Queue(10)  # rejected by mypy

    async def add(self, job: str) -> None:
        await self.jobs.put(job)


@dataclass
class Declared:
    jobs: toro.Queue[int] = field(default_factory=toro.Queue)
    lowest: toro.PriorityQueue[int] = field(default_factory=toro.PriorityQueue)
    simulated: toro_sim.Queue[int] = field(default_factory=toro_sim.Queue)
    result: toro.AsyncResult[int] = field(default_factory=toro.AsyncResult)


by_name: defaultdict[str, toro.Queue[int]] = defaultdict(toro.Queue)
make: Callable[[], toro.Queue[int]] = toro.Queue
make_with: Callable[[int], toro.Queue[int]] = toro.Queue
make_small: Callable[[], toro.Queue[int]] = partial(toro.Queue, 3)
several: list[toro.Queue[int]] = list(map(toro.Queue, [1, 2]))


def chosen(given: toro.Queue[int] | None = None) -> toro.Queue[int]:
    return given or toro.Queue()


class Small(toro.Queue[int]):
    def __init__(self, maxsize: int = 3) -> None:
        super().__init__(maxsize)


class Filled(toro.Queue[T]):
    def __init__(self, items: Iterable[T], **others: Any) -> None:
        super().__init__(initial=items, **others)


assert_type(Filled([1]), Filled[int])
make_subclass: Callable[[], toro.Queue[int]] = Small


def on_every_loop(toro: Toro) -> defaultdict[str, Queue[int]]:
    toro.Queue().put_nowait(1)
    toro.PriorityQueue(initial=[1]).put_nowait(2)
    return defaultdict(toro.Queue)
