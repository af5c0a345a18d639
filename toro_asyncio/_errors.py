"""Toro's exceptions as users of asyncio catch them."""

from __future__ import annotations

import asyncio
import sys

import toro_core
from toro_core import AlreadySet, NotReady

__all__ = ["AlreadySet", "Empty", "Full", "NotReady", "ShutDown", "Timeout", "WouldBlock"]


class Timeout(toro_core.Timeout):
    """The deadline passed before the wait could succeed; an ``asyncio.TimeoutError``."""


class WouldBlock(toro_core.WouldBlock):
    """The call does not wait, and could only have succeeded by waiting."""


class Empty(toro_core.Empty, WouldBlock, asyncio.QueueEmpty):
    """No item that is not promised; an ``asyncio.QueueEmpty`` and a ``queue.Empty``."""


class Full(toro_core.Full, WouldBlock, asyncio.QueueFull):
    """No slot that is not promised; an ``asyncio.QueueFull`` and a ``queue.Full``."""


if sys.version_info >= (3, 13):

    class ShutDown(toro_core.ShutDown, asyncio.QueueShutDown):
        """The queue was shut down; an ``asyncio.QueueShutDown`` and a ``queue.ShutDown``."""

else:

    class ShutDown(toro_core.ShutDown):  # pragma: no cover - 3.11 and 3.12 know no such exception
        """The queue was shut down."""
