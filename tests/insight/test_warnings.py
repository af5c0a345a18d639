"""What looks like a mistake is warned of, once, and nothing is raised into the program."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import warnings
import weakref
from collections.abc import Callable
from typing import Any

import pytest

from toro_core import insight

from .loops import Loop


@pytest.fixture(autouse=True)
def _on(clock: Callable[[], float]) -> Any:
    insight.enable(clock=clock)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", insight.InsightWarning)
        yield


def found(kind: str) -> list[str]:
    return [finding.text for finding in insight.findings() if finding.kind == kind]


async def nested(*locks: Any) -> None:
    if locks:
        async with locks[0]:
            await nested(*locks[1:])


async def acquired(*locks: Any) -> None:
    for lock in locks:
        await lock.acquire()
    for lock in locks:
        lock.release()


@pytest.mark.parametrize("taken", [nested, acquired])
def test_two_orders(loop: Loop, taken: Callable[..., Any]) -> None:
    async def main(loop: Loop) -> None:
        a, b = loop.toro.Lock(name="a"), loop.toro.Lock(name="b")
        await taken(a, b)
        assert found("order") == []
        for _ in range(2):
            await taken(b, a)
        (text,) = found("order")
        assert "Lock 'a'" in text
        assert "Lock 'b'" in text

    loop.run(main)


def test_three_locks_in_a_circle(loop: Loop) -> None:
    async def main(loop: Loop) -> None:
        a, b, c = (loop.toro.Lock(name=name) for name in "abc")
        await nested(a, b)
        await nested(b, c)
        assert found("order") == []
        await nested(c, a)
        assert len(found("order")) == 1

    loop.run(main)


def test_a_lock_around_both_keeps_them_apart(loop: Loop) -> None:
    async def main(loop: Loop) -> None:
        gate, a, b = (loop.toro.Lock(name=name) for name in ("gate", "a", "b"))
        await nested(gate, a, b)
        await nested(gate, b, a)
        assert found("order") == []
        await nested(a, b)
        assert len(found("order")) == 1  # one of the two orders is enough, without the gate

    loop.run(main)


def test_a_task_that_ends_and_still_holds(loop: Loop) -> None:
    async def main(loop: Loop) -> None:
        lock = loop.toro.Lock(name="db")

        async def forgets() -> None:
            await lock.acquire()

        loop.spawn(forgets)
        await loop.settle()
        (text,) = found("ended")
        assert "Lock 'db'" in text
        assert "forgets" in text

    loop.run(main)


def test_a_task_that_ends_and_still_holds_a_permit(loop: Loop) -> None:
    """Of those that are counted somebody will miss it; any other may come from anyone."""

    async def main(loop: Loop) -> None:
        counted = loop.toro.BoundedSemaphore(1, name="counted")
        for semaphore in (loop.toro.Semaphore(1), counted):
            loop.spawn(semaphore.acquire)
            await loop.settle()
        (text,) = found("ended")
        assert "BoundedSemaphore 'counted'" in text

    loop.run(main)


def test_a_task_that_ends_with_the_lock_that_it_holds(loop: Loop) -> None:
    """Nobody can miss what is gone."""

    async def main(loop: Loop) -> None:
        async def ignores() -> None:
            await loop.toro.Lock().acquire()

        async def keeps() -> None:
            lock = loop.toro.RWLock()
            guard = await lock.acquire_write()
            assert guard

        for forgets in (ignores, keeps):
            loop.spawn(forgets)
            await loop.settle()
        assert insight.findings() == []

    loop.run(main)


def test_a_task_that_ends_and_holds_what_others_release(loop: Loop) -> None:
    async def main(loop: Loop) -> None:
        lock = loop.toro.Lock()

        async def signals() -> None:
            lock.release()

        await lock.acquire()
        loop.spawn(signals)
        await loop.settle()
        loop.spawn(lock.acquire)
        await loop.settle()
        assert lock.locked()
        assert insight.findings() == []

    loop.run(main)


def test_a_task_that_ends_and_hands_its_guard_on(loop: Loop) -> None:
    async def main(loop: Loop) -> None:
        lock, guards = loop.toro.Lock(), []

        async def acquires() -> None:
            guards.append(await lock.acquire())

        loop.spawn(acquires)
        await loop.settle()
        with guards.pop():
            pass
        assert insight.findings() == []

    loop.run(main)


def test_a_task_that_hands_its_guard_on_and_ends(loop: Loop) -> None:
    async def main(loop: Loop) -> None:
        lock, guards = loop.toro.Lock(), []
        entered, end = loop.toro.Event(), loop.toro.Event()

        async def enters() -> None:
            await entered.wait()
            with guards.pop():
                pass

        async def acquires() -> None:
            guards.append(await lock.acquire())
            entered.set()
            await end.wait()

        loop.spawn(enters)
        await loop.settle()
        loop.spawn(acquires)
        await loop.settle()
        assert not lock.locked()
        end.set()
        await loop.settle()
        assert insight.findings() == []

    loop.run(main)


def test_the_order_of_locks_is_that_of_who_entered_the_guard(loop: Loop) -> None:
    async def main(loop: Loop) -> None:
        a, b, c = (loop.toro.Lock(name=name) for name in "abc")
        guards, end = [], loop.toro.Event()

        async def enters() -> None:
            with guards.pop():
                async with b:
                    await end.wait()

        guards.append(await a.acquire())
        loop.spawn(enters)
        await loop.settle()
        async with c:  # it does not hold a any more
            pass
        end.set()
        await loop.settle()
        await nested(c, a)
        assert found("order") == []
        await nested(b, a)
        assert len(found("order")) == 1

    loop.run(main)


def test_who_enters_its_own_guard_holds_in_the_order_in_which_it_acquired(loop: Loop) -> None:
    async def main(loop: Loop) -> None:
        a, b, c = (loop.toro.Lock(name=name) for name in "abc")
        await nested(c, a)
        await nested(c, b)
        first, second = await a.acquire(), await b.acquire()
        with second, first:
            await nested(c)
        told = found("order")
        assert [text.splitlines()[1].split()[1] for text in told] == ["'a'", "'b'"]

    loop.run(main)


def test_a_guard_that_is_entered_too_late_holds_nothing(loop: Loop) -> None:
    async def main(loop: Loop) -> None:
        lock = loop.toro.Lock()
        guards = [await lock.acquire()]
        lock.release()

        async def enters() -> None:
            with pytest.raises(RuntimeError), guards.pop():
                pass

        loop.spawn(enters)
        await loop.settle()
        assert insight.findings() == []
        assert insight.dump().data["errors"] == 0

    loop.run(main)
    assert loop.errors == []


def test_a_guard_that_is_kept_and_dropped(loop: Loop) -> None:
    async def main(loop: Loop) -> None:
        lock = loop.toro.Lock(name="db")
        guard = await lock.acquire()
        assert guard
        del guard
        (text,) = found("guard")
        assert "Lock 'db'" in text
        lock.release()

    loop.run(main)


def test_a_guard_that_was_entered_is_not_kept_unused(loop: Loop) -> None:
    async def main(loop: Loop) -> None:
        lock, stack = loop.toro.Lock(), contextlib.ExitStack()
        stack.enter_context(await lock.acquire())
        stack.pop_all()  # and nobody closes what it gives
        assert insight.findings() == []
        lock.release()

    loop.run(main)


def test_a_guard_that_another_task_drops(loop: Loop) -> None:
    async def main(loop: Loop) -> None:
        lock, guards = loop.toro.Lock(), []

        async def drops() -> None:
            guards.clear()

        guards.append(await lock.acquire())
        loop.spawn(drops)
        await loop.settle()
        assert insight.findings() == []
        lock.release()

    loop.run(main)


def test_a_guard_that_is_ignored(loop: Loop) -> None:
    async def acquire(lock: Any) -> Any:
        return await lock.acquire()

    async def main(loop: Loop) -> None:
        lock = loop.toro.Lock()
        await lock.acquire()
        lock.release()
        await acquire(lock)
        lock.release()
        guard = await lock.acquire()
        lock.release()
        del guard
        assert insight.findings() == []

    loop.run(main)


def test_a_queue_dropped_with_items_in_it(loop: Loop) -> None:
    async def main(loop: Loop) -> None:
        queue = loop.toro.Queue(name="jobs")
        await queue.put(1)
        del queue
        (text,) = found("queue")
        assert text == "Queue 'jobs' was dropped with 1 item in it"
        shut = loop.toro.Queue()
        await shut.put(1)
        shut.shutdown()
        del shut
        done = loop.toro.Queue()
        await done.put(1)
        await done.get()
        del done
        assert len(found("queue")) == 1

    loop.run(main)


def test_a_queue_that_nobody_waits_for_any_more_is_dropped(loop: Loop) -> None:
    async def main(loop: Loop) -> None:
        queue = loop.toro.Queue()
        await queue.put(1)
        cancel = loop.spawn(queue.join)
        await loop.settle()
        await queue.get()
        cancel()
        await loop.settle()
        del queue, cancel
        assert insight.findings() == []

    loop.run(main)


def test_where_warnings_are_errors_nothing_is_raised_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import toro_asyncio

    seen: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda args: seen.append(args.exc_value))

    async def main() -> None:
        queue = toro_asyncio.Queue[int]()
        await queue.put(1)
        del queue

    warnings.simplefilter("error", insight.InsightWarning)
    asyncio.run(main())
    (told,) = seen
    assert isinstance(told, insight.InsightWarning)
    assert insight.dump().data["errors"] == 0
    gone = weakref.ref(told)
    seen.clear()
    del told
    assert gone() is None


def test_where_warnings_are_errors_python_shows_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By its own hook, which takes nothing but what Python itself has made for it."""
    import toro_asyncio

    monkeypatch.setattr(sys, "unraisablehook", sys.__unraisablehook__)

    async def main() -> None:
        queue = toro_asyncio.Queue[int](name="jobs")
        await queue.put(1)
        del queue

    warnings.simplefilter("error", insight.InsightWarning)
    asyncio.run(main())
    shown = capsys.readouterr().err.splitlines()
    assert shown[-1].endswith("InsightWarning: Queue 'jobs' was dropped with 1 item in it")


def test_a_hook_that_raises_is_counted(loop: Loop) -> None:
    def hook(event: insight.Event) -> None:
        raise KeyError(event.kind)

    insight.add_hook(hook)

    async def main(loop: Loop) -> None:
        async with loop.toro.Lock():
            pass

    loop.run(main)
    data = insight.dump().data
    assert data["errors"] == 2
    assert data["last_error"] == "KeyError: 'release'"
    insight.remove_hook(hook)
