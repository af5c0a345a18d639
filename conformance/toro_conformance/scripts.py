"""Scripts of several steps in one instant, and whether some order explains what was seen.

A script is a list of instants, an instant a list of steps::

    [
        [("start", "a", "acquire", None)],
        [("start", "b", "acquire", 1.0)],
        [("release",), ("cancel", "a"), ("tick", 1.0)],
    ]

All steps of an instant are taken by one task without a pause, then everything
settles.  Calls happen where they stand.  A cancellation or the end of a time may
reach its waiter there or at any later point of the same instant: loops differ in
that, and one loop differs from itself.  So a run is judged by asking whether there
is an order of these that leads to what was seen; every such order is kept as a
state the next instant may begin in.
"""

from __future__ import annotations

import collections
import itertools
import math
import random
from collections.abc import Iterator
from typing import Any

from toro_conformance.models import MODELS, Model, Step
from toro_conformance.world import Operation, World

Script = list[list[Step]]


class Player:
    """Plays a script on an object and keeps every explanation of what it has seen so far."""

    def __init__(self, t: World, kind: str, arguments: tuple[Any, ...] = ()) -> None:
        self.t = t
        self.kind = kind
        self.thing: Any = getattr(t.toro, kind)(*self._defaults(kind, arguments))
        self.explanations: list[Model] = [MODELS[kind](t.driver.undoes_grants, *arguments)]
        self.operations: dict[str, Operation] = {}
        self.deadlines: dict[str, float] = {}
        self.script: Script = []
        self.held: collections.Counter[str] = collections.Counter()
        self._counted: set[str] = set()

    @staticmethod
    def _defaults(kind: str, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
        return arguments or {"Semaphore": (0,), "BoundedSemaphore": (2,), "RWLock": (2,)}.get(
            kind, ()
        )

    def waiting(self) -> list[str]:
        """The names of those who wait."""
        return [name for name, operation in self.operations.items() if operation.waiting]

    async def play(self, script: Script) -> None:
        for instant in script:
            await self.instant(instant)

    async def leave(self) -> None:
        """Cancel everyone who still waits."""
        await self.instant([("cancel", name) for name in self.waiting()])
        assert self.waiting() == []

    async def instant(self, steps: list[Step]) -> None:
        """Take the steps in one instant, let everything settle, and explain what is seen."""
        self.script.append(steps)
        before = self.waiting()
        told = [self._take(step) for step in steps]
        expiring = [name for name in before if self.deadlines.get(name, math.inf) <= self.t.now()]
        await self.t.settle()
        self._explain(steps, told, expiring)
        self._count_holders(steps, told)

    def _take(self, step: Step) -> str | None:
        verb, *rest = step
        if verb == "start":
            name, method, timeout = rest
            if timeout is not None:
                self.deadlines[name] = self.t.now() + timeout
            self.operations[name] = self.t.start(getattr(self.thing, method), timeout=timeout)
        elif verb == "cancel":
            self.operations[rest[0]].cancel()
        elif verb == "tick":
            self.t.driver.tick(rest[0])
        else:
            return self._call(verb, rest)
        return None

    def _call(self, method: str, arguments: list[Any]) -> str:
        try:
            getattr(self.thing, method)(*arguments)
        except self.t.toro.WouldBlock:
            return "WouldBlock"
        except Exception as error:
            return type(error).__name__
        return "ok"

    def _count_holders(self, steps: list[Step], told: list[str | None]) -> None:
        """What is held for certain, so that a script releases nothing that is not."""
        for name, operation in self.operations.items():
            if operation.returned and name not in self._counted:
                self._counted.add(name)
                self.held[operation.label] += 1
        for step, answer in zip(steps, told, strict=True):
            if answer == "ok" and step[0].endswith("_nowait"):
                self.held[step[0].removesuffix("_nowait")] += 1
            elif answer == "ok" and step[0].startswith("release"):
                self.held[step[0].replace("release", "acquire")] -= 1

    def _seen(self) -> dict[str, str]:
        seen = {}
        for name, operation in self.operations.items():
            expired = operation.raised(self.t.toro.Timeout)
            seen[name] = "expired" if expired else operation.state
        return seen

    def _explain(self, steps: list[Step], told: list[str | None], expiring: list[str]) -> None:
        seen = self._seen()
        survivors = {
            repr(model): model
            for model in outcomes(self.explanations, steps, told, expiring)
            if model.outcome == seen
        }
        assert survivors, (
            f"no order explains what was seen\n"
            f"object: {self.kind}; played: {self.script}\n"
            f"seen: {seen}; told: {told}\n"
            f"before: {self.explanations}"
        )
        self.explanations = list(survivors.values())
        lengths = {len(model.line) for model in self.explanations}
        assert self.thing.statistics().tasks_waiting in lengths, (self.script, str(self.thing))


def outcomes(
    before: list[Model], steps: list[Step], told: list[str | None], expiring: list[str]
) -> list[Model]:
    """The states that some order of these steps leads to, given what the calls answered."""
    states: dict[str, _State] = {}
    for model in before:
        _add(states, model.clone(), ())
    for step, answer in zip(steps, told, strict=True):
        states = _departures(states)
        following: dict[str, _State] = {}
        for model, pending in states.values():
            if step[0] == "cancel":
                _add(following, model, (*pending, (step[1], "cancelled")))
            elif step[0] == "tick":
                _add(following, model, (*pending, *((name, "expired") for name in expiring)))
            elif step[0] == "start":
                model.start(step[1], step[2])
                _add(following, model, pending)
            elif model.call(step) == answer:
                _add(following, model, pending)
        states = following
    finished = [model for model, pending in _departures(states).values() if not pending]
    for model in finished:
        model.settle()
    return finished


_Pending = tuple[tuple[str, str], ...]
_State = tuple[Model, _Pending]


def _add(states: dict[str, _State], model: Model, pending: _Pending) -> bool:
    key = repr((model, sorted(pending)))
    if key in states:
        return False
    states[key] = (model, pending)
    return True


def _departures(states: dict[str, _State]) -> dict[str, _State]:
    """These states, and those in which some who are about to leave have left, in any order."""
    found: dict[str, _State] = {}
    todo = list(states.values())
    while todo:
        model, pending = todo.pop()
        if _add(found, model.clone(), pending):
            for departure in pending:
                gone = model.clone()
                gone.leave(*departure)
                todo.append((gone, tuple(other for other in pending if other != departure)))
    return found


class Author:
    """Writes scripts at random, always the same ones for the same seed."""

    def __init__(self, player: Player, seed: int) -> None:
        self.player = player
        self.random: random.Random = random.Random(f"{player.kind} {seed}")
        self.names: Iterator[str] = (
            f"{letter}{number}" for number in itertools.count() for letter in "abcdefgh"
        )
        self.model: type[Model] = MODELS[player.kind]

    async def play(self, instants: int) -> None:
        for _ in range(instants):
            if len(self.player.waiting()) < self.random.randint(1, 5):
                await self.player.instant([self.newcomer()])
            else:
                await self.player.instant(self.burst())

    def newcomer(self) -> Step:
        timeout = self.random.choice([None, None, 1.0, 2.0])
        return ("start", next(self.names), self.random.choice(self.model.operations), timeout)

    def burst(self) -> list[Step]:
        waiting = self.player.waiting()
        steps: list[Step] = []
        held = self.player.held.copy()
        for _ in range(self.random.randint(1, 3)):
            step = self.random.choice(self.model.steps)
            what = step[0].replace("release", "acquire")
            if what == step[0] or self.model.free_release or held[what] > 0:
                held[what] -= 1
                steps.append(step)
        departures = self.random.sample(
            waiting, min(len(waiting), self.random.choice([0, 1, 1, 2]))
        )
        steps += [("cancel", name) for name in departures]
        self.random.shuffle(steps)
        if self.random.random() < 0.2:
            steps.insert(self.random.randrange(len(steps) + 1), ("tick", 1.0))
        return steps
