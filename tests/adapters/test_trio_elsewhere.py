"""What is of toro_trio, taken where another loop runs: it says so, also if it need not wait."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

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


@pytest.mark.parametrize("run", [on_asyncio, toro_sim.run], ids=["asyncio", "sim"])
@pytest.mark.parametrize("what", things())
def test_it_says_whose_it_is_and_nothing_is_taken(what: str, run: Callable[..., Any]) -> None:
    it, wait = things()[what]
    before = it.statistics()

    async def main() -> None:
        with pytest.raises(RuntimeError, match=r" 'it' is of toro_trio, and no Trio runs here"):
            await wait(it)
        assert it.statistics() == before

    run(main)
