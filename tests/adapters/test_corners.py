"""What is seldom done to a primitive, on each loop that it can be done on."""

from __future__ import annotations

import json
import math
import traceback
from typing import Any

import pytest
from toro_conformance.case import perform
from toro_conformance.cases.test_checkpoints import WAITED, passes_during
from toro_conformance.drivers import Absent, installed
from toro_conformance.waits import WAITS, Wait, name
from toro_conformance.world import World

from toro_core import State

DRIVERS = [each for each in installed() if not isinstance(each, Absent)]
every_driver = pytest.mark.parametrize("driver", DRIVERS, ids=lambda driver: driver.name)


@every_driver
def test_what_iterates_over_a_queue_is_its_own_iterator(driver: Any) -> None:
    async def body(t: World) -> None:
        queue = t.toro.Queue(initial=[1])
        items = aiter(queue)
        assert aiter(items) is items
        assert await anext(items) == 1

    perform(driver, body)


@every_driver
def test_a_release_too_many_says_what_was_released(driver: Any) -> None:
    async def body(t: World) -> None:
        lock = t.toro.Lock(name="door")
        for _ in range(2):
            await t.finish(lock.acquire)
            lock.release()
            with pytest.raises(RuntimeError, match=r"door.*without acquire\(\)"):
                lock.release()

    perform(driver, body)


@every_driver
def test_a_primitive_and_its_host_agree_on_where_they_are(driver: Any) -> None:
    lock = driver.toro.Lock()

    async def body(t: World) -> None:
        await t.finish(lock.acquire)
        home = lock._host.home()
        assert home is not None
        assert lock._home() is lock._machine.home is home
        assert not lock._host.is_gone(home)
        for host in (lock._host, lock._here() if hasattr(lock, "_here") else lock._host):
            assert host.checkpoints is t.driver.checkpoints
            assert t.driver.cancelled in host.cancellations

    perform(driver, body)
    assert lock._home() is lock._host.home() is None
    assert lock._host.is_gone(lock._machine.home)


@every_driver
def test_an_endless_wait_has_no_deadline(driver: Any) -> None:
    async def body(t: World) -> None:
        lock = driver.toro.Lock()
        await t.finish(lock.acquire)
        await t.park(lock.acquire, timeout=math.inf)
        await t.park(lock.acquire, deadline=math.inf)
        assert [waiter.deadline for waiter in lock.statistics().waiters] == [None, None]

    perform(driver, body)


@every_driver
def test_a_wait_with_a_deadline_that_was_cancelled_has_not_expired(driver: Any) -> None:
    async def body(t: World) -> None:
        lock = driver.toro.Lock()
        await t.finish(lock.acquire)
        operation = await t.park(lock.acquire, timeout=1)
        (waiter,) = lock._machine.line
        operation.cancel()
        await t.settle()
        assert operation.cancelled
        assert waiter.state is State.CANCELLED

    perform(driver, body)


@every_driver
def test_outside_of_any_loop_what_is_held_on_one_would_block(driver: Any) -> None:
    lock = driver.toro.Lock()

    async def body(t: World) -> None:
        await t.finish(lock.acquire)

    perform(driver, body)
    with pytest.raises(driver.toro.WouldBlock):
        lock.acquire_nowait()


@every_driver
def test_what_nobody_waits_for_may_be_released_when_its_loop_is_gone(driver: Any) -> None:
    toro = driver.toro
    lock, semaphore, bounded = toro.Lock(), toro.Semaphore(), toro.BoundedSemaphore()
    read, written = toro.RWLock(), toro.RWLock()

    async def body(t: World) -> None:
        for thing in (lock, semaphore, bounded):
            await t.finish(thing.acquire)
        await t.finish(read.acquire_read)
        await t.finish(written.acquire_write)

    perform(driver, body)
    for thing in (lock, semaphore, bounded):
        thing.release()
    read.release_read()
    written.release_write()
    assert not any(each.locked() for each in (lock, semaphore, bounded, read, written))


