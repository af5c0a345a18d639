"""A dump as text, to the letter."""

from __future__ import annotations

from typing import Any

import pytest

from toro_core.insight import Deadlock, Link
from toro_core.insight._report import counted, duration, text


def primitive(label: str, made: str | None = None, **fields: Any) -> dict[str, Any]:
    each = {"holds": [], "waits": [], "statistics": {}, **fields}
    return {"label": label, "adapter": "toro_sim", "made": made, **each}


def hold(**fields: Any) -> dict[str, Any]:
    usual = {"task": "baker", "mode": "acquire", "ended": False, "age": 2.0, "where": "app.py:1"}
    return {**usual, **fields}


def wait(place: int = 1, **fields: Any) -> dict[str, Any]:
    usual = {"task": "clerk", "mode": "wait", "age": None, "where": None, "deadline": None}
    return {"place": place, **usual, **fields}


def link(**fields: Any) -> dict[str, Any]:
    usual = {"task": "baker", "primitive": "Lock 'a'", "holder": "clerk", "held_as": "acquire"}
    return {**usual, "where": None, "acquired": None, **fields}


def dumped(**fields: Any) -> dict[str, Any]:
    nothing = {"primitives": [], "deadlocks": [], "findings": [], "errors": 0, "last_error": None}
    return {"toro": "2.0", "pid": 7, "when": "today", **nothing, **fields}


def lines(**fields: Any) -> list[str]:
    """All but the headline."""
    return text(dumped(**fields)).splitlines()[1:]


def test_nothing() -> None:
    assert text(dumped()) == (
        "Toro 2.0, process 7, today: 0 primitives, 0 in use, 0 waits, 0 deadlocks"
    )


def test_the_headline_counts() -> None:
    primitives = [
        primitive("Lock 'a'", waits=[wait()]),
        primitive("Lock 'b'", waits=[wait(), wait(2)]),
        primitive("Lock 'c'"),
    ]
    told = text(dumped(primitives=primitives, deadlocks=[[]]))
    assert told.splitlines()[0] == (
        "Toro 2.0, process 7, today: 3 primitives, 2 in use, 3 waits, 1 deadlock"
    )
    assert text(dumped(primitives=primitives[2:])).endswith(
        "1 primitive, 0 in use, 0 waits, 0 deadlocks"
    )


def test_a_deadlock() -> None:
    cycle = [
        link(where="app.py:2 in bake", acquired="app.py:1 in bake"),
        link(held_as="line", acquired="app.py:4 in sell"),
        link(held_as="read"),
    ]
    assert lines(deadlocks=[cycle, [link()]]) == [
        "",
        "DEADLOCK: these tasks wait for each other",
        "  task 'baker' waits for Lock 'a' at app.py:2 in bake",
        "    held by task 'clerk', acquired at app.py:1 in bake",
        "  task 'baker' waits for Lock 'a'",
        "    behind task 'clerk', acquired at app.py:4 in sell",
        "  task 'baker' waits for Lock 'a'",
        "    held by task 'clerk'",
        "",
        "DEADLOCK: these tasks wait for each other",
        "  task 'baker' waits for Lock 'a'",
        "    held by task 'clerk'",
    ]


def test_a_deadlock_that_is_raised() -> None:
    cycle = (
        Link("baker", "Lock 'a'", "acquire", "app.py:2", "clerk", "acquire", "app.py:1", 1, 1, 2),
        Link("clerk", "RWLock 'b'", "write", "app.py:4", "cook", "read", "app.py:3", 2, 2, 3),
        Link("cook", "RWLock 'c'", "read", None, "waiter", "write", None, 3, 3, 4),
        Link("waiter", "RWLock 'd'", "read", "app.py:7", "baker", "line", "app.py:8", 4, 4, 1),
    )
    deadlock = Deadlock(cycle)
    assert deadlock.cycle is cycle
    assert deadlock.args == Deadlock(cycle=cycle).args == (cycle,)
    assert str(deadlock).splitlines() == [
        "these tasks wait for each other:",
        "  task 'baker' waits to acquire Lock 'a' at app.py:2,"
        " which task 'clerk' holds, acquired at app.py:1",
        "  task 'clerk' waits to write RWLock 'b' at app.py:4,"
        " which task 'cook' holds to read, acquired at app.py:3",
        "  task 'cook' waits to read RWLock 'c', which task 'waiter' holds to write",
        "  task 'waiter' waits to read RWLock 'd' at app.py:7,"
        " behind task 'baker', which is in line before it at app.py:8",
    ]


def test_who_holds_and_who_waits() -> None:
    holds = [
        hold(),
        hold(mode="read", ended=True),
        hold(mode="write", task=None),
        hold(task=None, where=None),
    ]
    waits = [
        wait(),
        wait(2, mode="get", age=0.5, where="app.py:3 in sell", deadline=12.34567),
        wait(3, task=None, where="app.py:3"),
        wait(4, task=None),
    ]
    each = primitive("Lock 'a'", "app.py:9", holds=holds, waits=waits, statistics={"locked": True})
    assert lines(primitives=[each]) == [
        "",
        "Lock 'a' of toro_sim: locked, made at app.py:9",
        "  held by task 'baker' for 2 s, acquired at app.py:1",
        "  read by task 'baker', which has ended for 2 s, acquired at app.py:1",
        "  written by no task for 2 s, acquired at app.py:1",
        "  held by somebody for 2 s",
        "  1. task 'clerk' waits",
        "  2. task 'clerk' waits to get for 500 ms, called at app.py:3 in sell, deadline 12.346",
        "  3. no task waits, called at app.py:3",
        "  4. somebody waits",
    ]


@pytest.mark.parametrize("busy", ["locked", "size", "unfinished_tasks"])
def test_what_is_in_use_without_being_held(busy: str) -> None:
    each = primitive("Queue 'jobs'", statistics={busy: 1})
    assert len(lines(primitives=[each])) == 2
    assert lines(primitives=[primitive("Queue 'jobs'", statistics={busy: 0})]) == []


def test_what_is_held_is_in_use() -> None:
    assert len(lines(primitives=[primitive("Semaphore 'doors'", holds=[hold()])])) == 3


def test_a_state_is_told_in_words() -> None:
    statistics = {
        "locked": False, "is_set": True, "writing": False, "max_readers": None, "tasks_waiting": 0,
        "peak_size": 3, "lock": {"locked": True}, "unfinished_tasks": 2,
    }  # fmt: skip
    assert lines(primitives=[primitive("Queue 'jobs'", statistics=statistics)]) == [
        "",
        "Queue 'jobs' of toro_sim: unlocked, is set, peak size 3, unfinished tasks 2",
    ]


def test_warnings_and_faults() -> None:
    findings = [{"kind": "order", "text": "one\ntwo"}, {"kind": "queue", "text": "dropped"}]
    assert lines(findings=findings, errors=2, last_error="KeyError: 3") == [
        "",
        "Warnings so far:",
        "  order: one",
        "  two",
        "  queue: dropped",
        "",
        "Faults within insight: 2, the last KeyError: 3",
    ]


def test_counts() -> None:
    assert [counted(number, "wait") for number in (0, 1, 2)] == ["0 waits", "1 wait", "2 waits"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.0, "0 us"), (1e-7, "0.1 us"), (0.000999, "999 us"), (0.001, "1 ms"), (0.0123456, "12.3 ms"),
     (0.999, "999 ms"), (1.0, "1 s"), (12.3456, "12.3 s"), (1234.0, "1.23e+03 s")],
)  # fmt: skip
def test_durations(seconds: float, words: str) -> None:
    assert duration(seconds) == words
