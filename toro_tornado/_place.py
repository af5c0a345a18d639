"""The Future of an operation that has to wait: somebody's place in line."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import functools
import sys
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

from toro_core import Waiter
from toro_core._guard import Guard
from toro_core._waiter import CANCELLED, COLLECTED, GRANTED, REFUSED, WAITING, BareWaiter
from toro_core.machines import Settled

from ._done import fail
from ._wake import wake

__all__ = ["FINDS_ITS_LOOP", "Future", "Place", "SwappingPlace", "SwappingWaiter", "running_loop"]

Future = asyncio.Future

running_loop = asyncio._get_running_loop
FINDS_ITS_LOOP = sys.version_info >= (3, 12)  # in C: half the time of Future(loop=loop)


class SwappingWaiter(BareWaiter):
    """A waiter that may be prompt until a native coroutine awaits its Future."""

    __slots__ = ("prompt",)

    prompt: bool


def _opening(name: str) -> Any:
    """The method *name* of a Future, for a Place."""
    original = getattr(Future, name)

    @functools.wraps(original)
    def method(self: Place, *args: Any, **kwargs: Any) -> Any:
        try:
            self._look()
            return original(self, *args, **kwargs)
        finally:
            del self  # the exception that it raises may be its own

    return method


class Place(Future[Any]):
    """A Future that gives up its place in line when it is cancelled.

    It begins closed: all that there is to know is in its waiter, asyncio's own part of it is not
    initialised, and a native coroutine that awaits it sleeps on a plain Future.  Whoever does
    anything else with it than to await it opens it: then it is a Future as any other.
    """

    __slots__ = ("_alarm", "_awaited", "_guard", "_home", "_primitive", "_sleeper", "_waiter")

    _primitive: Any
    _guard: type[Guard] | None  # of what it brings, if that must be released
    _waiter: Waiter
    _home: asyncio.AbstractEventLoop | None  # its loop; None once it is open
    _alarm: Any  # and the entry there, if it has a deadline
    # Once it is open:
    _awaited: int  # by how many native coroutines, which will say if they were cancelled
    _sleeper: Future[None] | None  # what one sleeps on that awaited it before

    if TYPE_CHECKING:

        def __init__(self) -> None: ...

    else:  # in C: that of a Future costs more than all else; whoever makes one sets the first five
        __init__ = object.__init__

    done = _opening("done")
    cancelled = _opening("cancelled")
    result = _opening("result")
    exception = _opening("exception")
    get_loop = _opening("get_loop")
    remove_done_callback = _opening("remove_done_callback")
    __repr__ = _opening("__repr__")

    def observe(self) -> None:
        """It is not done: let all that happens to it pass through ``settle`` and ``_leave``."""
        self._told().handle = self._reference()

    def _reference(self) -> Any:
        """What its waiter keeps of it while nobody listens to it."""
        return self

    def _told(self) -> Waiter:
        """The waiter whose handle is told next."""
        return self._waiter

    # What its owner does with it.

    def cancel(self, msg: Any | None = None) -> bool:
        """Leave the line.  False if the operation is over already."""
        self._look()
        sleeper = self._who_sleeps()
        if not Future.cancel(self, msg):
            return False
        if sleeper is not None:
            sleeper.cancel(msg)
        self._leave()
        return True

    def set_result(self, result: Any, /) -> None:
        """Leave the line; this is what it brings instead."""
        self._end(Future.set_result, result)

    def set_exception(self, exception: Any, /) -> None:
        """Leave the line; this is what it fails with instead."""
        self._end(Future.set_exception, exception)

    def _end(self, how: Callable[[Any, Any], None], what: Any) -> None:
        try:
            self._look()
            sleeper = self._who_sleeps()
            how(self, what)
            if sleeper is not None and not sleeper.done():
                sleeper.set_result(None)
            self._leave()
        finally:
            del self, what  # as in _opening

    def _who_sleeps(self) -> Future[None] | None:
        """What a native coroutine sleeps on that awaited it while it was closed."""
        handle = self._told().handle
        return handle if type(handle) is Future else self._sleeper

    def add_done_callback(
        self, fn: Callable[[Any], object], /, *, context: contextvars.Context | None = None
    ) -> None:
        self._look()
        if not Future.done(self):
            self._listen()
        if context is None:  # else C takes None for that of whoever settles it
            context = contextvars.copy_context()
        Future.add_done_callback(self, fn, context=context)

    def __await__(self) -> Generator[Any, None, Any]:
        waiter = self._waiter
        try:
            if self._home is None or type(waiter.handle) is Future:
                return (yield from self._await_openly())
            if waiter.state is WAITING:
                # With what _collect and _answer do, in one frame: 4 % of a contended acquire.
                if FINDS_ITS_LOOP and running_loop() is self._home:
                    future: Future[None] = Future()
                else:
                    future = Future(loop=self._home)
                waiter.handle = future
                future._asyncio_future_blocking = True
                try:
                    yield future
                except BaseException:
                    self._give_up()
                    raise
                waiter.handle = None
                if self._alarm is not None:
                    alarm, entry = self._alarm
                    alarm.discard(entry)
            if waiter.state is GRANTED:
                machine = self._primitive._machine
                settled = machine.collect(waiter)
                if settled:
                    wake(machine, settled)
            if waiter.state is COLLECTED:
                answer = waiter.value
                if answer is None and self._guard is not None:
                    answer = waiter.value = self._guard()
                    answer.of = self._primitive
                return answer
            return self._outcome()
        finally:
            del self, waiter  # this frame is in the traceback of the exception that they may hold

    __iter__ = __await__

    def _await_openly(self) -> Generator[Any, None, Any]:
        try:
            self._look()
            if not Future.done(self):
                self._awaited += 1
                try:
                    yield from Future.__await__(self)
                except BaseException:
                    self._awaited -= 1
                    self._give_up()
                    raise
            self._collect(self._waiter)
            return self._outcome()
        finally:
            del self

    def _give_up(self) -> None:
        """A task that awaited it was cancelled."""
        if not self._is_anothers():
            self._leave()  # hands the grant on, if there was one

    def _is_anothers(self) -> bool:
        """Is it done, and does another task await it?  One that is on its way to a lock is not."""
        return self._home is None and self._awaited > 0 and Future.done(self)

    def _collect(self, waiter: Waiter) -> None:
        """The task has come."""
        waiter.handle = None
        if waiter.state is GRANTED:
            machine = self._primitive._machine
            settled = machine.collect(waiter)
            if settled:
                wake(machine, settled)

    def _outcome(self) -> Any:
        """What it comes to for who awaited it."""
        try:
            self._look()
            if self._waiter.state is REFUSED and self._waiter.value is not None:
                # A put that was granted, and failed as its task came: begin again, for everybody.
                Future.__init__(self, loop=Future.get_loop(self))
                self._follow()
            return Future.result(self)
        finally:
            del self

    # Open and closed.

    def _look(self) -> None:
        """Somebody wants to know: be a Future, and as far as its waiter is."""
        if self._home is not None:
            self._open()
        self._follow()

    def _open(self) -> None:
        home, self._home = self._home, None
        self._awaited = 0
        self._sleeper = None
        Future.__init__(self, loop=home)

    def _follow(self) -> None:
        waiter = self._waiter
        if waiter.state is WAITING or Future.done(self):
            return
        if waiter.state is CANCELLED:
            with contextlib.suppress(RuntimeError):  # its loop is closed: nobody can be told
                Future.cancel(self)
            return
        error = self._primitive._error_of(waiter)
        if error is None:
            Future.set_result(self, self._answer())
        else:
            fail(self, error)

    def _answer(self) -> Any:
        """What it brings: the same however often it is asked for."""
        waiter = self._waiter
        if waiter.value is None and self._guard is not None:
            waiter.value = self._guard()
            waiter.value.of = self._primitive
        return waiter.value

    def _listen(self) -> None:
        """Somebody waits for it to end: it must live and be told."""
        told = self._told()
        if type(told.handle) is Future:
            self._sleeper = told.handle
        told.handle = self

    # For who listens and, as a task that awaits it, says what becomes of what it was granted.

    def leave_the_grant(self) -> None:
        """It is open: once it is done, ``take`` or ``hand_back`` is called."""
        self._awaited += 1

    def take(self) -> None:
        """It is over; what was granted is used."""
        self._collect(self._waiter)

    def hand_back(self) -> None:
        """It never will be: it goes on to the next."""
        self._leave()

    # What happens to it.

    def settle(self) -> Settled:
        """The machine has decided.  Returns whom the collection of the grant let in."""
        waiter = self._waiter
        settled: Settled = ()
        if self._alarm is not None:
            self._disarm()
        if self._home is not None or not (self._awaited or self._sleeper):
            # A Future is the operation: when it is done, the grant is its holder's.
            settled = self._primitive._machine.collect(waiter)
            waiter.handle = None
        elif self._sleeper and not self._sleeper.done():
            self._sleeper.set_result(None)
        if self._home is None:
            self._follow()
        return settled

    def _leave(self) -> None:
        if self._alarm is not None:
            self._disarm()
        self._waiter.handle = None
        machine = self._primitive._machine
        wake(machine, machine.leave(self._waiter))
        if self._home is None:
            self._follow()

    def _disarm(self) -> None:
        alarm, entry = self._alarm
        alarm.discard(entry)
        self._alarm = None

    def _is_lost(self) -> bool:
        """Will nobody ever look at it?"""
        home = Future.get_loop(self) if self._home is None else self._home
        return home.is_closed()


class SwappingPlace(Place):
    """A Place in a queue that swaps: its put can be undone once a native coroutine awaits it."""

    __slots__ = ()
    _waiter: SwappingWaiter

    def __await__(self) -> Generator[Any, None, Any]:
        self._waiter.prompt = False
        return super().__await__()

    __iter__ = __await__
