"""Queue: what was put first is taken first, and what was promised keeps its place and its slot."""

from typing import Any

import pytest

from toro_core import PromptWaiter, State, Waiter
from toro_core.machines import (
    GET,
    JOIN,
    FirstInStore,
    HookStore,
    LifoQueue,
    PriorityQueue,
    Put,
    Queue,
)


class Over(Exception):
    pass


class OverAgain(Over):
    """So that the class itself and its subclass are told apart."""


def queue_of(*items: Any, maxsize: int = 0) -> Queue:
    queue = Queue(maxsize)
    queue.shutdown_error = Over
    for item in items:
        assert queue.try_put(item) == ()
    return queue


def getter(name: str) -> Waiter:
    return Waiter(name, GET)


def putter(name: str) -> Waiter:
    """It puts its own name."""
    return Waiter(name, Put(name))


def joiner(name: str) -> Waiter:
    return Waiter(name, JOIN)


def drain(queue: Queue) -> list[Any]:
    items = []
    while (got := queue.try_get()) is not None:
        items.append(got[0])
    return items


# Items and getters


def test_a_new_queue_is_empty_and_never_full() -> None:
    queue = Queue()
    assert queue.maxsize == 0
    assert queue.size == 0
    assert queue.empty
    assert not queue.full
    assert queue.unfinished == 0
    assert not queue.busy()
    assert queue.try_get() is None


def test_what_is_put_first_is_taken_first() -> None:
    queue = queue_of(1, 2, 3)
    assert queue.size == 3
    assert not queue.empty
    assert queue.try_get() == (1, ())
    assert drain(queue) == [2, 3]


def test_those_in_get_are_served_in_order() -> None:
    a, b = getter("a"), getter("b")
    queue = queue_of()
    assert queue.enter(a) == queue.enter(b) == ()
    assert queue.waiting == 2
    assert queue.try_put(1) == (a,)
    assert queue.try_put(2) == (b,)
    assert (a.value, b.value) == (1, 2)
    assert a.state is State.GRANTED


def test_a_get_that_need_not_wait_does_not() -> None:
    a = getter("a")
    queue = queue_of(1, 2)
    assert queue.enter(a) == (a,)
    assert a.value == 1


def test_what_is_promised_is_not_up_for_grabs() -> None:
    a = getter("a")
    queue = queue_of()
    queue.enter(a)
    queue.try_put(1)
    assert queue.try_get() is None
    assert queue.empty


def test_an_item_that_is_promised_still_counts_until_it_is_collected() -> None:
    a = getter("a")
    queue = queue_of(1, maxsize=1)
    queue.enter(a)
    assert queue.size == 1
    assert queue.full
    assert queue.try_put(2) is None
    assert queue.collect(a) == ()
    assert a.state is State.COLLECTED
    assert queue.size == 0
    assert not queue.full


def test_an_item_that_is_collected_lets_the_next_putter_in() -> None:
    a, b = getter("a"), putter("b")
    queue = queue_of(1, maxsize=1)
    queue.enter(a)
    assert queue.enter(b) == ()
    assert queue.collect(a) == (b,)


def test_an_item_given_back_goes_to_the_next_getter() -> None:
    a, b = getter("a"), getter("b")
    queue = queue_of()
    queue.enter(a)
    queue.enter(b)
    queue.try_put(1)
    assert queue.leave(a) == (b,)
    assert b.value == 1
    assert a.value is None
    assert a.state is State.CANCELLED


@pytest.mark.parametrize("order", ["abc", "acb", "bac", "bca", "cab", "cba"])
def test_items_given_back_in_any_order_have_their_places_again(order: str) -> None:
    getters = {name: getter(name) for name in "abc"}
    queue = queue_of(4, 3, 2, 1)  # not the order in which they would be sorted
    for waiter in getters.values():
        queue.enter(waiter)
    for name in order:
        assert queue.leave(getters[name]) == ()
    assert drain(queue) == [4, 3, 2, 1]


def test_an_item_given_back_stands_before_those_that_were_put_later() -> None:
    a, b = getter("a"), getter("b")
    queue = queue_of(1, 2, 3)
    queue.enter(a)
    queue.enter(b)
    queue.leave(b)
    assert queue.try_get() == (2, ())
    queue.leave(a)
    assert drain(queue) == [1, 3]


def test_a_prompt_getter_has_taken_its_item_at_once() -> None:
    a, b = PromptWaiter("a", GET), putter("b")
    queue = queue_of(1, maxsize=1)
    queue.enter(b)
    assert queue.enter(a) == (a, b)
    assert a.state is State.COLLECTED
    assert a.value == 1
    assert queue.leave(a) == ()


