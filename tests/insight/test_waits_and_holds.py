"""Who waits and who holds, in statistics, dumps and events, on every loop."""

from __future__ import annotations

import contextlib
import inspect
import json
from typing import Any

import pytest

from toro_core import insight

from .loops import Loop

pytestmark = pytest.mark.usefixtures("watched")


def holders(primitive: Any) -> list[Any]:
    """The numbers of the tasks that hold it; eager tasks have no name yet when they start."""
    return [hold["task_number"] for hold in insight.dump(primitive).data["primitives"][0]["holds"]]


def kinds(events: list[insight.Event]) -> list[str]:
    return [event.kind for event in events]


def test_a_lock_tells_who_holds_it_and_who_waits(loop: Loop) -> None:
    async def main(loop: Loop) -> None:
        lock = loop.toro.Lock(name="db")
        await lock.acquire()
        cancels = [loop.spawn(lock.acquire) for _ in range(2)]
        await loop.settle()
        statistics = lock.statistics()
        assert [waiter.place for waiter in statistics.waiters] == [1, 2]
        assert {waiter.request for waiter in statistics.waiters} == {"acquire"}
        assert all(waiter.task and waiter.age and waiter.age > 0 for waiter in statistics.waiters)
        (holder,) = statistics.holders
        assert holder.mode == "acquire"
        (hold,) = insight.dump(lock).data["primitives"][0]["holds"]
        assert holder.task == hold["task"] is not None
        assert "test_waits_and_holds.py" in holder.where
        assert json.loads(json.dumps(statistics.to_dict()))["holders"][0]["task"] == holder.task
        for cancel in cancels:
            cancel()
        await loop.settle()
        assert lock.statistics().waiters == ()
        lock.release()
        assert lock.statistics().holders == ()

    loop.run(main)


def test_ages_count_from_when_it_began(loop: Loop) -> None:
    insight.disable()
    now = 40.0

    async def main(loop: Loop) -> None:
        nonlocal now
        lock = loop.toro.Lock()
        await lock.acquire()
        now += 1
        cancel = loop.spawn(lock.acquire)
        await loop.settle()
        now += 2
        statistics = lock.statistics()
        assert [each.age for each in (*statistics.holders, *statistics.waiters)] == [3, 2]
        (record,) = insight.dump(lock).data["primitives"]
        assert [each["age"] for each in (*record["holds"], *record["waits"])] == [3, 2]
        cancel()
        await loop.settle()
        lock.release()

    insight.enable(clock=lambda: now)
    loop.run(main)


def test_a_deadline_is_told(loop: Loop) -> None:
    async def main(loop: Loop) -> None:
        event = loop.toro.Event()
        loop.spawn(event.wait, loop.driver.now() + 3)
        await loop.settle()
        (waiter,) = event.statistics().waiters
        assert waiter.deadline == pytest.approx(loop.driver.now() + 3)

    loop.run(main)


def test_a_lock_handed_over_changes_its_holder(loop: Loop, watched: list[insight.Event]) -> None:
    async def main(loop: Loop) -> None:
        lock = loop.toro.Lock(name="db")
        await lock.acquire()
        inside = loop.toro.Event()

        async def other() -> None:
            async with lock:
                await inside.wait()

        loop.spawn(other)
        await loop.settle()
        first = lock.statistics().holders
        lock.release()
        await loop.settle()
        second = lock.statistics().holders
        assert len(first) == len(second) == 1
        assert first[0].where != second[0].where
        inside.set()
        await loop.settle()
        assert lock.statistics().holders == ()

    loop.run(main)
    of_lock = [event for event in watched if event.type == "Lock"]
    assert kinds(of_lock) == ["grant", "wait", "release", "grant", "release"]
    assert of_lock[0].operation == of_lock[2].operation
    assert of_lock[1].operation == of_lock[3].operation == of_lock[4].operation
    assert of_lock[3].waited > 0 == of_lock[0].waited
    assert [event.held is None for event in of_lock] == [True, True, False, True, False]
    _, wait, _, grant, release = of_lock
    assert grant.waited == grant.at - wait.at
    assert release.held == release.at - grant.at


def test_readers_and_a_writer(loop: Loop) -> None:
    async def main(loop: Loop) -> None:
        rwlock = loop.toro.RWLock(max_readers=None)
        await rwlock.acquire_read()
        rwlock.acquire_read_nowait()
        done = loop.toro.Event()

        async def write() -> None:
            async with rwlock.writer:
                await done.wait()

        loop.spawn(write)
        await loop.settle()
        assert [holder.mode for holder in rwlock.statistics().holders] == ["read", "read"]
        assert [waiter.request for waiter in rwlock.statistics().waiters] == ["write"]
        rwlock.release_read()
        rwlock.release_read()
        await loop.settle()
        assert [holder.mode for holder in rwlock.statistics().holders] == ["write"]
        done.set()
        await loop.settle()
        async with rwlock.reader:
            assert [holder.mode for holder in rwlock.statistics().holders] == ["read"]
        async with rwlock.writer:
            assert [holder.mode for holder in rwlock.statistics().holders] == ["write"]
        assert rwlock.statistics().holders == ()

    loop.run(main)


