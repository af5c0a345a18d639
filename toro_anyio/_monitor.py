"""Conditions over AnyIO: a notification is not for those whom a scope has cancelled before."""

from __future__ import annotations

from asyncio import Future
from typing import Any

from toro_core import Waiter, coroutines

__all__ = ["AtMonitor"]


class AtMonitor(coroutines.Condition):
    """A Condition whose waiters may have been cancelled by a scope, on asyncio, and not run since.

    Once they run nobody could tell, for a scope cancels again and again: a wait that was notified
    first goes on (see ``comes_again``).  On Trio they have left by now.
    """

    __slots__ = ()

    def _before_notify(self, n: int) -> None:
        super()._before_notify(n)
        line = self._machine.line
        # The first alone is looked at here: two frames less.
        if line and (n > 1 or _is_cancelled(line[0])):
            _let_the_cancelled_go(self._machine, n)


def _let_the_cancelled_go(machine: Any, n: int) -> None:
    """Of the first *n* whom a notification can reach none is cancelled."""
    cancelled = []
    for waiter in machine.line:
        if _is_cancelled(waiter):
            cancelled.append(waiter)
        elif n > 1:
            n -= 1
        else:
            break
    for waiter in cancelled:
        machine.leave(waiter)


def _is_cancelled(waiter: Waiter) -> bool:
    return isinstance(waiter.handle, Future) and waiter.handle.cancelled()
