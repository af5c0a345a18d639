"""What insight raises, and what it warns of."""

from __future__ import annotations

from typing import Any, NamedTuple

__all__ = ["Deadlock", "Finding", "InsightWarning", "Link"]


class Link(NamedTuple):
    """In a cycle of tasks: who waits for what, and by whom it is held."""

    task: str
    primitive: str
    mode: str
    where: str | None
    """Where it waits."""
    holder: str
    held_as: str
    acquired: str | None
    """Where the holder acquired it; where it waits, if it is only ahead in line."""
    task_number: int
    primitive_number: int
    holder_number: int
    """Several may have one name."""

    def __str__(self) -> str:
        return (
            f"task {self.task!r} waits to {self.mode} {self.primitive}{_at(self.where)},"
            f" {self._held()}"
        )

    def _held(self) -> str:
        if self.held_as == "line":
            return f"behind task {self.holder!r}, which is in line before it{_at(self.acquired)}"
        acquired = "" if self.acquired is None else f", acquired at {self.acquired}"
        return f"which task {self.holder!r} holds{_as(self.held_as)}{acquired}"


class Deadlock(RuntimeError):
    """The wait would have closed a cycle of tasks of which each waits for the next.

    It has not begun: the task that gets this is in no line.
    """

    def __init__(self, cycle: tuple[Link, ...]) -> None:
        super().__init__(cycle)
        self.cycle = cycle

    def __str__(self) -> str:
        return "these tasks wait for each other:\n" + "\n".join(f"  {link}" for link in self.cycle)


class InsightWarning(RuntimeWarning):
    """Something about the use of a primitive that looks like a mistake."""


class Finding(NamedTuple):
    """A warning, kept for reports."""

    kind: str
    """deadlock, order, ended, guard, queue or destroyed."""
    text: str

    def to_dict(self) -> dict[str, Any]:
        """All of it, fit for JSON."""
        return self._asdict()


def _as(mode: str) -> str:
    return {"read": " to read", "write": " to write"}.get(mode, "")


def _at(where: str | None) -> str:
    return "" if where is None else f" at {where}"
