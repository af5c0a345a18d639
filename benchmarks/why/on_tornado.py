"""A lock that is free, on Tornado, where what is returned may be yielded too, or kept."""

import asyncio
from typing import Any

from .ladder import Ladder

__all__ = ["LADDERS"]


class FreeLock:
    def release(self) -> None:
        self.held = False

    async def __aenter__(self) -> Any: ...
    async def __aexit__(self, *error: object) -> None: ...


class OneFuture(FreeLock):
    """One Future that is done, for everybody."""

    def __init__(self) -> None:
        self.done = asyncio.get_running_loop().create_future()
        self.done.set_result(None)

    def acquire(self) -> Any:
        self.held = True
        return self.done


LADDERS = (
    Ladder(
        "lock/free/explicit",
        "tornado",
        {
            "the floor: a coroutine, not a Future": "floor",
            "one Future that is done, for all": OneFuture,
            "an `asyncio.Future` for each, with its guard": "floor+promises",
            "`toro_tornado.Lock`": "toro",
            "`tornado.locks.Lock`": "tornado",
        },
    ),
)
