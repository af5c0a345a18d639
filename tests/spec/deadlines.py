"""Deadlines: who is due, in which order."""

from __future__ import annotations

from .line import Name


class DeadlinesSpec:
    """A list of names with the moments at which they are due."""

    def __init__(self) -> None:
        self.entries: list[tuple[float, Name]] = []

    def add(self, name: Name, deadline: float) -> None:
        self.entries.append((deadline, name))

    def forget(self, name: Name) -> None:
        """Somebody was settled, so no deadline matters to them any more."""
        self.entries = [entry for entry in self.entries if entry[1] != name]

    def next_deadline(self) -> float | None:
        return min((deadline for deadline, _ in self.entries), default=None)

    def due(self, now: float) -> list[Name]:
        """Who is due now, the earliest deadline first, then who was added first."""
        late = [entry for entry in self.entries if entry[0] <= now]
        late.sort(key=lambda entry: entry[0])
        return [name for _, name in late]
