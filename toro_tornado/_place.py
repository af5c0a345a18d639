"""The Future of an operation that has to wait: somebody's place in line."""

from __future__ import annotations

import asyncio
import contextvars
import weakref
from collections.abc import Callable, Generator, Iterable
from typing import Any

from toro_core import State, Waiter
from toro_core.machines import Machine, Settled

__all__ = ["FutureWaiter", "MonitorPlace", "Place", "wake"]


class FutureWaiter(Waiter):
    """A waiter that may be prompt until a native coroutine awaits its Future."""

    __slots__ = ("prompt",)

    prompt: bool

    def __init__(self, request: Any, deadline: float | None, prompt: bool = False) -> None:
        super().__init__(None, request, deadline)
        self.prompt = prompt


class Place(asyncio.Future[Any]):
    """A Future that gives up its place in line when it is cancelled.

    *droppable*: also when it is dropped.  Nobody could release what the Future of an
    ``acquire`` would bring, so its waiter holds it weakly while nobody listens to it.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        primitive: Any,
        machine: Machine,
        waiter: FutureWaiter,
        droppable: bool = False,
    ) -> None:
        super().__init__(loop=loop)
        self._primitive = primitive
        self._machine = machine
        self._waiter = waiter
        self._awaited = False  # by a native coroutine, which will say if it was cancelled
        self._deadline: Any = None
        waiter.handle = weakref.ref(self) if droppable else self

    def arm(self, alarm: Any) -> None:
        """Fail with Timeout at the waiter's deadline."""
        self._deadline = alarm.add(self._machine, self._waiter)

    # What its owner does with it.

    def cancel(self, msg: Any | None = None) -> bool:
        """Leave the line.  False if the operation is over already."""
        if not super().cancel(msg):
            return False
        self._leave()
        return True

    def add_done_callback(
        self,
        fn: Callable[[Any], object],
        /,
        *,
        context: contextvars.Context | None = None,
    ) -> None:
        if not self.done():
            self._waiter.handle = self
        super().add_done_callback(fn, context=context)

    def __await__(self) -> Generator[Any, None, Any]:
        try:
            if not self.done():
                self._awaited = True
                self._waiter.prompt = False
                yield from self._wait()
            return self.result()
        finally:
            del self  # this frame is in the traceback of the exception that it may hold

    __iter__ = __await__

    def _wait(self) -> Generator[Any, None, None]:
        error: BaseException | None = None
        try:
            yield from super().__await__()
            error = self._collect()
        except BaseException:
            if not self.done():
                super().cancel()
            self._leave()  # hands the grant on, if there was one
            raise
        finally:
            del self
        if error is not None:
            try:
                raise error
            finally:
                del error

    def __del__(self) -> None:
        if not self.done() and self._waiter.state is State.WAITING:
            self._leave()
        super().__del__()

    # What happens to it.

    def settle(self) -> Settled:
        """The machine has decided.  Returns whom the collection of the grant let in."""
        waiter = self._waiter
        settled: Settled = ()
        self._disarm()
        if not self._awaited:
            # A Future is the operation: when it is done, the grant is its holder's.
            settled = self._machine.collect(waiter)
            waiter.handle = None
        error = self._primitive._error_of(waiter)
        if error is None:
            self.set_result(self._primitive._result_of(waiter))
        else:
            self._fail(error)
        return settled

    def _fail(self, error: BaseException) -> None:
        self.set_exception(error)
        self.exception()  # now nothing is logged if nobody looks at it

    def _collect(self) -> BaseException | None:
        """The task has come.  Returns what its put failed with when it was made final."""
        waiter = self._waiter
        waiter.handle = None
        wake(self._machine, self._machine.collect(waiter))
        error: BaseException | None = self._primitive._error_of(waiter)
        return error

    def _leave(self) -> None:
        self._disarm()
        self._waiter.handle = None
        wake(self._machine, self._machine.leave(self._waiter))

    def _disarm(self) -> None:
        if self._deadline is not None:
            alarm, entry = self._deadline
            alarm.discard(entry)
            self._deadline = None


class MonitorPlace(Place):
    """Waiting on a condition with a lock: it is not over before the lock is held again.

    Cancelling it leaves the line of the condition at once, and takes effect when the lock
    has come.
    """

    _cancelled_with: tuple[Any] | None = None

    def cancel(self, msg: Any | None = None) -> bool:
        if self.done():
            return False
        self._cancelled_with = (msg,)
        self._disarm()
        machine: Any = self._machine
        waiter = self._waiter
        wake(machine.lock, machine.leave(waiter))
        again: Waiter = waiter.value
        if again.state is State.WAITING:
            again.handle = self
        else:
            self.settle()
        return True

    def settle(self) -> Settled:
        again: Waiter = self._waiter.value
        again.handle = None  # it has come back: no reference from here to there and back
        if self._cancelled_with is None:
            return super().settle()
        asyncio.Future.cancel(self, *self._cancelled_with)
        self._waiter.handle = None
        return ()

    def _leave(self) -> None:
        """The task was cancelled holding the lock: only the notification goes on."""
        machine: Any = self._machine
        self._disarm()
        self._waiter.handle = None
        wake(machine.lock, machine.leave(self._waiter))


def wake(machine: Machine, settled: Iterable[Waiter]) -> None:
    """Settle the Futures of *settled*, in order; what nobody can take goes on.

    Settling a Future only schedules its callbacks, so nothing runs from here.
    """
    while settled:
        more: list[Waiter] = []
        for waiter in settled:
            handle = waiter.handle
            if handle is None:
                continue  # its operation is over
            place = handle() if type(handle) is weakref.ref else handle
            if place is None or place.get_loop().is_closed():
                more += machine.leave(waiter)  # nobody will ever look at it
            else:
                more += place.settle()
        settled = more
