"""A checkpoint, on asyncio, of a task that need not wait and has just taken something.

It can be cancelled there, natively or by a scope.  By way of ``wait``, as a primitive of one's own
goes, a free acquire would take a fifth more; a queue's free put and get, by way of ``enter`` and
``collect``, an eighth.
"""

from __future__ import annotations

import types
from collections import deque
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from toro_asyncio._wake import wake
from toro_core._waiter import COLLECTED, GRANTED, BareWaiter, Waiter
from toro_core.machines import GET, READ, WRITE, Lock, Put, Queue
from toro_core.machines._machine import Promising

__all__ = ["Holder", "Reader", "Writer", "hold", "hold_item", "hold_lock", "hold_slot"]


class Holder(BareWaiter):
    """A waiter that never stood in line."""

    __slots__ = ()

    if not TYPE_CHECKING:  # not worth setting each time: 1 % of a free acquire
        handle = deadline = value = request = None


class Reader(Holder):
    """One that holds an RWLock to read."""

    __slots__ = ()

    if not TYPE_CHECKING:
        request = READ


class Writer(Holder):
    """One that holds it to write."""

    __slots__ = ()

    if not TYPE_CHECKING:
        request = WRITE


class Getter(BareWaiter):
    """One that has just been given an item.

    With as little as can be to set, here and in what follows: 3 % of a free put and get.
    """

    __slots__ = ()

    if not TYPE_CHECKING:
        handle = deadline = None
        request = GET


class Bringer(BareWaiter):
    """One that brings *item*; what it asks for is made when somebody looks."""

    __slots__ = ("item",)

    item: Any

    if not TYPE_CHECKING:
        deadline = None

        @property
        def request(self) -> Put:
            return Put(self.item)

        @request.setter
        def request(self, nothing: None) -> None:
            self.item = nothing  # one that leaves keeps no item


@types.coroutine
def hold_lock(machine: Lock) -> Generator[None, None, None]:
    """Take the lock as if it were promised to the task, which comes for it in the loop's next pass.

    Somebody may release it before; then there is nothing to take back.
    """
    holder = Holder()
    holder.state = GRANTED
    machine.held = holder
    try:
        yield
    except BaseException:
        wake(machine, machine.leave(holder))
        raise
    if holder.state is GRANTED:  # as in Lock.collect
        holder.state = COLLECTED
        machine.held = True


@types.coroutine
def hold(machine: Promising, kind: type[Holder]) -> Generator[None, None, None]:
    """The same for one of several holders, of this *kind*."""
    holder = kind()
    holder.state = GRANTED
    promised: dict[Waiter, Any] | None = machine.promised
    if promised is None:
        promised = machine.promised = machine._promises()
    promised[holder] = None
    try:
        yield
    except BaseException:
        wake(machine, machine.leave(holder))
        raise
    if holder.state is GRANTED:  # as in Promising.collect
        holder.state = COLLECTED
        if len(promised) == 1 and machine.line is None:
            machine.promised = None
        else:
            del promised[holder]


@types.coroutine
def hold_item(self: Any, machine: Queue, loop: Any) -> Generator[None, None, Any]:
    """Take an item, and be a checkpoint."""
    if machine.home is not loop:
        self._move(machine, loop)
    holder = Getter()
    if machine.outlet:  # as enter, two frames less
        holder.value = machine.outlet.popleft()
        store: Any = machine.store
        store.taken = place = store.taken + 1
        holder.state = GRANTED
        promised = machine.promised
        if promised is None:
            promised = machine.promised = {}
        promised[holder] = place
    else:
        machine.enter(holder)  # nobody else is settled: what is only promised lets nobody in
    try:
        yield
    except BaseException:
        wake(machine, machine.leave(holder))
        raise
    if holder.state is GRANTED:
        if machine.putters or machine.line:
            wake(machine, machine.collect(holder))
        else:  # as in collect, two frames less; what that would open, the next put does
            del machine.promised[holder]  # type: ignore[union-attr]  # it is one of them
            machine.used -= 1
            return holder.value
    if holder.state is COLLECTED:
        return holder.value
    return self._not_granted(holder)


@types.coroutine
def hold_slot(self: Any, machine: Queue, loop: Any, item: Any) -> Generator[None, None, None]:
    """Take the place of a new item, and be a checkpoint."""
    if machine.home is not loop:
        self._move(machine, loop)
    holder = Bringer()
    holder.item = item
    holder.handle = holder.value = None
    store = machine.store
    if store.strict:  # as enter, three frames less
        machine.used += 1
        machine.reserved += 1
        holder.state = GRANTED
        promised = machine.promised
        if promised is None:
            promised = machine.promised = {}
        promised[holder] = None
        arriving = machine.arriving
        if arriving is None:
            arriving = machine.arriving = deque()
        arriving.append(holder)
        machine.inlet = None
    else:
        machine.enter(holder)
    try:
        yield
    except BaseException:
        wake(machine, machine.leave(holder))
        raise
    items, arriving = store.present, machine.arriving
    if machine.line or not arriving or len(arriving) > 1 or items is None:
        wake(machine, machine.collect(holder))
        if holder.state is not COLLECTED:
            self._not_granted(holder)
    else:  # as in collect, three frames less
        del machine.promised[holder]  # type: ignore[union-attr]  # it is one of them
        machine.reserved -= 1
        arriving.clear()
        machine.unfinished += 1
        items.append(item)
        machine.inlet = items
