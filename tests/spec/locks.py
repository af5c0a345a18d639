"""Lock, Semaphore, BoundedSemaphore and RWLock.

Anybody may release.  If everything that is out is only promised, a release makes
the oldest of those promises final: it has been used up, and cannot be given back
once more.
"""

from __future__ import annotations

from .line import Person, Settled, Spec


class LockSpec(Spec):
    """One holder, nobody's name on it."""

    def __init__(self) -> None:
        super().__init__()
        self.held = False

    def locked(self) -> bool:
        return self.held

    def acquire_nowait(self) -> bool:
        if self.held:
            return False
        self.held = True
        return True

    def release(self) -> list[Settled]:
        if not self.held:
            raise RuntimeError("nobody holds it")
        self.promised.clear()
        self.held = False
        return self.serve()

    def next_in(self) -> Person | None:
        return self.waiting[0] if self.waiting and not self.held else None

    def grant(self, person: Person) -> None:
        self.held = True

    def give_back(self, person: Person) -> None:
        self.held = False


ACQUIRE = "acquire"
LOOK = "wait"


class SemaphoreSpec(Spec):
    """A number of permits; ``wait`` waits for one to be free and takes none."""

    def __init__(self, value: int = 1) -> None:
        super().__init__()
        self.counter = value

    def locked(self) -> bool:
        return self.counter == 0

    def acquire_nowait(self) -> bool:
        if self.counter == 0:
            return False
        self.counter -= 1
        return True

    def release(self) -> list[Settled]:
        self.counter += 1
        return self.serve()

    def next_in(self) -> Person | None:
        if self.counter == 0:
            return None
        for person in self.waiting:
            if person.request == ACQUIRE:
                return person
        # Nobody wants to take it, so those who only wait for it are told.
        return self.waiting[0] if self.waiting else None

    def grant(self, person: Person) -> None:
        if person.request == ACQUIRE:
            self.counter -= 1

    def give_back(self, person: Person) -> None:
        if person.request == ACQUIRE:
            self.counter += 1


class BoundedSemaphoreSpec(SemaphoreSpec):
    """A semaphore that knows how many permits there are."""

    def __init__(self, value: int = 1) -> None:
        super().__init__(value)
        self.initial = value

    def release(self) -> list[Settled]:
        if self.counter >= self.initial:
            raise ValueError("released more often than acquired")
        permits = [person for person in self.promised if person.request == ACQUIRE]
        if len(permits) == self.initial - self.counter:
            self.promised.remove(permits[0])
        return super().release()


READ = "read"
WRITE = "write"


class RWLockSpec(Spec):
    """Some readers or one writer, strictly in the order in which they came."""

    def __init__(self, max_readers: int | None = 1) -> None:
        super().__init__()
        self.max_readers = max_readers
        self.readers = 0
        self.writing = False

    def free_for(self, request: str) -> bool:
        if request == WRITE:
            return not self.writing and self.readers == 0
        has_room = self.max_readers is None or self.readers < self.max_readers
        return not self.writing and has_room

    def locked(self) -> bool:
        """Would somebody who wants to read have to wait?"""
        return bool(self.waiting) or not self.free_for(READ)

    def acquire_nowait(self, request: str) -> bool:
        if self.waiting or not self.free_for(request):
            return False
        self.take(request)
        return True

    def take(self, request: str) -> None:
        if request == WRITE:
            self.writing = True
        else:
            self.readers += 1

    def untake(self, request: str) -> None:
        if request == WRITE:
            self.writing = False
        else:
            self.readers -= 1

    def release(self, request: str) -> list[Settled]:
        out = int(self.writing) if request == WRITE else self.readers
        if out == 0:
            raise RuntimeError(f"nobody holds it to {request}")
        promises = [person for person in self.promised if person.request == request]
        if len(promises) == out:
            self.promised.remove(promises[0])
        self.untake(request)
        return self.serve()

    def next_in(self) -> Person | None:
        if self.waiting and self.free_for(self.waiting[0].request):
            return self.waiting[0]
        return None

    def grant(self, person: Person) -> None:
        self.take(person.request)

    def give_back(self, person: Person) -> None:
        self.untake(person.request)
