"""Several steps in one instant: some order must explain what is seen.

A failure prints the script that was played; paste it into `FOUND` to keep it.
"""

from __future__ import annotations

from typing import Any

import pytest

from toro_conformance.case import case
from toro_conformance.models import MODELS
from toro_conformance.scripts import Author, Player, Script
from toro_conformance.world import World

SEEDS = 12

FOUND: list[tuple[str, tuple[Any, ...], Script]] = [
    (
        "Lock",
        (),
        [
            [("acquire_nowait",)],
            [("start", "a", "acquire", None)],
            [("start", "b", "acquire", None)],
            [("release",), ("cancel", "a"), ("acquire_nowait",)],
            [("release",)],
        ],
    ),
    (
        "Lock",
        (),
        [
            [("acquire_nowait",)],
            [("start", "a", "acquire", 1.0)],
            [("start", "b", "acquire", None)],
            [("tick", 1.0), ("release",), ("cancel", "a")],
        ],
    ),
    (
        "Semaphore",
        (0,),
        [
            *[[("start", name, "acquire", None)] for name in "abcd"],
            [("release",), ("release",), ("cancel", "a"), ("cancel", "b")],
            [("release",), ("cancel", "d"), ("release",)],
        ],
    ),
    (
        "RWLock",
        (2,),
        [
            [("acquire_read_nowait",)],
            [("start", "w", "acquire_write", 1.0)],
            [("start", "r", "acquire_read", None)],
            [("start", "v", "acquire_write", None)],
            [("tick", 1.0), ("release_read",), ("cancel", "r")],
        ],
    ),
    (
        "Condition",
        (),
        [
            *[[("start", name, "wait", None)] for name in "abcd"],
            [("notify", 2), ("cancel", "b"), ("cancel", "c")],
            [("notify", 1)],
        ],
    ),
    (
        "Event",
        (),
        [
            *[[("start", name, "wait", None)] for name in "ab"],
            [("set",), ("clear",), ("cancel", "a")],
            [("start", "c", "wait", None)],
            [("cancel", "c"), ("set",), ("clear",)],
        ],
    ),
]


@pytest.mark.parametrize(("kind", "arguments", "script"), FOUND)
@case
async def test_a_script_once_found(
    t: World, kind: str, arguments: tuple[Any, ...], script: Script
) -> None:
    await Player(t, kind, arguments).play(script)


@pytest.mark.parametrize("kind", list(MODELS))
@case
async def test_scripts_at_random_are_explained(t: World, kind: str) -> None:
    for seed in range(SEEDS):
        player = Player(t, kind)
        await Author(player, seed).play(30)
        await player.leave()


@pytest.mark.parametrize("kind", list(MODELS))
@case
async def test_after_a_random_script_everyone_gets_through(t: World, kind: str) -> None:
    player = Player(t, kind)
    await Author(player, 1000).play(20)
    for _ in range(30):
        for operation, number in player.held.items():
            if number > 0 and operation.startswith("acquire"):
                await player.instant([(operation.replace("acquire", "release"),)])
        if kind == "Semaphore":
            await player.instant([("release",)])
        elif kind == "Condition":
            await player.instant([("notify_all",)])
        elif kind == "Event":
            await player.instant([("set",)])
    assert player.waiting() == []