def test_a_getter_that_left_or_expired_is_passed_over() -> None:
    a, b, c = getter("a"), getter("b"), getter("c")
    queue = queue_of()
    for waiter in (a, b, c):
        queue.enter(waiter)
    assert queue.leave(a) == ()
    assert queue.expire(b) == (b,)
    assert b.state is State.EXPIRED
    assert queue.try_put(1) == (c,)


def test_a_deadline_after_the_grant_changes_nothing() -> None:
    a = getter("a")
    queue = queue_of(1)
    queue.enter(a)
    assert queue.expire(a) == ()
    assert a.state is State.GRANTED


@pytest.mark.parametrize("kind", [Queue, LifoQueue, PriorityQueue])
def test_a_getter_that_left_between_two_others_is_passed_over(kind: type[Queue]) -> None:
    a, b, c, d = map(getter, "abcd")
    queue = kind()
    for waiter in (a, b, c, d):
        queue.enter(waiter)
    queue.leave(b)
    assert queue.waiting == 3
    assert queue.try_put(1) == (a,)
    assert queue.try_put(2) == (c,)
    assert queue.try_put(3) == (d,)
    assert queue.waiting == 0


# Putters


def test_a_full_queue_makes_putters_wait_in_line() -> None:
    a, b = putter("a"), putter("b")
    queue = queue_of(1, maxsize=1)
    assert queue.full
    assert queue.try_put(2) is None
    assert queue.enter(a) == queue.enter(b) == ()
    assert queue.waiting == 2
    assert queue.try_get() == (1, (a,))
    assert queue.full
    assert queue.try_put(2) is None


def test_a_put_is_there_when_it_is_collected_and_not_before() -> None:
    a, b = putter("a"), getter("b")
    queue = queue_of(maxsize=1)
    assert queue.enter(a) == (a,)
    assert queue.size == 0
    assert queue.full
    assert queue.unfinished == 0
    assert queue.enter(b) == ()
    assert queue.collect(a) == (b,)
    assert b.value == "a"
    assert queue.unfinished == 1
    assert queue.size == 1


def test_a_put_that_was_granted_and_left_never_delivers() -> None:
    a, b = putter("a"), putter("b")
    queue = queue_of(maxsize=1)
    queue.enter(a)
    queue.enter(b)
    assert queue.leave(a) == (b,)
    assert a.state is State.CANCELLED
    assert a.request is None
    queue.collect(b)
    assert drain(queue) == ["b"]
    assert queue.unfinished == 1


def test_a_put_that_left_or_expired_in_line_never_delivers() -> None:
    a, b, c = putter("a"), putter("b"), putter("c")
    queue = queue_of(1, maxsize=1)
    for waiter in (a, b, c):
        queue.enter(waiter)
    queue.leave(a)
    assert queue.expire(b) == (b,)
    assert queue.try_get() == (1, (c,))


@pytest.mark.parametrize("kind", [Queue, LifoQueue, PriorityQueue])
@pytest.mark.parametrize("prompt", [True, False])
def test_a_put_that_left_between_two_others_is_passed_over(kind: type[Queue], prompt: bool) -> None:
    make = PromptWaiter if prompt else Waiter
    a, b, c, d = (make(name, Put(name)) for name in "abcd")
    queue = kind(1)
    queue.try_put("first")
    for waiter in (a, b, c, d):
        queue.enter(waiter)
    queue.leave(b)
    assert b.request is None  # though it stands in line for a while, its item does not
    assert queue.waiting == 3
    assert queue.try_get() == ("first", (a,))
    queue.collect(a)
    assert queue.try_get() == ("a", (c,))
    queue.collect(c)
    assert queue.try_get() == ("c", (d,))
    assert queue.waiting == 0


@pytest.mark.parametrize("kind", [Queue, LifoQueue, PriorityQueue])
def test_a_shutdown_refuses_nobody_who_has_left(kind: type[Queue]) -> None:
    a, b, c, d, e, f = getter("a"), getter("b"), getter("c"), putter("d"), putter("e"), putter("f")
    queue = kind(1)
    promised = putter("p")
    for waiter in (promised, a, b, c, d, e, f):
        queue.enter(waiter)
    queue.leave(b)
    queue.leave(e)
    assert queue.shutdown(immediate=True) == (a, c, d, f)


