"""Toro's exceptions as users of Trio catch them."""

from __future__ import annotations

import trio

import toro_core
from toro_core import AlreadySet, NotReady, ShutDown

__all__ = ["AlreadySet", "Empty", "Full", "NotReady", "ShutDown", "Timeout", "WouldBlock"]


class Timeout(toro_core.Timeout, trio.TooSlowError):
    """The deadline passed before the wait could succeed; a ``trio.TooSlowError``."""


class WouldBlock(toro_core.WouldBlock, trio.WouldBlock):
    """The call does not wait, and could only have succeeded by waiting."""


class Empty(toro_core.Empty, WouldBlock):
    """No item that is not promised; a ``trio.WouldBlock`` and a ``queue.Empty``."""


class Full(toro_core.Full, WouldBlock):
    """No slot that is not promised; a ``trio.WouldBlock`` and a ``queue.Full``."""
