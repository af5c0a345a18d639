"""Who holds it, who waits, since when: insight into a running program.

Switch it on with ``enable()``, which is also a context manager, or with the environment variable
``TORO_INSIGHT=1``.  While it is off it costs nothing, for nothing of it is there: switching it on
replaces methods of the adapters' classes by observing ones, and switching it off puts the
originals back.

It never raises into the program it watches, except ``Deadlock``; and that only warns with
``deadlock="warn"``.  See ``toro_core.insight._deadlocks`` for what exactly counts as one.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from typing import Any, Self

from ._collector import Collector, Histogram
from ._deadlocks import deadlocks as all_deadlocks
from ._dump import Dump, dump_of, settled
from ._elsewhere import Server, SignalDump
from ._errors import Deadlock, Finding, InsightWarning, Link
from ._events import Event, Hook
from ._graph import Edge, Graph, Node
from ._install import Installation
from ._places import Place, place_of_caller
from ._timeline import Recorder
from ._watch import OnDeadlock, Watch

__all__ = [
    "Collector",
    "Deadlock",
    "Dump",
    "Edge",
    "Event",
    "Finding",
    "Graph",
    "Histogram",
    "Hook",
    "Insight",
    "InsightWarning",
    "Link",
    "Node",
    "Place",
    "Recorder",
    "Server",
    "SignalDump",
    "add_hook",
    "deadlocks",
    "disable",
    "dump",
    "dump_on_signal",
    "enable",
    "findings",
    "graph",
    "is_enabled",
    "remove_hook",
    "serve",
]


class Insight:
    """That insight is on: ``with insight.enable(): …`` switches it off at the end."""

    def __init__(self, installation: Installation, switched_on: str) -> None:
        self._installation = installation
        self._switched_on = switched_on  # where, or by what

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        if _current is self:
            disable()


_current: Insight | None = None


def enable(
    *,
    deadlock: OnDeadlock = "raise",
    order: bool = True,
    hooks: Iterable[Hook] = (),
    clock: Callable[[], float] = time.monotonic,
) -> Insight:
    """Switch it on, for all adapters, those imported later included.

    *deadlock*: ``"raise"`` Deadlock in the task whose wait would close a circle, or only
    ``"warn"``, or ``"ignore"`` it.  *order*: warn of locks that are taken in different orders.
    *hooks* are called with each Event.  Ages and durations are measured by *clock*.

    RuntimeError if it is on already.
    """
    global _current
    if _current is not None:
        raise RuntimeError(f"insight is on already{_current._switched_on}: disable() it first")
    if deadlock not in ("raise", "warn", "ignore"):
        raise ValueError(f"deadlock must be 'raise', 'warn' or 'ignore', not {deadlock!r}")
    where = place_of_caller()
    switched_on = "" if where is None else f", switched on at {where}"
    _current = Insight(Installation(Watch(clock, deadlock, order, hooks)), switched_on)
    return _current


def disable() -> None:
    """Switch it off, if it is on; what was seen is forgotten."""
    global _current
    if _current is not None:
        _current._installation.remove()
        _current = None


def is_enabled() -> bool:
    """Is insight switched on?"""
    return _current is not None


def dump(*primitives: Any) -> Dump:
    """What is going on at *primitives*, or at all that have been seen.

    It may be called from any thread, whatever the loop does.
    """
    return dump_of(_watch(), primitives)


def graph() -> Graph:
    """Who waits for whom now."""
    return dump().graph


def deadlocks() -> list[tuple[Link, ...]]:
    """All circles of waiting tasks there are now."""
    watch = _watch()
    return settled(lambda: all_deadlocks(watch))


def findings() -> list[Finding]:
    """The last 200 warnings."""
    return list(_watch().findings)


def add_hook(hook: Hook) -> None:
    """Call *hook* with each Event from now on.  What it raises is counted and goes no further."""
    watch = _watch()
    watch.hooks = (*watch.hooks, hook)


def remove_hook(hook: Hook) -> None:
    """Call it no more; nothing if it was not called."""
    watch = _watch()
    watch.hooks = tuple(each for each in watch.hooks if each != hook)


def dump_on_signal(
    signum: int | None = None, file: str | os.PathLike[str] | None = None
) -> SignalDump:
    """Dump when the process gets a signal, SIGUSR1 by default.

    As text to standard error, or as JSON to *file*.  From the main thread only.  RuntimeError if
    it is installed already for this signal.
    """
    return SignalDump(dump, signum, file)


def serve(path: str | os.PathLike[str]) -> Server:
    """Give a dump to whoever connects to the Unix socket *path*, from a thread of its own."""
    return Server(dump, path)


def _watch() -> Watch:
    if _current is None:
        raise RuntimeError("insight is off: call toro_core.insight.enable(), or set TORO_INSIGHT=1")
    return _current._installation.watch
