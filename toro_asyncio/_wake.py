"""Waking the tasks behind settled waiters: a waiter's handle is a Future."""

from __future__ import annotations

from asyncio import InvalidStateError

from toro_core.machines import Machine, Settled

__all__ = ["wake"]


def wake(machine: Machine, settled: Settled) -> None:
    """Set the futures of *settled*, in order; what a task can no longer take goes on.

    Setting a future only schedules its task, so nothing runs from here.
    """
    while settled:
        heirs: Settled = ()
        for waiter in settled:
            future = waiter.handle
            if future is None:
                continue  # its task is awake
            try:
                future.set_result(None)
            except InvalidStateError:  # its task was cancelled and has not run since
                heirs += machine.leave(waiter)
            except RuntimeError:
                if not future.get_loop().is_closed():
                    raise  # a RecursionError, or debug mode's complaint of another thread
                heirs += machine.leave(waiter)
        settled = heirs
