"""Waking the tasks behind settled waiters: a waiter's handle is a task."""

from __future__ import annotations

from trio.lowlevel import reschedule

from toro_core.machines import Machine, Settled

__all__ = ["wake"]


def wake(machine: Machine, settled: Settled) -> None:
    """Reschedule the tasks of *settled*, in order.

    Trio asks before it cancels a task that waits (see ``abort`` in ``_wait``), so a task
    found here always takes what it is given.
    """
    for waiter in settled:
        if waiter.handle is not None:  # else its task is awake
            reschedule(waiter.handle)
