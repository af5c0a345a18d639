"""Counts, histograms and timelines, from the same events on every loop."""

from __future__ import annotations

import itertools
import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from toro_core import insight
from toro_core.__main__ import main as command

from .loops import Loop


async def contention(loop: Loop) -> None:
    """Three tasks take turns; one more gives up."""
    lock = loop.toro.Lock(name="db")
    turns = [loop.toro.Event() for _ in range(3)]

    async def work(turn: int) -> None:
        async with lock:
            await turns[turn].wait()

    for turn in range(3):
        loop.spawn(work, turn)
        await loop.settle()
    cancel = loop.spawn(work, 2)
    await loop.settle()
    cancel()
    await loop.settle()
    for event in turns:
        event.set()
        await loop.settle()


def recorded(loop: Loop, *hooks: insight.Hook) -> None:
    ticks = itertools.count(step=0.5)
    with insight.enable(hooks=hooks, clock=lambda: float(next(ticks))):
        loop.run(contention)


def test_counts_and_histograms(loop: Loop) -> None:
    collector = insight.Collector(bounds=(1.0, 100.0))
    recorded(loop, collector)
    (record,) = [record for record in collector.to_dict() if record["type"] == "Lock"]
    assert record["name"] == "db"
    assert record["adapter"].startswith("toro_")
    assert record["counts"] == {"grant": 3, "wait": 3, "cancel": 1, "release": 3}
    assert record["waiting"]["count"] == 4
    assert record["waiting"]["buckets"] == [2, 2, 0]  # one did not wait, one gave up soon
    assert record["holding"]["count"] == 3
    assert record["holding"]["total"] >= record["holding"]["longest"] > 0
    assert json.dumps(collector.to_dict())


def test_prometheus(loop: Loop) -> None:
    pytest.importorskip("prometheus_client")
    from prometheus_client.parser import text_string_to_metric_families

    from toro_core.insight import prometheus

    collector = insight.Collector()
    assert prometheus.text(collector)
    recorded(loop, collector)
    families = {
        each.name: each for each in text_string_to_metric_families(prometheus.text(collector))
    }
    assert set(families) == {"toro_events", "toro_waiting_seconds", "toro_holding_seconds"}
    grants = [
        sample.value
        for sample in families["toro_events"].samples
        if sample.labels["name"] == "db" and sample.labels["event"] == "grant"
    ]
    assert grants == [3]
    counts = [
        sample.value
        for sample in families["toro_holding_seconds"].samples
        if sample.name.endswith("_count") and sample.labels["name"] == "db"
    ]
    assert counts == [3]


def test_a_timeline_has_a_bar_for_each_wait_and_hold(loop: Loop) -> None:
    recorder = insight.Recorder()
    recorded(loop, recorder)
    bars = [bar for bar in recorder.timeline().bars if bar.label == "Lock 'db'"]
    assert sorted((bar.kind, bar.outcome) for bar in bars) == [
        ("hold", "release"),
        ("hold", "release"),
        ("hold", "release"),
        ("wait", "cancel"),
        ("wait", "grant"),
        ("wait", "grant"),
    ]
    holds = [bar for bar in bars if bar.kind == "hold"]
    assert all(one.end <= other.start for one, other in itertools.pairwise(holds))


def test_a_trace_goes_there_and_back_and_its_bars_are_nested(loop: Loop) -> None:
    recorder = insight.Recorder()
    recorded(loop, recorder)
    timeline = recorder.timeline()
    trace = json.loads(json.dumps(timeline.trace()))
    again = type(timeline).from_trace(trace)
    assert set(again.bars) == set(timeline.bars)
    tracks: dict[int, list[tuple[float, float]]] = {}
    for event in trace["traceEvents"]:
        if event["ph"] == "X":
            end = event["ts"] + event["dur"]
            for start, stop in tracks.get(event["tid"], []):
                assert stop <= event["ts"] or end <= stop, "bars that cross"
                assert start <= event["ts"]
            tracks.setdefault(event["tid"], []).append((event["ts"], end))


def test_what_has_not_ended_lasts_until_the_end() -> None:
    import asyncio

    import toro_asyncio

    recorder = insight.Recorder()

    async def main() -> None:
        lock = toro_asyncio.Lock()
        await lock.acquire()
        waiting = asyncio.create_task(lock.acquire())
        await asyncio.sleep(0)
        assert [(bar.kind, bar.outcome) for bar in recorder.timeline().bars] == [
            ("hold", ""),
            ("wait", ""),
        ]
        waiting.cancel()
        lock.release()

    with insight.enable(hooks=[recorder]):
        asyncio.run(main())


def test_a_picture_and_a_summary(
    loop: Loop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recorder = insight.Recorder()
    recorded(loop, recorder)
    recorder.save(tmp_path / "timeline.svg")
    root = ElementTree.parse(tmp_path / "timeline.svg").getroot()
    titles = [each.text for each in root.iter("{http://www.w3.org/2000/svg}title")]
    assert titles.count("hold Lock 'db', release") == 3
    recorder.save(tmp_path / "timeline.json")
    assert command([str(tmp_path / "timeline.json")]) == 0
    text = capsys.readouterr().out
    assert "Lock 'db'" in text
    assert "#" in text
    assert command([str(tmp_path / "timeline.json"), "--as", "svg"]) == 0
    assert capsys.readouterr().out.startswith("<svg")
    assert command([str(tmp_path / "timeline.json"), "--as", "dot"]) == 2


def test_an_empty_timeline() -> None:
    timeline = insight.Recorder().timeline()
    assert timeline.bars == ()
    assert ElementTree.fromstring(timeline.svg("nothing")).tag.endswith("svg")
    assert timeline.trace()["traceEvents"] == []


def test_a_recorder_forgets_the_oldest() -> None:
    import asyncio

    import toro_asyncio

    recorder = insight.Recorder(limit=2)

    async def main() -> None:
        lock = toro_asyncio.Lock()
        for _ in range(5):
            async with lock:
                pass

    with insight.enable(hooks=[recorder]):
        asyncio.run(main())
    assert len(recorder.timeline().bars) == 2
