"""What a Watch keeps by itself, and for how long."""

from __future__ import annotations

import asyncio
import warnings
from typing import Any

import pytest

import toro_asyncio
from toro_core import _guard, insight
from toro_core.insight._tasks import Who
from toro_core.insight._watch import Watch

from .loops import Loop


def errors() -> Any:
    data = insight.dump().data
    return data["errors"], data["last_error"]


# Numbers.


def test_the_first_of_each_kind_is_number_one(watched: list[insight.Event]) -> None:
    """Since 0 is no task's."""

    async def main() -> None:
        for _ in range(2):
            async with toro_asyncio.Lock():
                pass

    asyncio.run(main())
    first, _, second, _ = watched
    assert (first.primitive, first.task_number, first.operation) == (1, 1, 1)
    assert (second.primitive, second.task_number) == (2, 1)
    assert second.operation > first.operation


def test_outside_of_tasks_there_is_no_task_to_tell(watched: list[insight.Event]) -> None:
    with toro_asyncio.Lock().acquire_nowait():
        pass
    assert [(event.kind, event.task, event.task_number) for event in watched] == [
        ("grant", None, 0),
        ("release", None, 0),
    ]


# Who is gone is forgotten.


def test_who_lies_where_another_lay_is_somebody_new(watch: Watch) -> None:
    """Had the end of the other not been seen, for an interrupt came between."""
    first, second = toro_asyncio.Lock(), toro_asyncio.Lock()
    watch.entries[id(second)] = watch.entry(first)
    assert watch.entry(second).primitive() is second

    async def main() -> None:
        task = asyncio.current_task()
        watch.tasks[id(task)] = Who(7, first)
        who = watch.who()
        assert who is not None
        assert who.task() is task

    asyncio.run(main())


def test_what_is_gone_twice_is_forgotten_once(watch: Watch) -> None:
    lock = toro_asyncio.Lock()
    watch.entry(lock)
    for _ in range(2):
        watch.dropped(id(lock))
        assert watch.entries == {}


def test_tasks_that_are_gone_are_forgotten() -> None:
    async def main() -> None:
        async with toro_asyncio.Lock():
            pass

    with insight.enable() as on:
        asyncio.run(main())
        assert on._installation.watch.tasks == {}


def test_the_order_of_locks_is_forgotten_with_them(loop: Loop) -> None:
    async def nested(first: Any, second: Any) -> None:
        async with first, second:
            pass

    async def main(loop: Loop) -> None:
        a, b, c = (loop.toro.Lock() for _ in range(3))
        await nested(a, b)
        await nested(b, c)
        del b
        await nested(c, a)
        assert insight.findings() == []

    with insight.enable():
        loop.run(main)


# Findings.


def test_what_would_be_lost_with_a_queue(watch: Watch) -> None:
    async def main() -> None:
        queue = toro_asyncio.Queue[int](1)
        entry = watch.entry(queue)
        putting = queue.put(2)

        def left_over() -> str | None:
            watch.counted(entry, queue)
            return entry.left_over

        assert left_over() is None
        queue.put_nowait(1)
        assert left_over() == "1 item in it"
        putting.send(None)
        assert left_over() == "1 item in it and 1 waiting"
        putting.close()
        queue.shutdown()
        assert left_over() is None

    asyncio.run(main())


def test_the_last_findings_are_kept_in_their_order(watch: Watch) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", insight.InsightWarning)
        for number in range(201):
            watch.find("kind", str(number))
    assert [finding.text for finding in watch.findings] == [str(n) for n in range(1, 201)]


def test_a_warning_points_to_the_users_line() -> None:
    async def main() -> None:
        queue = toro_asyncio.Queue[int]()
        await queue.put(1)
        del queue

    with insight.enable(), pytest.warns(insight.InsightWarning) as told:
        asyncio.run(main())
    (warning,) = told
    line = main.__code__.co_firstlineno + 3
    assert (warning.filename, warning.lineno) == (__file__, line)


def test_a_warning_without_a_line_of_the_user_points_to_insight() -> None:
    async def main() -> None:
        queues = [toro_asyncio.Queue[int]()]
        await queues[0].put(1)
        asyncio.get_running_loop().call_soon(queues.clear)
        await asyncio.sleep(0)

    with insight.enable(), pytest.warns(insight.InsightWarning) as told:
        asyncio.run(main())
    (warning,) = told
    assert (warning.filename, warning.lineno) == ("<toro_core.insight>", 1)


# Events.


def test_an_event_is_not_made_where_nobody_hears_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(Watch.tell.__globals__, "Event", None)

    async def main() -> None:
        async with toro_asyncio.Lock():
            pass

    with insight.enable():
        asyncio.run(main())
        assert errors() == (0, None)


# Once it is off.


def test_once_it_is_off_nothing_is_found() -> None:
    async def main() -> None:
        lock, semaphore, queue = toro_asyncio.Lock(), toro_asyncio.Semaphore(), toro_asyncio.Queue()
        off = asyncio.Event()

        async def forgets() -> None:
            await lock.acquire()
            await off.wait()

        with insight.enable() as on:
            watch = on._installation.watch
            task = asyncio.ensure_future(forgets())
            await asyncio.sleep(0)
            await queue.put(1)
            guard = await semaphore.acquire()
            drop = _guard.Guard.__del__
        del queue
        drop(guard)
        off.set()
        await task
        assert not watch.findings

    asyncio.run(main())
