"""What a case sees of the loop it runs on: operations, and time."""

from __future__ import annotations

import weakref
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from toro_conformance.driver import Cancel, Driver

Call = Callable[[], Awaitable[Any]]


class Operation:
    """One operation that was started, and what has become of it so far."""

    def __init__(self, label: str, cancelled: type[BaseException]) -> None:
        self.label = label
        self.state: str = "waiting"
        self._cancelled = cancelled
        self._outcome: Any = None
        self._cancel: Cancel | None = None

    def __repr__(self) -> str:
        return f"<{self.label}: {self.state} {self._outcome!r}>"

    def body(self, call: Call) -> Callable[[], Coroutine[Any, Any, None]]:
        """A coroutine function for a task that awaits `call()` and records how it ended.

        To be called once: it forgets us then, since the driver's frames may keep it.
        """
        once = [self._perform(call)]
        return once.pop

    async def _perform(self, call: Call) -> None:
        try:
            value = await call()
        except self._cancelled as cancellation:  # first: on some loops it is an Exception
            self.cancelled_with(cancellation.args)
            raise
        except Exception as error:
            self.fail(error)
        else:
            self.succeed(value)
        finally:
            # Frames in the traceback refer to this one: an ended operation must be no cycle.
            del self, call

    def began(self, cancel: Cancel) -> None:
        """It is cancelled by this, unless it is over already."""
        if self.waiting:
            self._cancel = cancel

    def succeed(self, value: object) -> None:
        self._end("returned", value)

    def fail(self, error: BaseException) -> None:
        self._end("raised", error)

    def cancelled_with(self, message: tuple[object, ...] = ()) -> None:
        self._end("cancelled", message)

    def _end(self, state: str, outcome: object) -> None:
        self.state, self._outcome, self._cancel = state, outcome, None

    def cancel(self, *message: str) -> None:
        """Ask for it to be cancelled; it has ended at the next settle, not before."""
        if self._cancel is not None:
            self._cancel(*message)

    @property
    def waiting(self) -> bool:
        return self.state == "waiting"

    @property
    def returned(self) -> bool:
        return self.state == "returned"

    @property
    def cancelled(self) -> bool:
        return self.state == "cancelled"

    @property
    def value(self) -> Any:
        """What it returned."""
        assert self.state == "returned", f"{self!r} did not return"
        return self._outcome

    @property
    def error(self) -> BaseException:
        """What it raised."""
        assert self.state == "raised", f"{self!r} did not raise"
        assert isinstance(self._outcome, BaseException)
        return self._outcome

    @property
    def message(self) -> tuple[object, ...]:
        """What the cancellation that ended it carried."""
        assert self.state == "cancelled", f"{self!r} was not cancelled"
        assert isinstance(self._outcome, tuple)
        return self._outcome

    def raised(self, kind: type[BaseException]) -> bool:
        """Whether it ended in an exception of this kind."""
        return self.state == "raised" and isinstance(self._outcome, kind)


class World:
    """What a case is given: the namespace under test, and a loop with a clock of its own."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver
        self.toro: Any = driver.toro
        # Weak, so that a case can find out what an ended operation kept alive.
        self._operations: weakref.WeakSet[Operation] = weakref.WeakSet()

    # Operations.

    def start(self, method: Callable[..., Awaitable[Any]], *args: Any, **kwargs: Any) -> Operation:
        """Begin one operation, such as `t.start(lock.acquire, timeout=1)`."""
        operation = self._operation(method)
        operation.began(self.driver.start(lambda: method(*args, **kwargs), operation))
        return operation

    def spawn(self, body: Call) -> Operation:
        """Run a coroutine function in a task, on every loop."""
        operation = self._operation(body)
        operation.began(self.driver.spawn(operation.body(body)))
        return operation

    async def park(
        self, method: Callable[..., Awaitable[Any]], *args: Any, **kwargs: Any
    ) -> Operation:
        """Begin an operation that has to wait, and see it wait."""
        operation = self.start(method, *args, **kwargs)
        await self.settle()
        assert operation.waiting, f"{operation!r} did not wait"
        return operation

    async def finish(self, method: Callable[..., Awaitable[Any]], *args: Any, **kwargs: Any) -> Any:
        """Begin an operation that must end without anybody's help; return or raise its outcome."""
        operation = self.start(method, *args, **kwargs)
        await self.settle()
        assert not operation.waiting, f"{operation!r} had no reason to wait"
        if operation.returned:
            return operation.value
        raise operation.error

    def _operation(self, method: Callable[..., Any]) -> Operation:
        label = getattr(method, "__name__", repr(method))
        operation = Operation(label, self.driver.cancelled)
        self._operations.add(operation)
        return operation

    # Time.

    async def settle(self) -> None:
        """Let everything happen that can happen now."""
        await self.driver.settle()

    def now(self) -> float:
        """What the clock reads: the number a `deadline` is compared with."""
        return self.driver.now()

    async def advance(self, seconds: float) -> None:
        """Move the clock, and let everything happen that can happen then."""
        self.driver.tick(seconds)
        await self.settle()

    async def at_once(self, *steps: Callable[[], object]) -> None:
        """Take several steps in one instant, then let everything happen."""
        for step in steps:
            step()
        await self.settle()

    async def close(self) -> None:
        """Cancel what a case left waiting."""
        for operation in list(self._operations):
            if operation.waiting:
                operation.cancel()
        await self.settle()


def waiting(thing: Any) -> int:
    """How many are in line there."""
    count: int = thing.statistics().tasks_waiting
    return count
