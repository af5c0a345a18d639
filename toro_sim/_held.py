"""What may still be held when a run is over."""

from __future__ import annotations

import weakref
from typing import Any

from toro_core import machines

from ._errors import StillHeld
from ._state import running

__all__ = ["check_nothing_held", "note"]


def note(primitive: Any) -> None:
    """Remember *primitive*, if it is made in a run: reports name it, and the end looks at it."""
    loop = running.loop
    if loop is not None:
        loop.primitives.append(weakref.ref(primitive))
        if loop.locks is not None and isinstance(primitive._machine, _HOLDABLE):
            loop.locks.append(primitive)


_HOLDABLE = (machines.Lock, machines.Semaphore, machines.RWLock)


def check_nothing_held(locks: list[Any]) -> None:
    """StillHeld if a lock is held, or a permit has not come back, now that the run is over."""
    held = [lock for lock in locks if is_held(lock._machine)]
    if held:
        raise StillHeld("the run is over, and still held: " + ", ".join(map(str, held)))


def is_held(machine: Any) -> bool:
    if isinstance(machine, machines.Lock):
        return bool(machine.held)
    if isinstance(machine, machines.Semaphore):
        return machine.value < machine.initial
    return machine.writing or bool(machine.readers)
