"""Machines with a line and some numbers: everything but the queues and the monitor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from spec import Fate, Settled, Spec
from spec.line import Person

from toro_core._waiter import CANCELLED, GRANTED, NEW, WAITING, Waiter
from toro_core.machines import Line, Machine

from .base import (
    NO,
    PROMPT,
    TWO_STEP,
    YES,
    Code,
    Disagreement,
    Key,
    Model,
    Move,
    Pair,
    Step,
    as_settled,
    attempt,
    late_signals,
    markings,
    waiters_in,
)

Numbers = tuple[Any, ...]
Look = Callable[[Any], Any]


class Request:
    """What a client may ask for: in the machine's words, in the specification's."""

    def __init__(self, machine: Any = None, spec: Any = None, *, holds: bool = False) -> None:
        self.machine, self.spec = machine, spec
        self.holds = holds  # is it a thing that is held until it is released?


class Operation:
    """What somebody may do who does not wait.

    *takes* is the request whose thing the caller then holds; *gives* the one whose
    thing the caller held before, unless rude.
    """

    def __init__(
        self,
        machine: Look,
        spec: Look,
        *,
        takes: int | None = None,
        gives: int | None = None,
        helps: bool = False,
    ) -> None:
        self.machine, self.spec = machine, spec
        self.takes, self.gives = takes, gives
        self.helps = helps


class LineModel(Model):
    """A state is (numbers, line, promised, holders).

    *numbers* are the fields of the machine, *line* and *promised* hold a code for
    each client, (way, request); *holders* counts those who hold something, by
    request.
    """

    def __init__(
        self,
        name: str,
        clients: int,
        machine: Callable[[], Machine],
        spec: Callable[[], Spec],
        *,
        fields: Sequence[str] = (),
        spec_fields: Sequence[str] | None = None,
        requests: Sequence[Request] = (Request(),),
        operations: dict[str, Operation],
        looks: Sequence[tuple[Look, Look]] = (),
        owed: Callable[[Any], list[Any]] = lambda spec: spec.promised,
        within: Callable[[Key], bool] = lambda key: True,
        rest: Callable[[Numbers], bool] = lambda numbers: True,
    ) -> None:
        self.name, self.clients = name, clients
        self.make_machine, self.make_spec = machine, spec
        self.fields, self.spec_fields = fields, fields if spec_fields is None else spec_fields
        self.requests, self.operations = requests, operations
        self.looks: list[tuple[Look, Look]] = [
            (lambda m: m.waiting, lambda s: len(s.waiting)),
            *looks,
        ]
        self.owed = owed  # whose promise can be given back
        self.within = within
        self.rest = rest

    # States.

    def start(self) -> Key:
        return (self.numbers(self.make_machine()), (), (), (0,) * len(self.requests))

    def at_rest(self, key: Key) -> bool:
        numbers, line, promised, holders = key
        return not line and not promised and not any(holders) and self.rest(numbers)

    def marked(self, key: Key) -> int:
        _, line, promised, _ = key
        return markings([way for way, _ in line], promised)

    def build(self, key: Key) -> Pair:
        numbers, line, promised, holders = key
        pair = Pair(self.make_machine(), self.make_spec())
        self.set_numbers(pair, numbers)
        for code in line:
            waiter, person = self.client(pair, code)
            waiter.state = WAITING
            self.line_of(pair.machine, code).append(waiter)
            pair.spec.waiting.append(person)
        for code in promised:
            waiter, person = self.client(pair, code)
            waiter.state = GRANTED
            self.promise(pair.machine, waiter)
            pair.spec.promised.append(person)
        pair.holders = list(holders)
        return pair

    def numbers(self, machine: Any) -> Numbers:
        return tuple([getattr(machine, field) for field in self.fields])

    def spec_numbers(self, spec: Any) -> Numbers:
        return tuple([getattr(spec, field) for field in self.spec_fields])

    def set_numbers(self, pair: Pair, numbers: Numbers) -> None:
        for field, spec_field, number in zip(self.fields, self.spec_fields, numbers, strict=True):
            setattr(pair.machine, field, number)
            setattr(pair.spec, spec_field, number)

    def client(self, pair: Pair, code: Code) -> tuple[Waiter, Person]:
        waiter = pair.client(code)
        request = self.requests[code[1]]
        waiter.request = request.machine
        return waiter, Person(waiter.handle, request.spec, waiter.prompt)

    def line_of(self, machine: Any, code: Code) -> Line:
        if machine.line is None:
            machine.line = Line()
        line: Line = machine.line
        return line

    def promise(self, machine: Any, waiter: Waiter) -> None:
        if machine.promised is None:
            machine.promised = {}
        machine.promised[waiter] = None

    def names_promised(self, machine: Any) -> list[Any]:
        return [waiter.handle for waiter in getattr(machine, "promised", None) or ()]

    def names_in_line(self, machine: Any) -> list[Any]:
        return [waiter.handle for waiter in waiters_in(machine.line)]

    def names_in_spec(self, spec: Spec) -> list[Any]:
        return [person.name for person in spec.waiting]

    def compare(self, pair: Pair) -> Key:
        """The state that both are in now."""
        machine, spec, codes = pair.machine, pair.spec, pair.codes
        numbers = self.numbers(machine)
        line = self.names_in_line(machine)
        promised = self.names_promised(machine)
        said = (
            self.spec_numbers(spec),
            self.names_in_spec(spec),
            [person.name for person in self.owed(spec)],
        )
        if (numbers, line, promised) != said:
            raise Disagreement(f"is {(numbers, line, promised)}, should be {said}")
        return (
            numbers,
            tuple([codes[name] for name in line]),
            tuple(sorted([codes[name] for name in promised])),
            tuple(pair.holders),
        )

    def look(self, key: Key) -> None:
        pair = self.build(key)
        for number, (look, spec_look) in enumerate(self.looks):
            seen, said = look(pair.machine), spec_look(pair.spec)
            if seen != said:
                raise Disagreement(f"look {number} shows {seen!r}, should show {said!r}")
        self.expire_too_late(pair)
        if self.compare(pair) != key:
            raise Disagreement("looking has changed it")

    def expire_too_late(self, pair: Pair) -> None:
        for waiter in pair.waiters:
            if waiter.state is GRANTED and pair.machine.expire(waiter):
                raise Disagreement(f"{waiter} was granted before it expired")

    # Moves.

    def moves(self, key: Key) -> list[Move]:
        _, line, promised, holders = key
        moves: list[Move] = []
        if len(line) + len(promised) + sum(holders) < self.clients:
            moves += [
                ("enter", request, way)
                for request in range(len(self.requests))
                for way in (TWO_STEP, PROMPT)
            ]
            moves += [
                ("do", name) for name, each in self.operations.items() if each.takes is not None
            ]
        moves += [("do", name) for name, each in self.operations.items() if each.takes is None]
        moves += [
            ("release", name)
            for name, operation in self.operations.items()
            if operation.gives is not None and holders[operation.gives]
        ]
        for name in range(len(line)):
            moves += [("expire", name), ("leave", name)]
        for name, code in enumerate(promised, start=len(line)):
            if code in promised[: name - len(line)]:
                continue  # as good as the one before
            moves += [("leave", name), ("collect", name)]
        return moves

    def play(self, key: Key, move: Move) -> Step:
        verb, *args = move
        pair = self.build(key)
        if verb == "enter":
            self.enter(pair, *args)
        elif verb in ("do", "release"):
            self.operate(pair, self.operations[args[0]], rude=verb == "do")
        else:
            self.end(pair, verb, *args)
        after = self.compare(pair)
        return Step(after, self.helps(key, verb, args)) if self.within(after) else Step(key, NO)

    def helps(self, key: Key, verb: str, args: list[Any]) -> int:
        if verb == "release" or (verb == "do" and self.operations[args[0]].helps):
            return YES  # not so to release what somebody else holds
        promised = verb in ("collect", "leave") and args[0] >= len(key[1])
        return int(args[0]) if promised else NO

    def enter(self, pair: Pair, request: int, way: int) -> None:
        waiter, person = self.client(pair, (way, request))
        waiter.state = NEW
        settled = pair.machine.enter(waiter)
        self.settle(pair, settled, pair.spec.enter(*person[:2], prompt=person.prompt))

    def operate(self, pair: Pair, operation: Operation, *, rude: bool) -> None:
        if not rude and operation.gives is not None:
            pair.holders[operation.gives] -= 1
        result, said = attempt(operation.machine, pair.machine), attempt(operation.spec, pair.spec)
        if isinstance(said, list) and isinstance(result, tuple):
            self.settle(pair, result, said)
        elif type(result) is not type(said) or (isinstance(said, bool) and result is not said):
            raise Disagreement(f"gave {result!r}, should give {said!r}")
        elif said is True and operation.takes is not None:
            pair.holders[operation.takes] += 1

    def end(self, pair: Pair, verb: str, name: int) -> None:
        """A client's wait comes to an end, or is told that it should."""
        machine, spec, waiter = pair.machine, pair.spec, pair.waiters[name]
        if verb == "expire":
            self.settle(pair, machine.expire(waiter), spec.expire(name))
        elif verb == "collect":
            self.settle(pair, machine.collect(waiter), spec.collect(name))
            self.hold(pair, name)
            late_signals(machine, waiter)
        else:
            self.settle(pair, machine.leave(waiter), spec.leave(name))
            if waiter.state is not CANCELLED:
                raise Disagreement(f"{waiter} has left and does not say so")
            late_signals(machine, waiter)

    def settle(self, pair: Pair, waiters: Any, said: list[Settled]) -> None:
        if (settled := as_settled(waiters)) != said:
            raise Disagreement(f"settled {settled}, should settle {said}")
        for waiter, each in zip(waiters, said, strict=True):
            if waiter.state is not GRANTED:
                late_signals(pair.machine, waiter)
            if waiter.prompt and each.fate is Fate.GRANTED:
                self.hold(pair, waiter.handle)

    def hold(self, pair: Pair, name: int) -> None:
        request = pair.codes[name][1]
        if self.requests[request].holds:
            pair.holders[request] += 1
