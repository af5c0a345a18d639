"""One loop at a time; an idle object moves on."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from typing import Any

import pytest

from toro_conformance.case import fault, needs, perform
from toro_conformance.driver import Driver
from toro_conformance.waits import EVERY_WAIT, MONITOR, WAITS, Wait, name
from toro_conformance.world import World, waiting

every_wait: pytest.MarkDecorator = pytest.mark.parametrize("wait", EVERY_WAIT, ids=name)
waits: pytest.MarkDecorator = pytest.mark.parametrize("wait", WAITS, ids=name)
Body = Callable[[World], Any]
HELD = ("lock.acquire", "rwlock.acquire_read", "rwlock.acquire_write", "queue.join", "queue.put")
"""Where somebody holds something, or something is left to do, before anyone waits."""
NOTIFIED: list[Wait] = [MONITOR, *(wait for wait in WAITS if wait.name == "condition.wait")]


def outside(call: Callable[[], object]) -> None:
    """Make a call where no loop runs, in a thread, while the caller's loop stands still."""
    errors: list[BaseException] = []

    def run() -> None:
        try:
            call()
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if errors:
        raise errors.pop()


def elsewhere(driver: type[Driver], body: Body) -> None:
    """Run a body on a second loop, while the caller's stands still."""
    outside(lambda: perform(driver, body))


@every_wait
@fault(143)
def test_an_object_left_by_its_waiters_works_in_another_run(
    toro_driver: type[Driver], wait: Wait
) -> None:
    thing = wait.busy(toro_driver.toro)
    idle = wait.name not in HELD

    async def contended(t: World) -> None:
        operation = await wait.park(t, thing)
        operation.cancel()
        await t.settle()
        assert operation.cancelled
        wait.after(thing)
        assert waiting(thing) == 0

    for _ in range(3 if idle else 1):
        perform(toro_driver, contended)


@pytest.mark.parametrize(
    ("kind", "suffix"),
    [("Lock", ""), ("Semaphore", ""), ("RWLock", "_read"), ("RWLock", "_write")],
)
@fault(143)
def test_a_lock_is_contended_in_one_run_after_another(
    toro_driver: type[Driver], kind: str, suffix: str
) -> None:
    lock = getattr(toro_driver.toro, kind)()
    acquire, release = getattr(lock, "acquire" + suffix), getattr(lock, "release" + suffix)

    async def use(t: World) -> None:
        await t.finish(acquire)
        second = await t.park(acquire)
        release()
        await t.settle()
        assert second.returned
        release()

    for _ in range(3):
        perform(toro_driver, use)


@fault(143)
def test_one_event_or_queue_serves_one_run_after_another(toro_driver: type[Driver]) -> None:
    toro = toro_driver.toro
    event, queue, condition = toro.Event(), toro.Queue(maxsize=1), toro.Condition()

    async def use(t: World) -> None:
        sleeper = await t.park(event.wait)
        event.set()
        event.clear()
        notified = await t.park(condition.wait, timeout=1)
        condition.notify()
        getter = await t.park(queue.get)
        queue.put_nowait("x")
        await t.settle()
        assert sleeper.returned
        assert notified.returned
        assert getter.value == "x"
        queue.task_done()
        await t.finish(queue.join)

    for _ in range(3):
        perform(toro_driver, use)


@waits
def test_a_second_loop_is_refused_while_someone_waits(
    toro_driver: type[Driver], wait: Wait
) -> None:
    thing = wait.busy(toro_driver.toro)

    async def foreign(t: World) -> None:
        with pytest.raises(RuntimeError) as caught:
            await wait.finish(t, thing, timeout=5)
        assert len(str(caught.value)) > 20

    async def first(t: World) -> None:
        operation = await wait.park(t, thing)
        elsewhere(toro_driver, foreign)
        assert waiting(thing) == 1
        wait.serve(thing)
        await t.settle()
        assert operation.returned

    perform(toro_driver, first)


@pytest.mark.parametrize("kind", ["Lock", "Semaphore", "RWLock"])
def test_a_second_loop_is_refused_while_someone_holds(toro_driver: type[Driver], kind: str) -> None:
    thing = getattr(toro_driver.toro, kind)(*([None] if kind == "RWLock" else []))
    suffix = "_read" if kind == "RWLock" else ""
    acquire, release = getattr(thing, "acquire" + suffix), getattr(thing, "release" + suffix)

    async def foreign(t: World) -> None:
        with pytest.raises(RuntimeError):
            await t.finish(acquire, timeout=0)

    async def first(t: World) -> None:
        await t.finish(acquire)
        elsewhere(toro_driver, foreign)
        release()
        # Idle now: the other loop is as good as this one.
        elsewhere(toro_driver, use)
        await use(t)

    async def use(t: World) -> None:
        await t.finish(acquire)
        release()

    perform(toro_driver, first)


