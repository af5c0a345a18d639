"""Stores: a place is where an item goes back to."""

from __future__ import annotations

import random
import weakref
from typing import Any

import pytest

from toro_core.machines import (
    FirstInStore,
    HookStore,
    LastInStore,
    Queue,
    SortedStore,
    Store,
)


def filled(store: Store, *items: Any) -> Store:
    for item in items:
        store.insert(item)
    return store


def taken(store: Store) -> list[Any]:
    return [store.take()[1] for _ in range(len(store))]


STORES = [(FirstInStore, [3, 1, 2]), (LastInStore, [2, 1, 3]), (SortedStore, [1, 2, 3])]


@pytest.mark.parametrize(("kind", "order"), STORES)
def test_a_store_shows_its_items_in_the_order_in_which_it_gives_them(
    kind: type[Store], order: list[int]
) -> None:
    store = filled(kind(), 3, 1, 2)
    assert list(store) == order
    assert len(store) == 3
    assert taken(store) == order
    assert list(store) == []
    assert len(store) == 0


@pytest.mark.parametrize(("kind", "order"), STORES)
def test_and_so_it_does_with_items_that_were_taken_and_came_back(
    kind: type[Store], order: list[int]
) -> None:
    store = filled(kind(), 3, 1, 2)
    places = [store.take() for _ in range(2)]
    assert list(store) == order[2:]
    for place, item in reversed(places):
        store.restore(place, item)
    assert len(store) == 3
    assert list(store) == order
    store.take()
    assert list(store) == order[1:]
    assert taken(store) == order[1:]


@pytest.mark.parametrize(("kind", "order"), STORES)
def test_what_is_popped_is_what_would_be_taken(kind: type[Store], order: list[int]) -> None:
    store = filled(kind(), 3, 1, 2)
    places = [store.take() for _ in range(2)]
    for place, item in places:
        store.restore(place, item)
    assert [store.pop() for _ in range(3)] == order
    assert len(store) == 0
    assert not store.present
    assert not store.returned


@pytest.mark.parametrize(("kind", "order"), STORES)
def test_an_item_comes_back_to_its_place_though_the_next_was_popped(
    kind: type[Store], order: list[int]
) -> None:
    store = filled(kind(), 3, 1, 2)
    first = store.take()
    assert store.pop() == order[1]
    last = store.take()
    store.restore(*last)
    store.restore(*first)
    assert taken(store) == [order[0], order[2]]


@pytest.mark.parametrize(("kind", "order"), STORES)
def test_a_store_that_was_cleared_is_as_good_as_new(kind: type[Store], order: list[int]) -> None:
    store = filled(kind(), 7, 8)
    place, item = store.take()
    store.restore(place, item)
    store.drain()
    assert len(store) == 0
    assert taken(filled(store, 3, 1, 2)) == order


@pytest.mark.parametrize("kind", [FirstInStore, LastInStore, SortedStore])
def test_a_store_prints_its_items(kind: type[Store]) -> None:
    assert repr(filled(kind(), 1)) == f"<{kind.__name__} [1]>"


def test_only_first_in_first_out_makes_later_items_wait_for_a_promised_put() -> None:
    assert FirstInStore.strict
    assert not LastInStore.strict
    assert not SortedStore.strict
    assert not HookStore.strict


class ShortListed(SortedStore):
    """One whose lists are split, as others are by thousands."""

    LONG = 3


class Ranked:
    """Compared by its rank, and with ``<`` alone."""

    __eq__ = None  # type: ignore[assignment]

    def __init__(self, rank: int) -> None:
        self.rank = rank

    def __lt__(self, other: Ranked) -> bool:
        return self.rank < other.rank


@pytest.mark.parametrize("seed", range(20))
def test_a_sorted_store_of_many_lists_is_like_sorting(seed: int) -> None:
    chance = random.Random(seed)
    store: Any
    store, model = ShortListed(), list[Any]()
    for _ in range(400):
        if model and chance.random() < 0.45:
            item = store.pop() if chance.random() < 0.5 else store.take()[1]
            assert item is model.pop(0)
        else:
            item = Ranked(chance.randrange(12))
            store.insert(item)
            model.append(item)
            model.sort(key=lambda each: each.rank)  # stable, as the store is
        assert [*store] == model
        assert len(store) == len(model)
        assert bool(store.present) == bool(model)
        assert all(0 < len(chunk) <= ShortListed.LONG for chunk in store.chunks) or not model
    assert len(store.chunks) > 1


