"""What the guide says of a fetch that does not come to its end, on each loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from .pages import DOCS, programs

PROGRAMS = {
    program.name.split()[1]: program for program in programs(DOCS / "guides" / "single-flight.md")
}


def names_in(tab: str) -> dict[str, Any]:
    """What the program of *tab* defines, without its last line, which runs it."""
    lines = PROGRAMS[tab].source.rstrip().splitlines()
    assert "main" in lines.pop()
    names: dict[str, Any] = {}
    exec("\n".join(lines), names)
    return names


async def asks(cache: Any, told: list[str]) -> None:
    try:
        told.append(await cache.get("page", timeout=1))
    except Exception as error:
        told.append(str(error))


@pytest.mark.parametrize("passes", [0, 1, 2])
@pytest.mark.parametrize("tab", ["asyncio", "Tornado"])
def test_a_fetch_that_is_cancelled_is_heard_of(
    tab: str, passes: int, capsys: pytest.CaptureFixture[str]
) -> None:
    names, told = names_in(tab), []

    async def cancel_the_fetch(cache: Any) -> None:
        client = asyncio.create_task(asks(cache, told))
        await asyncio.sleep(0)  # it asks, and the fetch is to begin in the next pass
        for _ in range(passes):
            await asyncio.sleep(0)
        (task,) = [each for each in asyncio.all_tasks() if "_fill" in repr(each.get_coro())]
        task.cancel()
        await client
        assert not cache._results

    names["impatient"] = cancel_the_fetch
    asyncio.run(names["main"]())
    assert told == ["the fetch was cancelled"]
    assert capsys.readouterr().out.endswith("100 clients have {'PAGE'}\n")


@pytest.mark.parametrize(
    ("tab", "backend"), [("Trio", "trio"), ("AnyIO", "trio"), ("AnyIO", "asyncio")]
)
def test_fetches_that_are_cancelled_are_heard_of(tab: str, backend: str) -> None:
    anyio = pytest.importorskip("anyio")
    names, told = names_in(tab), []

    async def main() -> None:
        async with anyio.create_task_group() as clients, anyio.create_task_group() as fetches:
            cache = names["Cache"](names["fetch"], fetches.start_soon)
            clients.start_soon(asks, cache, told)
            clients.start_soon(asks, cache, told)
            while not cache._results:
                await anyio.sleep(0)
            fetches.cancel_scope.cancel()

    anyio.run(main, backend=backend)
    assert told == ["the fetch was cancelled"] * 2


@pytest.mark.parametrize("tab", PROGRAMS)
def test_a_fetch_that_cannot_be_started_keeps_nobody_waiting(tab: str) -> None:
    names, told = names_in(tab), []

    def spawn(*args: Any) -> None:
        raise RuntimeError("the group has ended")

    async def main() -> None:
        cache = names["Cache"](names["fetch"], spawn)
        await asks(cache, told)
        await asks(cache, told)
        assert not cache._results

    run: Callable[..., Any] = names["trio"].run if tab == "Trio" else lambda f: asyncio.run(f())
    run(main)
    assert told == ["the group has ended"] * 2
