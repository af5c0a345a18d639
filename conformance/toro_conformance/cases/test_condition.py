"""Condition without a lock, which one waits on and notifies freely."""

from __future__ import annotations

import datetime
import functools
import time
from typing import Any

import pytest

from toro_conformance.case import case, fault, lacks, needs
from toro_conformance.world import Operation, World, waiting


def returned(line: list[Operation]) -> str:
    """Who came through, as a word of ones and zeros."""
    return "".join(str(int(operation.returned)) for operation in line)


@case
async def test_notify_wakes_in_the_order_of_arrival(t: World) -> None:
    condition = t.toro.Condition()
    line = [await t.park(condition.wait) for _ in range(5)]
    condition.notify()
    await t.settle()
    assert returned(line) == "10000"
    condition.notify(n=2)
    await t.settle()
    assert returned(line) == "11100"
    condition.notify(5)
    await t.settle()
    assert returned(line) == "11111"
    assert waiting(condition) == 0


@case
async def test_notify_all_wakes_all(t: World) -> None:
    condition = t.toro.Condition()
    line = [await t.park(condition.wait) for _ in range(5)]
    assert condition.notify_all() is None
    await t.settle()
    assert returned(line) == "11111"


@case
async def test_a_notification_with_nobody_waiting_is_gone(t: World) -> None:
    condition = t.toro.Condition()
    condition.notify()
    condition.notify_all()
    late = await t.park(condition.wait)
    assert late.waiting


@case
async def test_whoever_comes_after_the_notification_waits(t: World) -> None:
    condition = t.toro.Condition()
    first = await t.park(condition.wait)
    condition.notify_all()
    late = t.start(condition.wait)
    await t.settle()
    assert first.returned
    assert late.waiting


@case
async def test_notify_zero_wakes_nobody(t: World) -> None:
    condition = t.toro.Condition()
    first = await t.park(condition.wait)
    condition.notify(0)
    await t.settle()
    assert first.waiting


@case
async def test_wait_returns_what_the_loops_own_does(t: World) -> None:
    condition = t.toro.Condition()
    first = await t.park(condition.wait)
    condition.notify()
    await t.settle()
    assert first.value is (True if t.driver.waits_return_true else None)


@needs("undoes_grants")
@fault(47)
@case
async def test_a_notification_whose_waiter_was_cancelled_goes_to_the_next(t: World) -> None:
    condition = t.toro.Condition()
    line = [await t.park(condition.wait) for _ in range(3)]
    await t.at_once(condition.notify, line[0].cancel)
    assert line[0].cancelled
    assert returned(line) == "010"
    assert waiting(condition) == 1


@lacks("undoes_grants")
@fault(47)
@case
async def test_a_notification_whose_waiter_is_cancelled_too_late_stands(t: World) -> None:
    condition = t.toro.Condition()
    line = [await t.park(condition.wait) for _ in range(3)]
    await t.at_once(condition.notify, line[0].cancel)
    assert returned(line) == "100"
    assert waiting(condition) == 2


@fault(47)
@case
async def test_a_notification_is_used_once_whoever_is_cancelled(t: World) -> None:
    for doomed in range(4):
        condition = t.toro.Condition()
        line = [await t.park(condition.wait) for _ in range(4)]
        await t.at_once(functools.partial(condition.notify, 2), line[doomed].cancel)
        assert returned(line).count("1") == 2
        assert waiting(condition) == sum(operation.waiting for operation in line)


@pytest.mark.parametrize("turns", range(4))
@fault(47)
@case
async def test_a_notification_is_used_once_however_late_a_wait_for_is_cancelled(
    t: World, turns: int
) -> None:
    condition = t.toro.Condition()
    ready: list[None] = []
    first = await t.park(condition.wait_for, lambda: bool(ready))
    second = await t.park(condition.wait)
    ready.append(None)
    condition.notify()
    for _ in range(turns):
        await t.driver.checkpoint()
    first.cancel()
    await t.settle()
    assert first.returned is not second.returned


