"""Queues for Tornado."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from sys import getrefcount
from typing import TypeVar

from tornado.ioloop import IOLoop

from toro_core import coroutines, machines, plain
from toro_core._time import Deadline, Span
from toro_core.machines import GET, JOIN, Put
from toro_core.plain._queues import NO_ITEMS

from . import _done
from ._done import ALONE, Done, Nothing, current_loop, failed, nothing
from ._errors import Empty, Full, ShutDown
from ._place import SwappingPlace
from ._primitive import Primitive, check_io_loop

__all__ = ["JoinableQueue", "LifoQueue", "PriorityQueue", "Queue"]

T = TypeVar("T")

_running_loop = asyncio._get_running_loop


class Queue(Primitive, plain.Queue[T]):
    __slots__ = ("_io_loop",)
    __doc__ = coroutines.Queue.__doc__
    _Empty = Empty
    _Full = Full
    _ShutDown = ShutDown

    def __init__(
        self,
        maxsize: float = 0,
        io_loop: IOLoop | None = None,
        *,
        initial: Iterable[T] = NO_ITEMS,
        name: str | None = None,
    ) -> None:
        """*io_loop* is the IOLoop to use it on, else TypeError; by default the one that runs."""
        self._io_loop = None if io_loop is None else check_io_loop(io_loop)
        super().__init__(maxsize, initial=initial, name=name)

    def put(
        self, item: T, deadline: Deadline = None, *, timeout: Span = None
    ) -> asyncio.Future[None]:
        """Put *item*, waiting for a free slot if need be.

        A number as *deadline* is a point on the IOLoop's clock, a timedelta is counted from
        now, as *timeout* is.  If there is room it is put even if they have passed; else the
        Future fails with Timeout, or with ShutDown if the queue is or gets shut down.  If it fails
        or is cancelled, nobody will get the item.
        """
        machine = self._machine
        items = machine.inlet
        if machine.used >= machine.limit:
            return self._wait(machine, Put(item), deadline, timeout)
        if deadline is not None or timeout is not None:
            self._check_time(deadline, timeout)
        if items is not None:  # as put_nowait: a frame less
            if (machine.joiners or machine.promised) and _running_loop() is not machine.home:
                self._check_caller(machine)
            items.append(item)
            machine.used += 1
            machine.unfinished += 1
            if self._io_loop is not None:
                return self._done(None)
            # As nothing(): a frame less.
            return _done.NOTHING if getrefcount(_done.NOTHING) == ALONE else Nothing()
        if machine.home is not _running_loop():  # raises here, not in what is awaited
            self._check_caller(machine)
        try:
            self._put_nowait(item)
        except Exception as error:  # from a comparison, or a hook of a subclass
            return failed(self._home() or current_loop(), error)
        future: asyncio.Future[None] = self._done(None)
        return future

    def get(self, deadline: Deadline = None, *, timeout: Span = None) -> asyncio.Future[T]:
        """Take the next item, waiting for one if need be.

        A number as *deadline* is a point on the IOLoop's clock, a timedelta is counted from
        now, as *timeout* is.  If there is an item it is taken even if they have passed; else the
        Future fails with Timeout, or with ShutDown if the queue is shut down and empty.  If it
        fails or is cancelled, no item is lost.
        """
        machine = self._machine
        items = machine.outlet
        if items and self._io_loop is None:
            if deadline is not None or timeout is not None:
                self._check_time(deadline, timeout)
            if (machine.joiners or machine.promised) and _running_loop() is not machine.home:
                self._check_caller(machine)
            machine.used -= 1  # as get_nowait: a frame less
            done = Done()
            done._value = items.popleft()
            return done
        if machine.empty:
            return self._wait(machine, GET, deadline, timeout)
        if deadline is not None or timeout is not None:
            self._check_time(deadline, timeout)
        if not self._has_hooks:  # then it cannot fail
            return self._done(self._get_nowait())
        if machine.home is not _running_loop():  # as in put
            self._check_caller(machine)
        try:
            item = self._get_nowait()
        except Exception as error:
            return failed(self._home() or current_loop(), error)
        return self._done(item)

    def join(self, deadline: Deadline = None, *, timeout: Span = None) -> asyncio.Future[None]:
        """Wait until every item that was put has been reported done.

        A number as *deadline* is a point on the IOLoop's clock, a timedelta is counted from
        now, as *timeout* is.  The Future fails with Timeout if it passes first; nothing has changed
        then.
        """
        if self._machine.unfinished or self._io_loop is not None:
            return self._wait(self._machine, JOIN, deadline, timeout)
        if deadline is not None or timeout is not None:
            self._check_time(deadline, timeout)
        self._check_home(self._machine)
        return nothing()


class _SwappingLifoQueue(machines.LifoQueue):
    __slots__ = ()
    swaps = True


class PriorityQueue(Queue[T]):
    __slots__ = ()
    __doc__ = coroutines.PriorityQueue.__doc__
    _machine_type = machines.PriorityQueue


class LifoQueue(Queue[T]):
    __slots__ = ()
    __doc__ = coroutines.LifoQueue.__doc__
    _place = SwappingPlace
    _machine_type = _SwappingLifoQueue


class JoinableQueue(Queue[T]):
    __slots__ = ()
    __doc__ = coroutines.JoinableQueue.__doc__
