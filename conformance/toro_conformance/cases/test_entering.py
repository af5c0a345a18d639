"""`async with` what is taken: it waits, and keeps every promise of an acquire that waits."""

from __future__ import annotations

from typing import Any

import pytest

from toro_conformance.case import case, needs, perform
from toro_conformance.driver import Driver
from toro_conformance.world import World, waiting

from .test_binding import elsewhere, outside

SCOPES: dict[str, tuple[str, str | None, str, str]] = {
    # the class, the side that is entered, how to take it all, and how to give it back
    "Lock": ("Lock", None, "acquire_nowait", "release"),
    "Semaphore": ("Semaphore", None, "acquire_nowait", "release"),
    "BoundedSemaphore": ("BoundedSemaphore", None, "acquire_nowait", "release"),
    "reader": ("RWLock", "reader", "acquire_write_nowait", "release_write"),
    "writer": ("RWLock", "writer", "acquire_write_nowait", "release_write"),
}
every_scope: pytest.MarkDecorator = pytest.mark.parametrize("name", SCOPES)


class Scene:
    """Something that is taken, and how to enter it."""

    def __init__(self, toro: Any, name: str) -> None:
        kind, side, take, give_back = SCOPES[name]
        self.thing: Any = getattr(toro, kind)()
        self.scope: Any = getattr(self.thing, side) if side else self.thing
        self.take: Any = getattr(self.thing, take)
        self.give_back: Any = getattr(self.thing, give_back)
        self.entered: list[str] = []
        self.take()

    def enters(self, who: str) -> Any:
        async def enter() -> None:
            async with self.scope:
                self.entered.append(who)
                assert self.thing.locked()

        return enter

    def is_free(self) -> bool:
        return waiting(self.thing) == 0 and not self.thing.locked()


@every_scope
@case
async def test_who_enters_waits_and_leaves(t: World, name: str) -> None:
    scene = Scene(t.toro, name)
    tasks = [t.spawn(scene.enters(who)) for who in "ab"]
    await t.settle()
    assert waiting(scene.thing) == 2
    scene.give_back()
    await t.settle()
    assert all(task.returned for task in tasks)
    assert sorted(scene.entered) == ["a", "b"]
    assert scene.is_free()


@needs("cancels_tasks")
@every_scope
@case
async def test_who_is_cancelled_before_it_enters_is_out_of_line(t: World, name: str) -> None:
    scene = Scene(t.toro, name)
    first = t.spawn(scene.enters("first"))
    await t.settle()
    second = t.spawn(scene.enters("second"))
    await t.settle()
    first.cancel()
    await t.settle()
    assert first.cancelled
    assert waiting(scene.thing) == 1
    scene.give_back()
    await t.settle()
    assert second.returned
    assert scene.entered == ["second"]
    assert scene.is_free()


@needs("cancels_tasks")
@every_scope
@case
async def test_who_is_let_in_and_cancelled_at_once_enters_or_hands_on(t: World, name: str) -> None:
    scene = Scene(t.toro, name)
    first = t.spawn(scene.enters("first"))
    await t.settle()
    second = t.spawn(scene.enters("second"))
    await t.settle()
    await t.at_once(scene.give_back, first.cancel)
    assert not first.waiting
    assert second.returned
    assert scene.entered[-1] == "second"
    assert scene.is_free()


@every_scope
def test_a_second_loop_is_refused_while_it_is_taken(toro_driver: type[Driver], name: str) -> None:
    scene = Scene(toro_driver.toro, name)

    async def foreign(t: World) -> None:
        task = t.spawn(scene.enters("foreign"))
        await t.settle()
        assert task.raised(RuntimeError)

    async def first(t: World) -> None:
        task = t.spawn(scene.enters("first"))
        await t.settle()
        elsewhere(toro_driver, foreign)
        scene.give_back()
        await t.settle()
        assert task.returned
        assert scene.entered == ["first"]

    perform(toro_driver, first)


@every_scope
def test_what_is_entered_is_at_home_there(toro_driver: type[Driver], name: str) -> None:
    scene = Scene(toro_driver.toro, name)

    async def foreign(t: World) -> None:
        task = t.spawn(scene.enters("foreign"))
        await t.settle()
        assert task.raised(RuntimeError)

    async def enters() -> None:
        async with scene.scope:
            elsewhere(toro_driver, foreign)

    async def first(t: World) -> None:
        scene.give_back()
        await t.finish(enters)
        assert scene.entered == []

    for _ in range(2):  # at rest it moves along
        perform(toro_driver, first)
        scene.take()


@needs("abandons_tasks")
@pytest.mark.parametrize("enters", [False, True])
@every_scope
def test_what_was_taken_after_a_wait_is_held_though_its_loop_is_closed(
    toro_driver: type[Driver], name: str, enters: bool
) -> None:
    scene = Scene(toro_driver.toro, name)
    world = World(toro_driver())
    kind, side, _, _ = SCOPES[name]
    suffix = {"reader": "_read", "writer": "_write", None: ""}[side]
    held: list[Any] = []

    async def acquires() -> None:
        if enters:
            await scene.scope.__aenter__()
        else:
            await getattr(scene.thing, f"acquire{suffix}")()
        held.append(kind)

    async def take_and_leave() -> None:
        held.append(world.spawn(acquires))
        await world.settle()
        scene.give_back()
        await world.settle()

    world.driver.abandon(take_and_leave)
    assert held[1:] == [kind]

    async def carry_on(t: World) -> None:
        with pytest.raises(RuntimeError):
            await t.finish(getattr(scene.thing, f"acquire{suffix}"))
        getattr(scene.thing, f"release{suffix}")()
        task = t.spawn(scene.enters("at last"))
        await t.settle()
        assert task.returned

    outside(lambda: perform(toro_driver, carry_on))
    assert scene.is_free()