def test_a_guard_takes_its_permit_to_another_task(loop: Loop) -> None:
    async def main(loop: Loop) -> None:
        semaphore = loop.toro.Semaphore(1)
        guard = await semaphore.acquire()
        (mine,) = holders(semaphore)
        go = loop.toro.Event()

        async def other() -> None:
            with guard:
                await go.wait()

        loop.spawn(other)
        await loop.settle()
        (theirs,) = holders(semaphore)
        assert theirs != mine
        go.set()
        await loop.settle()
        assert semaphore.statistics().holders == ()
        assert not insight.findings()

    loop.run(main)


def test_a_guard_releases_what_was_acquired_with_it(
    loop: Loop, watched: list[insight.Event]
) -> None:
    async def main(loop: Loop) -> None:
        semaphore = loop.toro.Semaphore(2)
        first, second = await semaphore.acquire(), await semaphore.acquire()
        with first:
            pass
        with second:
            pass

    loop.run(main)
    assert kinds(watched) == ["grant", "grant", "release", "release"]
    operations = [event.operation for event in watched]
    assert operations[2:] == operations[:2]


def test_a_guard_whose_permit_was_released_releases_another(loop: Loop) -> None:
    async def main(loop: Loop) -> None:
        semaphore = loop.toro.Semaphore(2)
        _, second = await semaphore.acquire(), await semaphore.acquire()
        semaphore.release()
        assert len(holders(semaphore)) == 1
        with second:
            pass
        assert holders(semaphore) == []

    loop.run(main)


def test_what_was_acquired_before_is_released_by_nobody(
    loop: Loop, watched: list[insight.Event]
) -> None:
    insight.disable()

    async def main(loop: Loop) -> None:
        lock = loop.toro.Lock()
        guard = await lock.acquire()
        insight.enable(hooks=[watched.append])
        lock.release()
        del guard

    loop.run(main)
    assert watched == []


def test_a_queue_remembers_its_peak(loop: Loop, watched: list[insight.Event]) -> None:
    async def main(loop: Loop) -> None:
        queue = loop.toro.Queue(2, name="jobs")
        await queue.put("a")
        queue.put_nowait("b")
        loop.spawn(queue.put, "c")
        await loop.settle()
        assert [waiter.request for waiter in queue.statistics().waiters] == ["put"]
        assert await queue.get() == "a"
        await loop.settle()
        assert queue.get_nowait() == "b"
        assert await queue.get() == "c"
        statistics = queue.statistics()
        assert (statistics.size, statistics.peak_size) == (0, 2)

    loop.run(main)
    assert sorted(kinds(watched)) == ["get", "get", "get", "put", "put", "put", "wait"]


def test_a_queue_that_had_nothing_in_it_has_no_peak(loop: Loop) -> None:
    insight.disable()
    early = loop.toro.Queue()
    insight.enable()
    assert early.statistics().peak_size is None
    queue = loop.toro.Queue()
    assert queue.statistics().peak_size is None
    queue.shutdown()
    assert queue.statistics().peak_size == 0


def test_an_item_is_in_no_dump(loop: Loop) -> None:
    async def main(loop: Loop) -> None:
        queue = loop.toro.Queue(1)
        await queue.put("secret one")
        loop.spawn(queue.put, "secret two")
        await loop.settle()
        assert "secret" not in insight.dump().to_json()
        queue.shutdown(immediate=True)
        await loop.settle()

    loop.run(main)


def test_how_waits_end(loop: Loop, watched: list[insight.Event]) -> None:
    async def main(loop: Loop) -> None:
        event = loop.toro.Event()
        cancel = loop.spawn(event.wait)
        loop.spawn(event.wait, loop.driver.now() + 1)
        await loop.settle()
        cancel()
        await loop.settle()
        loop.driver.tick(2)
        await loop.settle()
        queue = loop.toro.Queue()
        loop.spawn(queue.get)
        await loop.settle()
        queue.shutdown()
        await loop.settle()
        result = loop.toro.AsyncResult()
        loop.spawn(result.get)
        await loop.settle()
        result.set_exception(KeyError("no"))
        await loop.settle()

    loop.run(main)
    assert kinds(watched) == [
        "wait", "wait", "cancel", "timeout", "wait", "refuse", "wait", "grant",
    ]  # fmt: skip
    assert all(event.waited > 0 for event in watched if event.kind != "wait")


