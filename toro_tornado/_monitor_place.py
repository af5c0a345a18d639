"""The Future of a wait on a condition, which comes back with the lock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from typing import Any

from toro_asyncio._host import FINDS_ITS_LOOP
from toro_core import Waiter
from toro_core._waiter import COLLECTED, GRANTED, WAITING
from toro_core.machines import Settled

from ._place import Future, Place, running_loop
from ._wake import wake

__all__ = ["MonitorPlace"]


class MonitorPlace(Place):
    """Waiting on a condition with a lock: it is not over before the lock is held again.

    Cancelling it leaves the line of the condition at once, and takes effect when the lock
    has come.
    """

    __slots__ = ("_cancelled_with",)

    _cancelled_with: tuple[Any, ...] | None  # the message, if there is one; set before it is open

    def _answer(self) -> None:
        return None

    def _told(self) -> Waiter:
        again: Waiter | None = self._waiter.value
        return self._waiter if again is None else again

    def _is_granted(self) -> bool:
        return super()._is_granted() and self._told().state is not WAITING

    def cancel(self, msg: Any | None = None) -> bool:
        if self.done():
            return False
        self._cancelled_with = (msg,)
        self._withdraw()
        return True

    def _end(self, how: Callable[[Any, Any], None], what: Any) -> None:
        if self._cancelled_with is not None:
            raise asyncio.InvalidStateError("it has been cancelled")
        super()._end(how, what)

    def __await__(self) -> Generator[Any, None, Any]:
        waiter = self._waiter
        told: Waiter = waiter.value or waiter
        cancellation: BaseException | None = None
        try:
            while told.state is WAITING:
                future = self._sleep_at(told)
                if future is None:
                    break
                future._asyncio_future_blocking = True
                try:
                    yield future
                except BaseException as error:
                    told = waiter.value or waiter
                    if told.state is not WAITING or not isinstance(error, asyncio.CancelledError):
                        self.give_up(future)
                        raise
                    cancellation = error
                    self._cancelled_with = error.args[:1]
                    self._withdraw()
                told = waiter.value or waiter
                if self._home is None:
                    self._sleepers.remove(future)
                else:
                    told.handle = None
            if self._alarm is not None:
                self._disarm()
            if cancellation is not None:
                if self._home is None:
                    self._follow()
                raise cancellation
            waiter.handle = None
            if self._home is not None:
                if waiter.state is GRANTED:
                    self._primitive._machine.collect(waiter)
                if waiter.state is COLLECTED:
                    return None
            return self._outcome()
        finally:
            del self, waiter, told, cancellation

    __iter__ = __await__

    def _sleep_at(self, told: Waiter) -> Future[None] | None:
        """What a task sleeps on until *told* is told; None if somebody has settled it."""
        home = self._home
        if home is not None and type(told.handle) is not Future:
            finds = FINDS_ITS_LOOP and running_loop() is home
            future: Future[None] = Future() if finds else Future(loop=home)
            told.handle = future
            return future
        return None if self.done() else self.sleep()

    def _finish(self, waiter: Waiter) -> None:
        if self._cancelled_with is None:
            super()._finish(waiter)
        else:
            Future.cancel(self, *self._cancelled_with)

    def settle(self) -> Settled:
        self._told().handle = None  # it has come back: no reference from there to here and back
        return super().settle()

    def _leave(self) -> None:
        """The task was cancelled holding the lock, or is not to wait for it: it is first there."""
        self._disarm()
        self._withdraw()
        self._primitive._machine.come_first(self._waiter)

    def _withdraw(self) -> None:
        """It is on its way to the lock; what it was notified of goes on."""
        machine = self._primitive._machine
        self._waiter.handle = None
        wake(machine.lock, machine.leave(self._waiter))
        if self._home is None:
            told = self._told()
            if told.state is WAITING:
                told.handle = self
            else:
                self.settle()
