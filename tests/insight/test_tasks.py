"""Which task runs, and what will end what it does, whatever loops there are."""

from __future__ import annotations

import asyncio
import importlib
import math
import sys
from collections.abc import Callable, Generator
from typing import Any

import pytest

import toro_sim
from toro_core import insight
from toro_core.insight._tasks import (
    Who,
    cancelled_by_a_timer,
    current_task,
    effective_deadline,
)

from .loops import Loop

# Loops that have scopes, and whose those are.
SCOPES = {
    "trio": "trio",
    "anyio-asyncio": "anyio",
    "anyio-trio": "anyio",
    "sim": "toro_sim",
    "sim-trio": "toro_sim",
}
with_scopes = pytest.mark.parametrize(("loop", "library"), SCOPES.items(), indirect=["loop"])


def scopes_of(library: str) -> Callable[[float], Any]:
    move_on_after: Callable[[float], Any] = importlib.import_module(library).move_on_after
    return move_on_after


def test_who_went_unasked_is_told_by_its_number() -> None:
    assert Who(3, None).name == "task 3"


# Loops that are not imported.


@pytest.mark.parametrize("missing", ["trio", "asyncio", "toro_sim._state"])
def test_a_loop_that_is_not_imported_runs_no_task(
    missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, missing, raising=False)
    assert current_task() is None
    assert effective_deadline() == math.inf


@pytest.mark.parametrize("missing", ["trio", "anyio", "tornado.gen"])
def test_a_task_of_asyncio_runs_without_other_libraries(
    missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        monkeypatch.delitem(sys.modules, missing, raising=False)
        assert current_task() is asyncio.current_task()
        assert effective_deadline() == math.inf

    asyncio.run(main())


@pytest.mark.parametrize("missing", ["trio", "asyncio"])
def test_a_task_of_the_simulator_runs_without_other_loops(
    missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        monkeypatch.delitem(sys.modules, missing, raising=False)
        assert current_task() is toro_sim.current_task()
        assert effective_deadline() == math.inf

    toro_sim.run(main)


def test_a_loop_that_a_generator_of_tornado_runs_has_tasks() -> None:
    gen = pytest.importorskip("tornado.gen")
    seen: list[bool] = []

    async def main() -> None:
        seen.append(current_task() is asyncio.current_task())

    def outer() -> Generator[Any, Any, None]:
        loop.run_until_complete(main())
        yield None

    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        gen.coroutine(outer)()
    finally:
        asyncio.set_event_loop(None)
        loop.close()
    assert seen == [True]


# Deadlines.


@with_scopes
def test_a_scope_with_a_deadline_ends_a_wait(loop: Loop, library: str) -> None:
    async def main(loop: Loop) -> None:
        scope = scopes_of(library)
        assert effective_deadline() == math.inf
        with scope(1000):
            assert effective_deadline() == pytest.approx(loop.driver.now() + 1000, abs=100)

    loop.run(main)


def test_the_earliest_deadline_of_all_scopes_ends_a_wait() -> None:
    async def main() -> None:
        scope = toro_sim.CancelScope
        with scope(deadline=5.0):
            with scope():
                assert effective_deadline() == 5.0
            with scope(deadline=3.0), scope():
                assert effective_deadline() == 3.0
            with scope(deadline=7.0):
                assert effective_deadline() == 5.0
            with scope(deadline=9.0, shield=True), scope():
                assert effective_deadline() == 9.0

    toro_sim.run(main)


@with_scopes
@pytest.mark.parametrize("first", [True, False])
def test_a_scope_with_a_deadline_ends_what_seems_a_circle(
    loop: Loop, library: str, first: bool
) -> None:
    """Be it around the wait that was there, or around the one that closes it."""

    async def main(loop: Loop) -> None:
        a, b, go = loop.toro.Lock(), loop.toro.Lock(), loop.toro.Event()
        scope = scopes_of(library)

        async def takes(mine: Any, theirs: Any, seconds: float) -> None:
            async with mine:
                await go.wait()
                with scope(seconds):
                    async with theirs:
                        pass

        cancels = [
            loop.spawn(takes, a, b, 1000 if first else math.inf),
            loop.spawn(takes, b, a, math.inf if first else 1000),
        ]
        await loop.settle()
        go.set()
        await loop.settle()
        assert [lock.statistics().tasks_waiting for lock in (a, b)] == [1, 1]
        assert insight.deadlocks() == []
        for cancel in cancels:
            cancel()
            await loop.settle()

    with insight.enable(order=False):
        loop.run(main)
    assert loop.errors == []


def test_a_timeout_of_asyncio_ends_what_its_own_task_does_if_it_has_a_deadline() -> None:
    async def main() -> None:
        mine, other = asyncio.current_task(), asyncio.ensure_future(asyncio.sleep(0))
        async with asyncio.timeout(None) as timeout:
            assert not cancelled_by_a_timer({mine})
            timeout.reschedule(asyncio.get_running_loop().time() + 60)
            assert cancelled_by_a_timer({mine})
            assert cancelled_by_a_timer({mine, other})
            assert not cancelled_by_a_timer({other})
            await other

    asyncio.run(main())