def test_what_is_refused(loop: Loop, watched: list[insight.Event]) -> None:
    async def main(loop: Loop) -> None:
        queue = loop.toro.PriorityQueue(2)
        with pytest.raises(TypeError):
            await queue.put(1, timeout="soon")
        await queue.put(1)
        await queue.put(2)
        loop.spawn(queue.put, "three")
        await loop.settle()
        await queue.get()
        await loop.settle()
        queue.shutdown(immediate=True)
        with pytest.raises(loop.toro.ShutDown):
            await queue.put(1)

    loop.run(main)
    assert sorted(kinds(watched)[:5]) == ["get", "put", "put", "refuse", "wait"]
    assert kinds(watched)[5:] == ["refuse"]
    (error,) = loop.errors
    assert isinstance(error, TypeError)


def test_a_condition_gives_up_its_lock_and_has_it_again(
    loop: Loop, watched: list[insight.Event]
) -> None:
    async def main(loop: Loop) -> None:
        lock = loop.toro.Lock()
        condition = loop.toro.Condition(lock=lock)
        seen: list[Any] = []

        async def waits() -> None:
            async with condition:
                seen.append(holders(lock))
                await condition.wait()
                seen.append(holders(lock))

        loop.spawn(waits)
        await loop.settle()
        assert lock.statistics().holders == ()
        async with condition:
            condition.notify()
        await loop.settle()
        assert len(seen[0]) == 1
        assert seen[0] == seen[1]
        assert lock.statistics().holders == ()

    loop.run(main)
    of_lock = [event for event in watched if event.type == "Lock"]
    assert sorted(kinds(of_lock)) == ["grant"] * 3 + ["release"] * 3
    assert of_lock[0].operation == of_lock[1].operation


def test_wait_for_is_seen(loop: Loop, watched: list[insight.Event]) -> None:
    async def main(loop: Loop) -> None:
        condition = loop.toro.Condition()
        ready: list[int] = []
        loop.spawn(condition.wait_for, lambda: ready)
        await loop.settle()
        assert len(condition.statistics().waiters) == 1
        condition.notify()
        await loop.settle()
        ready.append(1)
        condition.notify()
        await loop.settle()

    loop.run(main)
    assert kinds(watched) == ["wait", "grant", "wait", "grant"]


def test_methods_stay_what_they_are(loop: Loop) -> None:
    lock = loop.toro.Lock
    insight.disable()
    before = inspect.iscoroutinefunction(lock.acquire), inspect.signature(lock.acquire)
    with insight.enable():
        assert inspect.iscoroutinefunction(lock.acquire) is before[0]
        assert inspect.signature(lock.acquire) == before[1]
        assert inspect.iscoroutinefunction(lock.__aenter__)
        assert not inspect.iscoroutinefunction(lock.release)
    insight.enable()


def test_what_was_made_before_is_picked_up(loop: Loop) -> None:
    insight.disable()
    lock = loop.toro.Lock(name="early")
    insight.enable()

    async def main(loop: Loop) -> None:
        assert lock.statistics().holders == ()
        async with lock:
            assert len(lock.statistics().holders) == 1
        assert [each["label"] for each in insight.dump().data["primitives"]] == ["Lock 'early'"]

    loop.run(main)


def test_classes_of_users_are_seen_too(loop: Loop, watched: list[insight.Event]) -> None:
    class Counting(loop.toro.Lock):  # type: ignore[misc,name-defined]
        taken = 0

        async def acquire(self, *args: Any, **kwargs: Any) -> Any:
            guard = await super().acquire(*args, **kwargs)
            self.taken += 1
            return guard

    async def main(loop: Loop) -> None:
        lock = Counting(name="mine")
        with await lock.acquire():
            assert lock.taken == 1
            assert len(lock.statistics().holders) == 1
        assert lock.statistics().holders == ()

    loop.run(main)
    assert [(event.kind, event.label) for event in watched] == [
        ("grant", "Counting 'mine'"),
        ("release", "Counting 'mine'"),
    ]


@pytest.mark.parametrize("again", [False, True])
def test_an_exception_does_not_keep_itself_alive(loop: Loop, again: bool) -> None:
    """By a frame of those it went through, in which it is."""
    import weakref

    class No(Exception):
        pass

    async def main(loop: Loop) -> None:
        results, error = [loop.toro.AsyncResult()], No()
        gone = weakref.ref(error)

        async def get() -> None:
            with contextlib.suppress(No):
                await results[0].get()

        loop.spawn(get)
        await loop.settle()
        results[0].set_exception(error)
        del error
        await loop.settle()
        if again:
            await get()
        results.clear()
        assert gone() is None

    loop.run(main)


def test_nothing_is_kept_alive(loop: Loop) -> None:
    import gc
    import weakref

    class Thing:
        pass

    async def main(loop: Loop) -> None:
        thing, queue, lock = Thing(), loop.toro.Queue(), loop.toro.Lock()
        gone = [weakref.ref(each) for each in (thing, queue, lock)]
        await queue.put(thing)
        await queue.get()
        async with lock:
            pass
        del thing, queue, lock
        gc.collect()
        assert [each() for each in gone] == [None, None, None]
        assert insight.dump().data["primitives"] == []

    loop.run(main)
