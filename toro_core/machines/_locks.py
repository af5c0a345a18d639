"""Lock, Semaphore, BoundedSemaphore and RWLock."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import Any, ClassVar

from .._waiter import CANCELLED, COLLECTED, EXPIRED, GRANTED, WAITING, Waiter
from ._machine import Line, Machine, Promising, Request, Settled, count, snapshots, wake_everyone

__all__ = ["READ", "WATCH", "WRITE", "BoundedSemaphore", "Lock", "RWLock", "Semaphore"]


class Lock(Machine):
    """One may hold it.

    A release hands it to the first in line, so that nobody can come between.
    """

    __slots__ = ("held",)

    line: Line | None
    held: bool | Waiter  # false if free; else true, or whom it is promised to

    def __init__(self) -> None:
        super().__init__()
        self.held = False

    def try_acquire(self) -> bool:
        """Take it if it is free; False, and nothing changes, if it is not."""
        if self.held:
            return False
        self.held = True
        return True

    def release(self) -> Settled:
        """Free it, or give it to the first in line: return whom.  RuntimeError if it is free."""
        # With what is _admit in Machine, for one at most: 4 frames less in every hand-over.
        held = self.held
        if not held:
            raise RuntimeError("release of a lock that nobody holds")
        if held is not True:
            # What is released was only promised: that waiter has nothing to hand back any more.
            held.state = COLLECTED
        line = self.line
        if not line:
            self.held = False
            return ()
        waiter = line.popleft()
        if line.husks:
            line.trim()
        if waiter.prompt:
            self.held = True
            waiter.state = COLLECTED
        else:
            self.held = waiter
            waiter.state = GRANTED
        return (waiter,)

    def enter(self, waiter: Waiter) -> Settled:
        # As in Machine, in one frame; nobody is in line while it is free.
        if not self.held:
            if waiter.prompt:
                self.held = True
                waiter.state = COLLECTED
            else:
                self.held = waiter
                waiter.state = GRANTED
            return (waiter,)
        if self.line is None:
            self.line = Line()
        waiter.state = WAITING
        self.line.append(waiter)
        return ()

    def collect(self, waiter: Waiter) -> Settled:
        if waiter.state is GRANTED:
            waiter.state = COLLECTED
            self.held = True
        return ()

    def everyone(self) -> Iterator[Waiter]:
        if isinstance(self.held, Waiter):
            yield self.held
        yield from super().everyone()

    def busy(self) -> bool:
        return bool(self.held) or (self.line is not None and self.line.is_expected())

    def drop_everyone(self) -> None:
        super().drop_everyone()
        if self.line is not None:
            self.line.drop_visitors()

    def _let_in(self, waiter: Waiter) -> bool:
        if self.held:
            return False
        self.held = True
        return True

    def _undo(self, waiter: Waiter) -> None:
        self.held = False

    def _promise(self, waiter: Waiter) -> None:
        self.held = waiter

    def _state(self) -> tuple[Any, ...]:
        held = self.held
        return (held.snapshot() if isinstance(held, Waiter) else held,)


WATCH = Request.WATCH
READ = Request.READ
WRITE = Request.WRITE


class Semaphore(Promising):
    """*value* may hold it at once; a release beyond the initial value lets in more.

    A waiter whose request is WATCH waits until a permit is free and takes none.  It
    yields to those who want one, so it has a line of its own, behind theirs.
    """

    __slots__ = ("initial", "value", "watchers")

    line: Line | None
    value: int  # permits free; none while anyone is in line
    initial: int
    watchers: Line | None

    def __init__(self, value: int = 1) -> None:
        super().__init__()
        self.value = value
        self.initial = value
        self.watchers = None

    def try_acquire(self) -> bool:
        """Take a permit if one is free; False, and nothing changes, if none is."""
        if self.value <= 0:
            return False
        self.value -= 1
        return True

    def release(self) -> Settled:
        """One permit more; return whom that lets in."""
        line = self.line
        if not line:
            self.value += 1
            return self._admit() if self.watchers else ()
        # As in _admit, for the one permit there is: 4 frames less in every hand-over.
        waiter = line.popleft()
        if line.husks:
            line.trim()
        self._grant(waiter)
        return (waiter,)

    def enter(self, waiter: Waiter) -> Settled:
        if waiter.request is WATCH:
            if self.watchers is None:
                self.watchers = Line()
            waiter.state = WAITING
            self.watchers.append(waiter)
            return self._admit() if self.value > 0 else ()
        if self.value > 0:  # nobody is in line: as in Machine, 3 frames less
            self.value -= 1
            self._grant(waiter)
            return (waiter,)
        if self.line is None:
            self.line = Line()
        waiter.state = WAITING
        self.line.append(waiter)
        return ()

    def leave(self, waiter: Waiter) -> Settled:
        if waiter.request is not WATCH:
            return super().leave(waiter)
        if waiter.state is WAITING:
            waiter.state = CANCELLED
            self._watchers().leave()
        return ()

    def expire(self, waiter: Waiter) -> Settled:
        if waiter.request is not WATCH:
            return super().expire(waiter)
        if waiter.state is not WAITING:
            return ()
        waiter.state = EXPIRED
        self._watchers().leave()
        return (waiter,)

    @property
    def waiting(self) -> int:
        return super().waiting + count(self.watchers)

    def everyone(self) -> Iterator[Waiter]:
        yield from super().everyone()
        yield from self.watchers or ()

    def busy(self) -> bool:
        return self.value < self.initial or super().busy()

    def _watchers(self) -> Line:
        assert self.watchers is not None
        return self.watchers

    def _let_in(self, waiter: Waiter) -> bool:
        return self.try_acquire()

    def _undo(self, waiter: Waiter) -> None:
        self.value += 1

    def _admit(self) -> Settled:
        settled = super()._admit()
        if self.watchers and self.value > 0:
            settled += wake_everyone(self.watchers)
        return settled

    def _state(self) -> tuple[Any, ...]:
        return (self.value, self.initial, snapshots(self.watchers), *super()._state())


class BoundedSemaphore(Semaphore):
    """A Semaphore that refuses to be released beyond its initial value."""

    __slots__ = ()
    _promises: ClassVar[type[dict[Waiter, Any]]] = OrderedDict

    def release(self) -> Settled:
        """One permit more; return whom that lets in.  ValueError if all are free."""
        if self.value >= self.initial:
            raise ValueError(
                f"released too often: all {self.initial} permits of the semaphore are free"
            )
        if self.promised and len(self.promised) == self.initial - self.value:
            self._spend_oldest_promise()
        return super().release()


class RWLock(Promising):
    """Up to *max_readers* hold it to read, or one to write; first come, first served.

    A writer in line holds back the readers behind it, so it is never starved; when it
    leaves the line, they go.
    """

    __slots__ = ("max_readers", "readers", "writing")
    _promises: ClassVar[type[dict[Waiter, Any]]] = OrderedDict

    max_readers: int | None  # None: no limit
    readers: int
    writing: bool  # excludes readers

    def __init__(self, max_readers: int | None = 1) -> None:
        super().__init__()
        self.max_readers = max_readers
        self.readers = 0
        self.writing = False

    def may_read(self) -> bool:
        """Is there room for a reader, the line aside?"""
        return not self.writing and (self.max_readers is None or self.readers < self.max_readers)

    def try_acquire_read(self) -> bool:
        """Join the readers if there is room and nobody in line; else False, and nothing changes."""
        if self.line or not self.may_read():
            return False
        self.readers += 1
        return True

    def try_acquire_write(self) -> bool:
        """Become the writer if nobody holds it; else False, and nothing changes."""
        if self.writing or self.readers:
            return False
        self.writing = True
        return True

    def release_read(self) -> Settled:
        """One reader less; return whom that lets in.  RuntimeError if nobody reads."""
        if not self.readers:
            raise RuntimeError("release_read of an RWLock that nobody reads")
        if self.promised and len(self.promised) == self.readers:
            self._spend_oldest_promise()
        self.readers -= 1
        return self._admit() if self.line else ()

    def release_write(self) -> Settled:
        """No writer any more; return whom that lets in.  RuntimeError if nobody writes."""
        if not self.writing:
            raise RuntimeError("release_write of an RWLock that nobody writes")
        if self.promised:
            self._spend_oldest_promise()
        self.writing = False
        return self._admit() if self.line else ()

    def busy(self) -> bool:
        # A line implies readers or a writer, and so does a promise.
        return self.writing or bool(self.readers)

    def _let_in(self, waiter: Waiter) -> bool:
        if waiter.request is WRITE:
            if self.writing or self.readers:
                return False
            self.writing = True
            return True
        most = self.max_readers  # as in may_read
        if self.writing or (most is not None and self.readers >= most):
            return False
        self.readers += 1
        return True

    def _undo(self, waiter: Waiter) -> None:
        if waiter.request is WRITE:
            self.writing = False
        else:
            self.readers -= 1

    def _state(self) -> tuple[Any, ...]:
        return (self.max_readers, self.readers, self.writing, *super()._state())
