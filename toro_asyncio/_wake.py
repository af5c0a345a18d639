"""Waking the tasks behind settled waiters: a waiter's handle is a Future."""

from __future__ import annotations

from collections.abc import Iterable

from toro_core import Waiter
from toro_core.machines import Machine

__all__ = ["wake"]


def wake(machine: Machine, settled: Iterable[Waiter]) -> None:
    """Set the futures of *settled*, in order; what a task can no longer take goes on.

    Setting a future only schedules its task, so nothing runs from here.
    """
    while settled:
        heirs: list[Waiter] = []
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
                heirs += machine.leave(waiter)
        settled = heirs
