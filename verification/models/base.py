"""One real machine and its specification, side by side, one move at a time.

A *state* is a tuple of plain values: what the machine holds, and for each client
in line or with a promise one small code saying how it asked.  Clients have no
names in a state, so states that differ only by who is who are one state.  For a
move both the machine and its specification are built from the state, the move is
made on both, and everything that can be seen must be the same: who was settled, in
which order, with what, what was raised, and the state that follows.

Neither knows of a task that was told to stop and has not cleaned up yet, so a state
does not either: each client with a promise may collect it or leave, and there must be a
way back to rest whichever it does.  `Model.marked` counts how many states there would be
if who is about to leave were part of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from spec import Fate, Settled

from toro_core._waiter import (
    COLLECTED,
    EXPIRED,
    GRANTED,
    REFUSED,
    WAITING,
    PromptWaiter,
    Waiter,
)
from toro_core.machines import Line

Move = tuple[Any, ...]
Code = tuple[Any, ...]
Key = tuple[Any, ...]

# How a client asked.
TWO_STEP = 0
PROMPT = 2

# Can a move be part of the way back to rest?  Otherwise the number of a client with a promise.
NO = -1
YES = -2

FATES = {
    GRANTED: Fate.GRANTED,
    COLLECTED: Fate.GRANTED,
    EXPIRED: Fate.EXPIRED,
    REFUSED: Fate.REFUSED,
}


class Disagreement(AssertionError):
    """The machine and its specification do not say the same."""


class Step(NamedTuple):
    """Where a move leads, and whether it helps on the way back to rest.

    The moves that *help* by the same client are one step back together: which of them
    it makes is not ours to choose.
    """

    key: Key
    helps: int


class Pair:
    """A machine and its specification in the same state, and the clients they know."""

    __slots__ = ("codes", "holders", "machine", "spec", "waiters")

    def __init__(self, machine: Any, spec: Any) -> None:
        self.machine = machine
        self.spec = spec
        self.waiters: list[Waiter] = []
        self.codes: list[Code] = []
        self.holders: list[int] = []

    def client(self, code: Code) -> Waiter:
        """One more client; its name is its number."""
        kind = PromptWaiter if code[0] == PROMPT else Waiter
        waiter = kind(len(self.waiters))
        self.waiters.append(waiter)
        self.codes.append(code)
        return waiter


def attempt(call: Callable[[Any], Any], subject: Any) -> Any:
    """What *call* returns, or the exception it raises."""
    try:
        return call(subject)
    except Exception as error:
        return error


def as_settled(waiters: Any) -> list[Settled]:
    """What a machine returned, in the words of the specification."""
    settled = []
    for waiter in waiters:
        if waiter.prompt and waiter.state is GRANTED:
            raise Disagreement(f"{waiter} was granted, and not collected in the same step")
        settled.append(Settled(waiter.handle, FATES[waiter.state], waiter.value))
    return settled


def waiters_in(line: Line | None) -> list[Waiter]:
    """Those who wait in *line*; it must know of those who have left."""
    if line is None:
        return []
    waiters = list(line)
    if line.waiting != len(waiters) or line.husks * 2 > len(line):
        raise Disagreement(f"{len(waiters)} wait in a line of {len(line)}, {line.husks} husks")
    if line and line[0].state is not WAITING:
        raise Disagreement(f"{line[0]} has left, and is still the first")
    return waiters


def late_signals(machine: Any, waiter: Waiter) -> None:
    """Whatever comes after the end of a wait settles nobody (and compare() sees the rest)."""
    before = waiter.snapshot()
    if machine.expire(waiter) or machine.leave(waiter) or machine.collect(waiter):
        raise Disagreement(f"a late signal to {waiter} settled somebody")
    if waiter.snapshot() != before:
        raise Disagreement(f"a late signal changed {waiter}")


class Model:
    """What is explored.  A subclass says how states are taken apart and put together."""

    name: str
    clients: int

    def start(self) -> Key:
        raise NotImplementedError

    def moves(self, key: Key) -> list[Move]:
        """Everything that may happen next."""
        raise NotImplementedError

    def play(self, key: Key, move: Move) -> Step:
        """Make *move* on both; raise Disagreement unless they agree."""
        raise NotImplementedError

    def look(self, key: Key) -> None:
        """Compare what can be seen without changing anything."""
        raise NotImplementedError

    def at_rest(self, key: Key) -> bool:
        """Nobody waits, nothing is promised, and everything is back."""
        raise NotImplementedError

    def marked(self, key: Key) -> int:
        """How many states this would be, if they said whose task was told to stop."""
        raise NotImplementedError


def markings(in_order: Iterable[Any], alike: Iterable[Any] = ()) -> int:
    """In how many ways can any of these be marked?  Of those that are *alike*, only how many."""
    ways = 1
    for each in in_order:
        ways *= 1 + (each == TWO_STEP)
    for number in Counter(alike).values():
        ways *= number + 1
    return ways
