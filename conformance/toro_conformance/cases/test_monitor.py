"""Condition with a lock: wait never ends without holding it."""

from __future__ import annotations

import functools
import itertools
from typing import Any

import pytest

from toro_conformance.case import case, fault, lacks, needs
from toro_conformance.world import Operation, World, waiting
from toro_core import coroutines, plain


class Scene:
    """A condition with its lock, and tasks that wait there and leave a trace."""

    def __init__(self, t: World) -> None:
        self.t = t
        self.lock: Any = t.toro.Lock()
        self.condition: Any = t.toro.Condition(lock=self.lock)
        self.trace: list[str] = []

    async def waiter(self, name: str, **when: Any) -> Operation:
        async def body() -> None:
            async with self.condition:
                try:
                    await self.condition.wait(**when)
                finally:
                    # Whatever happened, nobody else can be in here.
                    assert self.lock.locked()
                    self.trace.append(name)

        operation = self.t.spawn(body)
        await self.t.settle()
        assert operation.waiting
        assert not self.lock.locked()
        return operation

    def notify(self, n: int = 1) -> None:
        with self.lock.acquire_nowait():
            self.condition.notify(n)


@case
async def test_wait_and_notify_demand_the_lock(t: World) -> None:
    scene = Scene(t)
    with pytest.raises(RuntimeError):
        await t.finish(scene.condition.wait)
    with pytest.raises(RuntimeError):
        await t.finish(scene.condition.wait_for, lambda: False)
    with pytest.raises(RuntimeError):
        scene.condition.notify()
    with pytest.raises(RuntimeError):
        scene.condition.notify_all()
    assert waiting(scene.condition) == 0
    assert not scene.lock.locked()


@case
async def test_a_wait_past_its_deadline_does_not_give_the_lock_up(t: World) -> None:
    scene = Scene(t)
    await t.finish(scene.lock.acquire)
    behind = await t.park(scene.lock.acquire)
    for when in ({"timeout": 0.0}, {"timeout": -1}, {"deadline": t.now()}):
        with pytest.raises(t.toro.Timeout):
            await t.finish(scene.condition.wait, **when)
    assert behind.waiting
    scene.lock.release()
    await t.settle()
    assert behind.returned


@case
async def test_wait_for_gives_the_lock_up_until_it_holds(t: World) -> None:
    scene = Scene(t)
    ready: list[str] = []

    async def waiter() -> None:
        async with scene.condition:
            assert await scene.condition.wait_for(lambda: ready) is ready
            assert scene.lock.locked()

    async def notifier(name: str) -> None:
        async with scene.condition:
            ready.append(name)
            scene.condition.notify()

    await t.finish(scene.lock.acquire)
    operation = t.spawn(waiter)
    await t.settle()
    behind = [t.spawn(functools.partial(notifier, name)) for name in "ab"]
    await t.settle()
    scene.lock.release()
    await t.settle()
    assert operation.returned
    assert all(each.returned for each in behind)
    assert not scene.lock.locked()


@case
async def test_a_monitor_offers_its_lock(t: World) -> None:
    scene = Scene(t)
    with await t.finish(scene.condition.acquire):
        assert scene.lock.locked()
        assert scene.condition.locked()
    assert not scene.condition.locked()
    await t.finish(scene.condition.acquire, timeout=1)
    scene.condition.release()
    assert not scene.lock.locked()
    assert scene.condition.statistics().tasks_waiting == 0


@case
async def test_wait_releases_the_lock_and_holds_it_again(t: World) -> None:
    scene = Scene(t)
    v = await scene.waiter("v")
    scene.notify()
    await t.settle()
    assert v.returned
    assert not scene.lock.locked()


@case
async def test_a_notified_waiter_waits_for_the_lock(t: World) -> None:
    scene = Scene(t)
    v = await scene.waiter("v")
    scene.lock.acquire_nowait()
    scene.condition.notify()
    await t.settle()
    assert v.waiting
    assert scene.trace == []
    scene.lock.release()
    await t.settle()
    assert v.returned


@case
async def test_those_notified_together_come_in_one_by_one_in_order(t: World) -> None:
    scene = Scene(t)
    line = [await scene.waiter(name) for name in "abcd"]
    scene.notify(3)
    await t.settle()
    assert scene.trace == ["a", "b", "c"]
    assert line[3].waiting
    assert not scene.lock.locked()


@case
async def test_a_notified_waiter_keeps_its_turn_for_the_lock(t: World) -> None:
    scene = Scene(t)
    await scene.waiter("v")
    scene.lock.acquire_nowait()

    async def newcomer() -> None:
        async with scene.lock:
            scene.trace.append("newcomer")

    scene.condition.notify()
    await t.settle()
    t.spawn(newcomer)
    await t.settle()
    scene.lock.release()
    await t.settle()
    assert scene.trace == ["v", "newcomer"]


