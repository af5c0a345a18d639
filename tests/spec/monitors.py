"""Monitor: a condition whose waiters give up a lock and come back holding it.

However a wait ends, its task must have the lock again before it goes on.  So who is
told, who gives up and whose deadline passes all go to the end of the lock's own
line, and are settled there, once.
"""

from __future__ import annotations

from typing import NamedTuple

from .line import Name, Settled
from .locks import LockSpec


class Back(NamedTuple):
    """The place in the lock's line of somebody who comes back from a wait.

    ``asleep`` tells whether the task still sleeps, so that it must be woken.
    """

    name: Name
    asleep: bool


class MonitorSpec:
    """``line`` holds who waits to be told; ``told`` who was and has not used it yet."""

    def __init__(self, lock: LockSpec) -> None:
        self.lock = lock
        self.line: list[Name] = []
        self.told: list[Name] = []

    def wait(self, name: Name) -> list[Settled]:
        self.demand_lock()
        self.line.append(name)
        return self.lock.release()

    def notify(self, n: int = 1) -> list[Settled]:
        self.demand_lock()
        settled = []
        for _ in range(min(n, len(self.line))):
            settled += self.tell_first()
        return settled

    def notify_all(self) -> list[Settled]:
        """Everybody has been told, so nobody is left to whom it could be passed on."""
        self.demand_lock()
        settled = []
        while self.line:
            settled += self.come_back(self.line.pop(0), asleep=True)
        return settled

    def leave(self, name: Name) -> list[Settled]:
        """Its task is awake, and will not use a notification."""
        if name in self.line:
            self.line.remove(name)
            return self.come_back(name, asleep=False)
        if name in self.told:
            self.told.remove(name)
            return self.tell_first() if self.line else []
        return []

    def expire(self, name: Name) -> list[Settled]:
        if name not in self.line:
            return []
        self.line.remove(name)
        return self.come_back(name, asleep=True)

    def collect(self, name: Name) -> list[Settled]:
        if name in self.told:
            self.told.remove(name)
        return []

    def tell_first(self) -> list[Settled]:
        name = self.line.pop(0)
        self.told.append(name)
        return self.come_back(name, asleep=True)

    def come_back(self, name: Name, *, asleep: bool) -> list[Settled]:
        return self.lock.enter(Back(name, asleep), prompt=True)

    def demand_lock(self) -> None:
        if not self.lock.locked():
            raise RuntimeError("not without the lock")
