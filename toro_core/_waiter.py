"""One request, its place in line and, once it is settled, its answer.

A waiter moves through these states, and through no others::

    NEW ──> WAITING ──> GRANTED ──> COLLECTED
     │        │  │         │
     │        │  │         └──────> CANCELLED     handed back: it was let in and never came
     │        │  └────────────────> CANCELLED     it left the line
     │        ├───────────────────> EXPIRED       its deadline passed while it was in line
     │        └───────────────────> REFUSED       the answer is an exception (``value``)
     └──────────────────> GRANTED …               it was let in without waiting

GRANTED is a promise: the machine has counted the waiter in, and its task has not
seen it yet.  Where a loop can still cancel a task at that point, a promise can be
handed back without a trace; where it cannot, granting and collecting are one step
(``PromptWaiter``).
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any

__all__ = ["BarePromptWaiter", "BareWaiter", "PromptWaiter", "State", "Waiter"]


class State(enum.Enum):
    """How far a waiter has come."""

    NEW = "new"
    WAITING = "waiting"
    GRANTED = "granted"
    COLLECTED = "collected"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REFUSED = "refused"

    def __repr__(self) -> str:
        return self.name


# Module constants: looking a member up on an Enum costs a descriptor call.
NEW = State.NEW
WAITING = State.WAITING
GRANTED = State.GRANTED
COLLECTED = State.COLLECTED
CANCELLED = State.CANCELLED
EXPIRED = State.EXPIRED
REFUSED = State.REFUSED


class Waiter:
    """What a machine knows of somebody who waits: plain data.

    ``handle`` belongs to the adapter (a future, a task, in tests a letter); no
    machine looks at it, and it is left out of copies and pickles.
    """

    __slots__ = ("deadline", "handle", "request", "state", "value")

    prompt: bool = False  # True: nothing can come between its grant and its collection

    handle: Any
    request: Any
    deadline: float | None
    state: State
    value: Any

    def __init__(
        self, handle: Any = None, request: Any = None, deadline: float | None = None
    ) -> None:
        self.handle = handle
        self.request = request
        self.deadline = deadline
        self.state = NEW
        self.value = None

    def snapshot(self) -> tuple[Any, ...]:
        """Everything about it that a machine may look at."""
        value = self.value.snapshot() if isinstance(self.value, Waiter) else self.value
        return (self.prompt, self.request, self.deadline, self.state, value)

    def __getstate__(self) -> tuple[Any, ...]:
        return (self.request, self.deadline, self.state, self.value)

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self.handle = None
        self.request, self.deadline, self.state, self.value = state

    def __repr__(self) -> str:
        parts = [self.state.name.lower()]
        if self.handle is not None:
            parts.insert(0, repr(self.handle))
        if self.request is not None:
            parts.append(f"request={self.request!r}")
        if self.deadline is not None:
            parts.append(f"deadline={self.deadline!r}")
        if self.value is not None:
            parts.append(f"value={self.value!r}")
        return f"<{type(self).__name__} {' '.join(parts)}>"


class BareWaiter(Waiter):
    """A waiter whose slots are set by whoever makes one: 2 % of a contended acquire."""

    __slots__ = ()

    if TYPE_CHECKING:

        def __init__(self) -> None: ...

    else:
        __init__ = object.__init__


class PromptWaiter(Waiter):
    """A waiter whose grant cannot be undone: granting and collecting are one step."""

    __slots__ = ()

    prompt: bool = True


class BarePromptWaiter(BareWaiter, PromptWaiter):
    """A bare waiter whose grant cannot be undone."""

    __slots__ = ()
