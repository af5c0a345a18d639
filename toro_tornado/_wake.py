"""Telling those who have been let in."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from toro_core import Waiter
from toro_core._checks import as_raised
from toro_core._waiter import GRANTED, REFUSED, BareWaiter
from toro_core.machines import Machine, Settled

from ._done import fail

if TYPE_CHECKING:
    from ._place import Place

__all__ = ["HoldWaiter", "Unseen", "wake"]

Future = asyncio.Future


class HoldWaiter(BareWaiter):
    """A waiter in ``acquire``, whose grant is its own only once somebody looks at its Future."""

    __slots__ = ()


class Unseen(Future[Any]):
    """What one that nobody listens to has failed with: if nobody ever looks, asyncio logs it."""


def wake(machine: Machine, settled: Iterable[Waiter]) -> None:
    """Settle the Futures of *settled*, in order; what nobody can take goes on.

    Settling a Future only schedules its callbacks, so nothing runs from here.
    """
    while settled:
        heirs: list[Waiter] | None = None
        for waiter in settled:
            handle = waiter.handle
            if type(handle) is Future:
                try:
                    handle.set_result(None)
                    continue
                except asyncio.InvalidStateError:
                    pass  # its task was cancelled and has not run since
                except RuntimeError:
                    if not handle.get_loop().is_closed():
                        raise
            more = _settle(machine, waiter, handle)
            if more:
                if heirs is None:
                    heirs = []
                heirs += more
        if heirs is None:
            return
        settled = heirs


def _settle(machine: Machine, waiter: Waiter, handle: Any) -> Settled:
    """Settle *waiter*, behind which no task sleeps."""
    if handle is None or type(handle) is tuple:
        # Nobody listens: it will be seen when somebody looks.
        if handle is not None:
            alarm, entry = handle
            alarm.discard(entry)
        if machine.home.is_closed():
            return machine.leave(waiter)
        if waiter.state is GRANTED and type(waiter) is HoldWaiter:
            return ()
        settled = machine.collect(waiter)
        if waiter.state is REFUSED:
            waiter.handle = Unseen(loop=machine.home)
            fail(waiter.handle, as_raised(waiter.value.with_traceback(None)))
        return settled
    if type(handle) is Future:
        return machine.leave(waiter)
    place: Place | None = handle() if type(handle) is weakref.ref else handle
    if place is None or place._is_lost():
        return machine.leave(waiter)
    return place.settle()
