"""Toro's exceptions as users of Tornado, and of Toro 1.0, catch them."""

from __future__ import annotations

import tornado.queues
import tornado.util

import toro_asyncio
import toro_core
from toro_core import AlreadySet, NotReady

__all__ = ["AlreadySet", "Empty", "Full", "NotReady", "ShutDown", "Timeout", "WouldBlock"]


class Timeout(toro_core.Timeout, tornado.util.TimeoutError):
    """The deadline passed before the wait could succeed; a ``tornado.util.TimeoutError``."""


class WouldBlock(toro_core.WouldBlock):
    """The call does not wait, and could only have succeeded by waiting."""


class Empty(toro_core.Empty, WouldBlock, tornado.queues.QueueEmpty):
    """No item that is not promised; a ``QueueEmpty`` of Tornado and a ``queue.Empty``."""


class Full(toro_core.Full, WouldBlock, tornado.queues.QueueFull):
    """No slot that is not promised; a ``QueueFull`` of Tornado and a ``queue.Full``."""


class ShutDown(toro_asyncio.ShutDown):
    """The queue was shut down; of ``queue`` and of ``asyncio``, where Python has one."""
