"""What a Recorder and a Collector make of events, to the letter."""

from __future__ import annotations

import importlib
import inspect
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from toro_core.insight import Collector, Event, Histogram, Place, Recorder
from toro_core.insight._timeline import Bar, Timeline

HERE = Place("app.py", 3, "work")


def event(
    kind: Any, at: float, operation: int, mode: str = "acquire", task: int = 1, **fields: Any
) -> Event:
    name = f"task {task}" if task else None
    told = {"name": "db", "label": "Lock 'db'", "where": None, **fields}
    return Event(
        kind, at, operation, mode, 1,
        type="Lock", adapter="toro_sim", task=name, task_number=task, **told,
    )  # fmt: skip


def recorded(*events: Event, limit: int = 100) -> Recorder:
    recorder = Recorder(limit)
    for each in events:
        recorder(each)
    return recorder


def bar(kind: str, start: float, end: float, outcome: str, mode: str = "acquire") -> Bar:
    return Bar(kind, "task 1", 1, "Lock 'db'", mode, start, end, outcome, None)


# Recorders.


def test_a_wait_and_a_hold_are_a_bar_each() -> None:
    recorder = recorded(
        event("wait", 10.0, 1, where=HERE),
        event("grant", 12.0, 1, waited=2.0, where=HERE),
        event("release", 15.0, 1, held=3.0),
    )
    assert recorder.timeline() == (
        (
            bar("wait", 0.0, 2.0, "grant")._replace(where="app.py:3 in work"),
            bar("hold", 2.0, 5.0, "release"),
        ),
        5.0,
    )


@pytest.mark.parametrize("mode", ["acquire", "read", "write"])
def test_what_has_not_ended_lasts_until_the_last_event(mode: str) -> None:
    begun = event("wait", 1.0, 1, mode), event("grant", 2.0, 2, mode), event("put", 4.0, 3, "put")
    assert recorded(*begun).timeline() == (
        (bar("wait", 0.0, 3.0, "", mode), bar("hold", 1.0, 3.0, "", mode)),
        3.0,
    )
    ended = event("grant", 5.0, 1, mode, waited=4.0), event("release", 6.0, 2, mode, held=4.0)
    assert recorded(*begun, *ended).timeline() == (
        (
            bar("wait", 0.0, 4.0, "grant", mode),
            bar("hold", 1.0, 5.0, "release", mode),
            bar("hold", 4.0, 5.0, "", mode),
        ),
        5.0,
    )


@pytest.mark.parametrize("kind", ["put", "get", "timeout", "cancel", "refuse"])
def test_who_was_granted_nothing_holds_nothing(kind: str) -> None:
    waited = recorded(event("wait", 0.0, 1), event(kind, 1.0, 1, waited=1.0))
    assert waited.timeline() == ((bar("wait", 0.0, 1.0, kind),), 1.0)
    assert recorded(event(kind, 1.0, 1)).timeline() == ((), 0.0)


@pytest.mark.parametrize("mode", ["wait", "join", "watch"])
def test_what_is_granted_without_being_held(mode: str) -> None:
    waited = recorded(event("wait", 0.0, 1, mode), event("grant", 1.0, 1, mode, waited=1.0))
    assert waited.timeline() == ((bar("wait", 0.0, 1.0, "grant", mode),), 1.0)


def test_what_began_before_the_first_event_begins_with_it() -> None:
    recorder = recorded(event("release", 10.0, 7, task=0, held=5.0))
    ((only,), end) = recorder.timeline()
    assert only == bar("hold", 0.0, 0.0, "release")._replace(task="no task", task_number=0)
    assert end == 0.0


def test_of_two_that_begin_together_the_longer_comes_first() -> None:
    events = [event("wait", 0.0, 1), event("wait", 0.0, 2)]
    ends = [event("cancel", 1.0, 1, waited=1.0), event("cancel", 2.0, 2, waited=2.0)]
    for order in (events, events[::-1]):
        assert [(each.start, each.end) for each in recorded(*order, *ends).timeline().bars] == [
            (0.0, 2.0),
            (0.0, 1.0),
        ]


def test_the_oldest_bars_are_forgotten() -> None:
    holds = [event("release", float(i), i, held=0.5) for i in range(5)]
    assert [each.end for each in recorded(*holds, limit=2).timeline().bars] == [3.0, 4.0]
    mixed = event("wait", 5.0, 5), event("release", 6.0, 6), event("cancel", 7.0, 5, waited=2.0)
    assert [each.end for each in recorded(*holds, *mixed, limit=2).timeline().bars] == [7.0, 6.0]
    last = event("release", 8.0, 8)
    ends = [each.end for each in recorded(*holds, *mixed, last, limit=2).timeline().bars]
    assert ends == [7.0, 8.0]
    assert inspect.signature(Recorder).parameters["limit"].default == 1_000_000