def test_a_second_loop_is_refused_while_someone_holds_though_there_is_a_permit(
    toro_driver: type[Driver],
) -> None:
    semaphore = toro_driver.toro.Semaphore(2)

    async def foreign(t: World) -> None:
        with pytest.raises(RuntimeError, match="cannot be used on"):
            await t.finish(semaphore.wait)

    async def first(t: World) -> None:
        await t.finish(semaphore.acquire)
        elsewhere(toro_driver, foreign)
        await t.finish(semaphore.wait)
        semaphore.release()

    perform(toro_driver, first)


def test_a_second_loop_is_refused_while_someone_waits_though_all_is_done(
    toro_driver: type[Driver],
) -> None:
    queue = toro_driver.toro.Queue()

    async def foreign(t: World) -> None:
        with pytest.raises(RuntimeError, match="cannot be used on"):
            await t.finish(queue.join)

    async def first(t: World) -> None:
        getter = await t.park(queue.get)
        elsewhere(toro_driver, foreign)
        await t.finish(queue.join)
        queue.put_nowait("a")
        await t.settle()
        assert getter.value == "a"

    perform(toro_driver, first)


@pytest.mark.parametrize("kind", ["Lock", "Semaphore"])
def test_a_second_loop_is_refused_while_someone_is_inside(
    toro_driver: type[Driver], kind: str
) -> None:
    thing = getattr(toro_driver.toro, kind)(*([2] if kind == "Semaphore" else []))

    async def foreign(t: World) -> None:
        with pytest.raises(RuntimeError):
            await t.finish(thing.acquire, timeout=0)

    async def enters() -> None:
        async with thing:
            elsewhere(toro_driver, foreign)

    async def enters_twice() -> None:
        async with thing:
            await enters()

    async def first(t: World) -> None:
        await t.finish(enters_twice if kind == "Semaphore" else enters)

    for _ in range(2):  # at rest it moves along
        perform(toro_driver, first)


def test_a_lock_taken_outside_of_any_loop_is_held_where_its_monitor_was_waited_for(
    toro_driver: type[Driver],
) -> None:
    lock = toro_driver.toro.Lock()
    condition = toro_driver.toro.Condition(lock=lock)

    async def foreign(t: World) -> None:
        with pytest.raises(RuntimeError, match="is held or waited for on"):
            await t.finish(lock.acquire, timeout=0)

    async def first(t: World) -> None:
        for take in (lock.acquire_nowait, lambda: outside(lock.acquire_nowait)):
            take()
            operation = await t.park(condition.wait)
            operation.cancel()
            await t.settle()
            assert lock.locked()
            elsewhere(toro_driver, foreign)
            lock.release()

    perform(toro_driver, first)


TAKEN: dict[str, Callable[[Any, Any], Callable[[], Any]]] = {
    "lock.acquire": lambda lock, _: lock.acquire,
    "lock.acquire_nowait": lambda lock, _: _later(lock.acquire_nowait),
    "async with lock": lambda lock, _: lock.__aenter__,
    "condition.acquire": lambda _, condition: condition.acquire,
    "async with condition": lambda _, condition: condition.__aenter__,
}


def _later(call: Callable[[], object]) -> Callable[[], Any]:
    async def body() -> None:
        call()

    return body


@pytest.mark.parametrize("take", TAKEN)
@fault(143)
def test_a_lock_that_those_at_a_condition_will_want_again_is_refused_to_a_second_loop(
    toro_driver: type[Driver], take: str
) -> None:
    lock = toro_driver.toro.Lock()
    condition = toro_driver.toro.Condition(lock=lock)
    call = TAKEN[take](lock, condition)

    async def refused(t: World) -> None:
        try:
            with pytest.raises(RuntimeError, match="is held or waited for on"):
                await t.finish(call)
        finally:
            if lock.locked():  # else those who will want it would hang
                lock.release()

    async def welcome(t: World) -> None:
        await t.finish(call)
        lock.release()

    async def wait() -> None:
        async with condition:
            await condition.wait()

    async def first(t: World) -> None:
        waiting = [t.spawn(wait) for _ in range(2)]
        await t.settle()
        waiting.pop().cancel()
        await t.settle()
        elsewhere(toro_driver, refused)
        await welcome(t)
        async with condition:
            condition.notify()
        await t.settle()
        assert waiting.pop().returned
        elsewhere(toro_driver, welcome)

    perform(toro_driver, first)


@pytest.mark.parametrize("wait", NOTIFIED, ids=name)
def test_a_condition_whose_waiter_was_served_is_as_good_for_a_second_loop(
    toro_driver: type[Driver], wait: Wait
) -> None:
    thing = wait.busy(toro_driver.toro)

    async def use(t: World) -> None:
        operation = await wait.park(t, thing)
        wait.serve(thing)
        await t.settle()
        assert operation.returned
        wait.after(thing)

    async def first(t: World) -> None:
        await use(t)
        elsewhere(toro_driver, use)

    perform(toro_driver, first)


