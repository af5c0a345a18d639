"""What is of toro_trio, taken where another loop runs: it says so, also if it need not wait."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from toro_conformance.waits import EVERY_WAIT, WITHOUT_WAITING, Wait, name

import toro_sim
import toro_trio


def things() -> dict[str, tuple[Any, Callable[[Any], Awaitable[Any]]]]:
    """Each with a wait that has nothing to wait for, and then holds it."""
    return {
        "acquire": (toro_trio.Lock(name="it"), lambda it: it.acquire()),
        "async with": (toro_trio.Lock(name="it"), lambda it: it.__aenter__()),
        "permit": (toro_trio.Semaphore(2, name="it"), lambda it: it.acquire()),
        "async with permit": (toro_trio.Semaphore(2, name="it"), lambda it: it.__aenter__()),
        "read": (toro_trio.RWLock(2, name="it"), lambda it: it.acquire_read(timeout=1)),
        "write": (toro_trio.RWLock(2, name="it"), lambda it: it.acquire_write()),
    }


def on_asyncio(main: Callable[[], Any]) -> None:
    asyncio.run(main())


elsewhere = pytest.mark.parametrize("run", [on_asyncio, toro_sim.run], ids=["asyncio", "sim"])
A_SECOND = datetime.timedelta(seconds=1)
TIMES: list[dict[str, Any]] = [{}, {"timeout": 1}, {"deadline": 1}, {"timeout": A_SECOND}]


@elsewhere
@pytest.mark.parametrize("what", things())
def test_it_says_whose_it_is_and_nothing_is_taken(what: str, run: Callable[..., Any]) -> None:
    it, wait = things()[what]
    before = it.statistics()

    async def main() -> None:
        with pytest.raises(RuntimeError, match=r" 'it' is of toro_trio, and no Trio runs here"):
            await wait(it)
        assert it.statistics() == before

    run(main)


async def refuses(wait: Wait, thing: Any, when: dict[str, Any]) -> None:
    before = thing.statistics()
    wait.before(thing)
    whose = "" if when else " is of toro_trio, and "  # the clock is not told who asks
    with pytest.raises(RuntimeError, match=f"{whose}no Trio runs here: import the adapter of"):
        await wait.method(thing)(*wait.arguments, **when)
    wait.after(thing)
    assert thing.statistics() == before


@elsewhere
@pytest.mark.parametrize("when", TIMES, ids=str)
@pytest.mark.parametrize("wait", EVERY_WAIT, ids=name)
def test_whoever_would_have_to_wait_is_told(
    wait: Wait, when: dict[str, Any], run: Callable[..., Any]
) -> None:
    run(lambda: refuses(wait, wait.busy(toro_trio), when))


@elsewhere
@pytest.mark.parametrize("when", TIMES, ids=str)
@pytest.mark.parametrize("wait", WITHOUT_WAITING, ids=name)
def test_whoever_need_not_wait_is_told(
    wait: Wait, when: dict[str, Any], run: Callable[..., Any]
) -> None:
    assert wait.free is not None
    free = wait.free
    run(lambda: refuses(wait, free(toro_trio), when))
