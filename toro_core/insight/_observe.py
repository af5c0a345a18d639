"""Observing one call of a method: wrappers that leave it what it was.

A coroutine function stays one, and a method that returns a Future returns that very Future.
"""

from __future__ import annotations

import functools
import inspect
import math
import types
import weakref
from collections.abc import Callable, Coroutine, Generator
from typing import Any

from .. import _errors, plain
from .._waiter import REFUSED
from ._errors import Deadlock
from ._futures import mind
from ._operations import Operation
from ._places import callers, place_of_caller
from ._state import Hold, Wait
from ._watch import Watch

__all__ = ["Call", "observed"]

Function = Callable[..., Any]


def observed(watch: Watch, original: Function, operation: Operation) -> Function:
    """A function like *original* that lets *watch* know."""
    if inspect.iscoroutinefunction(original):
        return _observed_coroutine(watch, original, operation)
    if operation.line is not None:
        return _observed_future(watch, original, operation)
    return _observed_plain(watch, original, operation)


def _observed_coroutine(watch: Watch, original: Function, operation: Operation) -> Function:
    @functools.wraps(original)
    async def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            call = begin(watch, self, operation, args, kwargs)
            if call is None:
                return await original(self, *args, **kwargs)
            call.ask(self, args, kwargs)
            return await _drive(call, self._machine, original(self, *args, **kwargs))
        finally:
            del self  # an AsyncResult's exception holds this frame

    return method


def _observed_future(watch: Watch, original: Function, operation: Operation) -> Function:
    @functools.wraps(original)
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        call = begin(watch, self, operation, args, kwargs)
        if call is None:
            return original(self, *args, **kwargs)
        call.ask_later(self, args, kwargs)
        outer = call.enter(self._machine)
        try:
            future = original(self, *args, **kwargs)
        finally:
            call.leave(outer)
        call.returned(self._machine, future)
        return future

    return method


def _observed_plain(watch: Watch, original: Function, operation: Operation) -> Function:
    @functools.wraps(original)
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        call = begin(watch, self, operation, args, kwargs)
        if call is None:
            return original(self, *args, **kwargs)
        outer = call.enter(self._machine)
        try:
            result = original(self, *args, **kwargs)
        finally:
            call.leave(outer)
        call.succeeded()
        return result

    return method


@types.coroutine
def _drive(
    call: Call, machine: Any, coroutine: Coroutine[Any, Any, Any]
) -> Generator[Any, Any, Any]:
    """Run *coroutine*, and see when it goes to sleep and how it ends."""
    resume: Callable[..., Any] = coroutine.send
    value: Any = None
    yielded: Any = None
    try:
        while True:
            outer = call.enter(machine)
            try:
                yielded = resume(value)
            except StopIteration as stop:
                call.succeeded()
                return stop.value
            except BaseException as error:
                call.raised(error)
                raise
            finally:
                call.leave(outer)
            call.suspended(machine)
            try:
                value = yield yielded
                resume = coroutine.send
            except BaseException as error:
                resume, value = coroutine.throw, error
    finally:
        del call, machine, coroutine, resume, value, yielded  # an exception holds this frame


def begin(
    watch: Watch, primitive: Any, operation: Operation, args: Any, kwargs: Any
) -> Call | None:
    """None if this call is not to be observed, as it is part of another."""
    if not watch.on or watch.inside.machine is primitive._machine:
        return None
    try:
        return Call(watch, primitive, operation)
    except Exception as error:
        watch.failed(error)
        return None


def quietly(function: Function) -> Function:
    """A method of Call that raises nothing into the program."""

    @functools.wraps(function)
    def method(self: Call, *args: Any) -> Any:
        if not self.watch.on:
            return None
        try:
            return function(self, *args)
        except Deadlock:
            raise
        except Exception as error:
            self.watch.failed(error)
            return None

    return method