def test_what_is_put_later_waits_behind_a_put_that_is_only_promised() -> None:
    a, b = putter("a"), getter("b")
    queue = queue_of()
    queue.enter(a)
    assert queue.try_put(2) == ()
    assert queue.try_put(3) == ()
    assert queue.size == 2
    assert queue.unfinished == 2
    assert queue.try_get() is None
    assert queue.enter(b) == ()
    assert queue.collect(a) == (b,)
    assert b.value == "a"
    assert drain(queue) == [2, 3]


def test_what_waits_behind_a_put_goes_on_when_that_put_leaves() -> None:
    a, b = putter("a"), getter("b")
    queue = queue_of()
    queue.enter(a)
    queue.try_put(2)
    queue.try_put(3)
    queue.enter(b)
    assert queue.leave(a) == (b,)
    assert b.value == 2
    assert drain(queue) == [3]


def test_puts_collected_out_of_order_keep_the_order_of_their_grants() -> None:
    a, b, c = putter("a"), putter("b"), putter("c")
    queue = queue_of()
    for waiter in (a, b, c):
        queue.enter(waiter)
    assert queue.collect(c) == queue.collect(b) == ()
    assert queue.try_get() is None
    assert queue.size == 2
    queue.collect(a)
    assert drain(queue) == ["a", "b", "c"]


def test_a_put_that_leaves_between_two_others_leaves_no_gap() -> None:
    a, b, c = putter("a"), putter("b"), putter("c")
    queue = queue_of()
    for waiter in (a, b, c):
        queue.enter(waiter)
    queue.collect(c)
    queue.leave(b)
    queue.collect(a)
    assert drain(queue) == ["a", "c"]
    assert queue.unfinished == 2


def test_a_prompt_put_is_there_at_once() -> None:
    a, b = PromptWaiter("a", Put(1)), getter("b")
    queue = queue_of()
    queue.enter(b)
    assert queue.enter(a) == (a, b)
    assert a.state is State.COLLECTED
    assert b.value == 1
    assert queue.unfinished == 1


def test_a_prompt_put_waits_behind_a_put_that_is_only_promised() -> None:
    a, b = putter("a"), PromptWaiter("b", Put("b"))
    queue = queue_of()
    queue.enter(a)
    assert queue.enter(b) == (b,)
    assert queue.size == 1
    assert queue.try_get() is None
    queue.collect(a)
    assert drain(queue) == ["a", "b"]


def test_the_slots_of_promised_puts_and_of_late_ones_are_taken() -> None:
    a, b = putter("a"), putter("b")
    queue = queue_of(maxsize=2)
    queue.enter(a)
    assert queue.try_put(2) == ()
    assert queue.full
    assert queue.try_put(3) is None
    assert queue.enter(b) == ()
    queue.collect(a)
    assert queue.size == 2
    assert queue.try_get() == ("a", (b,))


def test_only_a_first_in_store_may_be_used_directly() -> None:
    for kind in (Queue, LifoQueue, PriorityQueue):
        queue = kind()
        queue.try_put(1)
        queue.try_put(2)
        queue.try_get()
        used_directly = queue.store.present if kind is Queue else None
        assert queue.inlet is used_directly
        assert queue.outlet is used_directly


def test_while_somebody_is_on_the_way_to_put_the_store_is_not_used_directly() -> None:
    queue = queue_of(1, 2, 3, maxsize=3)
    a, b, x = putter("a"), putter("b"), getter("x")
    queue.enter(a)
    queue.enter(b)
    assert [queue.try_get() for _ in range(3)] == [(1, (a,)), (2, (b,)), (3, ())]
    queue.enter(x)
    assert queue.collect(a) == (x,)
    assert queue.inlet is None
    assert queue.collect(b) == ()
    assert queue.inlet is queue.store.present
    queue.collect(x)
    assert drain(queue) == ["b"]


# task_done and join


def test_joiners_wait_until_all_is_done() -> None:
    a, b, c = joiner("a"), joiner("b"), joiner("c")
    queue = queue_of(1, 2)
    assert queue.enter(a) == queue.enter(b) == ()
    assert queue.waiting == 2
    assert queue.task_done() == ()
    assert queue.task_done() == (a, b)
    assert a.state is State.COLLECTED
    assert queue.enter(c) == (c,)


def test_a_joiner_may_leave_or_expire() -> None:
    a, b, c = joiner("a"), joiner("b"), joiner("c")
    queue = queue_of(1)
    for waiter in (a, b, c):
        queue.enter(waiter)
    assert queue.leave(a) == ()
    assert queue.expire(b) == (b,)
    assert queue.task_done() == (c,)
    assert queue.leave(c) == queue.expire(c) == queue.collect(c) == ()


