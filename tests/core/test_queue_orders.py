"""LifoQueue and PriorityQueue: the same promises in another order."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from toro_core import PromptWaiter, State, Waiter
from toro_core.machines import (
    GET,
    HookStore,
    LastInStore,
    LifoQueue,
    PriorityQueue,
    Put,
    Queue,
)


def drain(queue: Queue) -> list[Any]:
    items = []
    while (got := queue.try_get()) is not None:
        items.append(got[0])
    return items


def fill(queue: Queue, *items: Any) -> None:
    for item in items:
        assert queue.try_put(item) == ()


def getters(queue: Queue, names: str) -> dict[str, Waiter]:
    """These have been promised an item each."""
    made = {name: Waiter(name, GET) for name in names}
    for waiter in made.values():
        assert queue.enter(waiter) == (waiter,)
    return made


# Last in, first out


def test_lifo_gives_the_newest_first() -> None:
    queue = LifoQueue()
    fill(queue, 1, 2, 3)
    assert drain(queue) == [3, 2, 1]


@pytest.mark.parametrize("order", ["".join(each) for each in itertools.permutations("abc")])
def test_lifo_items_given_back_in_any_order_have_their_places_again(order: str) -> None:
    queue = LifoQueue()
    fill(queue, 1, 2, 3, 4)
    promised = getters(queue, "abc")
    fill(queue, 5)
    for name in order:
        queue.leave(promised[name])
    assert drain(queue) == [5, 4, 3, 2, 1]


def test_lifo_treats_an_uncollected_put_as_not_there_yet() -> None:
    a = Waiter("a", Put("a"))
    queue = LifoQueue()
    fill(queue, 1)
    queue.enter(a)
    fill(queue, 2)
    assert queue.try_get() == (2, ())
    queue.collect(a)
    assert drain(queue) == ["a", 1]


class SwappingQueue(LifoQueue):
    """As Toro 1.0 and Tornado have it."""

    swaps = True


@pytest.mark.parametrize("kind", [LifoQueue, SwappingQueue])
def test_some_lifo_queues_let_a_waiting_put_in_before_they_give(kind: type[LifoQueue]) -> None:
    a, b = PromptWaiter("a", Put("a")), PromptWaiter("b", Put("b"))
    queue = kind(1)
    fill(queue, 1)
    queue.enter(a)
    queue.enter(b)
    if kind is SwappingQueue:
        assert queue.try_get() == ("a", (a,))
        assert queue.try_get() == ("b", (b,))
        assert queue.try_get() == (1, ())
    else:
        assert queue.try_get() == (1, (a,))
        assert queue.try_get() == ("a", (b,))
        assert queue.try_get() == ("b", ())
    assert queue.size == 0
    assert queue.unfinished == 3


def test_and_pass_over_a_put_that_has_left() -> None:
    a, b, c = (PromptWaiter(name, Put(name)) for name in "abc")
    queue = SwappingQueue(1)
    fill(queue, 1)
    for waiter in (a, b, c):
        queue.enter(waiter)
    queue.leave(b)
    assert queue.try_get() == ("a", (a,))
    assert queue.try_get() == ("c", (c,))


def test_they_do_so_only_for_a_put_that_is_over_at_once() -> None:
    a = Waiter("a", Put("a"))
    queue = SwappingQueue(1)
    fill(queue, 1)
    queue.enter(a)
    assert queue.try_get() == (1, (a,))
    assert queue.waiting == 0
    queue.collect(a)
    assert drain(queue) == ["a"]


def test_and_not_where_a_hook_would_see_it() -> None:
    a = PromptWaiter("a", Put("a"))
    items: list[Any] = []
    seen: list[int] = []

    def get() -> Any:
        seen.append(queue.size)
        if len(seen) == 1:
            raise LookupError
        return items.pop()

    queue = SwappingQueue(1, HookStore(get, items.append, LastInStore()))
    fill(queue, 1)
    queue.enter(a)
    with pytest.raises(LookupError):
        queue.try_get()
    assert a.state is State.WAITING
    assert queue.try_get() == (1, (a,))
    assert queue.try_get() == ("a", ())
    assert seen == [1, 1, 1]


# By priority


def test_priority_gives_the_lowest_first() -> None:
    queue = PriorityQueue()
    fill(queue, 3, 1, 2, 0, 5, 4)
    assert drain(queue) == [0, 1, 2, 3, 4, 5]


class Job:
    """It compares by rank with ``<`` alone."""

    def __init__(self, rank: int, name: str) -> None:
        self.rank, self.name = rank, name

    def __lt__(self, other: Job) -> bool:
        return self.rank < other.rank

    def __repr__(self) -> str:
        return self.name

    __eq__ = __gt__ = __le__ = __ge__ = None  # type: ignore[assignment]
    __hash__ = None  # type: ignore[assignment]


def jobs(words: str) -> list[Job]:
    """``"a1 b0"``: a of rank 1, b of rank 0."""
    return [Job(int(word[1:]), word) for word in words.split()]


def words(items: list[Any]) -> str:
    return " ".join(map(repr, items))


def test_equal_priorities_come_in_the_order_in_which_they_were_put() -> None:
    queue = PriorityQueue()
    fill(queue, *jobs("a1 b0 c1 d0 e1"))
    assert words(drain(queue)) == "b0 d0 a1 c1 e1"


@pytest.mark.parametrize("order", ["".join(each) for each in itertools.permutations("abcd")])
def test_priority_items_given_back_in_any_order_have_their_places_again(order: str) -> None:
    queue = PriorityQueue()
    fill(queue, *jobs("p1 q1 r1 s2 t2"))
    promised = getters(queue, "abcd")
    fill(queue, *jobs("u1 v0 w2"))
    for name in order:
        queue.leave(promised[name])
    assert words(drain(queue)) == "v0 p1 q1 r1 u1 s2 t2 w2"


def test_priority_counts_what_is_left_however_much_was_taken() -> None:
    queue = PriorityQueue()
    fill(queue, *range(8))
    for taken in range(8):
        assert queue.size == 8 - taken
        assert queue.try_get() == (taken, ())
    assert queue.try_get() is None


def test_priority_items_put_and_taken_in_turn_stay_in_order() -> None:
    queue = PriorityQueue()
    fill(queue, 5, 6, 7, 8)
    assert queue.try_get() == (5, ())
    fill(queue, 1, 9, 7)
    assert queue.try_get() == (1, ())
    fill(queue, 6)
    assert drain(queue) == [6, 6, 7, 7, 8, 9]


def test_an_uncollected_put_does_not_hold_back_what_is_lower_or_higher() -> None:
    a = Waiter("a", Put(1))
    queue = PriorityQueue()
    queue.enter(a)
    fill(queue, 2)
    assert queue.try_get() == (2, ())
    fill(queue, 0, 3)
    queue.collect(a)
    assert drain(queue) == [0, 1, 3]


class Alone:
    """It compares with nothing."""

    def __lt__(self, other: object) -> bool:
        raise ArithmeticError


def test_a_comparison_that_raises_changes_nothing() -> None:
    queue = PriorityQueue(5)
    fill(queue, 1, 2, 3)
    before = queue.snapshot()
    with pytest.raises(ArithmeticError):
        queue.try_put(Alone())
    assert queue.snapshot() == before
    assert drain(queue) == [1, 2, 3]


def test_a_comparison_that_raises_refuses_the_putter_and_lets_in_the_next() -> None:
    a, b = PromptWaiter("a", Put(Alone())), Waiter("b", Put(2))
    queue = PriorityQueue(2)
    fill(queue, 0, 1)
    queue.enter(a)
    queue.enter(b)
    assert queue.try_get() == (0, (a, b))
    assert a.state is State.REFUSED
    assert isinstance(a.value, ArithmeticError)
    assert queue.unfinished == 2
    queue.collect(b)
    assert drain(queue) == [1, 2]


def test_a_comparison_that_raises_late_refuses_the_putter_and_lets_in_the_next() -> None:
    a, b = Waiter("a", Put(Alone())), Waiter("b", Put(2))
    queue = PriorityQueue(2)
    fill(queue, 0, 1)
    queue.enter(a)
    queue.enter(b)
    assert queue.try_get() == (0, (a,))
    assert queue.collect(a) == (b,)
    assert a.state is State.REFUSED
    assert isinstance(a.value, ArithmeticError)
    assert queue.unfinished == 2
    assert queue.size == 1


def test_an_item_that_became_incomparable_comes_back_first() -> None:
    item = Job(1, "a1")
    queue = PriorityQueue()
    fill(queue, item, *jobs("b2"))
    (promised,) = getters(queue, "x").values()
    item.rank = None  # type: ignore[assignment]
    queue.leave(promised)
    got = queue.try_get()
    assert got is not None
    assert got[0] is item
    assert words(drain(queue)) == "b2"


def test_items_that_are_not_numbers_are_neither_lost_nor_doubled() -> None:
    nan = float("nan")
    queue = PriorityQueue()
    fill(queue, 1, nan, 0, nan, 2)
    promised = getters(queue, "ab")
    for waiter in promised.values():
        queue.leave(waiter)
    items = drain(queue)
    assert sorted(item for item in items if item == item) == [0, 1, 2]
    assert len(items) == 5
