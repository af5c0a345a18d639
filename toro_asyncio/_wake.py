"""Waking the tasks behind settled waiters: a waiter's handle is a Future."""

from __future__ import annotations

from toro_core.machines import Machine, Settled

__all__ = ["wake"]


def wake(machine: Machine, settled: Settled) -> None:
    """Set the futures of *settled*, in order; what a task can no longer take goes on.

    Setting a future only schedules its task, so nothing runs from here.
    """
    while settled:
        passed_on: list[Settled] = []
        for waiter in settled:
            future = waiter.handle
            if future is None:
                continue  # its task is awake
            if not future.done():
                try:
                    future.set_result(None)
                    continue
                except RuntimeError:  # its loop is closed
                    pass
            # Its task was cancelled and has not run since, or never will.
            if not waiter.prompt:
                passed_on.append(machine.leave(waiter))
        settled = tuple(waiter for some in passed_on for waiter in some)
