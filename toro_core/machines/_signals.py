"""Event, AsyncResult, and conditions without and with a lock."""

from __future__ import annotations

from typing import Any

from .._waiter import CANCELLED, EXPIRED, GRANTED, WAITING, BarePromptWaiter, Waiter
from ._locks import Lock
from ._machine import Line, Machine, Promising, Settled, refuse, wake_everyone

__all__ = ["AsyncResult", "Condition", "Event", "Monitor"]


class Event(Machine):
    """A flag to wait for.

    What an event gives is nobody's loss, so its grants are never handed back.
    """

    __slots__ = ("flag",)

    flag: bool  # nobody waits while it is set

    def __init__(self) -> None:
        super().__init__()
        self.flag = False

    def set(self) -> Settled:
        """Set the flag; return all who waited."""
        self.flag = True
        return wake_everyone(self.line)

    def clear(self) -> None:
        """Clear the flag: who enters now waits."""
        self.flag = False

    def _let_in(self, waiter: Waiter) -> bool:
        return self.flag

    def _state(self) -> tuple[Any, ...]:
        return (self.flag,)


class AsyncResult(Machine):
    """A value or an exception that arrives once, for all who wait and will wait."""

    __slots__ = ("error", "ready", "value")

    ready: bool  # nobody waits once it is true
    value: Any
    error: BaseException | None

    def __init__(self) -> None:
        super().__init__()
        self.ready = False
        self.value = None
        self.error = None

    def set(self, value: Any) -> Settled:
        """Set the value; return all who waited.  Whether one is set already is not asked."""
        self.ready = True
        self.value = value
        return self._answer_everyone()

    def set_exception(self, error: BaseException) -> Settled:
        """Set the exception; return all who waited, refused with it."""
        self.ready = True
        self.error = error
        return self._answer_everyone()

    def enter(self, waiter: Waiter) -> Settled:
        settled = super().enter(waiter)
        if settled:
            self._answer(waiter)
        return settled

    def _answer_everyone(self) -> Settled:
        settled = wake_everyone(self.line)
        for waiter in settled:
            self._answer(waiter)
        return settled

    def _answer(self, waiter: Waiter) -> None:
        if self.error is not None:
            refuse(waiter, self.error)
        else:
            waiter.value = self.value

    def _let_in(self, waiter: Waiter) -> bool:
        return self.ready

    def _state(self) -> tuple[Any, ...]:
        return (self.ready, self.value, self.error)


class Condition(Promising):
    """A line that moves when told to.

    A notification whose waiter did not come back goes to the next in line; if there
    is none, it is gone, as any notification that nobody waits for.
    """

    __slots__ = ()

    def notify(self, n: int = 1) -> Settled:
        """Let the first *n* in line go; return them."""
        line = self.line
        if not line:
            return ()
        settled: list[Waiter] = []
        while line and len(settled) < n:
            waiter = line.popleft()
            if line.husks:
                line.trim()
            self._grant(waiter)
            settled.append(waiter)
        return tuple(settled)

    def notify_all(self) -> Settled:
        """Wake everyone; such a notification is not passed on, for all have had one."""
        return wake_everyone(self.line)

    def leave(self, waiter: Waiter) -> Settled:
        unused = waiter.state is GRANTED
        super().leave(waiter)
        return self.notify() if unused else ()

    def _let_in(self, waiter: Waiter) -> bool:
        return False