def test_a_sorted_store_splits_a_list_only_when_it_is_long() -> None:
    store: Any = filled(ShortListed(), *range(100))
    assert all(len(chunk) >= 2 for chunk in store.chunks)


class Fickle(Ranked):
    """Once it has changed its mind it can be compared with nothing."""

    changed = False

    def __lt__(self, other: Ranked) -> bool:
        if self.changed or getattr(other, "changed", False):
            raise ArithmeticError
        return super().__lt__(other)


def test_what_comes_back_goes_by_its_rank_before_its_place() -> None:
    store, high, low = SortedStore(), Ranked(5), Ranked(0)
    store.insert(high)
    first = store.take()
    store.insert(low)
    second = store.take()
    store.restore(*first)
    store.restore(*second)
    assert taken(store) == [low, high]


@pytest.mark.parametrize("which", [0, 1, 2])
def test_what_comes_back_and_cannot_be_compared_any_more_goes_by_its_place(which: int) -> None:
    items = [Fickle(rank) for rank in range(3)]
    store = filled(SortedStore(), *items)
    places = [store.take() for _ in items]
    for number in {0, 1, 2} - {which}:
        store.restore(*places[number])
    items[which].changed = True
    store.restore(*places[which])
    assert taken(store) == items


def test_what_cannot_be_compared_any_more_is_shown_first() -> None:
    items = [Fickle(rank) for rank in range(3)]
    store = filled(SortedStore(), *items)
    first = store.take()
    store.restore(*first)
    items[0].changed = True
    assert [*store] == items


def test_a_sorted_store_of_many_lists_is_as_before_when_a_comparison_raises() -> None:
    store: Any = filled(ShortListed(), *range(10))
    with pytest.raises(TypeError):
        store.insert("x")
    assert taken(store) == [*range(10)]
    assert store.chunks == [[]]
    assert store.lasts == []


def test_an_item_taken_from_a_sorted_store_is_not_kept_alive_by_it() -> None:
    store = filled(ShortListed(), *map(Ranked, range(9)))
    for _ in range(9):
        _place, item = store.take()
        kept = weakref.ref(item)
        del item
        assert kept() is None


class Hooks:
    """The container of a subclass that chooses its own order: the shortest first."""

    def __init__(self) -> None:
        self.items: list[str] = []

    def get(self) -> str:
        item = min(self.items, key=len)
        self.items.remove(item)
        return item

    def put(self, item: str) -> None:
        if item == "refused":
            raise ValueError(item)
        self.items.append(item)


@pytest.fixture
def store() -> HookStore:
    hooks = Hooks()
    return HookStore(hooks.get, hooks.put, FirstInStore())


def test_hooks_choose_the_order(store: HookStore) -> None:
    filled(store, "ccc", "a", "bb")
    assert len(store) == 3
    assert taken(store) == ["a", "bb", "ccc"]
    assert len(store) == 0


def test_what_comes_back_goes_before_all_that_the_hooks_have(store: HookStore) -> None:
    filled(store, "ccc", "a", "bb", "dddd")
    places = [store.take() for _ in range(3)]
    for place, item in (places[1], places[2], places[0]):
        store.restore(place, item)
    assert list(store) == ["a", "bb", "ccc"]
    assert len(store) == 4
    filled(store, "e")
    assert taken(store) == ["a", "bb", "ccc", "e", "dddd"]


def test_a_hook_that_refuses_changes_nothing(store: HookStore) -> None:
    with pytest.raises(ValueError, match="refused"):
        store.insert("refused")
    assert len(store) == 0


def test_a_hook_that_raises_at_a_get_changes_nothing() -> None:
    store = HookStore({}.popitem, [].append, FirstInStore())
    store.insert(1)
    with pytest.raises(KeyError):
        store.take()
    assert len(store) == 1


