"""All that is in a dump, as data."""

from __future__ import annotations

import datetime
import json
import os
import platform
from typing import Any

import pytest

import toro_asyncio
import toro_core
from toro_core import Waiter, insight
from toro_core.insight import Place
from toro_core.insight._dump import dump_of, settled
from toro_core.insight._errors import Finding
from toro_core.insight._tasks import Who
from toro_core.insight._watch import Watch

from .loops import Loop

MADE, HERE, THERE = Place("app.py", 1, "main"), Place("app.py", 2, "a"), Place("app.py", 3, "b")


class Task:
    def get_name(self) -> str:
        return "baker"


@pytest.fixture
def watch() -> Watch:
    return Watch(lambda: 10.0, "raise", True, ())


def test_a_dump_of_nothing(watch: Watch) -> None:
    data = dict(dump_of(watch).data)
    when = data.pop("when")
    assert data == {
        "format": "toro-insight-1",
        "toro": toro_core.__version__,
        "python": platform.python_version(),
        "pid": os.getpid(),
        "primitives": [],
        "deadlocks": [],
        "findings": [],
        "errors": 0,
        "last_error": None,
    }
    assert datetime.datetime.fromisoformat(when).utcoffset() == datetime.timedelta(0)
    assert len(when) == len("2026-01-01T00:00:00.000+00:00")


def test_who_holds_and_who_waits_is_in_it(watch: Watch) -> None:
    lock, task = toro_asyncio.Lock(name="db"), Task()
    entry, machine, who = watch.entry(lock, MADE), lock._machine, Who(7, task)
    assert machine.try_acquire()
    watch.begin_hold(1, entry, "acquire", who, 8.0, HERE)
    watch.begin_hold(2, entry, "acquire", None, 9.0, None)
    waiters = [Waiter(), Waiter(deadline=99.0), Waiter()]
    waits = []
    for waiter, its, where in zip(waiters, (None, who, None), (None, THERE, HERE), strict=True):
        machine.enter(waiter)
        if where is not None:  # the first waited before insight was on
            waits.append(watch.begin_wait(3, entry, "acquire", machine.line, its, where))
    watch.findings.append(Finding("order", "so and so"))
    watch.failed(KeyError("what"))
    data = dump_of(watch).data
    assert data["primitives"] == [
        {
            "number": 1,
            "label": "Lock 'db'",
            "type": "Lock",
            "name": "db",
            "adapter": "toro_asyncio",
            "made": "app.py:1 in main",
            "statistics": {"locked": True, "tasks_waiting": 3},
            "holds": [
                {
                    "task": "baker", "task_number": 7, "ended": False, "mode": "acquire",
                    "age": 2.0, "where": "app.py:2 in a",
                },
                {
                    "task": None, "task_number": None, "ended": False, "mode": "acquire",
                    "age": 1.0, "where": None,
                },
            ],
            "waits": [
                {
                    "place": 1, "task": None, "task_number": None, "mode": "wait", "age": None,
                    "where": None, "deadline": None,
                },
                {
                    "place": 2, "task": "baker", "task_number": 7, "mode": "acquire", "age": 0.0,
                    "where": "app.py:3 in b", "deadline": 99.0,
                },
                {
                    "place": 3, "task": None, "task_number": None, "mode": "acquire", "age": 0.0,
                    "where": "app.py:2 in a", "deadline": None,
                },
            ],
        }
    ]  # fmt: skip
    assert data["findings"] == [{"kind": "order", "text": "so and so"}]
    assert (data["errors"], data["last_error"]) == (1, "KeyError: 'what'")
    who.ended = True
    assert [each["ended"] for each in dump_of(watch).data["primitives"][0]["holds"]] == [
        True, False,
    ]  # fmt: skip


def test_each_line_has_its_own_places(loop: Loop) -> None:
    async def main(loop: Loop) -> None:
        queue = loop.toro.Queue(1)
        await queue.put(1)
        cancels = []
        for wait in (lambda: queue.put(2), lambda: queue.put(3), queue.join):
            cancels.append(loop.spawn(wait))
            await loop.settle()
        waits = insight.dump(queue).data["primitives"][0]["waits"]
        assert [(each["mode"], each["place"]) for each in waits] == [
            ("put", 1), ("put", 2), ("join", 1),
        ]  # fmt: skip
        for cancel in cancels:
            cancel()
        await loop.settle()
        queue.shutdown(immediate=True)

    with insight.enable():
        loop.run(main)


def test_only_what_was_chosen_is_in_it(watch: Watch) -> None:
    locks = [toro_asyncio.Lock(name=name) for name in "abc"]
    for lock in locks[:2]:
        watch.entry(lock)
    assert labels(watch) == ["Lock 'a'", "Lock 'b'"]
    assert labels(watch, locks[2], locks[0]) == ["Lock 'c'", "Lock 'a'"]  # it may be new


def labels(watch: Watch, *chosen: Any) -> list[str]:
    return [each["label"] for each in dump_of(watch, chosen).data["primitives"]]


def test_as_json(watch: Watch) -> None:
    dump = dump_of(watch)
    assert dump.to_json() == json.dumps(dump.data, indent=1)
    assert dump.to_json(indent=None) == json.dumps(dump.data)
    assert dump.to_dict() is dump.data


@pytest.mark.parametrize("data", [None, 3, [], {}, {"format": "toro-insight-0"}])
def test_something_else_is_no_dump(data: Any) -> None:
    with pytest.raises(ValueError, match="its format should be 'toro-insight-1'"):
        insight.Dump(data)


def test_a_look_is_taken_twenty_times_and_once_more() -> None:
    looks: list[int] = []

    def look() -> int:
        looks.append(1)
        if len(looks) < 21:
            raise RuntimeError("changed meanwhile")
        return len(looks)

    assert settled(look) == 21