@needs("undoes_grants")
@case
async def test_all_notified_are_cancelled_and_all_notifications_go_on(t: World) -> None:
    condition = t.toro.Condition()
    line = [await t.park(condition.wait) for _ in range(5)]
    await t.at_once(lambda: condition.notify(2), line[0].cancel, line[1].cancel)
    assert returned(line) == "00110"


@needs("undoes_grants")
@case
async def test_a_notification_nobody_is_left_for_does_not_last(t: World) -> None:
    condition = t.toro.Condition()
    only = await t.park(condition.wait)
    await t.at_once(condition.notify, only.cancel)
    assert only.cancelled
    late = await t.park(condition.wait)
    assert late.waiting


@pytest.mark.parametrize("arguments", [(), (lambda: False,)], ids=["wait", "wait_for"])
@needs("undoes_grants")
@case
async def test_a_cancelled_waiter_of_notify_all_wakes_no_latecomer(
    t: World, arguments: tuple[Any, ...]
) -> None:
    condition = t.toro.Condition()
    first = await t.park(condition.wait_for if arguments else condition.wait, *arguments)
    second = await t.park(condition.wait)
    await t.at_once(condition.notify_all, first.cancel)
    assert first.cancelled
    assert second.returned
    await t.park(condition.wait)


@needs("orders_timers")
@fault(49)
@case
async def test_notified_just_before_its_deadline(t: World) -> None:
    condition = t.toro.Condition()
    t.driver.call_at(t.now() + 1, condition.notify)
    first = await t.park(condition.wait, timeout=1)
    second = await t.park(condition.wait)
    await t.advance(1)
    assert first.returned
    assert second.waiting


@needs("orders_timers")
@fault(49, 53)
@case
async def test_notified_just_after_its_deadline(t: World) -> None:
    condition = t.toro.Condition()
    first = await t.park(condition.wait, timeout=1)
    second = await t.park(condition.wait)
    t.driver.call_at(t.now() + 1, condition.notify)
    await t.advance(1)
    assert first.raised(t.toro.Timeout)
    assert second.returned


@fault(53)
@case
async def test_those_who_are_gone_use_up_no_notification(t: World) -> None:
    condition = t.toro.Condition()
    expired = await t.park(condition.wait, timeout=1)
    line = [await t.park(condition.wait) for _ in range(3)]
    await t.advance(1)
    assert expired.raised(t.toro.Timeout)
    await t.at_once(line[0].cancel, condition.notify)
    assert line[0].cancelled
    assert returned(line) == "010"


@needs("undoes_grants", "eager")
@fault(55)
@case
async def test_a_notification_passed_on_goes_to_who_was_waiting(t: World) -> None:
    condition = t.toro.Condition()
    first = await t.park(condition.wait)
    second = await t.park(condition.wait)
    condition.notify()
    late = condition.wait()
    first.cancel()
    await t.settle()
    assert second.returned
    assert not late.done()
    late.cancel()


@fault(55)
@case
async def test_a_latecomer_does_not_take_a_notification_from_who_was_waiting(t: World) -> None:
    condition = t.toro.Condition()
    first = await t.park(condition.wait)
    second = await t.park(condition.wait)
    condition.notify()
    late = t.start(condition.wait)
    first.cancel()
    await t.settle()
    assert first.returned is not second.returned
    assert late.waiting


@case
async def test_wait_for_returns_the_predicates_value(t: World) -> None:
    condition = t.toro.Condition()
    assert await t.finish(condition.wait_for, lambda: "yes") == "yes"
    answers = iter([0, [], "", "at last"])
    operation = await t.park(condition.wait_for, lambda: next(answers))
    for _ in range(2):
        condition.notify()
        await t.settle()
        assert operation.waiting
    condition.notify()
    await t.settle()
    assert operation.value == "at last"


@fault(57)
@case
async def test_one_deadline_covers_the_whole_of_wait_for(t: World) -> None:
    condition = t.toro.Condition()
    asked = []

    def predicate() -> bool:
        asked.append(t.now())
        return False

    start = t.now()
    operation = await t.park(condition.wait_for, predicate, timeout=10)
    for _ in range(3):
        await t.advance(3)
        condition.notify()
        await t.settle()
        assert operation.waiting
    await t.advance(0.5)
    assert operation.waiting
    await t.advance(0.5)
    assert operation.raised(t.toro.Timeout)
    assert [moment - start for moment in asked[:4]] == [0, 3, 6, 9]
    assert len(asked) <= 5


