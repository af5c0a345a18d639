"""PriorityQueue, LifoQueue, and queues whose subclass chooses the order."""

from __future__ import annotations

import contextlib
import random
from typing import Any, ClassVar

import pytest

from toro_conformance.case import case, fault
from toro_conformance.cases.test_queue import drain, every_kind
from toro_conformance.world import World, waiting


class Ranked:
    """Has an order, and nothing else."""

    def __init__(self, rank: int, label: str = "") -> None:
        self.rank = rank
        self.label = label

    def __lt__(self, other: Ranked) -> bool:
        return self.rank < other.rank

    __hash__: ClassVar[None] = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        raise AssertionError("compared with ==")

    def __gt__(self, other: object) -> bool:
        raise AssertionError("compared with >")


class Touchy(Ranked):
    """Refuses to be compared, when told to."""

    refuse = False

    def __lt__(self, other: Ranked) -> bool:
        if type(self).refuse:
            raise ArithmeticError("not now")
        return super().__lt__(other)


@case
async def test_a_priority_queue_gives_the_lowest_first(t: World) -> None:
    queue = t.toro.PriorityQueue()
    numbers = list(range(100))
    random.Random(1).shuffle(numbers)
    for number in numbers:
        queue.put_nowait(number)
    assert drain(queue) == sorted(numbers)


@fault(113)
@case
async def test_equal_priorities_come_in_the_order_they_were_put(t: World) -> None:
    queue = t.toro.PriorityQueue()
    for place in range(50):
        queue.put_nowait(Ranked(place % 3, str(place)))
    got = [(item.rank, int(item.label)) for item in drain(queue)]
    assert got == sorted(got)


@case
async def test_items_are_compared_by_less_than_alone(t: World) -> None:
    queue = t.toro.PriorityQueue(maxsize=3)
    for rank in (2, 1, 2):
        queue.put_nowait(Ranked(rank))
    putter = await t.park(queue.put, Ranked(0))
    assert queue.get_nowait().rank == 1
    await t.settle()
    assert putter.returned
    assert [item.rank for item in drain(queue)] == [0, 2, 2]


@case
async def test_a_lifo_queue_gives_the_newest_first(t: World) -> None:
    queue = t.toro.LifoQueue()
    for item in range(5):
        queue.put_nowait(item)
    assert drain(queue) == [4, 3, 2, 1, 0]


@fault(111)
@case
async def test_a_put_nowait_that_cannot_be_compared_changes_nothing(t: World) -> None:
    queue = t.toro.PriorityQueue()
    queue.put_nowait((1, object()))
    before = str(queue), queue.statistics()
    with pytest.raises(TypeError):
        queue.put_nowait((1, object()))
    assert queue.qsize() == 1
    assert queue.unfinished_tasks == 1
    assert (str(queue), queue.statistics()) == before
    queue.get_nowait()
    queue.task_done()
    await t.finish(queue.join)


@fault(111)
@case
async def test_a_put_that_cannot_be_compared_raises_for_its_caller(t: World) -> None:
    queue = t.toro.PriorityQueue()
    queue.put_nowait((1, object()))
    with pytest.raises(TypeError):
        await t.finish(queue.put, (1, object()))
    assert queue.qsize() == 1
    assert queue.unfinished_tasks == 1


@fault(111)
@case
async def test_a_waiting_put_that_cannot_be_compared_raises_and_the_next_goes_in(
    t: World,
) -> None:
    queue = t.toro.PriorityQueue(maxsize=2)
    for rank in (1, 2):
        queue.put_nowait(rank)
    bad = await t.park(queue.put, "three")
    good = await t.park(queue.put, 0)
    assert queue.get_nowait() == 1
    await t.settle()
    assert bad.raised(TypeError)
    assert good.returned
    assert drain(queue) == [0, 2]
    assert queue.unfinished_tasks == 4 - 1
    assert waiting(queue) == 0


@fault(111)
@case
async def test_a_comparison_that_fails_midway_leaves_the_heap_in_order(t: World) -> None:
    queue = t.toro.PriorityQueue()
    for rank in range(100, 0, -1):
        queue.put_nowait(Touchy(rank))
    Touchy.refuse = True
    try:
        with pytest.raises(ArithmeticError):
            queue.put_nowait(Touchy(0))
    finally:
        Touchy.refuse = False
    assert queue.qsize() == 100
    assert queue.unfinished_tasks == 100
    assert [item.rank for item in drain(queue)] == list(range(1, 101))


@fault(111)
@case
async def test_a_get_whose_comparison_fails_leaves_the_item(t: World) -> None:
    queue = t.toro.PriorityQueue()
    for rank in range(20):
        queue.put_nowait(Touchy(rank))
    Touchy.refuse = True
    taken = []
    try:
        with contextlib.suppress(ArithmeticError):
            taken.append(queue.get_nowait().rank)
    finally:
        Touchy.refuse = False
    assert taken + [item.rank for item in drain(queue)] == list(range(20))


