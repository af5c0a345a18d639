"""The Future of ``Condition.wait_for``: one wait after the other until a predicate holds."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable, Generator
from typing import Any

from toro_core._checks import as_raised

from ._place import Place

__all__ = ["WaitFor"]

Listener = tuple[Callable[[Any], object], contextvars.Context]


class WaitFor(asyncio.Future[Any]):
    """Done when the predicate holds, after the deadline, or when a wait or it raises.

    It is no task: each wait's own callback looks at the predicate and waits again.

    Who listens is told right after the look that found it true, not in the loop's next pass as by
    other Futures: meanwhile somebody could make it false again, or cancel him, and what he was
    notified of would be lost.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        condition: Any,
        predicate: Callable[[], Any],
        when: float | None,
    ) -> None:
        super().__init__(loop=loop)
        self._condition = condition
        self._predicate = predicate
        self._when = when
        self._waiting: Any = None  # the Future of the last wait
        self._sleeper: asyncio.Future[None] | None = None  # there; None if it was too late
        self._cancelled_with: tuple[Any] | None = None
        self._listeners: list[Listener] = []
        self._look()
        del self  # as in _look

    # Who listens.

    def add_done_callback(
        self, fn: Callable[[Any], object], /, *, context: contextvars.Context | None = None
    ) -> None:
        if self.done():
            super().add_done_callback(fn, context=context)
        else:
            if context is None:
                context = contextvars.copy_context()
            self._listeners.append((fn, context))

    def remove_done_callback(self, fn: Callable[[Any], object], /) -> int:
        kept = [listener for listener in self._listeners if listener[0] != fn]
        removed = len(self._listeners) - len(kept)
        self._listeners = kept
        return removed

    def _tell(self) -> None:
        """Run all who listen."""
        listeners, self._listeners = self._listeners, []
        try:
            while listeners:
                self._run(*listeners.pop(0))
        finally:
            for fn, context in listeners:  # an interrupt came first
                super().add_done_callback(fn, context=context)
            del self  # as in _look

    def _run(self, fn: Callable[[Any], object], context: contextvars.Context) -> None:
        try:
            context.run(fn, self)
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as error:  # as the loop, which would call it
            told = {"message": f"Exception in callback {fn!r}", "exception": error, "future": self}
            self.get_loop().call_exception_handler(told)
        finally:
            del self, fn, context  # as in _look

    def __await__(self) -> Generator[Any, None, Any]:
        try:
            return (yield from super().__await__())
        except BaseException:
            if not self.done():  # it is not what it ends with: it was thrown in
                self._give_up()
            raise
        finally:
            del self  # as in _look

    __iter__ = __await__

    # How it ends.

    def cancel(self, msg: Any | None = None) -> bool:
        """Leave the line; with a lock, this takes effect when the lock has come back."""
        if self.done():
            return False
        self._cancelled_with = (msg,)
        if self._sleeper is not None and self._sleeper.done():
            self._waiting.give_up(self._sleeper)  # it was notified, and nobody has looked yet
            self._sleeper = None
        else:
            self._waiting.cancel(msg)
        return True

    def set_result(self, result: Any, /) -> None:
        """Leave the line; this is what it brings instead."""
        self._end(super().set_result, result)

    def set_exception(self, exception: Any, /) -> None:
        """Leave the line; this is what it fails with instead."""
        self._end(super().set_exception, exception)

    def _end(self, how: Callable[[Any], None], what: Any) -> None:
        if self._cancelled_with is not None:
            raise asyncio.InvalidStateError("it has been cancelled")
        how(what)
        self._leave()
        self.get_loop().call_soon(self._tell)

    def _give_up(self) -> None:
        """Who awaits it will not come."""
        super().cancel()
        self._leave()
        if not self.get_loop().is_closed():
            self.get_loop().call_soon(self._tell)

    def _leave(self) -> None:
        waiting, sleeper = self._waiting, self._sleeper
        self._forget()
        if sleeper is not None:
            waiting.give_up(sleeper)

    def _look(self) -> None:
        try:
            try:
                result = self._predicate()
                if self.done():  # by the predicate
                    return
                if not result:
                    self._wait_again()
                    return
            except BaseException as error:
                if self.done():
                    raise
                self._forget()
                super().set_exception(as_raised(error))
                if isinstance(error, (KeyboardInterrupt, SystemExit)):
                    self.exception()  # nothing is logged: as in a task, it goes on to the loop
                    self.get_loop().call_soon(self._tell)
                    raise
            else:
                self._forget()
                if self._cancelled_with is not None:  # by the predicate
                    super().cancel(*self._cancelled_with)
                else:
                    super().set_result(result)
                del result
            self._tell()
        finally:
            del self  # what it may fail with knows this frame, and whoever called it

    def _wait_again(self) -> None:
        try:
            self._waiting = waiting = self._condition._wait_until(self._when)
            self._sleeper = waiting.sleep() if isinstance(waiting, Place) else None
            (self._sleeper or waiting).add_done_callback(self._on_notified)
            if self._cancelled_with is not None:  # by the predicate
                waiting.cancel(*self._cancelled_with)
        finally:
            del self  # as in _look

    def _on_notified(self, _told: asyncio.Future[Any]) -> None:
        error = None
        try:
            if self.done():  # somebody else has settled it
                return
            if self._cancelled_with is not None:
                self._forget()
                super().cancel(*self._cancelled_with)
                self._tell()
                return
            if self._sleeper is not None:
                self._waiting.take(self._sleeper)
                self._sleeper = None
            if (error := self._waiting.exception()) is not None:
                self._forget()
                super().set_exception(error)
                self.exception()  # now nothing is logged if nobody looks at it
                self._tell()
            else:
                self._look()
        finally:
            del self, _told, error  # as in _look, and whoever listens has a frame behind this one

    def _forget(self) -> None:
        """Over: keep nothing that could keep the caller alive."""
        del self._predicate, self._condition, self._waiting, self._sleeper