def test_a_queue_with_hooks_never_waits_behind_a_promised_put(store: HookStore) -> None:
    from toro_core import Waiter
    from toro_core.machines import Put

    queue = Queue(0, store)
    a = Waiter("a", Put("a"))
    queue.enter(a)
    queue.try_put("bb")
    assert queue.try_get() == ("bb", ())
    queue.collect(a)
    assert queue.try_get() == ("a", ())


def test_items_that_came_back_are_shown_in_their_order() -> None:
    store = filled(FirstInStore(), 1, 2, 3, 4)
    places = [store.take() for _ in range(3)]
    for place, item in (places[2], places[0], places[1]):
        store.restore(place, item)
    assert list(store) == [1, 2, 3, 4]


def test_a_sorted_store_neither_counts_nor_shows_what_was_taken() -> None:
    store = filled(SortedStore(), 1, 2, 3, 4, 5)
    store.take()
    assert len(store) == 4
    assert list(store) == [2, 3, 4, 5]


class Alone:
    """It compares with nothing."""

    def __lt__(self, other: object) -> bool:
        raise ArithmeticError


def test_an_item_is_compared_with_those_that_came_back_too() -> None:
    store = filled(SortedStore(), 1)
    place, item = store.take()
    store.restore(place, item)
    with pytest.raises(ArithmeticError):
        store.insert(Alone())
    assert list(store) == [1]


@pytest.mark.parametrize("fails", [0, 1, 2, None])
def test_a_store_whose_hook_fails_while_it_is_drained_is_as_before(fails: int | None) -> None:
    container: list[int] = []

    def get() -> int:
        if container[0] == fails:
            raise LookupError
        return container.pop(0)

    store = filled(HookStore(get, container.append, FirstInStore()), 0, 1, 2)
    if fails:
        store.restore(*store.take())  # it came back, and goes first
    if fails is None:
        assert store.drain() == [0, 1, 2]
        assert len(store) == 0
        return
    with pytest.raises(LookupError):
        store.drain()
    fails = None
    assert len(store) == 3
    assert store.drain() == [0, 1, 2]


# Hooks that call what they override


class Calling:
    """A subclass whose hooks call those that they override, and take off what is around an item."""

    def __init__(self, own: Store) -> None:
        self.store = HookStore(self.get, self.store_put, own)
        self.calls = 0
        self.before: list[Any] = []  # what it does before it takes, and then
        self.then: list[Any] = []

    def store_put(self, item: Any) -> None:
        self.store.keep(item)

    def get(self) -> Any:
        self.calls += 1
        for action in self.before:
            action()
        _rank, item = self.store.lend()
        for action in self.then:
            action()
        return item


def fail() -> None:
    raise LookupError


RANKED = [(3, "c"), (1, "a"), (2, "b"), (4, "d")]
OWN = [(FirstInStore, "cabd"), (LastInStore, "dbac"), (SortedStore, "abcd")]


def calling(kind: type[Store]) -> tuple[Calling, HookStore]:
    hooks = Calling(kind())
    filled(hooks.store, *RANKED)
    return hooks, hooks.store


@pytest.mark.parametrize("returning", ["012", "210", "102", "120"])
@pytest.mark.parametrize(("kind", "order"), OWN)
def test_what_a_hook_had_from_the_one_it_overrides_goes_back_to_its_place(
    kind: type[Store], order: str, returning: str
) -> None:
    hooks, store = calling(kind)
    places = [store.take() for _ in range(3)]
    assert len(store) == store.present == 1
    for number in map(int, returning):
        store.restore(*places[number])
    assert len(store) == store.present == 4
    assert not store.returned
    assert [rank for rank, _item in store] == [dict(map(reversed, RANKED))[each] for each in order]
    assert taken(store) == [*order]
    assert hooks.calls == 4  # once for each
    assert not store.present
    assert store.back == {}


@pytest.mark.parametrize(("kind", "order"), OWN)
def test_what_is_back_waits_until_it_is_next(kind: type[Store], order: str) -> None:
    hooks, store = calling(kind)
    first, second = store.take(), store.take()
    store.restore(*second)
    filled(store, (0, "new"))
    place, item = store.take()
    assert item == (order[1] if kind is FirstInStore else "new")
    store.restore(place, item)
    store.restore(*first)
    rest = [*order, "new"] if kind is FirstInStore else ["new", *order]
    assert taken(store) == rest
    assert hooks.calls == 5


