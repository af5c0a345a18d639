"""The Future of an operation that has to wait: somebody's place in line."""

from __future__ import annotations

import asyncio
import contextvars
import functools
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

from toro_asyncio._host import FINDS_ITS_LOOP
from toro_core import Waiter
from toro_core._guard import Guard
from toro_core._waiter import CANCELLED, COLLECTED, GRANTED, WAITING, BareWaiter
from toro_core.machines import Settled

from ._done import fail
from ._wake import wake

__all__ = ["Future", "Place", "SwappingPlace", "SwappingWaiter", "running_loop"]

Future = asyncio.Future

running_loop = asyncio._get_running_loop


class SwappingWaiter(BareWaiter):
    """A waiter that may be prompt until a native coroutine awaits its Future."""

    __slots__ = ("prompt",)

    prompt: bool


def _seeing(name: str) -> Any:
    """The method *name* of a Future, which tells what it brings, for a Place."""
    original = getattr(Future, name)

    @functools.wraps(original)
    def method(self: Place) -> Any:
        try:
            self._see()
            return original(self)
        finally:
            del self  # the exception that it raises may be its own

    return method


class Place(Future[Any]):
    """A Future that gives up its place in line when it is cancelled.

    It begins closed: all that there is to know is in its waiter, asyncio's own part of it is not
    initialised, and a native coroutine that awaits it sleeps on a plain Future.  Whoever does
    anything else with it than to await it opens it: then it is a Future as any other.

    What it was granted goes on if all who await it are cancelled before they come for it.  So it is
    done, but callbacks are told only when one has come, or it is cancelled for it went on.
    """

    __slots__ = ("_alarm", "_guard", "_heard", "_home", "_primitive", "_sleepers", "_waiter")

    _primitive: Any
    _guard: type[Guard] | None  # of what it brings, if that must be released
    _waiter: Waiter
    _home: asyncio.AbstractEventLoop | None  # its loop; None once it is open
    _alarm: Any  # and the entry there, if it has a deadline
    # Once it is open:
    _heard: int  # callbacks
    _sleepers: list[Future[None]]  # of those who await it, until they come

    if TYPE_CHECKING:

        def __init__(self) -> None: ...

    else:  # in C: that of a Future costs more than all else; whoever makes one sets the first five
        __init__ = object.__init__

    result = _seeing("result")
    exception = _seeing("exception")

    def done(self) -> bool:
        self._look()
        return Future.done(self) or self._is_granted()

    def cancelled(self) -> bool:
        self._look()
        return Future.cancelled(self)

    def get_loop(self) -> asyncio.AbstractEventLoop:
        return Future.get_loop(self) if self._home is None else self._home

    def __repr__(self) -> str:
        self._open()
        self._follow()
        return Future.__repr__(self)

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
        if self.done():
            return False
        Future.cancel(self, msg)
        self._leave()
        return True

    def set_result(self, result: Any, /) -> None:
        """Leave the line; this is what it brings instead."""
        self._end(Future.set_result, result)

    def set_exception(self, exception: Any, /) -> None:
        """Leave the line; this is what it fails with instead."""
        self._end(Future.set_exception, exception)

    def _end(self, how: Callable[[Any, Any], None], what: Any) -> None:
        self._look()
        if self._is_granted():
            raise asyncio.InvalidStateError("it has been granted to those who await it")
        how(self, what)
        self._leave()

    def add_done_callback(
        self, fn: Callable[[Any], object], /, *, context: contextvars.Context | None = None
    ) -> None:
        self._look()
        if not Future.done(self):
            self._heard += 1
            told = self._told()
            if told.state is WAITING:  # else it has been told
                told.handle = self
        if context is None:  # else C takes None for that of whoever settles it
            context = contextvars.copy_context()
        Future.add_done_callback(self, fn, context=context)

    def remove_done_callback(self, fn: Callable[[Any], object], /) -> int:
        if self._home is not None:
            return 0
        removed = Future.remove_done_callback(self, fn)
        self._heard -= removed
        if removed and not (self._heard or self._sleepers):
            self._told().handle = self._reference()
        return removed

    def __await__(self) -> Generator[Any, None, Any]:
        waiter = self._waiter
        try:
            if self._home is None or type(waiter.handle) is Future:
                return (yield from self._await_openly())
            if waiter.state is WAITING:
                # With what _come and _answer do, in one frame: 4 % of a contended acquire.
                if FINDS_ITS_LOOP and running_loop() is self._home:
                    future: Future[None] = Future()
                else:
                    future = Future(loop=self._home)
                waiter.handle = future
                future._asyncio_future_blocking = True
                try:
                    yield future
                except BaseException:
                    self.give_up(future)
                    raise
                waiter.handle = None
                if self._alarm is not None:
                    alarm, entry = self._alarm
                    alarm.discard(entry)
                if self._home is None:  # there may be others who are to know
                    self._sleepers.remove(future)
                    return self._outcome()
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
            if not self.done():
                future = self.sleep()
                future._asyncio_future_blocking = True
                try:
                    yield future
                except BaseException:
                    self.give_up(future)
                    raise
                self._sleepers.remove(future)
            return self._outcome()
        finally:
            del self

    def _outcome(self) -> Any:
        """What it comes to for who awaited it."""
        try:
            self._come()
            return Future.result(self)
        finally:
            del self

    # For who awaits it.

    def sleep(self) -> Future[None]:
        """A Future to sleep on until it is over: then ``take`` or ``give_up``."""
        self._open()
        sleeper: Future[None] = Future(loop=Future.get_loop(self))
        self._sleepers.append(sleeper)
        self._told().handle = self
        return sleeper

    def take(self, sleeper: Future[None]) -> None:
        """It is over; what was granted is used."""
        self._sleepers.remove(sleeper)
        self._see()

    def give_up(self, sleeper: Future[None]) -> None:
        """Who slept will not come: what was granted goes on, unless others come for it."""
        if self._home is None:
            if sleeper in self._sleepers:  # else the queue has forgotten who had withdrawn his put
                self._sleepers.remove(sleeper)
            if self._sleepers and self._told().state is not WAITING:
                return
        self._leave()

    # Open and closed.

    def _look(self) -> None:
        """Somebody wants to know: be a Future, as far as its waiter is."""
        self._open()
        if not self._sleepers and self._is_granted():
            self._see()
        self._follow()

    def _see(self) -> None:
        """Somebody who does not await it has what it brings."""
        self._come()

    def _come(self) -> None:
        """What it was granted is used, and goes on no more."""
        self._open()
        if self._is_granted():
            machine = self._primitive._machine
            settled = machine.collect(self._waiter)
            if settled:
                wake(machine, settled)
        self._follow()

    def _is_granted(self) -> bool:
        """Has it been granted, and nobody come for it?"""
        return self._waiter.state is GRANTED

    def _open(self) -> None:
        if self._home is None:
            return
        home, self._home = self._home, None
        self._heard = 0
        self._sleepers = []
        Future.__init__(self, loop=home)
        told = self._told()
        if type(told.handle) is Future:
            self._sleepers.append(told.handle)
            told.handle = self if told.state is WAITING else None

    def _follow(self) -> None:
        if self._told().state is WAITING or self._waiter.state is GRANTED or Future.done(self):
            return
        try:
            self._finish(self._waiter)
        except RuntimeError:
            if not self._is_lost():  # else there is nobody to be told
                raise

    def _finish(self, waiter: Waiter) -> None:
        if waiter.state is CANCELLED:
            Future.cancel(self)
        elif (error := self._primitive._error_of(waiter)) is not None:
            fail(self, error)
        else:
            Future.set_result(self, self._answer())

    def _answer(self) -> Any:
        """What it brings: the same however often it is asked for."""
        waiter = self._waiter
        if waiter.value is None and self._guard is not None:
            waiter.value = self._guard()
            waiter.value.of = self._primitive
        return waiter.value

    # What happens to it.

    def settle(self) -> Settled:
        """The machine has decided.  Returns whom that lets in, by what it gave to nobody."""
        waiter = self._waiter
        waiter.handle = None
        self._disarm()
        machine = self._primitive._machine
        if self._home is None and self._sleepers:
            if self._tell():
                return ()  # the grant is theirs
            settled: Settled = machine.leave(waiter)  # they were cancelled, and have not run since
        else:
            settled = machine.collect(waiter)
        if self._home is None:
            self._follow()
        return settled

    def _tell(self) -> bool:
        """Wake those who sleep.  Is there one?"""
        asleep = [sleeper for sleeper in self._sleepers if not sleeper.done()]
        if asleep and self._is_lost():
            return False
        for sleeper in asleep:
            sleeper.set_result(None)
        return bool(asleep)

    def _leave(self) -> None:
        self._disarm()
        self._waiter.handle = None
        machine = self._primitive._machine
        wake(machine, machine.leave(self._waiter))
        if self._home is None:
            self._follow()
            self._tell()

    def _disarm(self) -> None:
        if self._alarm is not None:
            alarm, entry = self._alarm
            alarm.discard(entry)
            self._alarm = None

    def _is_lost(self) -> bool:
        """Will nobody ever look at it?"""
        return self.get_loop().is_closed()


class SwappingPlace(Place):
    """A Place in a queue that swaps: its put can be undone once a native coroutine awaits it."""

    __slots__ = ()
    _waiter: SwappingWaiter

    def __await__(self) -> Generator[Any, None, Any]:
        self._waiter.prompt = False
        return super().__await__()

    __iter__ = __await__
