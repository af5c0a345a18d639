"""Queues under several steps in one instant: nothing lost, nothing made up, nothing overtaken.

A failure prints the script that was played; paste it into `FOUND` to keep it.
"""

from __future__ import annotations

from typing import Any

import pytest

from toro_conformance.case import case
from toro_conformance.queue_scripts import QueueAuthor, QueuePlayer
from toro_conformance.world import World

SEEDS = 10

FOUND: list[tuple[int, list[list[tuple[Any, ...]]]]] = [
    (1, [[("get", 0, None)], [("put_nowait", 1), ("put_nowait", 2), ("cancel get", 0)]]),
    (1, [[("put_nowait", 0)], [("put", 1, None)], [("get_nowait",), ("cancel put", 1)]]),
    (
        1,
        [
            [("put_nowait", 0)],
            [("put", 1, None)],
            [("put", 2, None)],
            [("get_nowait",), ("get_nowait",), ("put_nowait", 3), ("cancel put", 1)],
        ],
    ),
    (
        2,
        [
            *[[("get", name, None)] for name in range(3)],
            [("put_nowait", 3), ("put_nowait", 4), ("cancel get", 1), ("cancel get", 0)],
            [("put_nowait", 5), ("get_nowait",)],
        ],
    ),
    (
        0,
        [
            [("get", 0, 1.0)],
            [("get", 1, None)],
            [("tick", 1.0), ("put_nowait", 2), ("cancel get", 1)],
        ],
    ),
]


@pytest.mark.parametrize(("maxsize", "script"), FOUND)
@case
async def test_a_queue_script_once_found(t: World, maxsize: int, script: Any) -> None:
    await QueuePlayer(t, "Queue", maxsize).play(script)


@pytest.mark.parametrize("kind", ["Queue", "PriorityQueue", "LifoQueue"])
@pytest.mark.parametrize("maxsize", [0, 1, 3])
@case
async def test_queue_scripts_at_random_balance(t: World, kind: str, maxsize: int) -> None:
    for seed in range(SEEDS):
        player = QueuePlayer(t, kind, maxsize)
        await QueueAuthor(player, seed).play(30)
        await player.leave()


@pytest.mark.parametrize("kind", ["Queue", "PriorityQueue", "LifoQueue"])
@pytest.mark.parametrize("maxsize", [0, 2])
@case
async def test_after_a_random_script_a_queue_can_be_drained(
    t: World, kind: str, maxsize: int
) -> None:
    player = QueuePlayer(t, kind, maxsize)
    await QueueAuthor(player, 1000).play(25)
    await player.instant([("shutdown",)])
    while not player.queue.empty():
        await player.instant([("get_nowait",)])
    assert not any(
        operation.waiting for operation in (*player.puts.values(), *player.gets.values())
    )
    for _ in player.accepted:
        player.queue.task_done()
    await t.finish(player.queue.join)
