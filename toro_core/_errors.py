"""The exceptions of Toro, as a tree.

Each adapter derives its own from these and from what a user of its loop already
catches, so ``except toro_core.Timeout`` and the native spelling both work::

    Exception
    ├── Timeout            (TimeoutError)      a deadline passed before the wait succeeded
    ├── WouldBlock                             a ``*_nowait`` call would have to wait
    │   ├── Empty          (queue.Empty)       there is no item to get
    │   └── Full           (queue.Full)        there is no room to put one
    ├── ShutDown           (queue.ShutDown on Python 3.13+)   the queue was shut down
    ├── NotReady                               the result is not there yet
    └── AlreadySet                             the result was set before
"""

from __future__ import annotations

import queue
import sys

__all__ = ["AlreadySet", "Empty", "Full", "NotReady", "ShutDown", "Timeout", "WouldBlock"]


class Timeout(TimeoutError):
    """The deadline passed before the wait could succeed; the wait did not happen."""


class WouldBlock(Exception):
    """The call does not wait, and could only have succeeded by waiting."""


class Empty(WouldBlock, queue.Empty):
    """The queue has no item that is not promised to somebody who waits."""


class Full(WouldBlock, queue.Full):
    """The queue has no slot that is not promised to somebody who waits."""


if sys.version_info >= (3, 13):
    _ShutDown = queue.ShutDown
else:
    _ShutDown = Exception  # pragma: no cover - 3.11 and 3.12 know no such exception


class ShutDown(_ShutDown):
    """The queue was shut down: nothing more goes in, and what was in it is gone."""

    def __init__(self, *args: object) -> None:
        super().__init__(*(args or ("the queue was shut down: no more puts, nothing left to get",)))


class NotReady(Exception):
    """The result has neither a value nor an exception yet."""


class AlreadySet(Exception):
    """The result has a value or an exception already, and keeps it."""
