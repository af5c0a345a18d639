"""What every primitive of the coroutine shape does: wait, wake, and stay with one loop."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from .. import _errors
from .._describe import describe, title
from .._naming import name_of, set_name
from .._time import Deadline, Span, point_in_time
from .._waiter import COLLECTED, EXPIRED, GRANTED, WAITING, Waiter
from ..machines import Machine, Settled
from ._host import Host

__all__ = ["Primitive"]


class Primitive:
    """A machine bound to a loop.

    An adapter's classes derive from these and set ``_host``, and the exceptions
    where a user of its loop expects others.
    """

    __slots__ = ("__weakref__", "_machine")

    _host: ClassVar[Host]
    _checkpoints: ClassVar[bool] = True  # the host's, where a fast path reads it
    _Timeout: ClassVar[type[_errors.Timeout]] = _errors.Timeout
    _WouldBlock: ClassVar[type[_errors.WouldBlock]] = _errors.WouldBlock

    _machine: Machine

    def __init__(self, machine: Machine, name: str | None) -> None:
        self._machine = machine
        set_name(self, name)

    @property
    def name(self) -> str | None:
        """The name given to it, or None."""
        return name_of(self)

    # Waiting.

    async def _wait(
        self, machine: Machine, request: Any, deadline: Deadline, timeout: Span
    ) -> Any:
        """Enter *machine* and sleep until it has settled the request; return the value.

        If this raises, the wait did not happen: its waiter has left the line, or what it
        was granted has been handed on.
        """
        host = self._host
        when = point_in_time(deadline, timeout, host.now)
        waiter = host.waiter(request, when)
        if waiter.prompt:  # what it is given cannot be taken back
            await host.surface_cancellation()
        self._bind(machine)
        settled = machine.enter(waiter)
        if waiter.state is not WAITING:
            await self._yield_once(machine, waiter, settled)
        elif when is not None and when <= host.now():
            self._wake(machine, machine.leave(waiter))
            if not waiter.prompt:
                await host.surface_cancellation()
            self._timed_out()
        else:
            await self._sleep(machine, waiter)
        return self._answer(machine, waiter)

    async def _yield_once(self, machine: Machine, waiter: Waiter, settled: Settled) -> None:
        """*waiter* was let in at once, and by that perhaps others."""
        if len(settled) > 1:
            self._wake(machine, tuple(other for other in settled if other is not waiter))
        if self._host.checkpoints:
            try:
                await self._host.checkpoint()
            except BaseException:
                self._wake(machine, machine.leave(waiter))
                raise

    async def _sleep(self, machine: Machine, waiter: Waiter) -> None:
        host = self._host
        entry = None if waiter.deadline is None else host.arm(machine, waiter)
        try:
            await host.sleep(machine, waiter)
        except BaseException:
            self._wake(machine, machine.leave(waiter))
            raise
        finally:
            if entry is not None:
                host.disarm(entry)

    def _answer(self, machine: Machine, waiter: Waiter) -> Any:
        if waiter.state is GRANTED:
            self._wake(machine, machine.collect(waiter))
        if waiter.state is COLLECTED:
            return waiter.value
        if waiter.state is EXPIRED:
            self._timed_out()
        raise waiter.value

    def _wake(self, machine: Machine, settled: Settled) -> None:
        if settled:
            self._host.wake(machine, settled)

    def _timed_out(self) -> NoReturn:
        raise self._Timeout(f"the deadline passed while waiting for {title(self)}")

    # One loop at a time.

    def _bind(self, machine: Machine) -> None:
        """Make the running loop the machine's home; RuntimeError if it is busy elsewhere."""
        home = self._host.home()
        if machine.home is not home:
            self._move(machine, home)

    def _move(self, machine: Machine, home: Any) -> None:
        old = machine.home
        if old is not None and machine.busy():
            if self._host.is_gone(old):
                self._forget_the_dead(machine)
            if machine.busy():
                raise RuntimeError(
                    f"{title(self)} is in use on {old!r} and cannot be used on {home!r}"
                    " before nobody holds it or waits for it there;"
                    " give each loop an object of its own"
                )
        machine.home = home

    def _forget_the_dead(self, machine: Machine) -> None:
        """Nobody who waits there will ever wake; what they were promised goes on."""
        for waiter in list(machine.everyone()):
            machine.drop(waiter)

    def _check_caller(self, machine: Machine) -> None:
        """Before a change that may wake somebody: is this a place to wake them from?"""
        if machine.waiting:
            self._host.check_caller(machine.home)

    # Looking at it.

    def _words(self) -> tuple[str, ...]:
        return (f"waiters[{self._machine.waiting}]",)

    def __repr__(self) -> str:
        return describe(self, self._words(), address=True)

    def __str__(self) -> str:
        return describe(self, self._words(), address=False)

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            f"{title(self)} cannot be copied or pickled: tasks of one loop wait at it;"
            " make a new one where it is needed"
        )