def shortest_first(t: World) -> Any:
    """A subclass with the three hooks, as in Toro 1.0."""

    class ShortestFirst(t.toro.Queue):  # type: ignore[misc, name-defined]
        def _init(self, maxsize: object) -> None:
            self.items: list[str] = []

        def _put(self, item: str) -> None:
            if item == "refused":
                raise LookupError(item)
            self.items.append(item)
            self.items.sort(key=len)

        def _get(self) -> str:
            if self.items[0] == "x" * 9:
                raise LookupError("stuck")
            return self.items.pop(0)

    return ShortestFirst


@case
async def test_a_subclass_chooses_the_order(t: World) -> None:
    queue = shortest_first(t)(maxsize=3)
    for item in ("ccc", "a", "bb"):
        queue.put_nowait(item)
    putter = await t.park(queue.put, "")
    assert queue.full()
    assert queue.get_nowait() == "a"
    await t.settle()
    assert putter.returned
    assert queue.qsize() == 3
    assert drain(queue) == ["", "bb", "ccc"]
    getter = await t.park(queue.get)
    queue.put_nowait("handed over")
    await t.settle()
    assert getter.value == "handed over"


@case
async def test_a_subclass_that_only_makes_a_container_of_its_own_is_asked_to(t: World) -> None:
    class Measured(t.toro.Queue):  # type: ignore[misc, name-defined]
        def _init(self, maxsize: object) -> None:
            self.made_for = maxsize

    queue = Measured(1.5, initial=["a"])
    assert queue.made_for == 2
    await t.finish(queue.put, "b")
    assert drain(queue) == ["a", "b"]


@case
async def test_a_hook_that_raises_leaves_the_queue_as_it_was(t: World) -> None:
    queue = shortest_first(t)(maxsize=2)
    queue.put_nowait("a")
    with pytest.raises(LookupError):
        queue.put_nowait("refused")
    with pytest.raises(LookupError):
        await t.finish(queue.put, "refused")
    assert queue.qsize() == 1
    assert queue.unfinished_tasks == 1
    queue.put_nowait("bb")
    bad = await t.park(queue.put, "refused")
    good = await t.park(queue.put, "ccc")
    assert queue.get_nowait() == "a"
    await t.settle()
    assert bad.raised(LookupError)
    assert good.returned
    assert drain(queue) == ["bb", "ccc"]


@case
async def test_a_get_hook_that_raises_takes_nothing(t: World) -> None:
    queue = shortest_first(t)()
    queue.put_nowait("x" * 9)
    with pytest.raises(LookupError):
        queue.get_nowait()
    with pytest.raises(LookupError):
        await t.finish(queue.get)
    assert queue.qsize() == 1
    assert waiting(queue) == 0
    queue.put_nowait("y")
    assert queue.get_nowait() == "y"


def counting(kind: Any) -> Any:
    """A subclass that only keeps count, and whose `_get` raises at what is `stuck`."""

    class Counting(kind):  # type: ignore[misc]
        def _init(self, maxsize: object) -> None:
            self.inside = 0
            self.sizes: list[int] = []
            self.stuck: Any = None  # if it is ..., whatever comes

        def _put(self, item: Any) -> None:
            super()._put(item)
            self.inside += 1

        def _get(self) -> Any:
            self.sizes.append(self.qsize())
            if self.stuck is ...:
                raise LookupError("before it took one")
            item = super()._get()
            if item == self.stuck:
                raise LookupError("after it took one")
            self.inside -= 1
            return item

    return Counting


@pytest.mark.parametrize("stuck", [..., 1], ids=["before", "after"])
@every_kind
@case
async def test_a_get_hook_that_raises_lets_no_put_in(t: World, kind: str, stuck: Any) -> None:
    queue = counting(getattr(t.toro, kind))(maxsize=1, initial=[1])
    putter = await t.park(queue.put, 2)
    queue.stuck = stuck
    with pytest.raises(LookupError):
        queue.get_nowait()
    with pytest.raises(LookupError):
        await t.finish(queue.get)
    await t.settle()
    assert putter.waiting
    assert queue.qsize() == queue.unfinished_tasks == queue.inside == 1
    queue.stuck = None
    assert queue.get_nowait() == 1
    await t.settle()
    assert putter.returned
    assert await t.finish(queue.get) == 2
    assert queue.qsize() == queue.inside == 0


@every_kind
@case
async def test_a_get_hook_never_sees_more_than_maxsize(t: World, kind: str) -> None:
    queue = counting(getattr(t.toro, kind))(maxsize=2, initial=[1, 2])
    putters = [await t.park(queue.put, item) for item in (3, 4, 5)]
    got = []
    while not queue.empty():
        got.append(queue.get_nowait())
        await t.settle()
    assert sorted(got) == [1, 2, 3, 4, 5]
    assert all(putter.returned for putter in putters)
    assert queue.sizes == [2, 2, 2, 2, 1]