class Monitor(Promising):
    """A condition whose waiters give up *lock* while they wait, and come back holding it.

    However a waiter leaves the line, it goes straight to the lock's own line and its
    task is woken once, when the lock is its again.  Its second place in line is
    ``waiter.value``: a prompt waiter, for it keeps the lock whatever happens.
    """

    __slots__ = ("lock",)

    line: Line | None
    promised: dict[Waiter, Any] | None
    lock: Lock

    def __init__(self, lock: Lock) -> None:
        super().__init__()
        self.lock = lock

    def enter(self, waiter: Waiter) -> Settled:
        """Give up the lock and join the line, in one step; return whom that gives the lock.

        RuntimeError if nobody holds it.
        """
        lock = self.lock
        if not lock.held:
            raise RuntimeError("wait on a condition without holding its lock")
        line, back = self.line, lock.line
        if line is None:
            line = self.line = Line()
        if back is None:
            back = lock.line = Line()
        if back.visitors is None or back.visitors.get(id(line)) is not line:
            back.expect(line)
        waiter.state = WAITING
        line.append(waiter)
        return lock.release()

    def notify(self, n: int = 1) -> Settled:
        """The first *n* in line may go on as soon as they get the lock: nobody is returned.

        RuntimeError if nobody holds the lock.
        """
        if not self.lock.held:
            raise RuntimeError("notify on a condition without holding its lock")
        line = self.line
        while n > 0 and line:  # as _notify_first, a frame less
            waiter = line.popleft()
            if line.husks:
                line.trim()
            waiter.state = GRANTED
            if self.promised is None:
                self.promised = {}
            self.promised[waiter] = None
            self._come_back(waiter, waiter.handle)
            n -= 1
        return ()

    def notify_all(self) -> Settled:
        """As ``notify``, all in line."""
        if not self.lock.held:
            raise RuntimeError("notify on a condition without holding its lock")
        back: Any = self.lock.line  # there is one, if anybody waits here
        for waiter in wake_everyone(self.line):  # as _come_back: 7 % of each wake-up
            waiter.value = again = BarePromptWaiter()
            again.handle = waiter.handle
            again.request = again.deadline = again.value = None
            again.state = WAITING
            back.append(again)
        return ()

    def leave(self, waiter: Waiter) -> Settled:
        """*waiter* will not use its notification.  It is on its way to the lock all the same.

        Its task is awake already, so its second waiter gets no handle to be woken by.
        """
        if waiter.state is WAITING:
            waiter.state = CANCELLED
            self._remove(waiter)
            return self._come_back(waiter, None)
        if waiter.state is GRANTED:
            self._forget_promise(waiter)
            waiter.state = CANCELLED
            return self._notify_first(self.line) if self.line else ()
        return ()

    def come_first(self, waiter: Waiter) -> None:
        """*waiter*, which has left, cannot wait for the lock, and releases it all the same.

        So it stands first in line there, and has the lock by that very release: whoever holds it
        now keeps it.
        """
        if waiter.value is None:  # it was dropped
            self._come_back(waiter, None)
        again: Any = waiter.value
        if again.state is WAITING:
            line = self.lock.line
            assert line is not None
            line.remove(again)
            line.appendleft(again)

    def expire(self, waiter: Waiter) -> Settled:
        """Turned away, *waiter* too must have the lock before its task may go on."""
        if waiter.state is not WAITING:
            return ()
        waiter.state = EXPIRED
        self._remove(waiter)
        return self._come_back(waiter, waiter.handle)

    def drop(self, waiter: Waiter) -> None:
        """Unlike one that leaves, it does not come back for the lock."""
        before, waiter.state = waiter.state, CANCELLED
        if before is WAITING:
            self._remove(waiter)
        elif before is GRANTED:
            self._forget_promise(waiter)

    def _notify_first(self, line: Line) -> Settled:
        waiter = line.popleft()
        if line.husks:
            line.trim()
        waiter.state = GRANTED
        assert self.promised is not None  # whose promise goes on had one
        self.promised[waiter] = None
        return self._come_back(waiter, waiter.handle)

    def _come_back(self, waiter: Waiter, handle: Any) -> Settled:
        waiter.value = again = BarePromptWaiter()
        again.handle = handle
        again.request = again.deadline = again.value = None
        lock = self.lock
        if not lock.held:
            return lock.enter(again)
        again.state = WAITING  # as in Lock.enter, a frame less
        assert lock.line is not None  # since it waited here
        lock.line.append(again)
        return ()

    def _state(self) -> tuple[Any, ...]:
        return (self.lock.snapshot(), *super()._state())
