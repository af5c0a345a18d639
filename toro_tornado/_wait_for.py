"""The Future of ``Condition.wait_for``: one wait after the other until a predicate holds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from toro_core._checks import as_raised

__all__ = ["WaitFor"]


class WaitFor(asyncio.Future[Any]):
    """Done when the predicate holds, after the deadline, or when a wait or it raises.

    It is no task: each wait's own callback looks at the predicate and waits again.
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
        self._cancelled_with: tuple[Any] | None = None
        self._look()
        del self  # as in _look

    def cancel(self, msg: Any | None = None) -> bool:
        """Leave the line; with a lock, this takes effect when the lock has come back."""
        if self.done():
            return False
        self._cancelled_with = (msg,)
        self._waiting.cancel(msg)
        return True

    def _look(self) -> None:
        try:
            result = self._predicate()
            if not result:
                self._wait_again()
                return
        except BaseException as error:
            self._forget()
            self.set_exception(as_raised(error))
            if isinstance(error, (KeyboardInterrupt, SystemExit)):
                self.exception()  # nothing is logged: as in a task, it goes on to the loop
                raise
        else:
            self._forget()
            self.set_result(result)
        finally:
            del self  # what it may fail with knows this frame, and whoever called it

    def _wait_again(self) -> None:
        try:
            self._waiting = self._condition._wait_until(self._when)
            self._waiting.add_done_callback(self._on_notified)
            if self._cancelled_with is not None:  # by the predicate
                self._waiting.cancel(*self._cancelled_with)
        finally:
            del self  # as in _look

    def _on_notified(self, waited: asyncio.Future[Any]) -> None:
        if self._cancelled_with is not None:
            if not waited.cancelled() and waited.exception() is None:
                self._condition._pass_on()
            self._forget()
            super().cancel(*self._cancelled_with)
        elif (error := waited.exception()) is not None:
            self._forget()
            self.set_exception(error)
            self.exception()  # now nothing is logged if nobody looks at it
        else:
            self._look()
            del self  # as in _look

    def _forget(self) -> None:
        """Over: keep nothing that could keep the caller alive."""
        del self._predicate, self._condition, self._waiting
