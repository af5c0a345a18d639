"""People in line: what all primitives have in common."""

from __future__ import annotations

import enum
from collections.abc import Hashable
from typing import Any, NamedTuple

Name = Hashable


class Fate(enum.Enum):
    """What became of somebody who asked."""

    GRANTED = "granted"
    EXPIRED = "expired"
    REFUSED = "refused"


class Settled(NamedTuple):
    """One person who no longer waits, and why."""

    name: Name
    fate: Fate
    value: Any = None


class Person(NamedTuple):
    """Somebody who asked for something and has not been served yet."""

    name: Name
    request: Any
    prompt: bool


class Spec:
    """People in the order in which they came, and those who were promised something.

    ``waiting`` holds who is in line; ``promised`` holds who was granted and has
    not collected.  A primitive says who goes next and what a grant does.
    """

    def __init__(self) -> None:
        self.waiting: list[Person] = []
        self.promised: list[Person] = []

    # What can happen to a person.

    def enter(self, name: Name, request: Any = None, *, prompt: bool = False) -> list[Settled]:
        """Somebody asks, and is served now or stands last in line."""
        self.waiting.append(Person(name, request, prompt))
        return self.serve()

    def leave(self, name: Name) -> list[Settled]:
        """Somebody no longer wants it: out of line, or the promise goes back."""
        if (person := find(self.waiting, name)) is not None:
            self.waiting.remove(person)
            return self.serve()
        if (person := find(self.promised, name)) is not None:
            self.promised.remove(person)
            self.give_back(person)
            return self.serve()
        return []

    def expire(self, name: Name) -> list[Settled]:
        """A deadline passes, which only matters to somebody in line."""
        if (person := find(self.waiting, name)) is None:
            return []
        self.waiting.remove(person)
        return [Settled(name, Fate.EXPIRED), *self.serve()]

    def collect(self, name: Name) -> list[Settled]:
        """Somebody has seen the grant, which is now final."""
        if (person := find(self.promised, name)) is None:
            return []
        self.promised.remove(person)
        self.collected(person)
        return self.serve()

    # What a primitive says.

    def next_in(self) -> Person | None:
        """Who may go now, if anybody."""
        raise NotImplementedError

    def grant(self, person: Person) -> Any:
        """Count the person in; give what they get."""

    def give_back(self, person: Person) -> None:
        """Take back a promise that nobody collected."""

    def collected(self, person: Person) -> BaseException | None:
        """Make a promise final; the error if it turns out that it cannot be kept."""

    # The only loop.

    def serve(self) -> list[Settled]:
        """Let in everybody who may go, one at a time."""
        settled = []
        while (person := self.next_in()) is not None:
            self.waiting.remove(person)
            answer = Settled(person.name, Fate.GRANTED, self.grant(person))
            if not person.prompt:
                self.promised.append(person)
            elif (error := self.collected(person)) is not None:
                answer = Settled(person.name, Fate.REFUSED, error)
            settled.append(answer)
        return settled

    def refuse(self, people: list[Person], error: BaseException) -> list[Settled]:
        """Turn away these people."""
        for person in people:
            self.waiting.remove(person)
        return [Settled(person.name, Fate.REFUSED, error) for person in people]


def find(people: list[Person], name: Name) -> Person | None:
    """The person of that name, among these."""
    for person in people:
        if person.name == name:
            return person
    return None
