"""How fast the simulator explores a program of six tasks, in processor time.

python examples/sim/speed.py
"""

from __future__ import annotations

import time
from typing import Any

import toro_sim
from toro_sim import PCT, Exhaustive, Random, Strategy


async def six_tasks(toro: Any) -> None:
    """Each adds one to a number twice, under a lock, with an await in between."""
    lock = toro.Lock()
    number = 0

    async def work() -> None:
        nonlocal number
        for _ in range(2):
            async with lock:
                seen = number
                await toro.checkpoint()
                number = seen + 1

    async with toro.create_task_group() as group:
        for _ in range(6):
            group.start_soon(work)
    assert number == 12


def main() -> None:
    strategies: dict[str, Strategy] = {
        "at random": Random(),
        "PCT": PCT(),
        "depth first": Exhaustive(merge=False),
        "depth first, states merged": Exhaustive(),
    }
    for name, strategy in strategies.items():
        started = time.process_time()
        report = toro_sim.explore(six_tasks, strategy=strategy, schedules=5_000).check()
        seconds = time.process_time() - started
        rates = (
            f"{report.schedules / seconds:,.0f} schedules and {report.steps / seconds:,.0f} steps"
        )
        if report.states is not None:
            rates += f" and {report.states / seconds:,.0f} new states"
        end = "all of them" if report.exhaustive else "some of them"
        print(f"{name}: {rates} a second; {report.schedules:,} schedules, {end}")


if __name__ == "__main__":
    main()
