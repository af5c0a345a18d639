"""Event, AsyncResult and Condition for loops whose waits are coroutines."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from .. import machines, plain
from .._guard import Guard
from .._time import Deadline, Point, Span, check_time, point_in_time
from .._waiter import COLLECTED, EXPIRED, GRANTED, REFUSED, WAITING, Waiter
from ._locks import Lock
from ._primitive import Primitive

__all__ = ["AsyncResult", "Condition", "Event"]

T = TypeVar("T")
NOTIFIED = (GRANTED, COLLECTED)


class Event(Primitive, plain.Event):
    """A flag that tasks can wait for.

    When you want it: to tell any number of tasks, present and to come, that something has
    happened.  All who wait when ``set()`` is called are woken, even if ``clear()`` follows at
    once; who comes after ``clear()`` waits.

    *name* is shown in ``repr()`` and in errors.
    """

    __slots__ = ()

    async def wait(self, deadline: Deadline = None, *, timeout: Span = None) -> object:
        """Wait until the flag is set; return at once if it is.  Gives True on asyncio, else None.

        *deadline* is a point on the loop's clock or a timedelta from now, *timeout* a span
        from now in seconds.  Timeout if it passes first.  If this raises, nothing has changed.
        """
        machine = self._machine
        if not machine.flag:
            await self._wait(machine, None, deadline, timeout)
        else:
            if deadline is not None or timeout is not None:
                check_time(deadline, timeout, self._host.now)
            if self._checkpoints:
                await self._turn()
        return self._woken


class AsyncResult(Primitive, plain.AsyncResult[T]):
    """A value or an exception that is set once and can be waited for.

    When you want it: to hand the outcome of something to tasks that ask for it, before or
    after it is there.

    *name* is shown in ``repr()`` and in errors.
    """

    __slots__ = ()

    async def get(self, deadline: Deadline = None, *, timeout: Span = None) -> T:
        """Wait for the value and return it, or raise the exception that was set.

        *deadline* is a point on the loop's clock or a timedelta from now, *timeout* a span
        from now in seconds.  Timeout if it passes first; the result and other tasks are
        not affected.
        """
        try:
            if not self._machine.ready:
                await self._wait(self._machine, None, deadline, timeout)
            else:
                if deadline is not None or timeout is not None:
                    check_time(deadline, timeout, self._host.now)
                if self._checkpoints:
                    await self._turn()
            return self._result()
        finally:
            del self  # see _result

    def _not_granted(self, waiter: Waiter) -> None:
        if waiter.state is not REFUSED:
            super()._not_granted(waiter)


class Condition(Primitive, plain.Condition):
    """A line of tasks that moves on when told to.

    When you want it: to wait until some state shared with other tasks has changed, when an
    Event would not do because the change is not once and for all.

    Without a lock, wait and notify freely.  With a Lock (of the same adapter) it is a monitor:
    ``async with condition:`` holds the lock, ``wait`` gives it up and has it again when it
    returns or raises, whatever happens meanwhile, and wait and notify without it are a
    RuntimeError.

    A notification whose waiter did not come back, because it was cancelled, goes to the next.

    A *lock* that is not a Lock of the same adapter: TypeError.  *name* is shown in ``repr()`` and
    in errors.
    """

    __slots__ = ()

    _lock: Lock | None
    _lock_type = Lock

    async def acquire(self, deadline: Deadline = None, *, timeout: Span = None) -> Guard:
        """``acquire`` of the lock.  RuntimeError if the condition has none."""
        return await self._its_lock().acquire(deadline, timeout=timeout)

    if TYPE_CHECKING:

        def _its_lock(self) -> Lock: ...

        async def __aenter__(self) -> None: ...

        async def __aexit__(self, exc_type: object, exc: object, tb: object) -> None: ...

    else:  # no coroutines of their own but the lock's, without one more around them

        def __aenter__(self):
            return (self._lock or self._its_lock()).__aenter__()

        def __aexit__(self, exc_type, exc, tb):
            assert self._lock is not None  # it was entered
            return self._lock.__aexit__(exc_type, exc, tb)

    async def wait(self, deadline: Deadline = None, *, timeout: Span = None) -> object:
        """Wait for a notification.  Gives True on asyncio, else None.

        *deadline* is a point on the loop's clock or a timedelta from now, *timeout* a span
        from now in seconds.  Timeout if it passes before the notification.  Waiting for
        the lock afterwards has no deadline.  RuntimeError if there is a lock and nobody holds it.

        Cancelled or timed out, no notification is used up: one that was just given goes to the
        next.  The lock, if there is one, is held again.
        """
        machine: Any = self._machine
        if self._lock is None:
            await self._wait(machine, None, deadline, timeout)
            return self._woken
        # Here, and not in a coroutine of its own: a tenth of a notify_all.
        host = self._here() if self._several else self._host
        lock = self._lock._machine
        when = None
        if deadline is not None or timeout is not None:
            when = point_in_time(deadline, timeout, host.now)
        if not lock.held:
            self._not_held("wait")
        if when is not None and when <= host.now():
            await host.surface_cancellation()
            self._timed_out(host.now() - when)
        home = self._home()
        if lock.home is not home or machine.home is not home:
            self._move(lock, home)
            self._move(machine, home)
        waiter = host.waiter(None, None, when)
        settled = machine.enter(waiter)
        if settled:
            host.wake(lock, settled)
        entry = None
        try:
            if when is not None:
                entry = host.arm(machine, waiter)
            await host.sleep(machine, waiter)
        except BaseException as error:
            if waiter.state not in NOTIFIED or not host.comes_again(error):
                self._wake(lock, machine.leave(waiter))
                await self._come_back(machine, waiter, error)
                raise
        finally:
            if entry is not None:
                host.disarm(entry)
        if waiter.value.state is WAITING:
            # Cancelled after its notification; or woken as expired, which a host may do too soon.
            await self._come_back(machine, waiter)
        if waiter.state is GRANTED:
            machine.collect(waiter)
        elif waiter.state is EXPIRED:
            self._timed_out()
        return self._woken

    async def wait_for(
        self, predicate: Callable[[], T], deadline: Deadline = None, *, timeout: Span = None
    ) -> T:
        """Wait until *predicate()* is true, and return what it gave.

        It is called once at the start and once after each notification.  The deadline covers the
        whole: *deadline* is a point on the loop's clock or a timedelta from now, *timeout* a span
        from now in seconds.  This raises what ``wait`` raises, and what the predicate does.
        """
        when = point_in_time(deadline, timeout, self._host.now)
        if when is not None:
            when = Point(when)
        if self._checkpoints:
            await self._turn()  # before the first look: nobody may come between one and the return
        while not (result := predicate()):
            await self.wait(when)
        return result

    async def _come_back(
        self, machine: machines.Monitor, waiter: Waiter, error: BaseException | None = None
    ) -> None:
        """Have the lock before the wait ends, by *error* or not.

        A cancellation meanwhile goes on in the place of either.
        """
        if isinstance(error, GeneratorExit):
            machine.come_first(waiter)
        elif waiter.value.state is WAITING:
            try:
                later = await self._host.sleep_shielded(machine.lock, waiter.value)
            except GeneratorExit:
                self._wake(machine.lock, machine.leave(waiter))
                machine.come_first(waiter)
                raise
            if later is not None:
                self._wake(machine.lock, machine.leave(waiter))
                try:
                    raise later
                finally:
                    del later, error  # this frame is in their tracebacks
