"""What each primitive is, said as naively as possible, to explain what was seen.

Nothing here is shared with the core: lists, linear scans, copies.  A model says
what one order of events leads to; `scripts` asks whether any order explains a run.
"""

from __future__ import annotations

import copy
from typing import Any, ClassVar

Step = tuple[Any, ...]


class Model:
    """A line, a rule, and what has become of everyone."""

    operations: ClassVar[tuple[str, ...]]
    """The methods one can wait in."""

    steps: ClassVar[tuple[Step, ...]]
    """The calls that do not wait."""

    free_release: ClassVar[bool] = False
    """Whether more may be released than is held."""

    def __init__(self, undoes_grants: bool) -> None:
        self.undoes_grants = undoes_grants
        self.line: list[tuple[str, str]] = []
        self.promised: list[tuple[str, str]] = []
        self.outcome: dict[str, str] = {}

    # The rule.

    def may(self, operation: str) -> bool:
        """Whether the first in line can go now."""
        raise NotImplementedError

    def take(self, operation: str) -> None:
        """Somebody goes."""

    def give(self, operation: str) -> None:
        """Somebody who was let go did not."""

    def call(self, step: Step) -> str:
        """Take a step that does not wait; return "ok" or the name of what it raises."""
        raise NotImplementedError

    # The rest.

    def start(self, name: str, operation: str) -> None:
        self.line.append((name, operation))
        self.outcome[name] = "waiting"
        self.admit()

    def admit(self) -> None:
        while self.line and self.may(self.line[0][1]):
            name, operation = self.line.pop(0)
            self.take(operation)
            self.promised.append((name, operation))

    def leave(self, name: str, how: str) -> None:
        """Somebody is cancelled or expires now."""
        for entry in self.line:
            if entry[0] == name:
                self.line.remove(entry)
                self.outcome[name] = how
        for entry in self.promised:
            if entry[0] == name and how == "cancelled" and self.undoes_grants:
                self.promised.remove(entry)
                self.outcome[name] = how
                self.give(entry[1])
        self.admit()

    def settle(self) -> None:
        """Everyone sees what they were promised."""
        for name, _ in self.promised:
            self.outcome[name] = "returned"
        self.promised.clear()

    def clone(self) -> Model:
        return copy.deepcopy(self)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({vars(self)})"


class Semaphore(Model):
    operations: ClassVar[tuple[str, ...]] = ("acquire",)
    steps: ClassVar[tuple[Step, ...]] = (("release",), ("release",), ("acquire_nowait",))
    free_release = True

    def __init__(self, undoes_grants: bool, value: int = 0) -> None:
        super().__init__(undoes_grants)
        self.value: int = value

    def may(self, operation: str) -> bool:
        return self.value > 0

    def take(self, operation: str) -> None:
        self.value -= 1

    def give(self, operation: str) -> None:
        self.value += 1

    def call(self, step: Step) -> str:
        if step == ("release",):
            self.value += 1
            self.admit()
        elif self.line or not self.value:
            return "WouldBlock"
        else:
            self.value -= 1
        return "ok"


class Lock(Semaphore):
    free_release = False

    def __init__(self, undoes_grants: bool) -> None:
        super().__init__(undoes_grants, value=1)

    def call(self, step: Step) -> str:
        if step == ("release",) and self.value:
            return "RuntimeError"
        return super().call(step)


class BoundedSemaphore(Semaphore):
    free_release = False

    def __init__(self, undoes_grants: bool, value: int = 2) -> None:
        super().__init__(undoes_grants, value)
        self.bound = value

    def call(self, step: Step) -> str:
        if step == ("release",) and self.value == self.bound:
            return "ValueError"
        return super().call(step)


class RWLock(Model):
    operations: ClassVar[tuple[str, ...]] = ("acquire_read", "acquire_write")
    steps: ClassVar[tuple[Step, ...]] = (
        ("release_read",),
        ("release_write",),
        ("acquire_read_nowait",),
        ("acquire_write_nowait",),
    )

    def __init__(self, undoes_grants: bool, max_readers: int = 2) -> None:
        super().__init__(undoes_grants)
        self.max_readers = max_readers
        self.readers: int = 0
        self.writer: bool = False

    def may(self, operation: str) -> bool:
        if operation == "acquire_write":
            return not self.writer and not self.readers
        return not self.writer and self.readers < self.max_readers

    def take(self, operation: str) -> None:
        if operation == "acquire_write":
            self.writer = True
        else:
            self.readers += 1

    def give(self, operation: str) -> None:
        if operation == "acquire_write":
            self.writer = False
        else:
            self.readers -= 1

    def call(self, step: Step) -> str:
        (method,) = step
        operation = method.replace("release", "acquire").replace("_nowait", "")
        if method.startswith("release"):
            if not (self.writer if operation == "acquire_write" else self.readers):
                return "RuntimeError"
            self.give(operation)
            self.admit()
        elif self.line or not self.may(operation):
            return "WouldBlock"
        else:
            self.take(operation)
        return "ok"


class Condition(Model):
    operations: ClassVar[tuple[str, ...]] = ("wait",)
    steps: ClassVar[tuple[Step, ...]] = (("notify", 1), ("notify", 2), ("notify_all",))

    def __init__(self, undoes_grants: bool) -> None:
        super().__init__(undoes_grants)
        self.notifications: int = 0

    def may(self, operation: str) -> bool:
        return self.notifications > 0

    def take(self, operation: str) -> None:
        self.notifications -= 1

    def give(self, operation: str) -> None:
        self.notifications += 1

    def admit(self) -> None:
        super().admit()
        self.notifications = 0  # nobody is left for the others

    def call(self, step: Step) -> str:
        self.notifications = step[1] if step[0] == "notify" else len(self.line)
        self.admit()
        return "ok"


class Event(Model):
    operations: ClassVar[tuple[str, ...]] = ("wait",)
    steps: ClassVar[tuple[Step, ...]] = (("set",), ("clear",), ("clear",))

    def __init__(self, undoes_grants: bool) -> None:
        super().__init__(undoes_grants)
        self.flag: bool = False

    def may(self, operation: str) -> bool:
        return self.flag

    def call(self, step: Step) -> str:
        self.flag = step == ("set",)
        self.admit()
        return "ok"


MODELS: dict[str, type[Model]] = {
    kind.__name__: kind for kind in (Lock, Semaphore, BoundedSemaphore, RWLock, Condition, Event)
}
