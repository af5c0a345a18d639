"""Monitor: the condition with a lock, explored together with that lock.

A state is (held, line, lock line, promised, arrived, holders):

* *line*: those who wait to be told, by way;
* *lock line*: those who want the lock, (LOCK, way), and those who come back, (BACK,
  way) if they were told and (GONE, way) if they left, expired or all were told;
* *promised*: those who were granted the lock and have not collected it, by way;
* *arrived*: those told who have the lock again and have not seen it yet, by way;
* *holders*: how many believe that they hold the lock.
"""

from __future__ import annotations

from typing import Any

from spec import Back, Fate, LockSpec, MonitorSpec, Settled
from spec.line import Person

from toro_core._waiter import COLLECTED, EXPIRED, GRANTED, WAITING, PromptWaiter, Waiter
from toro_core.machines import Line, Lock, Monitor

from .base import (
    NO,
    PROMPT,
    TWO_STEP,
    YES,
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

LOCK = 0
BACK = 1
GONE = 2

HELPFUL = frozenset({"release", "notify all", "visit"})


class MonitorModel(Model):
    def __init__(self, clients: int) -> None:
        self.name = f"Condition with a lock, {clients} clients"
        self.clients = clients

    # States.

    def start(self) -> Key:
        return (False, (), (), (), (), 0)

    def at_rest(self, key: Key) -> bool:
        return key == self.start()

    def marked(self, key: Key) -> int:
        _, line, lock_line, promised, arrived, _ = key
        may_leave = [way for kind, way in lock_line if kind != GONE]
        return markings([*line, *may_leave], [("lock", way) for way in promised] + [*arrived])

    def build(self, key: Key) -> Pair:
        held, line, lock_line, promised, arrived, holders = key
        lock, lock_spec = Lock(), LockSpec()
        lock.held = lock_spec.held = held
        lock.line = Line()
        pair = Pair(Monitor(lock), MonitorSpec(lock_spec))
        pair.machine.line, pair.machine.promised = Line(), {}
        pair.holders = [holders]
        for way in line:
            waiter = self.client(pair, way, WAITING)
            pair.machine.line.append(waiter)
            pair.spec.line.append(waiter.handle)
        for kind, way in lock_line:
            self.add_to_lock_line(pair, kind, way)
        for way in promised:
            waiter = self.client(pair, way, GRANTED)
            lock.held = waiter
            lock_spec.promised.append(Person(waiter.handle, None, False))
        for way in arrived:
            waiter = self.tell(pair, way)
            waiter.value.state = COLLECTED
        return pair

    def client(self, pair: Pair, way: int, state: Any) -> Waiter:
        waiter = pair.client((way,))
        waiter.state = state
        return waiter

    def add_to_lock_line(self, pair: Pair, kind: int, way: int) -> None:
        lock, spec = pair.machine.lock, pair.spec.lock
        if kind == LOCK:
            waiter = self.client(pair, way, WAITING)
            lock.line.append(waiter)
            spec.waiting.append(Person(waiter.handle, None, waiter.prompt))
            return
        waiter = self.tell(pair, way) if kind == BACK else self.gone(pair, way)
        waiter.value.state = WAITING
        lock.line.append(waiter.value)
        spec.waiting.append(Person(Back(waiter.handle, True), None, True))

    def tell(self, pair: Pair, way: int) -> Waiter:
        waiter = self.client(pair, way, GRANTED)
        waiter.value = PromptWaiter(waiter.handle)
        pair.machine.promised[waiter] = None
        pair.spec.told.append(waiter.handle)
        return waiter

    def gone(self, pair: Pair, way: int) -> Waiter:
        waiter = self.client(pair, way, EXPIRED)
        waiter.value = PromptWaiter(waiter.handle)
        return waiter

    def compare(self, pair: Pair) -> Key:
        machine, spec = pair.machine, pair.spec
        lock = machine.lock
        coming = {w.value: w for w in pair.waiters if isinstance(w.value, PromptWaiter)}
        wanting = waiters_in(lock.line)
        lock_line = [coming[w].handle if w in coming else w.handle for w in wanting]
        said_line = [
            person.name.name if isinstance(person.name, Back) else person.name
            for person in spec.lock.waiting
        ]
        told = [waiter.handle for waiter in machine.promised or ()]
        seen = (
            bool(lock.held),
            [waiter.handle for waiter in waiters_in(machine.line)],
            lock_line,
            [lock.held.handle] if isinstance(lock.held, Waiter) else [],
            told,
        )
        promised = [person.name for person in spec.lock.promised]
        said = (spec.lock.held, spec.line, said_line, promised, spec.told)
        if seen != said:
            raise Disagreement(f"is {seen}, should be {said}")
        ways = [code[0] for code in pair.codes]
        return (
            bool(lock.held),
            tuple([ways[name] for name in seen[1]]),
            tuple(
                [
                    self.lock_code(pair, name, w in coming)
                    for name, w in zip(lock_line, wanting, strict=True)
                ]
            ),
            tuple(sorted([ways[name] for name in promised])),
            tuple(sorted([ways[name] for name in told if name not in lock_line])),
            pair.holders[0],
        )

    def lock_code(self, pair: Pair, name: int, comes_back: bool) -> tuple[int, int]:
        way = pair.codes[name][0]
        if not comes_back:
            return (LOCK, way)
        if pair.waiters[name].state is GRANTED:
            return (BACK, way)
        return (GONE, TWO_STEP)  # nothing can happen to it but that it gets the lock

    def look(self, key: Key) -> None:
        pair = self.build(key)
        if pair.machine.waiting != len(pair.spec.line):
            raise Disagreement(f"{pair.machine.waiting} wait")

    # Moves.

    def moves(self, key: Key) -> list[Move]:
        _, line, lock_line, promised, arrived, holders = key
        moves: list[Move] = [
            ("notify", 1),
            ("notify", 2),
            ("notify all",),
            ("rude release",),
            ("visit",),
        ]
        present = len(line) + len(lock_line) + len(promised) + len(arrived) + holders
        if present < self.clients:
            moves += [("acquire", TWO_STEP), ("acquire", PROMPT), ("rude wait",)]
        if holders:
            moves += [("wait",), ("release",)]
        for name in range(len(line)):
            moves += [("expire", name), ("leave", name)]
        name = len(line)
        for kind, _ in lock_line:
            if kind == BACK:
                moves += [("expire", name), ("leave", name)]
            elif kind == LOCK:
                moves += [("lock", "leave", name), ("lock", "expire", name)]
            name += 1
        for _ in promised:
            moves += [("lock", "leave", name), ("lock", "collect", name)]
            name += 1
        for _ in arrived:
            moves += [("expire", name), ("leave", name), ("collect", name)]
            name += 1
        return moves

    def play(self, key: Key, move: Move) -> Step:
        pair = self.build(key)
        verb, *args = move
        helps = YES if verb in HELPFUL else NO
        if verb == "lock":
            verb, *args = args
            helps = self.chooses(key, verb, *args)
            self.end(pair, pair.machine.lock, pair.spec.lock, verb, *args)
        elif verb in ("wait", "rude wait"):
            self.wait(pair, rude=verb == "rude wait")
        elif verb == "acquire":
            self.acquire(pair, *args)
        elif verb == "visit":
            self.visit(pair)
        elif args and verb != "notify":
            helps = self.chooses(key, verb, *args)
            self.end(pair, pair.machine, pair.spec, verb, *args)
        else:
            self.operate(pair, verb, *args)
        return Step(self.compare(pair), helps)

    def chooses(self, key: Key, verb: str, name: int) -> int:
        """The client, if it was let in: then it may collect or leave."""
        _, line, lock_line, *_ = key
        return name if verb in ("collect", "leave") and name >= len(line) + len(lock_line) else NO

    def wait(self, pair: Pair, *, rude: bool) -> None:
        waiter = pair.client((TWO_STEP,))
        result = attempt(pair.machine.enter, waiter)
        said = attempt(pair.spec.wait, waiter.handle)
        if not rude:
            pair.holders[0] -= 1
        self.same(pair, result, said)

    def acquire(self, pair: Pair, way: int) -> None:
        waiter = pair.client((way,))
        result = pair.machine.lock.enter(waiter)
        self.same(pair, result, pair.spec.lock.enter(waiter.handle, prompt=waiter.prompt))

    def visit(self, pair: Pair) -> None:
        """Somebody from outside takes the lock if it is free, tells everybody, and goes."""
        taken, said = pair.machine.lock.try_acquire(), pair.spec.lock.acquire_nowait()
        if taken is not said:
            raise Disagreement(f"gave {taken}, should give {said}")
        if said:
            self.operate(pair, "notify all")
            self.operate(pair, "rude release")

    def operate(self, pair: Pair, verb: str, *args: int) -> None:
        name = verb.replace("rude ", "").replace(" ", "_")
        is_release = name == "release"
        machine, spec = (
            (pair.machine.lock, pair.spec.lock) if is_release else (pair.machine, pair.spec)
        )
        if verb == "release":
            pair.holders[0] -= 1
        result = attempt(lambda m: getattr(m, name)(*args), machine)
        self.same(pair, result, attempt(lambda s: getattr(s, name)(*args), spec))

    def end(self, pair: Pair, machine: Any, spec: Any, verb: str, name: int) -> None:
        waiter = pair.waiters[name]
        had_lock = waiter.value is not None and waiter.value.state is COLLECTED
        self.same(pair, getattr(machine, verb)(waiter), getattr(spec, verb)(name))
        if verb != "expire":
            late_signals(machine, waiter)
        if verb == "collect" or (had_lock and verb == "leave"):
            pair.holders[0] += 1

    def same(self, pair: Pair, result: Any, said: Any) -> None:
        if isinstance(said, Exception):
            if type(result) is not type(said):
                raise Disagreement(f"gave {result!r}, should raise {said!r}")
            return
        expected = [
            Settled(self.woken(each.name), each.fate, None) if isinstance(each.name, Back) else each
            for each in said
        ]
        if as_settled(result) != expected:
            raise Disagreement(f"settled {result!r}, should settle {expected}")
        for waiter, each in zip(result, said, strict=True):
            if waiter.prompt and each.fate is Fate.GRANTED and not self.is_told(pair, each.name):
                pair.holders[0] += 1

    def woken(self, back: Back) -> Any:
        """Whose task must be woken: nobody's, if it is awake."""
        return back.name if back.asleep else None

    def is_told(self, pair: Pair, name: Any) -> bool:
        return isinstance(name, Back) and name.name in pair.spec.told
