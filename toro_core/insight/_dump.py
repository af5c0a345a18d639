"""A picture of a whole program at one moment, as data."""

from __future__ import annotations

import datetime
import functools
import json
import os
import platform
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from .. import __version__, plain
from .._describe import safe_repr
from .._statistics import lines
from ._deadlocks import deadlocks
from ._graph import Graph
from ._report import text
from ._state import Entry, Hold
from ._watch import Watch

__all__ = ["FORMAT", "Dump", "dump_of"]

FORMAT = "toro-insight-1"

T = TypeVar("T")


class Dump:
    """What was seen at one moment: ``str()`` is for people, ``to_json()`` for programs."""

    def __init__(self, data: dict[str, Any]) -> None:
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise ValueError(
                f"this is no dump of toro_core.insight: its format should be {FORMAT!r}"
            )
        self.data = data

    def to_dict(self) -> dict[str, Any]:
        """All of it, fit for JSON."""
        return self.data

    def to_json(self, indent: int | None = 1) -> str:
        """The same as text."""
        return json.dumps(self.data, indent=indent)

    @classmethod
    def from_json(cls, source: str | bytes) -> Dump:
        """Read back what ``to_json`` wrote.  ValueError if it is something else."""
        return cls(json.loads(source))

    @property
    def graph(self) -> Graph:
        """Who waits for whom."""
        return Graph.of(self.data)

    def __str__(self) -> str:
        return text(self.data)


def dump_of(watch: Watch, primitives: Iterable[Any] = ()) -> Dump:
    """Everything that *watch* knows, or what it knows of *primitives*."""
    chosen = list(primitives)
    for each in chosen:
        if not isinstance(each, plain.Bound):
            raise TypeError(f"dump() takes primitives of Toro's adapters, not {safe_repr(each)}")
    entries = [watch.entry(each) for each in chosen] or settled(lambda: [*watch.entries.values()])
    described = [settled(functools.partial(_primitive, watch, entry)) for entry in entries]
    return Dump(
        {
            "format": FORMAT,
            "toro": __version__,
            "python": platform.python_version(),
            "pid": os.getpid(),
            "when": datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds"),
            "primitives": [each for each in described if each is not None],
            "deadlocks": [
                [link._asdict() for link in cycle] for cycle in settled(lambda: deadlocks(watch))
            ],
            "findings": [finding.to_dict() for finding in settled(lambda: list(watch.findings))],
            "errors": watch.errors,
            "last_error": watch.last_error,
        }
    )


def settled(look: Callable[[], T]) -> T:
    """*look* at what another thread may be changing: again, if it changed meanwhile."""
    for _ in range(20):
        try:
            return look()
        except RuntimeError:
            continue
    return look()


def _primitive(watch: Watch, entry: Entry) -> dict[str, Any] | None:
    primitive = entry.primitive()
    if primitive is None:
        return None
    statistics = primitive.statistics().to_dict()
    for record in ("waiters", "holders"):  # told in more detail below
        statistics.pop(record, None)
    return {
        "number": entry.number,
        "label": entry.short,
        "type": entry.type,
        "name": entry.name,
        "adapter": entry.adapter,
        "made": _text(entry.made),
        "statistics": statistics,
        "holds": [_hold(watch, hold) for hold in list(entry.holds)],
        "waits": _waits(watch, primitive._machine),
    }


def _hold(watch: Watch, hold: Hold) -> dict[str, Any]:
    return {
        "task": None if hold.who is None else hold.who.name,
        "task_number": None if hold.who is None else hold.who.number,
        "ended": hold.who is not None and hold.who.ended,
        "mode": hold.mode,
        "age": watch.clock() - hold.since,
        "where": _text(hold.where),
    }


def _waits(watch: Watch, machine: Any) -> list[dict[str, Any]]:
    return [
        {"place": place, **_waiter(watch, waiter)}
        for line in lines(machine)
        for place, waiter in enumerate(list(line), start=1)
    ]


def _waiter(watch: Watch, waiter: Any) -> dict[str, Any]:
    wait = watch.waits.get(id(waiter))
    if wait is None:  # it waited before insight was on
        return {
            "task": None, "task_number": None, "mode": "wait", "age": None, "where": None,
            "deadline": waiter.deadline,
        }  # fmt: skip
    return {
        "task": None if wait.who is None else wait.who.name,
        "task_number": None if wait.who is None else wait.who.number,
        "mode": wait.mode,
        "age": watch.clock() - wait.since,
        "where": _text(wait.where),
        "deadline": waiter.deadline,
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)
