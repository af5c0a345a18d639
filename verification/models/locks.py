"""Lock, Semaphore, BoundedSemaphore and RWLock."""

from __future__ import annotations

from typing import Any

import spec
from spec import Spec
from spec.locks import ACQUIRE, LOOK
from spec.locks import READ as TO_READ
from spec.locks import WRITE as TO_WRITE

from toro_core import Waiter
from toro_core.machines import READ, WATCH, WRITE, BoundedSemaphore, Line, Lock, RWLock, Semaphore

from .base import Code, Key, waiters_in
from .lines import LineModel, Numbers, Operation, Request


def is_waited_for(spec: Spec) -> bool:
    return bool(spec.waiting or spec.promised)


OPERATIONS = {
    "acquire_nowait": Operation(lambda m: m.try_acquire(), lambda s: s.acquire_nowait(), takes=0),
    "release": Operation(lambda m: m.release(), lambda s: s.release(), gives=0),
}


class LockModel(LineModel):
    """``held`` is false, true, or whom the lock is promised to."""

    def promise(self, machine: Any, waiter: Waiter) -> None:
        machine.held = waiter

    def names_promised(self, machine: Any) -> list[Any]:
        return [machine.held.handle] if isinstance(machine.held, Waiter) else []

    def numbers(self, machine: Any) -> Numbers:
        return (bool(machine.held),)


def lock(clients: int) -> LineModel:
    return LockModel(
        f"Lock, {clients} clients",
        clients,
        Lock,
        spec.LockSpec,
        fields=["held"],
        requests=[Request(holds=True)],
        operations=OPERATIONS,
        looks=[(lambda m: m.busy(), lambda s: s.locked())],
        rest=lambda numbers: numbers == (False,),
    )


class SemaphoreModel(LineModel):
    """Those who only look stand in a line of their own, behind all others."""

    def line_of(self, machine: Any, code: Code) -> Line:
        if code[1] == 0:
            return super().line_of(machine, code)
        if machine.watchers is None:
            machine.watchers = Line()
        watchers: Line = machine.watchers
        return watchers

    def names_in_line(self, machine: Any) -> list[Any]:
        return super().names_in_line(machine) + [w.handle for w in waiters_in(machine.watchers)]

    def names_in_spec(self, spec: Any) -> list[Any]:
        """The same line behind the other."""
        return [p.name for p in spec.waiting if p.request == ACQUIRE] + [
            p.name for p in spec.waiting if p.request == LOOK
        ]


def owed_a_permit(spec: Any) -> list[Any]:
    return [person for person in spec.promised if person.request == ACQUIRE]


def permits(key: Key) -> int:
    """All there are: free, promised and held."""
    (free, *_), _, promised, holders = key
    return int(free + len(promised) + holders[0])


TAKE_OR_LOOK = [Request(None, ACQUIRE, holds=True), Request(WATCH, LOOK)]


def semaphore(clients: int, value: int, limit: int) -> LineModel:
    """Rude releases raise the number of permits, here up to *limit*."""
    return SemaphoreModel(
        f"Semaphore({value}), {clients} clients, up to {limit} permits",
        clients,
        lambda: Semaphore(value),
        lambda: spec.SemaphoreSpec(value),
        fields=["value"],
        spec_fields=["counter"],
        requests=TAKE_OR_LOOK,
        operations=OPERATIONS,
        owed=owed_a_permit,
        within=lambda key: permits(key) <= limit,
    )


def bounded_semaphore(clients: int, value: int) -> LineModel:
    return SemaphoreModel(
        f"BoundedSemaphore({value}), {clients} clients",
        clients,
        lambda: BoundedSemaphore(value),
        lambda: spec.BoundedSemaphoreSpec(value),
        fields=["value", "initial"],
        spec_fields=["counter", "initial"],
        requests=TAKE_OR_LOOK,
        operations=OPERATIONS,
        owed=owed_a_permit,
        looks=[(lambda m: m.busy(), lambda s: s.counter < value or is_waited_for(s))],
        rest=lambda numbers: numbers == (value, value),
    )


def rwlock(clients: int, max_readers: int | None) -> LineModel:
    return LineModel(
        f"RWLock({max_readers}), {clients} clients",
        clients,
        lambda: RWLock(max_readers),
        lambda: spec.RWLockSpec(max_readers),
        fields=["readers", "writing"],
        requests=[Request(READ, TO_READ, holds=True), Request(WRITE, TO_WRITE, holds=True)],
        operations={
            "acquire_read_nowait": Operation(
                lambda m: m.try_acquire_read(), lambda s: s.acquire_nowait(TO_READ), takes=0
            ),
            "acquire_write_nowait": Operation(
                lambda m: m.try_acquire_write(), lambda s: s.acquire_nowait(TO_WRITE), takes=1
            ),
            "release_read": Operation(
                lambda m: m.release_read(), lambda s: s.release(TO_READ), gives=0
            ),
            "release_write": Operation(
                lambda m: m.release_write(), lambda s: s.release(TO_WRITE), gives=1
            ),
        },
        looks=[
            (lambda m: m.may_read(), lambda s: s.free_for(TO_READ)),
            (lambda m: m.busy(), lambda s: s.writing or s.readers > 0 or is_waited_for(s)),
        ],
        rest=lambda numbers: numbers == (0, False),
    )
