"""For people: what a task waits for, where it is, and which primitive a machine belongs to."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import toro_core
from toro_core import machines

if TYPE_CHECKING:
    from ._task import Task

__all__ = ["awaited", "is_lost_wake_up", "place"]

# Where a line of the user's own is not.
_NOT_THEIRS = (
    os.path.dirname(__file__) + os.sep,
    os.path.dirname(toro_core.__file__) + os.sep,
    contextlib.__file__,
)
_HELD = (machines.Lock, machines.Semaphore, machines.RWLock)


OF_GROUP = "the tasks of its group"


def awaited(task: Task) -> str:
    """What *task* waits for, and where."""
    where = place(task.coro)
    return _what(task, task.awaits) + (f" ({where})" if where else "")


def _what(task: Task, awaits: Any) -> str:
    if isinstance(awaits, tuple):
        kind, thing = awaits
        if kind == "machine":
            return str(_owner(task, thing))
        return f"{kind} {thing:g}s" if isinstance(thing, float) else f"{kind} {thing}"
    return str(awaits)


def is_lost_wake_up(tasks: Iterable[Task]) -> bool:
    """Do those who wait at primitives all wait for a word, and none for something held?"""
    waits = [task.awaits for task in tasks]
    if any(isinstance(awaits, str) and awaits != OF_GROUP for awaits in waits):
        return False  # by means of their own: there is no telling
    at = [
        thing for kind, thing in (each for each in waits if each != OF_GROUP) if kind == "machine"
    ]
    return bool(at) and not any(isinstance(machine, _HELD) for machine in at)


def _owner(task: Task, machine: Any) -> Any:
    """The primitive that *machine* belongs to."""
    primitives = (ref() for ref in task.loop.primitives)
    return next((p for p in primitives if p is not None and p._machine is machine), machine)


def place(coro: Any) -> str:
    """The innermost line of the user's own in *coro*: file, line and function."""
    found = ""
    while coro is not None:
        frame = getattr(coro, "cr_frame", None) or getattr(coro, "ag_frame", None)
        if frame is not None and not frame.f_code.co_filename.startswith(_NOT_THEIRS):
            code = frame.f_code
            name = os.path.basename(code.co_filename)
            found = f"{name}:{frame.f_lineno} in {code.co_name}"
        coro = getattr(coro, "cr_await", None) or getattr(coro, "ag_await", None)
    return found