def test_reporting_done_too_often_is_an_error_and_changes_nothing() -> None:
    queue = queue_of(1)
    queue.task_done()
    with pytest.raises(ValueError, match="more often"):
        queue.task_done()
    assert queue.unfinished == 0
    assert queue.size == 1


def test_an_item_given_back_is_not_counted_again() -> None:
    a = getter("a")
    queue = queue_of(1)
    queue.enter(a)
    queue.leave(a)
    assert queue.unfinished == 1


# Those who wait on both sides


def test_who_leaves_one_of_two_lines_lets_nobody_in() -> None:
    a, b, c, d, e = getter("a"), getter("b"), getter("c"), putter("d"), putter("e")
    queue = queue_of(maxsize=1)
    queue.enter(a)
    queue.try_put(1)
    for waiter in (b, c, d, e):
        queue.enter(waiter)
    assert queue.leave(b) == ()
    assert queue.expire(d) == (d,)
    assert queue.waiting == 2
    assert queue.collect(a) == (e,)
    assert queue.collect(e) == (c,)
    assert c.value == "e"


# Shutdown


def test_after_a_shutdown_nothing_goes_in_and_what_is_in_can_be_had() -> None:
    a, b = putter("a"), getter("b")
    queue = queue_of(1, 2)
    assert queue.shutdown() == ()
    with pytest.raises(Over):
        queue.try_put(3)
    assert queue.enter(a) == (a,)
    assert a.state is State.REFUSED
    assert type(a.value) is Over
    assert queue.try_get() == (1, ())
    assert queue.enter(b) == (b,)
    assert b.value == 2
    queue.collect(b)
    with pytest.raises(Over):
        queue.try_get()
    c = getter("c")
    assert queue.enter(c) == (c,)
    assert c.state is State.REFUSED
    assert type(c.value) is Over


def test_a_shutdown_refuses_waiting_putters_and_then_waiting_getters() -> None:
    a, b = putter("a"), putter("b")
    full = queue_of(1, maxsize=1)
    full.enter(a)
    full.enter(b)
    assert full.shutdown() == (a, b)
    assert a.state is b.state is State.REFUSED
    assert full.waiting == 0
    c, d = getter("c"), getter("d")
    empty = queue_of()
    empty.enter(c)
    empty.enter(d)
    assert empty.shutdown() == (c, d)
    assert type(d.value) is Over


def test_whoever_takes_the_last_item_for_good_ends_a_queue_that_was_shut_down() -> None:
    queue = queue_of()
    a, b, c = PromptWaiter("a", GET), getter("b"), putter("c")
    for waiter in (a, b, c):
        queue.enter(waiter)
    queue.shutdown()
    assert queue.collect(c) == (a, b)
    assert (a.value, b.state) == ("c", State.REFUSED)


def test_an_immediate_shutdown_drops_what_is_in_it_and_counts_it_done() -> None:
    a = joiner("a")
    queue = queue_of(1, 2)
    queue.enter(a)
    assert queue.shutdown(immediate=True) == (a,)
    assert queue.size == 0
    assert queue.unfinished == 0
    with pytest.raises(Over):
        queue.try_get()


def test_an_immediate_shutdown_leaves_open_what_was_taken_before() -> None:
    a = joiner("a")
    queue = queue_of(1, 2, 3)
    queue.try_get()
    queue.enter(a)
    assert queue.shutdown(immediate=True) == ()
    assert queue.unfinished == 1
    assert queue.task_done() == (a,)


def test_an_immediate_shutdown_may_follow_the_other_kind_and_not_the_reverse() -> None:
    queue = queue_of(1)
    queue.shutdown()
    assert queue.size == 1
    queue.shutdown(immediate=True)
    assert queue.size == 0
    assert queue.shutdown() == queue.shutdown(immediate=True) == ()
    with pytest.raises(Over):
        queue.try_get()


def test_who_reported_done_early_does_not_drive_the_count_below_zero() -> None:
    queue = queue_of(1, 2)
    queue.task_done()
    queue.task_done()
    queue.shutdown(immediate=True)
    assert queue.unfinished == 0


def test_an_item_promised_before_a_shutdown_is_kept() -> None:
    a = getter("a")
    queue = queue_of(1)
    queue.enter(a)
    assert queue.shutdown(immediate=True) == ()
    assert queue.collect(a) == ()
    assert (a.state, a.value) == (State.COLLECTED, 1)
    assert queue.unfinished == 1


def test_a_promised_item_given_back_after_a_shutdown_goes_to_the_next_getter() -> None:
    a, b = getter("a"), getter("b")
    queue = queue_of(1)
    queue.enter(a)
    queue.shutdown()
    assert queue.enter(b) == ()
    assert queue.leave(a) == (b,)
    assert b.value == 1


