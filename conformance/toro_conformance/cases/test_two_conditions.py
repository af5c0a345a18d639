"""Two conditions on one lock: each has its own line, and both come back for the lock."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from toro_conformance.case import case, fault
from toro_conformance.world import Operation, World, waiting


class Scene:
    """Conditions a and b over one lock; two wait at each, and leave a trace when they return."""

    def __init__(self, t: World) -> None:
        self.t = t
        self.lock: Any = t.toro.Lock()
        self.conditions: dict[str, Any] = {name: t.toro.Condition(lock=self.lock) for name in "ab"}
        self.tasks: dict[str, Operation] = {}
        self.trace: list[str] = []

    async def fill(self) -> None:
        for name in ("a1", "b1", "a2", "b2"):
            self.tasks[name] = self.t.spawn(self._waits(name))
            await self.t.settle()
        assert not self.lock.locked()

    def _waits(self, name: str) -> Callable[[], Any]:
        condition = self.conditions[name[0]]

        async def body() -> None:
            async with condition:
                await condition.wait()
                assert self.lock.locked()
                self.trace.append(name)

        return body

    async def take(self, *steps: Callable[[], object]) -> None:
        """In one instant, holding the lock."""
        with self.lock.acquire_nowait():
            for step in steps:
                step()
        await self.t.settle()
        assert not self.lock.locked()
        for name, condition in self.conditions.items():
            line = [task for each, task in self.tasks.items() if each.startswith(name)]
            assert waiting(condition) == sum(task.waiting for task in line)


@pytest.mark.parametrize(
    ("told", "through"),
    [
        *[("a", "a1"), ("b", "b1"), ("ab", "a1 b1"), ("ba", "b1 a1"), ("aba", "a1 b1 a2")],
        *[("Ab", "a1 a2 b1"), ("bA", "b1 a1 a2"), ("AB", "a1 a2 b1 b2"), ("aB", "a1 b1 b2")],
    ],
)
@case
async def test_each_condition_of_a_lock_wakes_its_own(t: World, told: str, through: str) -> None:
    scene = Scene(t)
    await scene.fill()
    a, b = scene.conditions.values()
    tell = {"a": a.notify, "b": b.notify, "A": a.notify_all, "B": b.notify_all}
    await scene.take(*(tell[each] for each in told))
    assert scene.trace == through.split()


@fault(47, 53)
@case
async def test_a_notification_stays_with_its_condition_whoever_is_cancelled(t: World) -> None:
    for order in itertools.permutations(range(4)):
        scene = Scene(t)
        await scene.fill()
        a, b = scene.conditions.values()
        steps = [a.notify, b.notify, scene.tasks["a1"].cancel, scene.tasks["b2"].cancel]
        await scene.take(*(steps[each] for each in order))
        assert scene.tasks["b2"].cancelled
        assert sorted(scene.trace) in (["a1", "b1"], ["a2", "b1"])
