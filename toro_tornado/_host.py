"""Tornado as a host: as far as primitives that do not return coroutines ask."""

from __future__ import annotations

import asyncio
from typing import Any

from toro_asyncio._alarm import Alarms
from toro_asyncio._host import AsyncioHost

from ._place import wake

__all__ = ["ALARMS", "HOST", "TornadoHost", "asyncio_loop"]

ALARMS = Alarms(wake)


def asyncio_loop(io_loop: Any) -> asyncio.AbstractEventLoop:
    """The asyncio loop that *io_loop* is made of."""
    loop: asyncio.AbstractEventLoop = io_loop.asyncio_loop
    return loop


class TornadoHost(AsyncioHost):
    """Tornado runs on asyncio; what differs is that a waiter's handle is a Place."""


HOST = TornadoHost(wake)
