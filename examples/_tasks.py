"""Tasks and sleep of asyncio, where Tornado's native coroutines run too."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any


async def sleep(seconds: float) -> None:
    await asyncio.sleep(seconds)


class Group:
    def __init__(self, tasks: asyncio.TaskGroup) -> None:
        self._tasks = tasks

    def spawn(
        self, function: Callable[..., Coroutine[Any, Any, None]], *args: Any
    ) -> Callable[[], None]:
        task = self._tasks.create_task(function(*args))

        def cancel() -> None:
            task.cancel()

        return cancel


@asynccontextmanager
async def group() -> AsyncIterator[Group]:
    async with asyncio.TaskGroup() as tasks:
        yield Group(tasks)
