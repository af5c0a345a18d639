"""The loop-free core of Toro.

Application code imports an adapter (``toro_asyncio``, ``toro_trio``, ``toro_anyio``,
``toro_tornado``).  Import this package to catch an exception whatever the adapter, to
write an adapter of your own, or to test and explore the machines by themselves.
"""

import os as _os

from . import machines
from ._deadlines import Deadlines
from ._errors import AlreadySet, Empty, Full, NotReady, ShutDown, Timeout, WouldBlock
from ._guard import Guard, ReadGuard, WriteGuard
from ._time import Deadline, Span, point_in_time
from ._waiter import PromptWaiter, State, Waiter

__version__ = "2.0.0"

__all__ = [
    "AlreadySet",
    "Deadline",
    "Deadlines",
    "Empty",
    "Full",
    "Guard",
    "NotReady",
    "PromptWaiter",
    "ReadGuard",
    "ShutDown",
    "Span",
    "State",
    "Timeout",
    "Waiter",
    "WouldBlock",
    "WriteGuard",
    "machines",
    "point_in_time",
]

if _insight := _os.environ.get("TORO_INSIGHT"):
    from .insight._environment import apply as _apply

    _apply(_insight)
