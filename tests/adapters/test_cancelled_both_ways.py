"""AnyIO on asyncio: a wait that a cancel scope cancels, and ``task.cancel()`` as well."""

from __future__ import annotations

import asyncio
from typing import Any

import anyio
import pytest
from toro_conformance.case import perform
from toro_conformance.drivers.on_anyio import AnyioNativeCancelDriver
from toro_conformance.world import World


class Scene:
    """One who waits in a cancel scope and one behind, at a condition whose lock is held."""

    def __init__(self, t: World) -> None:
        self.t = t
        self.lock: Any = t.toro.Lock()
        self.condition: Any = t.toro.Condition(lock=self.lock)
        self.scope = anyio.CancelScope()
        self.trace: list[str] = []
        self.waiter, self.behind = t.spawn(self.waits_in_a_scope), t.spawn(self.waits)

    async def waits(self) -> None:
        async with self.condition:
            await self.condition.wait()

    async def waits_in_a_scope(self) -> None:
        with self.scope:
            async with self.condition:
                try:
                    await self.condition.wait()
                    self.trace.append("served")
                finally:
                    assert self.lock.locked()
        self.trace.append("left its scope")

    async def play(self, order: str, *, notify: str = "notify") -> None:
        """Notify, then cancel by the scope (s) and by the task (n), or let a pass go by (.)."""
        await self.t.settle()
        self.lock.acquire_nowait()
        getattr(self.condition, notify)()
        for move in order:
            if move == "s":
                self.scope.cancel()
            elif move == "n":
                self.waiter.cancel()
            else:
                await asyncio.sleep(0)
        await self.t.settle()
        self.lock.release()
        await self.t.settle()
        assert not self.lock.locked()


@pytest.mark.parametrize("order", ["n", "n.s", "s.n", "s.n.s.n", "s..n..", "sn", "ns", "sns"])
def test_the_tasks_own_cancellation_is_raised_and_the_notification_goes_on(order: str) -> None:
    async def body(t: World) -> None:
        scene = Scene(t)
        await scene.play(order)
        assert scene.waiter.cancelled
        assert scene.trace == []
        assert scene.behind.returned

    perform(AnyioNativeCancelDriver, body)


@pytest.mark.parametrize("order", ["s", "s.", ".s"])
def test_a_scope_alone_lets_the_notification_stand(order: str) -> None:
    async def body(t: World) -> None:
        scene = Scene(t)
        await scene.play(order)
        assert scene.waiter.returned
        assert scene.trace == ["served", "left its scope"]
        assert scene.behind.waiting

    perform(AnyioNativeCancelDriver, body)


@pytest.mark.parametrize("order", ["", "s", "s."])
def test_what_everybody_was_told_a_scope_lets_stand_too(order: str) -> None:
    async def body(t: World) -> None:
        scene = Scene(t)
        await scene.play(order, notify="notify_all")
        assert scene.waiter.returned
        assert scene.trace == ["served", "left its scope"]
        assert scene.behind.returned

    perform(AnyioNativeCancelDriver, body)
