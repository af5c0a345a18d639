"""What hooks are told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

from ._places import Place

__all__ = ["Event", "Hook", "Kind"]

Kind = Literal["wait", "grant", "put", "get", "release", "timeout", "cancel", "refuse"]


class Event(NamedTuple):
    """Something that happened at a primitive.

    A wait that really waits begins with ``wait``.  Every operation that may wait ends with one of
    ``grant``, ``put``, ``get`` (it succeeded), ``timeout``, ``cancel`` and ``refuse`` (the queue
    was shut down, or a comparison failed).  What was granted to hold ends with ``release``.
    """

    kind: Kind
    at: float
    """On the clock that insight was enabled with."""
    operation: int
    """A number, the same for all events of one operation."""
    mode: str
    """What was asked for: acquire, read, write, wait, watch, get, put or join."""
    primitive: int
    """A number, in the order in which primitives were first seen."""
    label: str
    """How reports call it: ``Lock 'db'``, or ``Lock #3`` if it has no name."""
    name: str | None
    type: str
    adapter: str
    """The package that it comes from, such as ``toro_asyncio``."""
    task: str | None
    """Whose operation it is; None outside of tasks."""
    task_number: int
    """0 outside of tasks."""
    where: Place | None
    waited: float = 0.0
    held: float | None = None
    """How long it was held; with ``release`` only."""


Hook = Callable[[Event], object]