def test_or_stays_to_be_drained() -> None:
    a = getter("a")
    queue = queue_of(1)
    queue.enter(a)
    queue.shutdown()
    queue.leave(a)
    assert queue.try_get() == (1, ())


def test_a_getter_waits_after_a_shutdown_only_while_something_may_come() -> None:
    a, b = getter("a"), getter("b")
    queue = queue_of(1)
    queue.enter(a)
    queue.shutdown()
    queue.enter(b)
    assert queue.try_get() is None
    assert queue.collect(a) == (b,)
    assert b.state is State.REFUSED


def test_a_promised_item_given_back_after_an_immediate_shutdown_is_counted_done() -> None:
    a, b = getter("a"), joiner("b")
    queue = queue_of(1)
    queue.enter(a)
    queue.enter(b)
    queue.shutdown(immediate=True)
    assert queue.leave(a) == (b,)
    assert queue.unfinished == 0
    assert queue.size == 0


def test_and_never_below_zero() -> None:
    a = getter("a")
    queue = queue_of(1)
    queue.enter(a)
    queue.task_done()
    queue.shutdown(immediate=True)
    queue.leave(a)
    assert queue.unfinished == 0


def test_an_immediate_shutdown_refuses_who_waits_behind_a_promise() -> None:
    a, b = getter("a"), getter("b")
    queue = queue_of(1)
    queue.enter(a)
    queue.enter(b)
    assert queue.shutdown(immediate=True) == (b,)
    assert b.state is State.REFUSED


def test_a_put_promised_before_a_shutdown_is_kept() -> None:
    a, b = putter("a"), getter("b")
    queue = queue_of()
    queue.enter(a)
    queue.enter(b)
    assert queue.shutdown() == ()
    assert queue.collect(a) == (b,)
    assert (b.state, b.value) == (State.GRANTED, "a")


def test_a_put_promised_before_an_immediate_shutdown_is_dropped_as_all_else() -> None:
    a, b, c = putter("a"), putter("b"), joiner("c")
    queue = queue_of()
    queue.enter(a)
    queue.enter(b)
    queue.try_put(2)
    assert queue.unfinished == 1
    queue.shutdown(immediate=True)
    assert (queue.size, queue.unfinished) == (0, 0)
    assert queue.collect(b) == ()
    assert b.state is State.COLLECTED
    assert (queue.size, queue.unfinished) == (0, 0)
    assert queue.leave(a) == ()
    assert (queue.size, queue.unfinished) == (0, 0)
    assert queue.enter(c) == (c,)


def test_the_shutdown_error_is_the_adapters_own() -> None:
    a = getter("a")
    queue = queue_of()
    queue.shutdown_error = OverAgain
    queue.enter(a)
    queue.shutdown()
    assert type(a.value) is OverAgain
    with pytest.raises(OverAgain):
        queue.try_put(1)


# What can be seen


def test_it_is_busy_while_somebody_waits_or_has_a_promise() -> None:
    for waiter in (getter("a"), joiner("a")):
        queue = queue_of()
        queue.unfinished = 1
        queue.enter(waiter)
        assert queue.busy()
        assert list(queue.everyone()) == [waiter]
        queue.leave(waiter)
        assert not queue.busy()
    a = putter("a")
    queue = queue_of(maxsize=1)
    queue.enter(a)
    assert queue.busy()
    assert list(queue.everyone()) == [a]
    queue.collect(a)
    assert not queue.busy()


def test_requests_show_what_they_are() -> None:
    assert repr(GET) == "GET"
    assert repr(JOIN) == "JOIN"
    assert repr(Put("x")) == "PUT 'x'"
    assert Put(1) == Put(1)
    assert Put(1) != Put(2)
    assert Put(1) != 1


def test_a_shutdown_refuses_all_in_get_before_all_in_put() -> None:
    promised, a, b, c, d = putter("p"), getter("a"), getter("b"), putter("c"), putter("d")
    queue = queue_of(maxsize=1)
    for waiter in (promised, a, b, c, d):
        queue.enter(waiter)
    assert queue.shutdown(immediate=True) == (a, b, c, d)


def test_a_getter_whose_hook_raises_is_refused_with_the_error() -> None:
    a = getter("a")
    items: list[int] = []
    queue = Queue(0, HookStore(items.pop, items.append, FirstInStore()))
    queue.try_put(1)
    items.clear()
    assert queue.enter(a) == (a,)
    assert a.state is State.REFUSED
    assert isinstance(a.value, IndexError)
    assert queue.size == 1
