"""Conditions over AnyIO: a notification is not for those whom a scope has cancelled before."""

from __future__ import annotations

from asyncio import Future
from typing import Any

from toro_core import coroutines

__all__ = ["AtMonitor"]


class AtMonitor(coroutines.Condition):
    """A Condition whose waiters may have been cancelled by a scope, on asyncio, and not run since.

    Once they run nobody could tell, for a scope cancels again and again: a wait that was notified
    first goes on (see ``comes_again``).  On Trio they have left by now.
    """

    __slots__ = ()

    def _before_notify(self, n: int) -> None:
        super()._before_notify(n)
        if self._lock is not None and self._machine.line:
            _let_the_cancelled_go(self._machine, n)


def _let_the_cancelled_go(machine: Any, n: int) -> None:
    """Of the first *n* whom a notification can reach none is cancelled."""
    cancelled = []
    for waiter in machine.line:
        future = waiter.handle
        if isinstance(future, Future) and future.cancelled():
            cancelled.append(waiter)
        elif n > 1:
            n -= 1
        else:
            break
    for waiter in cancelled:
        machine.leave(waiter)