@pytest.mark.parametrize("odd", [True, 1.0, -1])
@case
async def test_only_a_number_of_them_can_be_notified(t: World, odd: Any) -> None:
    condition = t.toro.Condition()
    line = await t.park(condition.wait)
    with pytest.raises(TypeError if odd == 1 else ValueError):
        condition.notify(odd)
    await t.settle()
    assert line.waiting


@pytest.mark.parametrize("answers", [[], [False]], ids=["at once", "later"])
@fault(69)
@case
async def test_a_stop_iteration_out_of_a_predicate_is_a_runtime_error(
    t: World, answers: list[bool]
) -> None:
    condition = t.toro.Condition()
    operation = t.start(condition.wait_for, iter(answers).__next__)
    await t.settle()
    condition.notify()
    await t.settle()
    assert operation.raised(RuntimeError)


@case
async def test_a_predicate_that_raises_ends_the_wait(t: World) -> None:
    condition = t.toro.Condition()
    answers = iter([False])

    def predicate() -> bool:
        for answer in answers:
            return answer
        raise LookupError("no more answers")

    operation = await t.park(condition.wait_for, predicate)
    other = await t.park(condition.wait)
    condition.notify()
    await t.settle()
    assert operation.raised(LookupError)
    assert other.waiting
    assert waiting(condition) == 1


@case
async def test_wait_for_can_be_cancelled(t: World) -> None:
    condition = t.toro.Condition()
    operation = await t.park(condition.wait_for, lambda: False)
    other = await t.park(condition.wait)
    operation.cancel()
    await t.settle()
    assert operation.cancelled
    condition.notify()
    await t.settle()
    assert other.returned


@case
async def test_a_condition_tells_who_waits(t: World) -> None:
    condition = t.toro.Condition()
    await t.park(condition.wait)
    await t.park(condition.wait)
    assert "waiters[2]" in str(condition)
    assert condition.statistics().tasks_waiting == 2


@case
async def test_nothing_comes_between_a_predicate_that_is_false_and_the_wait(t: World) -> None:
    condition, looked = t.toro.Condition(), t.toro.Event()
    fulfilled: list[None] = []

    def predicate() -> bool:
        looked.set()
        return bool(fulfilled)

    async def fulfils() -> None:
        await looked.wait()
        fulfilled.append(None)
        condition.notify()

    t.spawn(fulfils)
    await t.settle()
    operation = t.start(condition.wait_for, predicate)
    await t.settle()
    assert operation.returned


@case
async def test_nothing_comes_between_a_predicate_that_is_true_and_the_return(t: World) -> None:
    condition = t.toro.Condition()
    items = ["only"]

    async def take() -> None:
        await condition.wait_for(lambda: bool(items))
        items.pop()

    takers = [t.spawn(take) for _ in range(2)]
    await t.settle()
    assert sorted(taker.state for taker in takers) == ["returned", "waiting"]


@pytest.mark.parametrize("method", ["notify", "notify_all"])
@case
async def test_a_predicate_that_comes_true_still_is_at_the_return(t: World, method: str) -> None:
    condition = t.toro.Condition()
    items: list[str] = []

    async def take() -> None:
        await condition.wait_for(lambda: bool(items))
        items.pop()

    takers = [t.spawn(take) for _ in range(2)]
    await t.settle()
    items.append("only")
    getattr(condition, method)(*[2] * (method == "notify"))
    await t.settle()
    assert sorted(taker.state for taker in takers) == ["returned", "waiting"]


@case
async def test_a_span_until_what_the_wall_clock_reads_is_no_point_on_it(t: World) -> None:
    condition = t.toro.Condition()
    await t.park(condition.wait, timeout=time.time())
    await t.park(condition.wait_for, lambda: False, timeout=time.time())
    await t.park(condition.wait_for, lambda: False, datetime.timedelta(seconds=time.time()))