def test_the_refusal_names_both_loops(toro_driver: type[Driver]) -> None:
    lock = toro_driver.toro.Lock()
    messages: list[str] = []

    async def foreign(t: World) -> None:
        with pytest.raises(RuntimeError) as caught:
            await t.finish(lock.acquire)
        messages.append(str(caught.value))

    async def first(t: World) -> None:
        await t.finish(lock.acquire)
        elsewhere(toro_driver, foreign)
        lock.release()

    perform(toro_driver, first)
    assert messages
    assert "Lock" in messages[0]
    assert messages[0].count("0x") >= 2 or messages[0].count("<") >= 2


@needs("abandons_tasks")
@waits
def test_waiters_of_a_loop_that_was_closed_are_dropped(
    toro_driver: type[Driver], wait: Wait
) -> None:
    thing = wait.busy(toro_driver.toro)
    driver = toro_driver()
    world = World(driver)
    parked = []

    async def leave_them() -> None:
        parked.extend([await wait.park(world, thing, timeout=5) for _ in range(2)])

    driver.abandon(leave_them)

    async def carry_on(t: World) -> None:
        operation = await wait.park(t, thing)
        wait.serve(thing)
        await t.settle()
        assert operation.returned
        assert waiting(thing) == 0

    async def serve(t: World) -> None:
        wait.serve(thing)
        await t.settle()

    perform(toro_driver, serve if wait.name in HELD else carry_on)


@needs("abandons_tasks")
@waits
def test_serving_those_whose_loop_was_closed_is_harmless(
    toro_driver: type[Driver], wait: Wait
) -> None:
    thing = wait.busy(toro_driver.toro)
    driver = toro_driver()
    world = World(driver)
    parked = []

    async def leave_them() -> None:
        parked.append(await wait.park(world, thing))

    driver.abandon(leave_them)
    wait.serve(thing)
    assert waiting(thing) == 0


@needs("abandons_tasks")
def test_who_waited_at_a_monitor_on_a_closed_loop_lets_nobody_in_beside_its_holder(
    toro_driver: type[Driver],
) -> None:
    condition = toro_driver.toro.Condition(lock=toro_driver.toro.Lock())
    drivers = [toro_driver()]

    async def wait() -> None:
        async with condition:
            await condition.wait()

    async def leave_them() -> None:
        world = World(drivers[0])
        world.spawn(wait)
        await world.settle()
        assert waiting(condition) == 1

    drivers[0].abandon(leave_them)

    async def carry_on(t: World) -> None:
        await t.finish(condition.acquire)
        condition.notify()
        newcomer = await t.park(condition.acquire)
        drivers.clear()
        gc.collect()  # what is left of the task is closed, and leaves its `async with`
        await t.settle()
        assert newcomer.waiting
        condition.release()
        await t.settle()
        assert newcomer.returned
        condition.release()
        assert not condition.locked()

    perform(toro_driver, carry_on)


@needs("abandons_tasks", "undoes_grants")
def test_what_was_promised_on_a_closed_loop_is_passed_on(toro_driver: type[Driver]) -> None:
    queue, semaphore = toro_driver.toro.Queue(), toro_driver.toro.Semaphore(0)
    driver = toro_driver()
    world = World(driver)
    parked = []

    async def promise_and_leave() -> None:
        parked.append(await world.park(queue.get))
        parked.append(await world.park(semaphore.acquire))
        queue.put_nowait("x")
        semaphore.release()

    driver.abandon(promise_and_leave)
    if any(operation.returned for operation in parked):
        return  # uvloop stops behind those who have been woken

    async def carry_on(t: World) -> None:
        assert await t.finish(queue.get) == "x"
        await t.finish(semaphore.acquire)
        assert semaphore.counter == 0

    perform(toro_driver, carry_on)


@needs("abandons_tasks", "checkpoints")
@pytest.mark.parametrize(
    ("kind", "acquire"),
    [
        ("Lock", "acquire"),
        ("Semaphore", "acquire"),
        ("BoundedSemaphore", "acquire"),
        ("RWLock", "acquire_read"),
        ("RWLock", "acquire_write"),
    ],
)
def test_what_was_just_taken_on_a_closed_loop_is_passed_on(
    toro_driver: type[Driver], kind: str, acquire: str
) -> None:
    thing = getattr(toro_driver.toro, kind)()
    driver = toro_driver()
    world = World(driver)
    parked = []

    async def take_and_leave() -> None:
        parked.append(world.start(getattr(thing, acquire)))
        await driver.checkpoint()

    driver.abandon(take_and_leave)  # in the pass in which it is taken
    assert thing.locked()
    if parked[0].returned:
        return  # it has it

    async def carry_on(t: World) -> None:
        await t.finish(getattr(thing, acquire))
        assert thing.locked()

    perform(toro_driver, carry_on)