@needs("cancels_tasks")
@fault(43, 45)
@case
async def test_cancelled_while_it_acquires_the_lock_again_it_still_gets_it(t: World) -> None:
    scene = Scene(t)
    reached = []

    async def body() -> None:
        async with scene.condition:
            try:
                await scene.condition.wait()
            finally:
                assert scene.lock.locked()
                scene.trace.append("v")
            await t.driver.checkpoint()
            reached.append("on as if nothing had happened")

    v = t.spawn(body)
    await t.settle()
    scene.lock.acquire_nowait()
    scene.condition.notify()
    await t.settle()
    v.cancel()
    await t.settle()
    assert v.waiting
    assert scene.trace == []
    scene.lock.release()
    await t.settle()
    assert v.cancelled
    assert scene.trace == ["v"]
    assert reached == []
    assert not scene.lock.locked()


@fault(43)
@case
async def test_cancelled_again_and_again_it_still_gets_the_lock(t: World) -> None:
    scene = Scene(t)
    v = await scene.waiter("v")
    scene.lock.acquire_nowait()
    for _ in range(3):
        v.cancel()
        await t.settle()
        assert scene.trace == []
    scene.lock.release()
    await t.settle()
    assert v.cancelled
    assert scene.trace == ["v"]
    assert not scene.lock.locked()


@case
async def test_cancelled_while_waiting_it_waits_for_the_lock_to_raise(t: World) -> None:
    scene = Scene(t)
    v = await scene.waiter("v")
    scene.lock.acquire_nowait()
    v.cancel()
    await t.settle()
    assert v.waiting
    scene.lock.release()
    await t.settle()
    assert v.cancelled
    assert not scene.lock.locked()


@case
async def test_expired_it_waits_for_the_lock_to_raise(t: World) -> None:
    scene = Scene(t)
    v = await scene.waiter("v", timeout=1)
    scene.lock.acquire_nowait()
    await t.advance(1)
    assert v.waiting
    assert scene.trace == []
    scene.lock.release()
    await t.settle()
    assert v.raised(t.toro.Timeout)
    assert not scene.lock.locked()


@case
async def test_a_deadline_that_passes_after_the_notification_is_no_timeout(t: World) -> None:
    scene = Scene(t)
    v = await scene.waiter("v", timeout=1)
    scene.lock.acquire_nowait()
    scene.condition.notify()
    await t.settle()
    await t.advance(5)
    assert v.waiting
    scene.lock.release()
    await t.settle()
    assert v.returned


@needs("cancels_tasks")
@fault(1, 27, 53)
@pytest.mark.parametrize("how", ["notify", "notify_all"])
@case
async def test_whoever_was_cancelled_before_the_notification_gets_none(t: World, how: str) -> None:
    scene = Scene(t)
    line = [await scene.waiter(name) for name in "abcd"]
    scene.lock.acquire_nowait()
    line[0].cancel()
    line[2].cancel()
    getattr(scene.condition, how)()
    scene.lock.release()
    await t.settle()
    assert line[0].cancelled
    assert line[1].returned
    assert line[2].cancelled
    assert line[3].returned if how == "notify_all" else line[3].waiting
    assert not scene.lock.locked()


@needs("cancels_tasks")
@fault(53)
@case
async def test_two_notifications_are_for_the_first_two_who_were_not_cancelled(t: World) -> None:
    for gone in itertools.combinations(range(5), 3):
        scene = Scene(t)
        line = [await scene.waiter(name) for name in "abcde"]
        scene.lock.acquire_nowait()
        for cancelled in gone:
            line[cancelled].cancel()
        scene.condition.notify(2)
        scene.lock.release()
        await t.settle()
        assert [number for number in range(5) if line[number].cancelled] == list(gone)
        assert sum(operation.returned for operation in line) == 2
        assert waiting(scene.condition) == 0


@needs("undoes_grants")
@fault(47)
@case
async def test_a_monitors_notification_goes_on_when_its_waiter_is_cancelled(t: World) -> None:
    scene = Scene(t)
    v = await scene.waiter("v")
    w = await scene.waiter("w")
    scene.lock.acquire_nowait()
    scene.condition.notify()
    v.cancel()
    scene.lock.release()
    await t.settle()
    assert v.cancelled
    assert w.returned
    assert not scene.lock.locked()


@needs("undoes_grants")
@fault(47)
@case
async def test_it_goes_on_also_when_cancelled_while_acquiring_the_lock(t: World) -> None:
    scene = Scene(t)
    v = await scene.waiter("v")
    w = await scene.waiter("w")
    scene.lock.acquire_nowait()
    scene.condition.notify()
    await t.settle()
    v.cancel()
    await t.settle()
    scene.lock.release()
    await t.settle()
    assert v.cancelled
    assert w.returned
    assert not scene.lock.locked()


@fault(47)
@case
async def test_a_monitors_notification_is_used_exactly_once(t: World) -> None:
    for settle_between in (False, True):
        scene = Scene(t)
        line = [await scene.waiter(name) for name in "vwx"]
        scene.lock.acquire_nowait()
        scene.condition.notify()
        if settle_between:
            await t.settle()
        line[0].cancel()
        scene.lock.release()
        await t.settle()
        through = [operation.returned for operation in line]
        if t.driver.undoes_grants:
            assert line[0].cancelled
            assert through == [False, True, False]
        else:
            # The wait was served, or it was not and the next one was: never neither.
            assert sum(through) + (line[0].cancelled and not through[1]) == 1
        assert not scene.lock.locked()
        assert waiting(scene.condition) == sum(operation.waiting for operation in line)


