"""The small exploration, and that an exploration finds what there is to find."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from toro_core import State, Waiter
from toro_core._statistics import lines
from toro_core.machines import Lock, Queue, RWLock
from verification import configurations
from verification.explore import KEPT
from verification.models import (
    FIFO,
    NO,
    Disagreement,
    Key,
    LineModel,
    Move,
    QueueModel,
    Step,
    lock,
    rwlock,
    semaphore,
)
from verification.models.base import PROMPT, TWO_STEP, Pair
from verification.search import explore

COUNTS = json.loads(KEPT.read_text())


@pytest.mark.parametrize(
    "model", [make() for make in configurations.SMALL], ids=lambda model: model.name
)
def test_every_state_is_as_specified_and_leads_back_to_rest(model: Any) -> None:
    figures = explore(model)
    assert figures._asdict() == COUNTS[model.name]
    assert figures.stuck == 0


def with_husks(build: Callable[[Key], Pair]) -> Callable[[Key], Pair]:
    """The same states, but behind each in line there is one who has left: as many as it keeps."""

    def built(key: Key) -> Pair:
        pair = build(key)
        owners = [pair.machine, getattr(pair.machine, "lock", None)]
        for line in [line for owner in owners for line in lines(owner)]:
            strew(line)
        return pair

    return built


def strew(line: Any) -> None:
    waiting = list(line)
    line.clear()
    for waiter in waiting:
        husk = Waiter()
        husk.state = State.CANCELLED
        line.extend([waiter, husk])
    line.husks = len(waiting)


@pytest.mark.parametrize(
    "model", [make() for make in configurations.SMALL], ids=lambda model: model.name
)
def test_those_who_have_left_make_no_difference(model: Any) -> None:
    model.build = with_husks(model.build)
    assert explore(model)._asdict() == COUNTS[model.name]


def test_a_writer_that_leaves_and_wakes_nobody_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def leave(self: Any, waiter: Any) -> Any:
        admit, self._admit = self._admit, lambda: ()
        try:
            return RWLock.__mro__[1].leave(self, waiter)
        finally:
            self._admit = admit

    class Forgetful(RWLock):  # without slots, so that _admit can be hidden
        pass

    monkeypatch.setattr(Forgetful, "leave", leave, raising=False)
    model = rwlock(3, 2)
    model.make_machine = lambda: Forgetful(2)
    with pytest.raises(Disagreement, match="reached by") as found:
        explore(model)
    assert len(str(found.value).splitlines()) <= 6  # the shortest story there is


def test_a_grant_that_is_lost_when_it_is_cancelled_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Lock, "_undo", lambda self, waiter: None)
    with pytest.raises(Disagreement, match="leave"):
        explore(lock(2))


def test_an_item_given_back_at_the_wrong_end_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def give_back(self: Any, waiter: Any, place: Any) -> None:
        self.store.insert(waiter.value)

    monkeypatch.setattr(Queue, "_give_back", give_back)
    with pytest.raises(Disagreement):
        explore(QueueModel(FIFO, 2, 2, 2))


def test_states_without_a_way_back_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    model = lock(2)
    monkeypatch.setattr(model, "helps", lambda key, verb, args: NO)
    figures = explore(model)
    assert figures.stuck == figures.states - 1


def test_a_way_back_must_exist_whether_a_client_collects_or_leaves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def play(key: Key, move: Move) -> Step:
        step = LineModel.play(model, key, move)
        return step._replace(helps=NO) if move[0] == "leave" else step

    model = lock(2)
    monkeypatch.setattr(model, "play", play)
    assert explore(model).stuck > 0


def test_how_many_states_there_would_be_with_those_about_to_leave() -> None:
    """Each with a place in line is marked or not; of those alike, so many are."""
    model = semaphore(3, 2, 2)
    one, two = (TWO_STEP, 0), (PROMPT, 0)
    assert model.marked(((0,), (one, two, one), (), (0, 0))) == 4
    assert model.marked(((0,), (one,), (one, one), (0, 0))) == 2 * 3


def test_progress_is_told() -> None:
    told = []
    figures = explore(lock(3), lambda states, transitions: told.append((states, transitions)))
    assert told[-1] == (figures.states, figures.transitions)
