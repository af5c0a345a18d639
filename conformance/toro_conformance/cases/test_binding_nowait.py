"""What could wait is refused on a second loop, also where it is asked not to wait."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from toro_conformance.case import perform
from toro_conformance.cases.test_binding import elsewhere
from toro_conformance.driver import Driver
from toro_conformance.world import World

NOWAIT = [
    ("Lock", "acquire"),
    ("Semaphore", "acquire"),
    ("RWLock", "acquire_read"),
    ("RWLock", "acquire_write"),
]

each: pytest.MarkDecorator = pytest.mark.parametrize(
    ("kind", "method"), NOWAIT, ids=[".".join(names) for names in NOWAIT]
)


def refused_elsewhere(driver: type[Driver], ask: Callable[[World], Awaitable[Any]]) -> None:
    """A second loop that asks is told that it is one."""

    async def foreign(t: World) -> None:
        with pytest.raises(RuntimeError, match="is held or waited for on"):
            await ask(t)

    elsewhere(driver, foreign)


@each
def test_a_second_loop_is_told_that_it_is_one_and_not_that_it_would_wait(
    toro_driver: type[Driver], kind: str, method: str
) -> None:
    thing: Any = getattr(toro_driver.toro, kind)()
    acquire_nowait = getattr(thing, f"{method}_nowait")

    async def ask(t: World) -> None:
        acquire_nowait()

    async def first(t: World) -> None:
        acquire_nowait()
        with pytest.raises(t.toro.WouldBlock):
            acquire_nowait()
        refused_elsewhere(toro_driver, ask)

    perform(toro_driver, first)


@each
def test_what_was_taken_without_waiting_is_held_on_that_loop(
    toro_driver: type[Driver], kind: str, method: str
) -> None:
    thing: Any = getattr(toro_driver.toro, kind)()

    async def first(t: World) -> None:
        getattr(thing, f"{method}_nowait")()
        refused_elsewhere(toro_driver, lambda t: t.finish(getattr(thing, method)))

    perform(toro_driver, first)
