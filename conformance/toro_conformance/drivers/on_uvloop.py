"""toro_asyncio on uvloop, with the same virtual clock laid over its timers."""

from __future__ import annotations

from typing import Any, ClassVar

import uvloop

from toro_conformance.drivers.on_asyncio import AsyncioDriver
from toro_conformance.virtual import VirtualTime


class VirtualUvloop(VirtualTime, uvloop.Loop):  # type: ignore[misc]
    """uvloop runs the callbacks; when they are due, the heap decides."""


class UvloopDriver(AsyncioDriver):
    name = "uvloop"
    new_loop: ClassVar[type[Any]] = VirtualUvloop
