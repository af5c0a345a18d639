"""Which loop runs in this thread."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._loop import Loop
    from ._task import Task

__all__ = ["current_loop", "current_task", "running"]


class _Running(threading.local):
    loop: Loop | None = None


running = _Running()


def current_loop() -> Loop:
    """The simulated loop that runs in this thread.  RuntimeError if there is none."""
    loop = running.loop
    if loop is None:
        raise RuntimeError(
            "no toro_sim loop is running here: call this from a coroutine under"
            " toro_sim.run() or toro_sim.explore()"
        )
    return loop


def current_task() -> Task:
    """The task that calls this.  RuntimeError outside of one."""
    task = current_loop().current
    if task is None:
        raise RuntimeError("no toro_sim task is running here")
    return task
