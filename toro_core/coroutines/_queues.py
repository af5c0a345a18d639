"""Queues for loops whose waits are coroutines."""

from __future__ import annotations

from typing import TypeVar

from .. import machines, plain
from .._time import Deadline, Span, check_time
from ..machines import GET, JOIN, Put
from ._primitive import Primitive

__all__ = ["JoinableQueue", "LifoQueue", "PriorityQueue", "Queue"]

T = TypeVar("T")


class Queue(Primitive, plain.Queue[T]):
    """Hands items from those who put them to those who get them, first in, first out.

    When you want it: to pass work between tasks.  With a *maxsize* a put waits while the queue
    is full, so that producers cannot run away; 0 is no limit, and a fraction is rounded up.
    *initial* items are in it from the start and count as put.  *name* is shown in ``repr()`` and in
    errors.

    A *maxsize* that is no number, such as None: TypeError; one that is negative or NaN, or too
    small for the *initial* items: ValueError.

    Count work with ``task_done()`` and ``join()``; end it with ``shutdown()``, after which
    ``async for item in queue:`` drains what is left and ends.

    A subclass may choose the order of items by ``_init(maxsize)``, ``_get()`` and
    ``_put(item)``.  These must keep one item for each ``_put``: a set that drops duplicates
    breaks the count.  Overriding ``put_nowait`` or ``get_nowait`` does not change ``put`` or
    ``get``.
    """

    __slots__ = ()

    async def put(self, item: T, deadline: Deadline = None, *, timeout: Span = None) -> None:
        """Put *item*, waiting for a free slot if need be.

        *deadline* is a point on the loop's clock or a timedelta from now, *timeout* a span
        from now in seconds.  If there is room it is put even if they have passed; else
        Timeout.  ShutDown if the queue is or gets shut down.  If this raises, nobody will
        ever get the item.
        """
        machine = self._machine
        items = machine.inlet
        if machine.used >= machine.limit or self._checkpoints:
            await self._wait(machine, Put(item), deadline, timeout)
        else:
            if deadline is not None or timeout is not None:
                check_time(deadline, timeout, self._host.now)
            if items is None:
                self._put_nowait(item)
            else:  # as put_nowait: a frame less
                if (machine.joiners or machine.promised) and self._home() is not machine.home:
                    self._check_caller(machine)
                items.append(item)
                machine.used += 1
                machine.unfinished += 1

    async def get(self, deadline: Deadline = None, *, timeout: Span = None) -> T:
        """Take the next item, waiting for one if need be.

        *deadline* is a point on the loop's clock or a timedelta from now, *timeout* a span
        from now in seconds.  If there is an item it is taken even if they have passed; else
        Timeout.  ShutDown if the queue is shut down and empty.  If this raises, no item is lost:
        the one it was promised goes to the next in line or back to its place.
        """
        machine = self._machine
        items = machine.outlet
        item: T
        if items and not self._checkpoints:
            if deadline is not None or timeout is not None:
                check_time(deadline, timeout, self._host.now)
            if (machine.joiners or machine.promised) and self._home() is not machine.home:
                self._check_caller(machine)
            machine.used -= 1  # as get_nowait: a frame less
            item = items.popleft()
        elif self._checkpoints or not (machine.store.present or machine.store.returned):
            item = await self._wait(machine, GET, deadline, timeout)
        else:
            if deadline is not None or timeout is not None:
                check_time(deadline, timeout, self._host.now)
            item = self._get_nowait()
        return item

    async def join(self, deadline: Deadline = None, *, timeout: Span = None) -> None:
        """Wait until every item that was put has been reported done.

        *deadline* is a point on the loop's clock or a timedelta from now, *timeout* a span
        from now in seconds.  Timeout if it passes first.  If this raises, nothing has changed.
        """
        if self._machine.unfinished:
            await self._wait(self._machine, JOIN, deadline, timeout)
        else:
            if deadline is not None or timeout is not None:
                check_time(deadline, timeout, self._host.now)
            self._check_home(self._machine)
            if self._checkpoints:
                await self._turn()


class PriorityQueue(Queue[T]):
    """A Queue that gives the lowest item first, equals in the order they were put.

    When you want it: where what is urgent must not wait behind what came earlier.

    Items are compared with ``<`` alone, before anything changes: if a comparison raises, ``put``
    raises that and the queue is as before.
    """

    __slots__ = ()
    _machine_type = machines.PriorityQueue


class LifoQueue(Queue[T]):
    """A Queue that gives the newest item first.

    When you want it: where what is new matters most, as in a search that goes deep first, and old
    items may wait for ever.
    """

    __slots__ = ()
    _machine_type = machines.LifoQueue


class JoinableQueue(Queue[T]):
    """A Queue; the name under which Toro 1.0 had the one with ``task_done`` and ``join``.

    When you want it: for code written for Toro 1.0.  Elsewhere write ``Queue``.
    """

    __slots__ = ()