@every_driver
def test_an_exception_tells_every_reader_where_it_was_raised_before(driver: Any) -> None:
    result = driver.toro.AsyncResult()

    def origin() -> None:
        raise LookupError

    def times(error: BaseException) -> int:
        return [frame.name for frame in traceback.extract_tb(error.__traceback__)].count("origin")

    async def body(t: World) -> None:
        first = await t.park(result.get)
        try:
            origin()
        except LookupError as error:
            result.set_exception(error)
        await t.settle()
        assert times(first.error) == 1
        for _ in range(2):
            with pytest.raises(LookupError) as caught:
                result.get_nowait()
            assert times(caught.value) == 1
            with pytest.raises(LookupError) as caught:
                await t.finish(result.get)
            assert times(caught.value) == 1

    perform(driver, body)


@every_driver
def test_every_record_is_fit_for_json(driver: Any) -> None:
    async def body(t: World) -> None:
        toro = t.toro
        lock = toro.Lock()
        things = [
            *(lock, toro.Semaphore(1), toro.BoundedSemaphore(1), toro.RWLock(2), toro.Event()),
            *(toro.AsyncResult(), toro.Condition(), toro.Condition(lock=lock), toro.Queue(1)),
        ]
        waits = [*["acquire"] * 3, "acquire_write", "wait", "get", "wait", "acquire", "get"]
        for thing, method in zip(things, waits, strict=True):
            t.start(getattr(thing, method))
            t.start(getattr(thing, method))
        await t.settle()
        for thing in things:
            record = thing.statistics()
            told = json.loads(json.dumps(record.to_dict()))
            assert told["tasks_waiting"] == record.tasks_waiting

    perform(driver, body)


@every_driver
def test_hooks_may_be_overridden_one_by_one(driver: Any) -> None:
    """Those that are not do what they did: first in, first out."""

    async def body(t: World) -> None:
        class Noisy(t.toro.Queue):  # type: ignore[name-defined, misc]
            seen: list[Any] = []  # noqa: RUF012

            def _put(self, item: Any) -> None:
                self.seen.append(item)
                super()._put(item)

        class Mirror(t.toro.Queue):  # type: ignore[name-defined, misc]
            def _get(self) -> Any:
                return -super()._get()

        noisy, mirror = Noisy(2), Mirror(initial=[1])
        for item in (1, 2):
            await t.finish(noisy.put, item)
        assert noisy.seen == [1, 2]
        assert [noisy.get_nowait(), await t.finish(noisy.get)] == [1, 2]
        mirror.put_nowait(2)
        assert [mirror.get_nowait(), await t.finish(mirror.get)] == [-1, -2]

    perform(driver, body)


@every_driver
def test_a_predicate_may_cancel_the_wait_that_it_is_of(driver: Any) -> None:
    """No case of the suite, for there are loops on which nobody who is awake can be cancelled."""

    async def body(t: World) -> None:
        condition = t.toro.Condition()
        looks: list[None] = []

        def predicate() -> bool:
            looks.append(None)
            if len(looks) == 2:
                operation.cancel()
            return False

        operation = await t.park(condition.wait_for, predicate)
        condition.notify()
        await t.settle()
        assert operation.cancelled
        assert len(looks) == 2
        assert condition.statistics().tasks_waiting == 0

    perform(driver, body)


@pytest.mark.parametrize("wait", [w for w in WAITS if w.name != "condition.wait_for"], ids=name)
@every_driver
def test_where_nothing_is_a_checkpoint_neither_is_a_wait_past_its_deadline(
    driver: Any, wait: Wait
) -> None:
    if driver.checkpoints:
        pytest.skip("its waits are checkpoints")

    async def body(t: World) -> None:
        thing = wait.busy(t.toro)

        async def too_late() -> None:
            for _ in range(WAITED):
                wait.before(thing)
                with pytest.raises(t.toro.Timeout):
                    await wait.method(thing)(*wait.arguments, timeout=0)
                wait.after(thing)

        assert await passes_during(t, too_late) == 0

    perform(driver, body)