@every_kind
@case
async def test_a_get_hook_that_raises_has_taken_nothing(t: World, kind: str) -> None:
    plain = getattr(t.toro, kind)(initial=[20, 10, 30])
    queue = counting(getattr(t.toro, kind))(initial=[20, 10, 30])
    order = drain(plain)
    for stuck in order:
        queue.stuck = stuck
        with pytest.raises(LookupError):
            queue.get_nowait()
        with pytest.raises(LookupError):
            await t.finish(queue.get)
        queue.stuck = None
        assert queue.get_nowait() == stuck
    assert queue.empty()


@case
async def test_a_hook_may_put_something_else_back_and_raise(t: World) -> None:
    class Retrying(t.toro.Queue):  # type: ignore[misc, name-defined]
        def _get(self) -> Any:
            tries, item = super()._get()
            if tries < 2:
                self._put((tries + 1, item))
                raise LookupError(item)
            return item

    queue = Retrying(initial=[(0, "a"), (1, "b")])
    for _ in range(3):
        with pytest.raises(LookupError):
            queue.get_nowait()
        assert queue.qsize() == 2
    assert drain(queue) == ["b", "a"]


class Stop(BaseException):
    """Such as pytest.fail() or sys.exit() raise."""


@case
async def test_a_comparison_that_stops_all_costs_no_slot(t: World) -> None:
    class Stopping(Ranked):
        stops = False

        def __lt__(self, other: Ranked) -> bool:
            if Stopping.stops:
                raise Stop
            return super().__lt__(other)

    queue = t.toro.PriorityQueue(2, initial=[Stopping(1), Stopping(2)])
    heard: list[BaseException] = []

    async def put() -> None:
        try:
            await queue.put(Stopping(3))
        except Stop as error:
            heard.append(error)

    putter = t.spawn(put)
    await t.settle()
    assert putter.waiting
    Stopping.stops = True
    assert queue.get_nowait().rank == 1
    await t.settle()
    Stopping.stops = False
    assert len(heard) == 1
    assert queue.qsize() == queue.unfinished_tasks - 1 == 1
    queue.put_nowait(Stopping(4))
    assert [item.rank for item in drain(queue)] == [2, 4]


@case
async def test_a_hook_that_stops_all_strands_no_getter(t: World) -> None:
    class Stopping(t.toro.Queue):  # type: ignore[name-defined, misc]
        stops = True

        def _get(self) -> Any:
            if self.stops:
                raise Stop
            return super()._get()

    queue = Stopping()
    heard: list[BaseException] = []

    async def get() -> None:
        try:
            await queue.get()
        except Stop as error:
            heard.append(error)

    getter = t.spawn(get)
    await t.settle()
    assert getter.waiting
    queue.put_nowait("kept")
    await t.settle()
    assert len(heard) == 1
    assert waiting(queue) == 0
    queue.stops = False
    assert await t.finish(queue.get) == "kept"


@case
async def test_a_shutdown_in_which_a_hook_raises_did_not_happen(t: World) -> None:
    class Sticking(t.toro.Queue):  # type: ignore[name-defined, misc]
        stuck: Any = None

        def _get(self) -> Any:
            item = super()._get()
            if item == self.stuck:
                self.stuck = None
                self._put(item)
                raise LookupError(item)
            return item

    queue = Sticking(3, initial=["a", "b", "c"])
    putter = await t.park(queue.put, "d")
    joiner = await t.park(queue.join)
    queue.stuck = "b"
    with pytest.raises(LookupError):
        queue.shutdown(immediate=True)
    await t.settle()
    assert putter.waiting
    assert joiner.waiting
    assert queue.qsize() == queue.unfinished_tasks == 3
    assert queue.get_nowait() == "a"
    await t.settle()
    assert putter.returned
    queue.shutdown(immediate=True)
    queue.task_done()
    await t.settle()
    assert joiner.returned
    assert queue.empty()


@fault(69)
@case
async def test_a_stop_iteration_out_of_a_hook_is_a_runtime_error(t: World) -> None:
    class Iterating(t.toro.Queue):  # type: ignore[name-defined, misc]
        def _get(self) -> Any:
            raise StopIteration

    queue = Iterating()
    getter = await t.park(queue.get)
    queue.put_nowait("kept")
    await t.settle()
    assert getter.raised(RuntimeError)
    assert queue.qsize() == 1


@fault(149)
@case
async def test_a_comparison_that_looks_at_the_queue_sees_it_whole(t: World) -> None:
    queue = t.toro.PriorityQueue()
    sizes = []

    class Curious(Ranked):
        def __lt__(self, other: Ranked) -> bool:
            sizes.append(queue.qsize())
            return super().__lt__(other)

    for rank in range(10):
        queue.put_nowait(Curious(-rank))
    assert [item.rank for item in drain(queue)] == list(range(-9, 1))
    assert sizes
