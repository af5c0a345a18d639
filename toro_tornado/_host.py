"""Tornado as a host: as far as primitives that do not return coroutines ask."""

from __future__ import annotations

from toro_asyncio._alarm import Alarms
from toro_asyncio._host import AsyncioHost

from ._wake import wake

__all__ = ["ALARMS", "HOST", "TornadoHost"]

ALARMS = Alarms(wake)


class TornadoHost(AsyncioHost):
    """Tornado runs on asyncio; what differs is that a waiter's handle is a Place."""


HOST = TornadoHost(wake)
