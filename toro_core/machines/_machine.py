"""A line of waiters and a rule that says when the first of them may go.

Rules of this folder: no loop, no clock, no callback, no ``await``.  Every
transition leaves the machine consistent, then returns the waiters it settled, in
the order in which they were let in; whoever called it wakes them.  Every change,
a departure included, ends in the one admission loop, so there is no place at which
a wake-up could be forgotten.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

from .._waiter import CANCELLED, COLLECTED, EXPIRED, GRANTED, REFUSED, WAITING, Waiter

__all__ = ["Line", "Machine", "Settled"]

Settled = tuple[Waiter, ...]


class Line(OrderedDict[Waiter, None]):
    """Those who wait, first come first.

    An OrderedDict because people leave from anywhere in O(1) and nothing of them
    stays behind; a deque of tombstones is 0.3 us faster per hand-over and keeps dead
    waiters alive.
    """

    __slots__ = ("promised",)

    def __init__(self) -> None:
        super().__init__()
        # Let in, and not collected yet; the value is what a machine needs to take it back.
        self.promised: dict[Waiter, Any] = {}

    def __reduce__(self) -> Any:
        return (_restore_line, (list(self), dict(self.promised)))


def _restore_line(waiting: list[Waiter], promised: dict[Waiter, Any]) -> Line:
    line = Line()
    line.update(dict.fromkeys(waiting))
    line.promised.update(promised)
    return line


class Machine:
    """What all machines share.  A primitive adds its state and the three rules."""

    __slots__ = ("home", "line")

    line: Line | None  # None until somebody first had to wait
    home: Any  # where its holders and waiters live; belongs to the adapter

    def __init__(self) -> None:
        self.line = None
        self.home = None

    # The rule, supplied by each primitive.

    def _may_go(self, waiter: Waiter) -> bool:
        """Could *waiter* be let in now, if it were the first in line?"""
        raise NotImplementedError

    def _go(self, waiter: Waiter) -> None:
        """Count *waiter* in, and set its value."""

    def _undo(self, waiter: Waiter) -> None:
        """Take back a grant that nobody used."""

    # The transitions, shared by all.

    def enter(self, waiter: Waiter) -> Settled:
        """Let *waiter* in, or put it last in line."""
        line = self._line()
        if not line and self._may_go(waiter):
            self._grant(waiter, line)
            return (waiter,)
        waiter.state = WAITING
        line[waiter] = None
        return ()

    def leave(self, waiter: Waiter) -> Settled:
        """*waiter* is no longer wanted, whether it was let in or not; harmless when over."""
        state = waiter.state
        line = self.line
        if state is WAITING:
            assert line is not None
            del line[waiter]
            waiter.state = CANCELLED
        elif state is GRANTED:
            assert line is not None
            del line.promised[waiter]
            waiter.state = CANCELLED
            self._undo(waiter)
        else:
            return ()
        return self._admit()

    def expire(self, waiter: Waiter) -> Settled:
        """*waiter*'s deadline has come; it has no effect on one that was let in before."""
        if waiter.state is not WAITING:
            return ()
        assert self.line is not None
        del self.line[waiter]
        waiter.state = EXPIRED
        return (waiter, *self._admit())

    def collect(self, waiter: Waiter) -> Settled:
        """The task behind *waiter* has seen its grant: it can no longer be handed back."""
        if waiter.state is GRANTED:
            assert self.line is not None
            del self.line.promised[waiter]
            waiter.state = COLLECTED
        return ()

    def drop(self, waiter: Waiter) -> None:
        """Nobody will ever come for *waiter*: its loop is gone."""
        self.leave(waiter)

    # What there is to see.

    @property
    def waiting(self) -> int:
        """How many wait in line."""
        return len(self.line) if self.line else 0

    @property
    def promised(self) -> int:
        """How many have been let in and have not come yet."""
        return len(self.line.promised) if self.line is not None else 0

    def everyone(self) -> Iterator[Waiter]:
        """All who wait or have been promised something."""
        if self.line is not None:
            yield from self.line.promised
            yield from self.line

    def busy(self) -> bool:
        """Does anyone hold something of it, wait for it, or have a promise?"""
        return self.line is not None and bool(self.line or self.line.promised)

    def snapshot(self) -> tuple[Any, ...]:
        """Its whole state as plain data, the same for machines that behave the same."""
        return (type(self).__name__, *self._state(), *_line_snapshot(self.line))

    def _state(self) -> tuple[Any, ...]:
        return ()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Machine):
            return NotImplemented
        return self.snapshot() == other.snapshot()

    __hash__ = None  # type: ignore[assignment]  # it changes

    def __getstate__(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in _slots(type(self)) if name != "home"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.home = None
        for name, value in state.items():
            setattr(self, name, value)

    def __repr__(self) -> str:
        fields = (
            f"{name}={getattr(self, name)!r}"
            for name in _slots(type(self))
            if name not in ("home", "line")
        )
        line = list(self.line) if self.line else []
        return f"<{type(self).__name__} {' '.join((*fields, f'line={line!r}'))}>"

    # How it is done.

    def _spend_oldest_promise(self) -> None:
        """What is released was only promised: its waiter has nothing to hand back any more."""
        assert self.line is not None
        waiter = next(iter(self.line.promised))
        del self.line.promised[waiter]
        waiter.state = COLLECTED

    def _line(self) -> Line:
        if self.line is None:
            self.line = Line()
        return self.line

    def _grant(self, waiter: Waiter, line: Line) -> None:
        self._go(waiter)
        if waiter.prompt:
            waiter.state = COLLECTED
        else:
            waiter.state = GRANTED
            line.promised[waiter] = None

    def _admit(self) -> Settled:
        """Let in everyone who may go."""
        line = self.line
        if not line:
            return ()
        settled = []
        while line:
            waiter = next(iter(line))
            if not self._may_go(waiter):
                break
            del line[waiter]
            self._grant(waiter, line)
            settled.append(waiter)
        return tuple(settled)


def wake_everyone(line: Line | None) -> Settled:
    """Empty *line*: all in it get what cannot be handed back, so it is theirs at once."""
    if not line:
        return ()
    settled = tuple(line)
    line.clear()
    for waiter in settled:
        waiter.state = COLLECTED
    return settled


def refuse(waiter: Waiter, error: BaseException) -> None:
    """Settle *waiter*, which is in no line, with *error*."""
    waiter.state = REFUSED
    waiter.value = error


def _line_snapshot(line: Line | None) -> tuple[Any, ...]:
    if line is None:
        return ((), ())
    return (
        tuple(waiter.snapshot() for waiter in line),
        tuple(waiter.snapshot() for waiter in line.promised),
    )


def _slots(kind: type) -> list[str]:
    return [
        name
        for base in reversed(kind.__mro__)
        for name in getattr(base, "__slots__", ())
        if not name.startswith("__")
    ]
