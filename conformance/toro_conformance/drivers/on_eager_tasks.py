"""asyncio where a task runs at once, up to its first suspension, when it is created."""

from __future__ import annotations

import asyncio
import sys

from toro_conformance.drivers.on_asyncio import AsyncioDriver

if sys.version_info < (3, 12):
    raise ImportError("asyncio has eager tasks since Python 3.12")


class EagerTasksDriver(AsyncioDriver):
    name = "asyncio-eager"

    def __init__(self) -> None:
        super().__init__()
        self.loop.set_task_factory(asyncio.eager_task_factory)