@case
async def test_a_condition_over_a_lock_that_is_in_use(t: World) -> None:
    lock = t.toro.Lock()
    first, second = t.toro.Condition(lock=lock), t.toro.Condition(lock=lock)

    async def body() -> None:
        async with first:
            await first.wait()

    task = t.spawn(body)
    await t.settle()
    with lock.acquire_nowait():
        second.notify_all()
    await t.settle()
    assert task.waiting
    with lock.acquire_nowait():
        first.notify_all()
    await t.settle()
    assert task.returned


@case
async def test_only_a_lock_of_the_same_adapter_will_do(t: World) -> None:
    class Stranger:
        pass

    for refused in (Stranger(), t.toro.Semaphore(), 1):
        with pytest.raises((TypeError, ValueError)):
            t.toro.Condition(lock=refused)


@case
async def test_a_lock_on_the_same_loop_that_is_none_of_the_adapters_will_not_do(t: World) -> None:
    shared: Any = plain.Lock if t.driver.eager else coroutines.Lock
    host = getattr(t.toro.Lock, "_host", None)
    stranger = type("Lock", (shared,), {"__slots__": (), "_host": host})
    descendant = type("Lock", (t.toro.Lock,), {})
    with pytest.raises(TypeError):
        t.toro.Condition(lock=stranger())
    assert not t.toro.Condition(lock=descendant()).locked()


@case
async def test_wait_for_in_a_monitor_holds_the_lock_at_each_look(t: World) -> None:
    scene = Scene(t)
    looks = []

    def predicate() -> bool:
        looks.append(scene.lock.locked())
        return len(looks) == 3

    async def body() -> object:
        async with scene.condition:
            return await scene.condition.wait_for(predicate)

    task = t.spawn(body)
    await t.settle()
    for _ in range(2):
        assert task.waiting
        scene.notify()
        await t.settle()
    assert task.value is True
    assert looks == [True, True, True]


@fault(57)
@case
async def test_wait_for_in_a_monitor_times_out_with_the_lock(t: World) -> None:
    scene = Scene(t)
    held = []

    async def body() -> None:
        async with scene.condition:
            try:
                await scene.condition.wait_for(lambda: False, timeout=10)
            finally:
                held.append(scene.lock.locked())

    task = t.spawn(body)
    await t.settle()
    for _ in range(3):
        await t.advance(3)
        scene.notify()
        await t.settle()
    assert task.waiting
    await t.advance(1)
    assert task.raised(t.toro.Timeout)
    assert held == [True]
    assert not scene.lock.locked()


@needs("cancels_tasks", "cancels_again")
@fault(45)
@case
async def test_after_a_served_wait_the_cancellation_shows_at_the_next_checkpoint(t: World) -> None:
    scene = Scene(t)
    v = await scene.waiter("v")
    w = await scene.waiter("w")
    scene.lock.acquire_nowait()
    scene.condition.notify()
    v.cancel()
    scene.lock.release()
    await t.settle()
    assert scene.trace == ["v"]
    assert w.waiting
    assert not scene.lock.locked()


@lacks("undoes_grants")
@needs("cancels_tasks")
@fault(45, 47)
@case
async def test_a_cancellation_after_the_notification_is_raised_or_kept_and_never_both(
    t: World,
) -> None:
    scene = Scene(t)
    reached = []

    async def body() -> None:
        async with scene.condition:
            await scene.condition.wait()
            reached.append("after the wait")
            await t.driver.checkpoint()
            reached.append("after the checkpoint")

    v = t.spawn(body)
    await t.settle()
    w = await scene.waiter("w")
    scene.lock.acquire_nowait()
    scene.condition.notify()
    await t.at_once(v.cancel, scene.lock.release)
    assert v.cancelled
    assert reached in ([], ["after the wait"])
    assert w.waiting is bool(reached)  # a wait that raised has used up no notification
    assert not scene.lock.locked()


@needs("cancel_messages")
@fault(51)
@pytest.mark.parametrize("messages", ["foo", "foo bar"])
@pytest.mark.parametrize("notified", [False, True])
@case
async def test_the_cancellation_that_was_delivered_is_the_one_raised(
    t: World, messages: str, notified: bool
) -> None:
    scene = Scene(t)
    v = await scene.waiter("v")
    scene.lock.acquire_nowait()
    if notified:
        scene.condition.notify()
        await t.settle()
    for message in messages.split():
        v.cancel(message)
        await t.settle()
    scene.lock.release()
    await t.settle()
    assert v.message == (messages.split()[-1],)


@case
async def test_a_wait_lets_in_whoever_waits_for_the_lock(t: World) -> None:
    lock = t.toro.Lock()
    condition = t.toro.Condition(lock=lock)
    await t.finish(lock.acquire)
    heir = await t.park(lock.acquire)
    waiter = await t.park(condition.wait)
    assert heir.returned
    condition.notify()
    await t.at_once(lock.release)
    assert waiter.returned
