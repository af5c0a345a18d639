"""Tornado as a host: as far as primitives that do not return coroutines ask."""

from __future__ import annotations

from toro_asyncio._alarm import Alarms
from toro_asyncio._host import AsyncioHost

from ._wake import wake

__all__ = ["ALARMS", "HOST"]

ALARMS = Alarms(wake)
HOST = AsyncioHost(wake)  # Tornado runs on asyncio; what differs is who is told, and how
