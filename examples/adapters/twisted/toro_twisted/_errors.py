"""Toro's exceptions as users of Twisted catch them."""

from __future__ import annotations

from twisted.internet import defer

import toro_core
from toro_core import AlreadySet, NotReady, ShutDown

__all__ = ["AlreadySet", "Empty", "Full", "NotReady", "ShutDown", "Timeout", "WouldBlock"]


class Timeout(toro_core.Timeout, defer.TimeoutError):
    """The deadline passed before the wait could succeed; a ``defer.TimeoutError``."""


class WouldBlock(toro_core.WouldBlock):
    """The call does not wait, and could only have succeeded by waiting."""


class Empty(toro_core.Empty, WouldBlock, defer.QueueUnderflow):
    """No item that is not promised; a ``defer.QueueUnderflow`` and a ``queue.Empty``."""


class Full(toro_core.Full, WouldBlock, defer.QueueOverflow):
    """No slot that is not promised; a ``defer.QueueOverflow`` and a ``queue.Full``."""
