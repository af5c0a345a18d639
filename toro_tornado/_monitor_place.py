"""The Future of a wait on a condition, which comes back with the lock."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from typing import Any

from toro_core import Waiter
from toro_core._waiter import GRANTED, WAITING
from toro_core.machines import Settled

from ._place import FINDS_ITS_LOOP, Future, Place, running_loop
from ._wake import wake

__all__ = ["MonitorPlace"]


class MonitorPlace(Place):
    """Waiting on a condition with a lock: it is not over before the lock is held again.

    Cancelling it leaves the line of the condition at once, and takes effect when the lock
    has come.
    """

    __slots__ = ("_cancelled_with",)

    _cancelled_with: tuple[Any] | None  # set before it is open

    def _answer(self) -> None:
        return None

    def _told(self) -> Waiter:
        again: Waiter | None = self._waiter.value
        return self._waiter if again is None else again

    def cancel(self, msg: Any | None = None) -> bool:
        self._look()
        if Future.done(self):
            return False
        self._cancelled_with = (msg,)
        self._listen()
        self._withdraw()
        told = self._told()
        if told.state is WAITING:
            told.handle = self
        else:
            self.settle()
        return True

    def __await__(self) -> Generator[Any, None, Any]:
        waiter = self._waiter
        told: Waiter = waiter.value or waiter
        home = self._home
        cancellation: BaseException | None = None
        try:
            if home is None or type(told.handle) is Future:
                return (yield from self._await_openly())
            finds = FINDS_ITS_LOOP and running_loop() is home
            while told.state is WAITING:
                future: Future[None] = Future() if finds else Future(loop=home)
                told.handle = future
                future._asyncio_future_blocking = True
                try:
                    yield future
                except asyncio.CancelledError as error:
                    cancellation = error
                    if not self._is_anothers():
                        self._withdraw()
                except BaseException:
                    self._give_up()
                    raise
                told = waiter.value or waiter
            if cancellation is not None:
                self._give_up()
                raise cancellation
            waiter.handle = None
            if self._alarm is not None:
                self._disarm()
            if waiter.state is GRANTED:
                self._primitive._machine.collect(waiter)
                return None
            self._look()
            return Future.result(self)
        finally:
            del self, waiter, told, cancellation

    __iter__ = __await__

    def _follow(self) -> None:
        if self._told().state is WAITING:
            return
        if self._cancelled_with is None:
            super()._follow()
        else:
            Future.cancel(self, *self._cancelled_with)

    def settle(self) -> Settled:
        self._told().handle = None  # it has come back: no reference from there to here and back
        return super().settle()

    def _leave(self) -> None:
        """The task was cancelled holding the lock, or is not to wait for it: it is first there."""
        if self._alarm is not None:
            self._disarm()
        self._withdraw()
        self._primitive._machine.come_first(self._waiter)
        if self._home is None:
            self._follow()

    def _withdraw(self) -> None:
        machine = self._primitive._machine
        self._waiter.handle = None
        wake(machine.lock, machine.leave(self._waiter))
