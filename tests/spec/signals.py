"""Event, AsyncResult and a Condition without a lock."""

from __future__ import annotations

from typing import Any

from .line import Fate, Name, Person, Settled, Spec


class EventSpec(Spec):
    """Set or clear; everybody who waits at ``set`` goes."""

    def __init__(self) -> None:
        super().__init__()
        self.is_set = False

    def set(self) -> list[Settled]:
        self.is_set = True
        return self.serve()

    def clear(self) -> None:
        self.is_set = False

    def next_in(self) -> Person | None:
        return self.waiting[0] if self.waiting and self.is_set else None


class AsyncResultSpec(Spec):
    """A value or an exception, set once and given to everybody."""

    def __init__(self) -> None:
        super().__init__()
        self.outcome: Settled | None = None

    def ready(self) -> bool:
        return self.outcome is not None

    def set(self, value: Any, fate: Fate = Fate.GRANTED) -> list[Settled]:
        """Raises LookupError if it was set before."""
        if self.outcome is not None:
            raise LookupError("set before")
        self.outcome = Settled(None, fate, value)
        return self.serve()

    def next_in(self) -> Person | None:
        return self.waiting[0] if self.waiting and self.ready() else None

    def serve(self) -> list[Settled]:
        """Everybody gets the outcome, good or bad."""
        settled = super().serve()
        if self.outcome is None or self.outcome.fate is Fate.GRANTED:
            return settled
        for each in settled:  # a failure is nothing that could be collected
            self.promised = [p for p in self.promised if p.name != each.name]
        return [Settled(each.name, self.outcome.fate, each.value) for each in settled]

    def grant(self, person: Person) -> Any:
        assert self.outcome is not None
        return self.outcome.value


class ConditionSpec(Spec):
    """Everybody waits until told; nobody is told who was not waiting.

    Who was told by ``notify`` and does not come back passes it on to the first
    in line, if anyone waits.  ``notify_all`` told everybody there was, so what
    one of them leaves behind is owed to nobody.
    """

    def __init__(self) -> None:
        super().__init__()
        self.told = 0
        self.told_all: list[Name] = []

    def notify(self, n: int = 1) -> list[Settled]:
        self.told = min(n, len(self.waiting))
        return self.serve()

    def notify_all(self) -> list[Settled]:
        settled = self.notify(len(self.waiting))
        self.told_all += [p.name for p in self.promised if p.name in {s.name for s in settled}]
        return settled

    def next_in(self) -> Person | None:
        return self.waiting[0] if self.waiting and self.told else None

    def grant(self, person: Person) -> None:
        self.told -= 1

    def collected(self, person: Person) -> BaseException | None:
        self.told_all = [name for name in self.told_all if name != person.name]
        return None

    def give_back(self, person: Person) -> None:
        if person.name in self.told_all:
            self.told_all.remove(person.name)
        elif self.waiting:
            self.told = 1