def test_it_is_saved_as_a_picture_or_for_perfetto(tmp_path: Path) -> None:
    recorder = recorded(event("wait", 0.0, 1), event("cancel", 1.0, 1, label="Lock 'ü'"))
    for name in ("timeline.svg", "timeline.json", "timeline.svg.json"):
        recorder.save(tmp_path / name)
    saved = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    trace = json.dumps(recorder.timeline().trace())
    assert saved == {
        "timeline.svg": recorder.timeline().svg(),
        "timeline.json": trace,
        "timeline.svg.json": trace,
    }
    assert "Lock 'ü'" in saved["timeline.svg"]


# Timelines.


def test_a_trace_has_a_track_for_each_task() -> None:
    whole = bar("hold", 0.2500001234, 2.0, "release")._replace(where="app.py:3 in work")
    other = bar("wait", 0.0, 1.0000001234, "")._replace(task="task 2", task_number=2)
    assert Timeline((other, whole), 2.0).trace() == {
        "displayTimeUnit": "ms",
        "traceEvents": [
            {"ph": "M", "name": "thread_name", "pid": 1, "tid": 1, "args": {"name": "task 2"}},
            {
                "ph": "X", "name": "wait Lock 'db'", "cat": "wait", "pid": 1, "tid": 1,
                "ts": 0.0, "dur": 1000000.123,
                "args": {
                    "mode": "acquire", "outcome": "", "where": None,
                    "task": "task 2", "task_number": 2,
                },
            },
            {"ph": "M", "name": "thread_name", "pid": 1, "tid": 2, "args": {"name": "task 1"}},
            {
                "ph": "X", "name": "hold Lock 'db'", "cat": "hold", "pid": 1, "tid": 2,
                "ts": 250000.123, "dur": 1749999.877,
                "args": {
                    "mode": "acquire", "outcome": "release", "where": "app.py:3 in work",
                    "task": "task 1", "task_number": 1,
                },
            },
        ],
    }  # fmt: skip


def test_a_timeline_ends_with_its_last_bar_once_it_is_read_back() -> None:
    bars = bar("hold", 0.0, 3.0, "release"), bar("hold", 1.0, 2.0, "")
    assert Timeline.from_trace(Timeline(bars, 5.0).trace()) == (bars, 3.0)
    assert Timeline.from_trace(Timeline((), 5.0).trace()) == ((), 0.0)


@pytest.mark.parametrize(
    "trace", [None, [], {}, {"traceEvents": None}, {"traceEvents": [{"ph": "X"}]}]
)
def test_something_else_is_no_timeline(trace: Any) -> None:
    with pytest.raises(ValueError, match="this is no timeline") as told:
        Timeline.from_trace(trace)
    assert told.value.__suppress_context__


def tracks(*bars: tuple[float, float]) -> list[tuple[str, list[tuple[float, float]]]]:
    trace = Timeline(tuple(bar("hold", *each, "") for each in bars), 10.0).trace()
    names = {each["tid"]: each["args"]["name"] for each in trace["traceEvents"] if "ts" not in each}
    return [
        (
            name,
            [
                (each["ts"] / 1e6, (each["ts"] + each["dur"]) / 1e6)
                for each in trace["traceEvents"]
                if each["tid"] == tid and "ts" in each
            ],
        )
        for tid, name in names.items()
    ]


def test_bars_that_follow_or_are_nested_have_one_track() -> None:
    for one, other in (((0, 2), (2, 4)), ((0, 4), (2, 4)), ((0, 4), (0, 4)), ((0, 4), (0, 2))):
        assert tracks(one, other) == [("task 1", [one, other])]


def test_bars_that_cross_have_a_track_each() -> None:
    assert tracks((0, 4), (1, 5), (2, 6), (4, 5), (6, 7)) == [
        ("task 1", [(0, 4), (4, 5), (6, 7)]),
        ("task 1 (2)", [(1, 5)]),
        ("task 1 (3)", [(2, 6)]),
    ]


def test_a_strip_says_what_it_was_and_how_it_ended() -> None:
    told = Timeline((bar("hold", 0.0, 1.0, "release"), bar("wait", 1.0, 2.0, "")), 2.0).svg("Title")
    assert "<title>hold Lock 'db', release</title>" in told
    assert "<title>wait Lock 'db'</title>" in told
    assert ">Title</text>" in told


# Collectors.


def test_a_histogram_counts_what_is_at_a_bound_below_it() -> None:
    histogram = Histogram((1.0, 2.0))
    for seconds in (0.5, 1.0, 1.5, 2.0, 8.0, 2.5):
        histogram.add(seconds)
    assert histogram.to_dict() == {
        "bounds": (1.0, 2.0), "buckets": [2, 2, 2], "count": 6, "total": 15.5, "longest": 8.0,
    }  # fmt: skip


def test_a_new_histogram_is_empty() -> None:
    assert Histogram().to_dict() == {
        "bounds": (0.0001, 0.001, 0.01, 0.1, 1.0, 10.0, 100.0),
        "buckets": [0] * 8, "count": 0, "total": 0.0, "longest": 0.0,
    }  # fmt: skip


