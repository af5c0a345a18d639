"""The ruler sees what is quadratic, or the tests beside it would prove nothing."""

from __future__ import annotations

import asyncio.locks

from .limits import GROWTH
from .ruler import Ruler, growth


def test_it_sees_a_walk_inside_c() -> None:
    """``asyncio.Lock`` removes a cancelled waiter by ``deque.remove``."""

    async def steps(n: int) -> int:
        lock = asyncio.Lock()
        await lock.acquire()
        tasks = [asyncio.ensure_future(lock.acquire()) for _ in range(n)]
        await asyncio.sleep(0)
        with Ruler(asyncio.locks) as ruler:
            for task in reversed(tasks):
                task.cancel()
            await asyncio.wait(tasks)
        return ruler.steps

    assert growth(lambda n: asyncio.run(steps(n)), (250, 2_000)) > GROWTH


def test_it_sees_a_loop_in_python() -> None:
    def steps(n: int) -> int:
        with Ruler(__file__) as ruler:
            passed_by_one_who_walks_past_all_before(n)
        return ruler.steps

    assert growth(steps, (20, 160)) > GROWTH


def passed_by_one_who_walks_past_all_before(n: int) -> None:
    for place in range(n):
        for _ in range(place):
            pass


def test_it_does_not_see_what_others_do() -> None:
    with Ruler(asyncio.locks) as ruler:
        sorted(range(100), key=lambda number: -number)
    assert ruler.steps == 0
