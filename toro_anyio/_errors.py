"""Toro's exceptions as users of AnyIO catch them, under either backend."""

from __future__ import annotations

import anyio

import toro_asyncio
import toro_core
from toro_core import AlreadySet, NotReady

__all__ = ["AlreadySet", "Empty", "Full", "NotReady", "ShutDown", "Timeout", "WouldBlock"]


class Timeout(toro_core.Timeout):
    """The deadline passed before the wait could succeed; a ``TimeoutError``."""


class WouldBlock(toro_core.WouldBlock, anyio.WouldBlock):
    """The call does not wait, and could only have succeeded by waiting."""


class Empty(toro_core.Empty, WouldBlock):
    """No item that is not promised; an ``anyio.WouldBlock`` and a ``queue.Empty``."""


class Full(toro_core.Full, WouldBlock):
    """No slot that is not promised; an ``anyio.WouldBlock`` and a ``queue.Full``."""


class ShutDown(toro_asyncio.ShutDown):
    """The queue was shut down; of ``queue`` and of ``asyncio``, where Python has one."""
