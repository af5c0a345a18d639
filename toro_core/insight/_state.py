"""What is known of primitives, and of operations at them; none of it keeps them alive."""

from __future__ import annotations

import weakref
from typing import Any

from .. import plain
from .._naming import name_of
from .._waiter import Waiter
from ._places import Place
from ._tasks import Who

__all__ = ["Entry", "Hold", "Wait"]


class Entry:
    """A primitive."""

    __slots__ = (
        "adapter",
        "exclusive",
        "handed_over",
        "holds",
        "left_over",
        "made",
        "name",
        "number",
        "peak",
        "primitive",
        "type",
    )

    def __init__(self, number: int, primitive: Any, made: Place | None) -> None:
        self.number: int = number
        self.primitive: weakref.ref[Any] = weakref.ref(primitive)
        self.type: str = type(primitive).__name__
        self.adapter: str = adapter_of(type(primitive))
        self.name: str | None = name_of(primitive)
        self.made: Place | None = made
        # Whoever holds it is expected to release it; see deadlocks.
        self.exclusive: bool = isinstance(primitive, (plain.Lock, plain.RWLock))
        self.handed_over: bool = False  # it was seen that another than its holder released it
        self.holds: list[Hold] = []
        self.peak: int | None = None  # of a queue
        self.left_over: str | None = None  # what would be lost if a queue were dropped now

    @property
    def label(self) -> str:
        """Its name, or else where it was made."""
        made = "" if self.name is not None or self.made is None else f" (made at {self.made})"
        return f"{self.short}{made}"

    @property
    def short(self) -> str:
        """The label without the place."""
        return f"{self.type} #{self.number}" if self.name is None else f"{self.type} {self.name!r}"


class Hold:
    """Something that was acquired and has not been released."""

    __slots__ = ("entered", "entry", "guard", "lines", "mode", "number", "since", "where", "who")

    def __init__(
        self,
        number: int,
        entry: Entry,
        mode: str,
        who: Who | None,
        since: float,
        where: Place | None,
    ) -> None:
        self.number: int = number
        self.entry: Entry = entry
        self.mode: str = mode
        self.who: Who | None = who
        self.since: float = since
        self.where: Place | None = where
        self.guard: int | None = None  # the id of its guard, while that is alive
        self.lines: tuple[Place, ...] = ()  # of the callers, if it has a guard
        self.entered: bool = False


class Wait:
    """Somebody in a line."""

    __slots__ = (
        "__weakref__",
        "entry",
        "lock",
        "mode",
        "number",
        "patient",
        "since",
        "waiter",
        "where",
        "who",
    )

    def __init__(
        self,
        number: int,
        entry: Entry,
        mode: str,
        waiter: Waiter,
        who: Who | None,
        since: float,
        where: Place | None,
    ) -> None:
        self.number: int = number
        self.entry: Entry = entry
        self.mode: str = mode
        self.waiter: Waiter = waiter
        self.who: Who | None = who
        self.since: float = since
        self.where: Place | None = where
        self.patient: bool = waiter.deadline is None  # will nothing end it but what it waits for?
        self.lock: Entry | None = None  # to which a condition's waiter comes back

    def comes_back(self) -> Entry | None:
        """The condition's lock, once that is all it waits for."""
        return self.lock if isinstance(self.waiter.value, Waiter) else None


def adapter_of(cls: type) -> str:
    """The package that binds *cls* to a loop: ``toro_asyncio``."""
    for base in cls.__mro__:
        if "_host" in vars(base):
            return base.__module__.partition(".")[0]
    return cls.__module__.partition(".")[0]