class Call:
    """One call of an observed method."""

    __slots__ = (
        "cancellations",
        "entry",
        "given_up",
        "hold",
        "number",
        "operation",
        "over",
        "wait",
        "watch",
        "where",
        "who",
    )

    def __init__(self, watch: Watch, primitive: Any, operation: Operation) -> None:
        self.watch = watch
        self.operation = operation
        self.entry = watch.entry(primitive)
        self.who = watch.who()
        self.where = None if operation.role == "give" else place_of_caller()
        self.number = watch.number("operation")
        self.wait: Wait | None = None
        self.hold: Hold | None = None
        self.given_up: Hold | None = None  # of a condition's lock, while it waits
        self.over = False
        self.cancellations: Any = (*primitive._host.cancellations, GeneratorExit)

    # In which order.

    def enter(self, machine: Any) -> Any:
        inside = self.watch.inside
        outer, inside.machine, inside.guard = inside.machine, machine, None
        return outer

    def leave(self, outer: Any) -> None:
        self.watch.inside.machine = outer

    @quietly
    def ask(self, primitive: Any, args: Any, kwargs: Any) -> None:
        """Before it may wait: Deadlock if it must not."""
        if self.operation.role != "take" or self.who is None or not self.entry.exclusive:
            return
        patient = is_patient(*args, **kwargs)
        deadlock = self.watch.asked(self.entry, self.operation.mode, self.who, self.where, patient)
        if deadlock is not None:
            raise deadlock

    @quietly
    def ask_later(self, primitive: Any, args: Any, kwargs: Any) -> None:
        """A Future may be waited for or not: only the order of the locks is looked at now."""
        if self.who is not None and self.entry.exclusive:  # such Futures all take it
            self.watch.asked(self.entry, self.operation.mode, self.who, self.where, False)

    @quietly
    def ask_now(self) -> Deadlock | None:
        """The Future is awaited, by itself, in a task."""
        wait = self.wait
        if wait is None:
            return None
        self.who = wait.who = self.watch.who()
        if wait.who is None:
            return None
        wait.who.waiting = weakref.ref(wait)
        if not (wait.patient and wait.entry.exclusive):
            return None
        found: Deadlock | None = self.watch.asked_already(wait)
        return found

    @quietly
    def suspended(self, machine: Any) -> None:
        """It has yielded to the loop: to wait, unless this was a mere checkpoint."""
        if self.wait is None and self.operation.line is not None:
            self.began_to_wait(machine)
            if self.wait is not None and self.who is not None:
                self.who.waiting = weakref.ref(self.wait)

    @quietly
    def returned(self, machine: Any, future: Any) -> None:
        """It has returned a Future."""
        if not hasattr(future, "observe"):  # done: it need not wait
            self.settled(future)
            return
        self.began_to_wait(machine)  # as the last in line, for it is not done
        mind(self, future)

    def began_to_wait(self, machine: Any) -> None:
        assert self.operation.line is not None
        line = getattr(machine, self.operation.line)
        self.wait = self.watch.begin_wait(
            self.number, self.entry, self.operation.mode, line, self.who, self.where
        )
        condition = self.entry.primitive()
        if self.wait is None or not isinstance(condition, plain.Condition):
            return
        if condition._lock is not None:
            self.wait.lock = self.watch.entry(condition._lock)
            self.give_up(self.wait.lock)

    # How it ends.

    @quietly
    def succeeded(self) -> None:
        role, now = self.operation.role, self.watch.clock()
        if role == "give":
            self.watch.released(self.entry, self.operation.mode, self.who)
        elif role == "take":
            self.took(now)
        else:
            self.take_back()
            self.count()
        if role not in ("give", "note"):
            self.ended(role if role in ("put", "get") else "grant", now)

    @quietly
    def came(self, waited: bool) -> None:
        """The Future has brought it to this task, which may not be the last that began to wait."""
        if waited:
            self.who = self.watch.who()
        self.succeeded()

    @quietly
    def raised(self, error: BaseException) -> None:
        if not isinstance(error, GeneratorExit):
            self.take_back()
        self.count()
        kind = self.outcome(error)
        if kind is not None:
            self.ended(kind)

    def outcome(self, error: BaseException) -> str | None:
        if isinstance(error, _errors.Timeout):
            return "timeout"
        if isinstance(error, _errors.ShutDown):
            return "refuse"
        if self.wait is None:
            return None  # it was refused for its arguments, or cancelled before it waited
        if isinstance(error, self.cancellations) or self.wait.waiter.state is not REFUSED:
            return "cancel"
        # The exception that a result was set to is an answer like any other.
        is_result = isinstance(self.entry.primitive(), plain.AsyncResult)
        return "grant" if is_result else "refuse"

    def ended(self, kind: Any, now: float | None = None) -> None:
        """It is over, and this is how."""
        if self.over:
            return
        self.over = True
        if now is None:
            now = self.watch.clock()
        wait, self.wait = self.wait, None
        waited = 0.0 if wait is None else now - wait.since
        self.watch.tell(
            kind, now, self.number, self.entry, self.operation.mode, self.who, self.where, waited
        )

    def took(self, now: float) -> None:
        watch = self.watch
        self.hold = watch.begin_hold(
            self.number, self.entry, self.operation.mode, self.who, now, self.where
        )
        guard, watch.inside.guard = watch.inside.guard, None
        if guard in watch.guards:
            watch.guards[guard] = self.hold
            self.hold.guard = guard
            self.hold.lines = callers()

    @quietly
    def settled(self, future: Any) -> None:
        """The Future has come to its end."""
        if future.cancelled():
            self.take_back()
            self.ended("cancel")
        elif (error := future.exception()) is not None:
            self.raised(error)
        else:
            self.succeeded()

    @quietly
    def left(self) -> None:
        """The Future was cancelled or dropped, or what it brought was handed on unseen."""
        self.count()
        self.ended("cancel")

    def count(self) -> None:
        queue = self.entry.primitive()
        if isinstance(queue, plain.Queue):
            self.watch.counted(self.entry, queue)

    # A condition gives up its lock while it waits.

    def give_up(self, lock: Any) -> None:
        if lock.holds:
            given_up = self.given_up = lock.holds[0]
            self.watch.released(lock, "acquire", given_up.who)

    def take_back(self) -> None:
        given_up, self.given_up = self.given_up, None
        if given_up is None:
            return
        lock, number = given_up.entry, self.watch.number("operation")
        now = self.watch.clock()
        self.watch.begin_hold(number, lock, "acquire", self.who, now, self.where)
        self.watch.tell("grant", now, number, lock, "acquire", self.who, self.where)


def is_patient(deadline: Any = None, *, timeout: Any = None) -> bool:
    """Does the caller give no deadline?"""
    return deadline in (None, math.inf) and timeout in (None, math.inf)
