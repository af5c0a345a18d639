"""What statistics tell: who waits in which line, in which order, and what goes into JSON."""

from __future__ import annotations

import json
import math
from typing import Any, NamedTuple

import pytest

from toro_core import Waiter, _statistics, records
from toro_core.machines import (
    GET,
    JOIN,
    READ,
    WATCH,
    WRITE,
    Event,
    Lock,
    Machine,
    Put,
    Queue,
    RWLock,
    Semaphore,
)


class Task(NamedTuple):
    name: Any


def told(machine: Machine) -> list[tuple[int, str]]:
    return [(record.place, record.request) for record in _statistics.waiters(machine)]


def full_queue(*requests: Any) -> Queue:
    queue = Queue(1)
    queue.try_put("x")
    for request in requests:
        queue.enter(Waiter(None, request))
    return queue


def test_nobody_waits_for_what_is_new() -> None:
    for machine in (Lock(), Semaphore(1), RWLock(1), Event(), Queue(1)):
        assert _statistics.waiters(machine) == ()


def test_each_line_is_told_by_itself_and_its_places_begin_with_one() -> None:
    queue = full_queue(Put("y"), JOIN, Put("z"), JOIN)
    assert told(queue) == [(1, "put"), (2, "put"), (1, "join"), (2, "join")]
    semaphore = Semaphore(0)
    for request in (WATCH, None, WATCH, None):
        semaphore.enter(Waiter(None, request))
    assert told(semaphore) == [(1, "acquire"), (2, "acquire"), (1, "watch"), (2, "watch")]


def test_a_request_is_told_by_its_name() -> None:
    queue = Queue(1)
    queue.enter(Waiter(None, GET))
    assert told(queue) == [(1, "get")]
    lock = RWLock(1)
    lock.try_acquire_write()
    lock.enter(Waiter(None, READ))
    lock.enter(Waiter(None, WRITE))
    assert told(lock) == [(1, "read"), (2, "write")]


def test_who_asks_for_nothing_in_particular_acquires_or_waits() -> None:
    lock, event, other = Lock(), Event(), Event()
    lock.try_acquire()
    lock.enter(Waiter())
    event.enter(Waiter())
    other.enter(Waiter(None, "something else"))
    assert told(lock) == [(1, "acquire")]
    assert told(event) == told(other) == [(1, "wait")]


def test_who_has_left_has_no_place() -> None:
    waiters = [Waiter(deadline=float(number)) for number in range(4)]
    event = Event()
    for waiter in waiters:
        event.enter(waiter)
    event.leave(waiters[1])
    records = _statistics.waiters(event)
    assert [(record.place, record.deadline) for record in records] == [(1, 0.0), (2, 2.0), (3, 3.0)]


def test_a_handle_that_has_a_name_is_a_task() -> None:
    event = Event()
    for handle in (Task("a"), Task(7), "a letter", None):
        event.enter(Waiter(handle))
    records = _statistics.waiters(event)
    assert [record.task for record in records] == ["a", None, None, None]
    assert [record.age for record in records] == [None] * 4


def test_nobody_knows_holders_and_peaks_without_insight() -> None:
    assert _statistics.holders(Lock()) == ()
    assert _statistics.peak_size(Queue(1)) is None


class Watching:
    """Insight, as far as statistics ask it."""

    def task_and_age(self, waiter: Waiter) -> tuple[str | None, float | None]:
        return (None, None) if waiter.handle == Task("unknown") else ("seen", 1.5)

    def holders(self, primitive: object) -> tuple[Any, ...]:
        return ("holder of", primitive)

    def peak_size(self, queue: object) -> Any:
        return ("peak of", queue)


def test_insight_knows_tasks_ages_holders_and_peaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_statistics, "insight", Watching())
    event = Event()
    for name in ("a", "unknown"):
        event.enter(Waiter(Task(name)))
    records = _statistics.waiters(event)
    assert [(record.task, record.age) for record in records] == [("seen", 1.5), ("unknown", None)]
    assert _statistics.holders(event) == ("holder of", event)  # type: ignore[comparison-overlap]
    assert _statistics.peak_size(event) == ("peak of", event)  # type: ignore[comparison-overlap]


def test_records_can_be_had_from_there_and_nothing_else_can() -> None:
    for name in _statistics.__all__:
        assert getattr(_statistics, name) is getattr(records, name)
    name = "NoSuchRecord"
    with pytest.raises(AttributeError, match=rf"module 'toro_core\._statistics' .* '{name}'"):
        getattr(_statistics, name)


def filled(kind: Any) -> Any:
    """A record with something in each field."""
    return kind(*[f"the {name}" for name in kind._fields])


@pytest.mark.parametrize("name", records.__all__)
def test_a_record_becomes_a_dictionary_of_its_fields(name: str) -> None:
    record = filled(getattr(records, name))
    assert record.to_dict() == record._asdict()
    assert list(record.to_dict()) == list(record._fields)


def test_records_within_a_record_become_dictionaries_too() -> None:
    waiter, holder = filled(records.WaiterRecord), filled(records.HolderRecord)
    lock = records.LockStatistics(True, 1, (waiter,), (holder, holder))
    condition = records.ConditionStatistics(2, True, lock, (waiter, waiter))
    assert condition.to_dict() == {
        "tasks_waiting": 2,
        "locked": True,
        "lock_statistics": {
            "locked": True,
            "tasks_waiting": 1,
            "waiters": [waiter._asdict()],
            "holders": [holder._asdict(), holder._asdict()],
        },
        "waiters": [waiter._asdict(), waiter._asdict()],
    }


@pytest.mark.parametrize(
    ("deadline", "plain"),
    [(1.5, 1.5), (math.inf, "inf"), (-math.inf, "-inf"), (math.nan, "nan"), (None, None), (3, 3)],
)
def test_numbers_are_fit_for_json(deadline: Any, plain: Any) -> None:
    record = records.WaiterRecord(1, "get", deadline, None, None)
    assert record.to_dict()["deadline"] == plain
    assert json.loads(json.dumps(record.to_dict(), allow_nan=False)) == record.to_dict()