@pytest.mark.parametrize(("kind", "order"), OWN)
def test_what_a_hook_had_goes_back_if_it_raises(kind: type[Store], order: str) -> None:
    hooks, store = calling(kind)
    for then in ([fail], [store.lend, store.lend, fail]):
        hooks.then = then
        before = [*store]
        with pytest.raises(LookupError):
            store.take()
        assert [*store] == before
        assert len(store) == len(store.own) == 4
    hooks.then = []
    assert taken(store) == [*order]


@pytest.mark.parametrize("kind", [FirstInStore, LastInStore, SortedStore])
def test_a_hook_that_raises_once_it_has_put_all_back_has_nothing(kind: type[Store]) -> None:
    hooks, store = calling(kind)
    again = 7, "again"

    def put_back_another() -> None:
        store.keep(again)

    hooks.then = [put_back_another, fail]
    with pytest.raises(LookupError):
        store.take()
    assert len(store.own) == 4
    assert again in [*store]
    hooks.then = []
    assert len(taken(store)) == 4


def test_a_hook_may_look_further_and_put_back_what_it_does_not_want() -> None:
    hooks, store = calling(SortedStore)
    hooks.before = [lambda: store.keep(store.lend())]  # as one that looks what there is
    place, item = store.take()
    assert item == "a"
    store.restore(place, item)
    assert not store.returned
    assert taken(store) == ["a", "b", "c", "d"]


def test_a_hook_that_put_back_one_of_two_and_raises_has_the_other() -> None:
    hooks, store = calling(FirstInStore)
    hooks.then = [lambda: store.keep(store.lend()), fail]
    with pytest.raises(LookupError):
        store.take()
    assert [*store] == [(3, "c"), (2, "b"), (4, "d"), (1, "a")]


def test_what_is_put_while_a_hook_runs_does_not_stand_for_what_it_had() -> None:
    hooks, store = calling(FirstInStore)
    hooks.then = [lambda: store.insert((5, "e")), fail]
    with pytest.raises(LookupError):
        store.take()
    assert [*store] == [*RANKED, (5, "e")]
    assert len(store) == 5


def test_of_a_hook_that_had_several_nobody_knows_which_it_gave() -> None:
    hooks, store = calling(SortedStore)
    hooks.then = [store.lend, lambda: store.keep((5, "instead"))]
    first, second = store.take(), store.take()
    hooks.then = []
    filled(store, (0, "new"))
    store.restore(*second)
    store.restore(*first)
    assert len(store) == 5
    assert taken(store) == ["a", "c", "new", "instead", "instead"]


def test_a_get_within_a_get_has_its_own() -> None:
    hooks, store = calling(SortedStore)
    inner = []

    def get_another() -> None:
        hooks.then = []
        inner.append(store.take())

    hooks.then = [get_another]
    outer = store.take()
    for place, item in (*inner, outer):
        store.restore(place, item)
    assert not store.returned
    assert taken(store) == ["a", "b", "c", "d"]
    assert hooks.calls == 4


def test_a_hook_that_sees_what_is_back_gives_it_anew() -> None:
    hooks, store = calling(SortedStore)
    first = store.take()
    store.restore(*first)
    raw = store.lend()  # by a method of the subclass that looks at the next
    assert raw == (1, "a")
    store.keep(raw)
    assert store.back == {}
    assert taken(store) == ["a", "b", "c", "d"]
    assert hooks.calls == 5


def test_nothing_of_what_was_taken_is_kept_alive_by_a_store_with_hooks() -> None:
    store: HookStore
    store = HookStore(lambda: store.lend(), lambda item: store.keep(item), FirstInStore())
    filled(store, Ranked(1), Ranked(2), Ranked(3))
    first = store.take()
    store.restore(*first)
    places = [store.take() for _ in range(3)]
    references = [weakref.ref(item) for _place, item in places]
    del first, places
    assert [reference() for reference in references] == [None] * 3
    filled(store, Ranked(4))
    reference = weakref.ref(store.lend())  # not within a get
    assert reference() is None


def test_only_a_store_with_hooks_calls_any() -> None:
    assert HookStore.calls_hooks
    assert not any(kind.calls_hooks for kind in (FirstInStore, LastInStore, SortedStore))