def test_a_collector_counts_by_primitive_and_mode() -> None:
    collector = Collector((1.0,))
    for each in (
        event("wait", 0.0, 1),
        event("grant", 3.0, 1, waited=3.0),
        event("release", 3.5, 1, held=0.5),
        event("release", 4.0, 2, held=2.0),
        event("wait", 0.0, 3, "read", name=None),
        event("timeout", 9.0, 4, "write", waited=0.5),
    ):
        collector(each)
    lock = {"adapter": "toro_sim", "type": "Lock", "name": "db", "mode": "acquire"}
    assert collector.to_dict() == [
        {
            **lock,
            "counts": {"wait": 1, "grant": 1, "release": 2},
            "waiting": {
                "bounds": (1.0,), "buckets": [0, 1], "count": 1, "total": 3.0, "longest": 3.0
            },
            "holding": {
                "bounds": (1.0,), "buckets": [1, 1], "count": 2, "total": 2.5, "longest": 2.0
            },
        },
        {**lock, "name": "", "mode": "read", "counts": {"wait": 1}, "waiting": None,
         "holding": None},
        {
            **lock,
            "mode": "write",
            "counts": {"timeout": 1},
            "waiting": {
                "bounds": (1.0,), "buckets": [1, 0], "count": 1, "total": 0.5, "longest": 0.5
            },
            "holding": None,
        },
    ]  # fmt: skip


def test_a_release_of_what_was_not_seen_to_be_held_counts_too() -> None:
    collector = Collector()
    collector(event("release", 1.0, 1))
    ((_, histogram),) = collector.holding.items()
    assert (histogram.count, histogram.total) == (1, 0.0)


def test_a_page_for_prometheus() -> None:
    pytest.importorskip("prometheus_client")
    from toro_core.insight.prometheus import Exporter, text

    collector = Collector((1.0, 2.0))
    for each in (
        event("wait", 0.0, 1),
        event("grant", 3.0, 1, waited=3.0),
        event("release", 3.5, 1, held=0.5),
        event("release", 5.0, 2, held=1.5),
    ):
        collector(each)
    of = 'adapter="toro_sim",mode="acquire",name="db",type="Lock"'
    told = [line for line in text(collector).splitlines() if "_created" not in line]
    event_of = of.replace("mode", 'event="%s",mode')
    assert told == [
        "# HELP toro_events_total Waits begun, operations ended, releases",
        "# TYPE toro_events_total counter",
        f"toro_events_total{{{event_of % 'wait'}}} 1.0",
        f"toro_events_total{{{event_of % 'grant'}}} 1.0",
        f"toro_events_total{{{event_of % 'release'}}} 2.0",
        "# HELP toro_waiting_seconds How long operations waited",
        "# TYPE toro_waiting_seconds histogram",
        *histogram_lines("toro_waiting_seconds", of, [0, 0, 1], 3.0),
        "# HELP toro_holding_seconds How long it was held",
        "# TYPE toro_holding_seconds histogram",
        *histogram_lines("toro_holding_seconds", of, [1, 2, 2], 2.0),
    ]
    described = [(each.name, each.samples) for each in Exporter(collector).describe()]
    assert described == [
        ("toro_events", []), ("toro_waiting_seconds", []), ("toro_holding_seconds", []),
    ]  # fmt: skip


def test_without_its_client_there_is_nothing_for_prometheus(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "toro_core.insight.prometheus", raising=False)
    for missing in ("prometheus_client.core", "prometheus_client"):
        monkeypatch.setitem(sys.modules, missing, None)
        with pytest.raises(
            ModuleNotFoundError, match=r"pip install 'toro-sync\[metrics\]'"
        ) as told:
            importlib.import_module("toro_core.insight.prometheus")
        assert told.value.name == "prometheus_client"
        assert told.value.__suppress_context__


@pytest.mark.parametrize(
    "program", ["import missing_with_it", "raise ModuleNotFoundError('missing_with_it')"]
)
def test_what_else_is_missing_is_told_as_it_is(
    program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "prometheus_client.py").write_text(program)
    monkeypatch.syspath_prepend(tmp_path)
    for name in list(sys.modules):
        if name.startswith(("prometheus_client", "toro_core.insight.prometheus")):
            monkeypatch.delitem(sys.modules, name)
    with pytest.raises(ModuleNotFoundError, match="missing_with_it"):
        importlib.import_module("toro_core.insight.prometheus")


def histogram_lines(name: str, of: str, counts: list[int], total: float) -> list[str]:
    adapter, rest = of.split(",", 1)
    bounds = zip(("1.0", "2.0", "+Inf"), counts, strict=True)
    return [
        *(f'{name}_bucket{{{adapter},le="{b}",{rest}}} {float(count)}' for b, count in bounds),
        f"{name}_count{{{of}}} {float(counts[-1])}",
        f"{name}_sum{{{of}}} {total}",
    ]
