"""Every short life of a Future of Tornado; and what is found where a promise is broken."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from toro_core.machines import Machine, Monitor
from toro_tornado._hold_place import HoldPlace
from toro_tornado._monitor_place import MonitorPlace
from toro_tornado._place import Place
from verification.futures.search import search
from verification.futures.worlds import WORLDS

# By depth.  A number of states that changes is a failure, whichever way.
STATES = {
    "lock": (5, 707),
    "semaphore": (4, 286),
    "bounded": (4, 286),
    "read": (4, 692),
    "written": (4, 582),
    "queue": (5, 816),
    "condition": (5, 757),
}


def test_every_world_is_searched() -> None:
    assert STATES.keys() == WORLDS.keys()


@pytest.mark.parametrize("name", STATES)
def test_no_life_of_a_future_breaks_a_promise(name: str) -> None:
    depth, states = STATES[name]
    result = search(name, depth)
    assert result.error is None, str(result)
    assert result.states == states


def grants_are_never_handed_on(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Place, "give_up", lambda self, sleeper: None)


def a_look_takes_it_from_those_who_await_it(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Place, "_look", Place._see)


def what_nobody_has_seen_is_kept(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(HoldPlace, "_is_unseen", lambda self: False)


def it_is_done_at_the_grant(patch: pytest.MonkeyPatch) -> None:
    settle = Place.settle

    def settle_at_once(self: Place) -> Any:
        settled = settle(self)
        if self._home is None and not asyncio.Future.done(self):
            asyncio.Future.set_result(self, self._answer())
        return settled

    patch.setattr(Place, "settle", settle_at_once)


def who_leaves_lets_nobody_in(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Machine, "_admit", lambda self: ())


def a_monitor_keeps_who_is_cancelled(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(MonitorPlace, "_withdraw", lambda self: None)


def a_notification_ends_with_who_is_cancelled(patch: pytest.MonkeyPatch) -> None:
    leave = Monitor.leave

    def leave_and_keep(self: Monitor, waiter: Any) -> Any:
        with pytest.MonkeyPatch.context() as other:
            other.setattr(Monitor, "_notify_first", lambda self, line: ())
            return leave(self, waiter)

    patch.setattr(Monitor, "leave", leave_and_keep)


@pytest.mark.parametrize(
    ("broken", "name", "depth"),
    [
        (grants_are_never_handed_on, "lock", 4),
        (a_look_takes_it_from_those_who_await_it, "lock", 5),
        (what_nobody_has_seen_is_kept, "read", 3),
        (it_is_done_at_the_grant, "lock", 5),
        (it_is_done_at_the_grant, "queue", 5),
        (who_leaves_lets_nobody_in, "written", 4),
        (a_monitor_keeps_who_is_cancelled, "condition", 4),
        (a_notification_ends_with_who_is_cancelled, "condition", 6),
    ],
)
def test_what_is_broken_is_found(
    monkeypatch: pytest.MonkeyPatch,
    broken: Callable[[pytest.MonkeyPatch], None],
    name: str,
    depth: int,
) -> None:
    broken(monkeypatch)
    result = search(name, depth)
    assert result.error is not None
    assert len(result.path) > depth  # the end is told too


def test_the_shortest_sequence_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    grants_are_never_handed_on(monkeypatch)
    first, again = (str(search("lock", depth=4)) for _ in range(2))
    assert first == again
    assert first.split("\n    ") == [
        "AssertionError: it was cancelled, and is brought",
        "start acquire",
        "start acquire",
        "sleep on 1",
        "run a callback",
        "release 0",
        "cancel task 1 0",
        "run a callback",
        "ask 0",
        "ask 1",
    ]
