"""What could wait is refused on a second loop, also where it is asked not to wait."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from toro_conformance.case import needs, perform
from toro_conformance.cases.test_binding import elsewhere
from toro_conformance.driver import Driver
from toro_conformance.world import World, waiting

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
    """A second loop that asks is told that it is one, and of which they are two."""

    async def foreign(t: World) -> None:
        with pytest.raises(RuntimeError, match=r"on <.* at 0x.*>, .* be used on <.* at 0x.*>: "):
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


@needs("abandons_tasks", "undoes_grants")
@pytest.mark.parametrize("elsewhere", [True, False], ids=["on a second loop", "outside of any"])
@each
def test_what_was_promised_on_a_closed_loop_can_be_taken_without_waiting(
    toro_driver: type[Driver], kind: str, method: str, elsewhere: bool
) -> None:
    thing: Any = getattr(toro_driver.toro, kind)()
    driver = toro_driver()
    parked = []

    async def promise_and_leave() -> None:
        getattr(thing, f"{method}_nowait")()
        parked.append(await World(driver).park(getattr(thing, method)))
        getattr(thing, method.replace("acquire", "release"))()

    driver.abandon(promise_and_leave)
    if parked[0].returned:
        return  # uvloop stops behind those who have been woken

    async def take(t: World) -> None:
        getattr(thing, f"{method}_nowait")()

    if elsewhere:
        perform(toro_driver, take)
    else:
        getattr(thing, f"{method}_nowait")()
    assert thing.locked()
    assert waiting(thing) == 0


@needs("abandons_tasks", "undoes_grants")
@pytest.mark.parametrize("elsewhere", [True, False], ids=["on a second loop", "outside of any"])
def test_what_a_queue_promised_on_a_closed_loop_can_be_had_without_waiting(
    toro_driver: type[Driver], elsewhere: bool
) -> None:
    full, empty = toro_driver.toro.Queue(maxsize=1, initial=["a"]), toro_driver.toro.Queue()
    driver = toro_driver()
    parked = []

    async def promise_and_leave() -> None:
        world = World(driver)
        parked.append(await world.park(full.put, "b"))
        parked.append(await world.park(empty.get))
        full.get_nowait()
        empty.put_nowait("c")

    driver.abandon(promise_and_leave)
    if any(operation.returned for operation in parked):
        return  # as above

    async def use(t: World) -> None:
        have()

    def have() -> None:
        full.put_nowait("d")
        assert full.get_nowait() == "d"
        assert empty.get_nowait() == "c"

    if elsewhere:
        perform(toro_driver, use)
    else:
        have()
    assert full.qsize() == empty.qsize() == 0


@needs("abandons_tasks", "undoes_grants")
@pytest.mark.parametrize("kind", ["Lock", "BoundedSemaphore"])
def test_what_was_promised_on_a_closed_loop_is_held_by_nobody(
    toro_driver: type[Driver], kind: str
) -> None:
    thing: Any = getattr(toro_driver.toro, kind)()
    driver = toro_driver()
    parked = []

    async def promise_and_leave() -> None:
        thing.acquire_nowait()
        parked.append(await World(driver).park(thing.acquire))
        thing.release()

    driver.abandon(promise_and_leave)
    if parked[0].returned:
        return  # as above

    with pytest.raises((RuntimeError, ValueError), match=r"not held|too often"):
        thing.release()
    assert not thing.locked()


@each
def test_what_is_held_on_a_loop_that_is_over_is_still_held_there(
    toro_driver: type[Driver], kind: str, method: str
) -> None:
    thing: Any = getattr(toro_driver.toro, kind)()
    acquire, acquire_nowait = getattr(thing, method), getattr(thing, f"{method}_nowait")

    async def hold(t: World) -> None:
        acquire_nowait()

    async def ask(t: World) -> None:
        acquire_nowait()

    perform(toro_driver, hold)
    refused_elsewhere(toro_driver, ask)
    refused_elsewhere(toro_driver, lambda t: t.finish(acquire))
    assert thing.locked()
