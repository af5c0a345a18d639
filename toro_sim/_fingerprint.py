"""Telling whether two runs are in the same state.

A state is everything that decides how a run can go on: the tasks with their suspended frames,
which of them are ready, the timers and the clock, and every object that can be reached from
there.  It is written down as a stream of numbers and constants from which the graph of objects
could be built again, and hashed to 128 bits.  Objects are numbered as they are met, so that the
stream does not depend on addresses: equal streams mean isomorphic graphs, and isomorphic
graphs go on in the same ways.

That holds for programs that do not look at addresses, at the order of sets of objects, or at
tracebacks, and that keep no changing state in modules, in classes or in objects made before the
run.  Exploration needs all of that anyway, since it runs a program again and again.

The names and numbers of tasks are left out, and tasks are written in the order in which they
are met from elsewhere.  So states that differ only in which of several like tasks is where
count as one, which saves a factor of up to n! for n of them.  A program that looks at the names
of its tasks should be explored without merging.  Where preemptions are bounded, the order of
tasks says what costs a preemption; then it is written, too.

An object that cannot be looked into, such as a random generator written in C, makes its state
unlike any other.  Nothing is merged then, and the report names the type.

A suspended frame is its code, its position and what the garbage collector sees in it, which is
its variables and its value stack; names of variables are added where some are not set.
"""

from __future__ import annotations

import contextvars
import itertools
import marshal
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from ._frames import place_of
from ._instances import WRITERS, writer_for
from ._values import Writer, constant

if TYPE_CHECKING:
    from ._loop import Loop
    from ._task import Task

__all__ = ["Fingerprints", "Stream"]


class Fingerprints:
    """Makes fingerprints of the states of one program's runs.

    *ordered* says whether the order of tasks belongs to a state; it does not where any of those
    that are ready may go first.
    """

    __slots__ = ("_ambient", "_ordered", "_stream")

    def __init__(self, ordered: bool) -> None:
        self._ordered = ordered
        self._ambient = contextvars.copy_context()
        self._stream = Stream(self._ambient)

    @property
    def opaque(self) -> set[str]:
        """Types that were met and could not be looked into."""
        return self._stream.opaque

    def of(self, loop: Loop) -> bytes:
        """The fingerprint of the state that *loop* is in, between two steps."""
        roots = (
            loop.now,
            loop.idlers,
            loop.failed,
            loop.locks,
            loop.timers(),
            loop.tasks.get(0),
            (list(loop.ready), list(loop.tasks.values())) if self._ordered else None,
        )
        return self._stream.digest(roots, loop)


class Stream:
    """The stream of one state, and what is kept from one state to the next."""

    __slots__ = (
        "_ambient",
        "_kinds",
        "_pinned",
        "_unlike",
        "numbers",
        "opaque",
        "out",
        "ready",
        "todo",
    )

    def __init__(self, ambient: contextvars.Context) -> None:
        self._ambient = ambient
        self._kinds: dict[type, tuple[int, Writer]] = {}
        self._pinned: dict[int, Any] = {}  # what is known by its address stays where it is
        self._unlike = 0
        self.opaque: set[str] = set()
        self.out: list[Any] = []
        self.todo: list[Any] = []
        self.numbers: dict[int, int] = {}
        self.ready: list[Task] = []

    def digest(self, roots: Any, loop: Loop) -> bytes:
        self.out, self.todo, self.numbers = [], [roots], {id(roots): 0}
        self.ready = loop.ready
        try:
            written = self._write(0)
            others = [task for task in loop.tasks.values() if id(task) not in self.numbers]
            others.sort(key=place_of)
            self.refer(others)
            self._write(written)
            # Version 2: later ones depend on how often a constant is referred to.
            return blake2b(marshal.dumps(self.out, 2), digest_size=16).digest()
        finally:
            self.out, self.todo, self.numbers, self.ready = [], [], {}, []

    def _write(self, start: int) -> int:
        """Write what has been referred to, and what that refers to; return how much it was."""
        put, todo, kinds = self.out.append, self.todo, self._kinds
        for thing in itertools.islice(todo, start, None):  # grows meanwhile
            kind = type(thing)
            try:
                number, write = kinds[kind]
            except KeyError:
                number, write = kinds[kind] = (len(kinds), writer_for(kind))
            put(number)
            write(self, thing)
        return len(todo)

    def refer(self, things: Any) -> None:
        """Write a sequence: constants as they are, others as references to their numbers."""
        out, numbers, todo = self.out, self.numbers, self.todo
        put = out.append
        put(len(things))
        for thing in things:
            if type(thing) in _CONSTANTS:
                put(thing)
                continue
            key = id(thing)
            if key in numbers:
                put((numbers[key],))
            else:
                number = numbers[key] = len(todo)
                todo.append(thing)
                put((number,))

    def by_address(self, thing: Any) -> None:
        """Write something that lives as long as the program."""
        self._pinned[id(thing)] = thing
        self.out.append(id(thing))

    def unlike_any(self, thing: Any) -> None:
        """Write something that cannot be looked into."""
        self.opaque.add(f"{type(thing).__module__}.{type(thing).__qualname__}")
        self._unlike += 1
        self.out.append(self._unlike)

    def changed_variables(self, context: contextvars.Context) -> list[Any]:
        """The context variables that differ from what they were before the run."""
        ambient = self._ambient
        if not len(context):
            return []
        return [
            part
            for variable, value in context.items()
            if ambient.get(variable, _ABSENT) is not value
            for part in (variable, value)
        ]


_ABSENT = object()
_CONSTANTS = frozenset({type(None), bool, int, float, complex, str, bytes})

WRITERS[Fingerprints] = constant  # whoever explores a program is no part of it
