"""Recording what happened when: each task a track, each wait and each hold a bar."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from typing import Any, NamedTuple

from ._events import Event
from ._picture import picture

__all__ = ["Bar", "Recorder", "Timeline"]


class Bar(NamedTuple):
    """A stretch of time in which a task waited for something, or held it."""

    kind: str
    """wait or hold."""
    task: str
    task_number: int
    label: str
    mode: str
    start: float
    end: float
    outcome: str
    """How it ended: grant, put, get, timeout, cancel, refuse, release; or "" if it had not."""
    where: str | None


class Timeline(NamedTuple):
    """What was recorded, up to some moment; times are seconds from the first event."""

    bars: tuple[Bar, ...]
    end: float

    def trace(self) -> dict[str, Any]:
        """In the format of Chrome's tracing, which Perfetto reads."""
        events: list[dict[str, Any]] = []
        for tid, (name, bars) in enumerate(lanes(self.bars), start=1):
            events.append(
                {"ph": "M", "name": "thread_name", "pid": 1, "tid": tid, "args": {"name": name}}
            )
            events += [_trace_event(bar, tid) for bar in bars]
        return {"displayTimeUnit": "ms", "traceEvents": events}

    def svg(self, title: str = "") -> str:
        """A picture of it."""
        return picture(
            [(name, [_strip(bar) for bar in bars]) for name, bars in lanes(self.bars)],
            self.end,
            title,
        )

    @classmethod
    def from_trace(cls, data: Any) -> Timeline:
        """Read back what ``trace`` gave.  ValueError if it is something else."""
        try:
            names = {e["tid"]: e["args"]["name"] for e in data["traceEvents"] if e["ph"] == "M"}
            bars = tuple(
                _bar(event, names[event["tid"]])
                for event in data["traceEvents"]
                if event["ph"] == "X"
            )
        except (KeyError, TypeError):
            raise ValueError("this is no timeline of toro_core.insight") from None
        return cls(bars, max((bar.end for bar in bars), default=0.0))


class Recorder:
    """A hook that keeps a timeline: ``enable(hooks=[recorder])``.

    It keeps the last *limit* bars.
    """

    def __init__(self, limit: int = 1_000_000) -> None:
        from collections import deque

        self._bars: deque[Bar] = deque(maxlen=limit)
        self._open: dict[tuple[str, int], Event] = {}
        self._first: float | None = None
        self._last = 0.0

    def __call__(self, event: Event) -> None:
        if self._first is None:
            self._first = event.at
        self._last = event.at
        if event.kind == "wait":
            self._open["wait", event.operation] = event
            return
        if event.kind == "release":
            self._close("hold", event, event.held or 0.0)
            return
        if self._open.pop(("wait", event.operation), None) is not None:
            self._bars.append(self._bar("wait", event, event.at - event.waited, event.at))
        if event.kind == "grant" and event.mode in ("acquire", "read", "write"):
            self._open["hold", event.operation] = event

    def _close(self, kind: str, event: Event, lasted: float) -> None:
        self._open.pop((kind, event.operation), None)
        self._bars.append(self._bar(kind, event, event.at - lasted, event.at))

    def _bar(self, kind: str, event: Event, start: float, end: float, over: bool = True) -> Bar:
        first = self._first or 0.0
        return Bar(
            kind,
            event.task or "no task",
            event.task_number,
            event.label,
            event.mode,
            max(0.0, start - first),
            end - first,
            event.kind if over else "",
            None if event.where is None else str(event.where),
        )

    def timeline(self) -> Timeline:
        """What has been recorded; what has not ended yet lasts until the last event."""
        unfinished = [
            self._bar(kind, event, event.at, self._last, over=False)
            for (kind, _), event in list(self._open.items())
        ]
        bars = sorted([*self._bars, *unfinished], key=lambda bar: (bar.start, -bar.end))
        return Timeline(tuple(bars), self._last - (self._first or 0.0))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write a picture if *path* ends in ``.svg``, else a JSON file for Perfetto."""
        timeline = self.timeline()
        is_picture = os.fspath(path).endswith(".svg")
        content = timeline.svg() if is_picture else json.dumps(timeline.trace())
        with open(path, "w", encoding="utf-8") as file:
            file.write(content)


def lanes(bars: Iterable[Bar]) -> list[tuple[str, list[Bar]]]:
    """The tracks: one for each task, and more where its bars overlap without being nested."""
    tasks: dict[int, list[list[Bar]]] = {}
    for bar in bars:
        own = tasks.setdefault(bar.task_number, [])
        lane = next((lane for lane in own if _fits(bar, lane)), None)
        if lane is None:
            own.append([bar])
        else:
            lane.append(bar)
    return [
        (lane[0].task if number == 0 else f"{lane[0].task} ({number + 1})", lane)
        for own in tasks.values()
        for number, lane in enumerate(own)
    ]


def _fits(bar: Bar, lane: list[Bar]) -> bool:
    """Does *bar*, which starts after all in *lane*, not cross the end of any?"""
    return all(other.end <= bar.start or other.end >= bar.end for other in reversed(lane))


def _strip(bar: Bar) -> tuple[str, float, float, str]:
    words = f"{bar.kind} {bar.label}" + (f", {bar.outcome}" if bar.outcome else "")
    return (bar.kind, bar.start, bar.end, words)


def _trace_event(bar: Bar, tid: int) -> dict[str, Any]:
    return {
        "ph": "X",
        "name": f"{bar.kind} {bar.label}",
        "cat": bar.kind,
        "pid": 1,
        "tid": tid,
        "ts": round(bar.start * 1e6, 3),
        "dur": round((bar.end - bar.start) * 1e6, 3),
        "args": {
            "mode": bar.mode,
            "outcome": bar.outcome,
            "where": bar.where,
            "task": bar.task,
            "task_number": bar.task_number,
        },
    }


def _bar(event: dict[str, Any], _track: str) -> Bar:
    args, start = event["args"], event["ts"] / 1e6
    return Bar(
        event["cat"],
        args["task"],
        args["task_number"],
        event["name"].partition(" ")[2],
        args["mode"],
        start,
        start + event["dur"] / 1e6,
        args["outcome"],
        args["where"],
    )
