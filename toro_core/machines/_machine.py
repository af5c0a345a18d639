"""A line of waiters and a rule that says when the first of them may go.

Rules of this folder: no loop, no clock, no callback, no ``await``.  Every
transition leaves the machine consistent, then returns the waiters it settled, in
the order in which they were let in; whoever called it wakes them.  Every change,
a departure included, ends in the one admission loop, so there is no place at which
a wake-up could be forgotten.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from .._waiter import CANCELLED, COLLECTED, EXPIRED, GRANTED, REFUSED, WAITING, Waiter
from ._line import Line

__all__ = ["Line", "Machine", "Settled"]

Settled = tuple[Waiter, ...]


class Request(enum.Enum):
    """What a waiter asks for, where there is a choice."""

    READ = "read"
    WRITE = "write"
    WATCH = "watch"
    GET = "get"
    JOIN = "join"

    def __repr__(self) -> str:
        return self.name


class Machine:
    """What all machines share.  A primitive adds its state and the two rules."""

    __slots__ = ("home", "line")

    line: Line | None  # who waits; None until somebody first had to
    home: Any  # where its holders and waiters live; belongs to the adapter

    def __init__(self) -> None:
        self.line = None
        self.home = None

    # The rules, supplied by each primitive.

    def _let_in(self, waiter: Waiter) -> bool:
        """Count *waiter* in, if it may go now; it is first in line."""
        raise NotImplementedError

    def _undo(self, waiter: Waiter) -> None:
        """Take back a grant that nobody used."""

    # How a grant is kept in mind until it is collected; by default, not at all.

    def _promise(self, waiter: Waiter) -> None:
        """*waiter* has been let in and has not come yet."""
        waiter.state = COLLECTED

    def _forget_promise(self, waiter: Waiter) -> None:
        """It has come, or never will."""

    # The transitions, shared by all.

    def enter(self, waiter: Waiter) -> Settled:
        """Let *waiter* in, or put it last in line; return who was let in, itself included."""
        line = self.line
        if not line and self._let_in(waiter):
            self._grant(waiter)
            return (waiter,)
        if line is None:
            line = self.line = Line()
        waiter.state = WAITING
        line.append(waiter)
        return ()

    def leave(self, waiter: Waiter) -> Settled:
        """*waiter* is no longer wanted, whether it was let in or not; return whom that lets in.

        Harmless when it is over.
        """
        if waiter.state is WAITING:
            waiter.state = CANCELLED
            self._remove(waiter)
        elif waiter.state is GRANTED:
            self._forget_promise(waiter)
            waiter.state = CANCELLED
            self._undo(waiter)
        else:
            return ()
        return self._admit()

    def expire(self, waiter: Waiter) -> Settled:
        """*waiter*'s deadline has come; return it and whom that lets in.

        Nobody, and nothing changes, if it was let in before.
        """
        if waiter.state is not WAITING:
            return ()
        waiter.state = EXPIRED
        self._remove(waiter)
        return (waiter, *self._admit())

    def collect(self, waiter: Waiter) -> Settled:
        """The task behind *waiter* has seen its grant: it can no longer be handed back.

        Return whom that lets in.
        """
        return ()

    def drop(self, waiter: Waiter) -> None:
        """Nobody will ever come for *waiter*: its loop is gone."""
        self.leave(waiter)

    def drop_everyone(self) -> None:
        """Their loop is gone, so none of them will ever come; what they were promised goes on."""
        for waiter in list(self.everyone()):
            self.drop(waiter)

    # What there is to see.

    @property
    def waiting(self) -> int:
        """How many wait in line."""
        return count(self.line)

    def everyone(self) -> Iterator[Waiter]:
        """All who wait or have been promised something."""
        yield from self.line or ()

    def busy(self) -> bool:
        """Does anyone hold something of it, wait for it, or have a promise?"""
        return any(True for _ in self.everyone())

    def snapshot(self) -> tuple[Any, ...]:
        """Its whole state as plain data, the same for machines that behave the same."""
        return (type(self).__name__, *self._state(), snapshots(self.line))

    def _state(self) -> tuple[Any, ...]:
        raise NotImplementedError

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Machine):
            return NotImplemented
        return self.snapshot() == other.snapshot()

    __hash__: ClassVar[None]  # type: ignore[assignment]  # it changes

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
        return f"<{type(self).__name__} {' '.join((*fields, f'line={list(self.line or ())!r}'))}>"

    # How it is done.

    def _remove(self, waiter: Waiter) -> None:
        assert self.line is not None
        self.line.leave()

    def _grant(self, waiter: Waiter) -> None:
        if waiter.prompt:
            waiter.state = COLLECTED
        else:
            waiter.state = GRANTED
            self._promise(waiter)

    def _admit(self) -> Settled:
        """Let in everyone who may go."""
        line = self.line
        if not line:
            return ()
        settled = []
        while line and self._let_in(line[0]):
            waiter = line.popleft()
            if line.husks:
                line.trim()
            self._grant(waiter)
            settled.append(waiter)
        return tuple(settled)


class Promising(Machine):
    """A machine that may have promised something to several at once."""

    __slots__ = ("promised",)

    promised: dict[Waiter, Any] | None  # in the order of their grants
    # Where a release spends the oldest, an OrderedDict: a dict looks for it behind all that have
    # gone before.
    _promises: ClassVar[type[dict[Waiter, Any]]] = dict

    def __init__(self) -> None:
        super().__init__()
        self.promised = None

    def _grant(self, waiter: Waiter) -> None:
        # As in Machine, in one frame.
        if waiter.prompt:
            waiter.state = COLLECTED
            return
        waiter.state = GRANTED
        if self.promised is None:
            self.promised = self._promises()
        self.promised[waiter] = None

    def collect(self, waiter: Waiter) -> Settled:
        if waiter.state is GRANTED:  # as _forget_promise, a frame less
            waiter.state = COLLECTED
            promised = self.promised
            assert promised is not None
            del promised[waiter]
            if not promised and self.line is None:
                self.promised = None
        return ()

    def _forget_promise(self, waiter: Waiter) -> Any:
        assert self.promised is not None
        what = self.promised.pop(waiter)
        if not self.promised and self.line is None:
            self.promised = None  # no container before somebody has had to wait
        return what

    def _spend_oldest_promise(self) -> None:
        """What is released was only promised: its waiter has nothing to hand back any more."""
        assert self.promised is not None
        waiter = next(iter(self.promised))
        self._forget_promise(waiter)
        waiter.state = COLLECTED

    def everyone(self) -> Iterator[Waiter]:
        yield from self.promised or ()
        yield from super().everyone()

    def _state(self) -> tuple[Any, ...]:
        return (snapshots(self.promised),)


def wake_everyone(line: Line | None) -> Settled:
    """Empty *line*: all in it get what cannot be handed back, so it is theirs at once."""
    if not line:
        return ()
    settled = tuple(line)
    line.clear()
    for waiter in settled:
        waiter.state = COLLECTED
    return settled


def count(line: Line | None) -> int:
    """How many wait in *line*."""
    return line.waiting if line else 0


def refuse(waiter: Waiter, error: BaseException) -> None:
    """Settle *waiter*, which is in no line, with *error*."""
    waiter.state = REFUSED
    waiter.value = error


def snapshots(waiters: Iterable[Waiter] | None) -> tuple[Any, ...]:
    """The waiters as plain data, in their order."""
    return tuple(waiter.snapshot() for waiter in waiters or ())


def _slots(kind: type) -> list[str]:
    return [
        name
        for base in reversed(kind.__mro__)
        for name in getattr(base, "__slots__", ())
        if not name.startswith("__")
    ]
