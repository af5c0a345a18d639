"""Event, AsyncResult and the Condition without a lock."""

from __future__ import annotations

from typing import Any

import spec
from spec import Fate

from toro_core.machines import AsyncResult, Condition, Event

from .base import Key, Move, Pair
from .lines import LineModel, Numbers, Operation


def nobody(spec: Any) -> list[Any]:
    """What a signal gives is nobody's loss, so nobody is owed anything."""
    return []


def event(clients: int) -> LineModel:
    return LineModel(
        f"Event, {clients} clients",
        clients,
        Event,
        spec.EventSpec,
        fields=["flag"],
        spec_fields=["is_set"],
        operations={
            "set": Operation(lambda m: m.set(), lambda s: s.set(), helps=True),
            "clear": Operation(lambda m: m.clear(), lambda s: s.clear()),
        },
        looks=[(lambda m: m.busy(), lambda s: bool(s.waiting))],
        owed=nobody,
    )


ERROR = LookupError("the result of the exploration")
VALUE = "value"


class AsyncResultModel(LineModel):
    """Its numbers say what arrived, if anything: value or error."""

    def numbers(self, machine: Any) -> Numbers:
        if machine.error is ERROR:
            return (machine.ready, "error")
        return (machine.ready, machine.value)

    def spec_numbers(self, spec: Any) -> Numbers:
        if spec.outcome is None:
            return (False, None)
        return (True, "error" if spec.outcome.fate is Fate.REFUSED else spec.outcome.value)

    def set_numbers(self, pair: Pair, numbers: Numbers) -> None:
        ready, what = numbers
        pair.machine.ready = ready
        if what == "error":
            pair.machine.error = ERROR
            pair.spec.outcome = spec.Settled(None, Fate.REFUSED, ERROR)
        elif ready:
            pair.machine.value = what
            pair.spec.outcome = spec.Settled(None, Fate.GRANTED, what)

    def moves(self, key: Key) -> list[Move]:
        """An adapter does not let a result be set twice."""
        ready = key[0][0]
        return [move for move in super().moves(key) if not (ready and move[0] == "do")]


def async_result(clients: int) -> LineModel:
    return AsyncResultModel(
        f"AsyncResult, {clients} clients",
        clients,
        AsyncResult,
        spec.AsyncResultSpec,
        operations={
            "set": Operation(lambda m: m.set(VALUE), lambda s: s.set(VALUE), helps=True),
            "set_exception": Operation(
                lambda m: m.set_exception(ERROR), lambda s: s.set(ERROR, Fate.REFUSED), helps=True
            ),
        },
        looks=[(lambda m: m.busy(), lambda s: bool(s.waiting))],
        owed=nobody,
    )


def owed_by_one(spec: Any) -> list[Any]:
    """Those who must pass their notification on if they do not use it."""
    return [person for person in spec.promised if person.name not in spec.told_all]


def condition(clients: int) -> LineModel:
    return LineModel(
        f"Condition, {clients} clients",
        clients,
        Condition,
        spec.ConditionSpec,
        operations={
            "notify": Operation(lambda m: m.notify(), lambda s: s.notify(), helps=True),
            "notify two": Operation(lambda m: m.notify(2), lambda s: s.notify(2), helps=True),
            "notify none": Operation(lambda m: m.notify(0), lambda s: s.notify(0)),
            "notify all": Operation(lambda m: m.notify_all(), lambda s: s.notify_all(), helps=True),
        },
        owed=owed_by_one,
    )
