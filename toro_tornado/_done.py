"""The Future of an operation that need not wait."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable, Generator
from sys import getrefcount
from typing import TYPE_CHECKING, Any, NoReturn

from tornado.ioloop import IOLoop

from toro_core import ShutDown, Timeout

__all__ = [
    "ALONE",
    "NOTHING",
    "Done",
    "Nothing",
    "asyncio_loop",
    "current_loop",
    "fail",
    "failed",
    "nothing",
    "succeeded",
]


def asyncio_loop(io_loop: Any) -> asyncio.AbstractEventLoop:
    """The asyncio loop that *io_loop* is made of."""
    loop: asyncio.AbstractEventLoop = io_loop.asyncio_loop
    return loop


def current_loop() -> asyncio.AbstractEventLoop:
    """The loop that runs, or else the one that Tornado would make current."""
    return asyncio._get_running_loop() or asyncio_loop(IOLoop.current())


class Done(asyncio.Future[Any]):
    """A Future that has brought its result before anybody saw it.

    It has nothing to remember but that: asyncio's own part of it is never initialised.  That is a
    third of the cost of ``asyncio.Future()`` and ``set_result()``, and awaiting it costs two
    thirds.  So it belongs to whichever loop asks, ``get_loop()`` and ``add_done_callback()``
    included: the one that runs then, not the one that ran when it was made.  Only where an
    ``io_loop`` was given is it always of that.
    """

    __slots__ = ("_value",)

    _value: Any

    if TYPE_CHECKING:

        def __init__(self) -> None: ...

    else:  # in C; whoever makes one sets its value
        __init__ = object.__init__

    def __await__(self) -> Generator[Any, None, Any]:
        return self._value
        yield

    __iter__ = __await__

    def done(self) -> bool:
        return True

    def cancelled(self) -> bool:
        return False

    def result(self) -> Any:
        return self._value

    def exception(self) -> None:
        return None

    def cancel(self, msg: Any | None = None) -> bool:
        return False

    def get_loop(self) -> asyncio.AbstractEventLoop:
        return current_loop()

    def add_done_callback(
        self, fn: Callable[[Any], object], /, *, context: contextvars.Context | None = None
    ) -> None:
        current_loop().call_soon(fn, self, context=context)

    def remove_done_callback(self, fn: Callable[[Any], object], /) -> int:
        return 0

    def set_result(self, result: Any, /) -> NoReturn:
        raise asyncio.InvalidStateError("its result has been set")

    def set_exception(self, exception: Any, /) -> NoReturn:
        raise asyncio.InvalidStateError("its result has been set")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} finished result={self.result()!r}>"


class Nothing(Done):
    """Brings None: awaiting it iterates over nothing, in C, in two thirds of the time."""

    __slots__ = ()
    __await__: Any = iter(()).__iter__
    __iter__ = __await__

    def result(self) -> None:
        return None

    def __setattr__(self, name: str, value: Any) -> None:
        """Whoever keeps something on it has it alone from now on."""
        global NOTHING
        if self is NOTHING:
            NOTHING = Nothing()
        super().__setattr__(name, value)


# One for all, as there is nothing to tell them apart by; but whoever makes a set of several
# counts on as many, so it is handed out only while nobody else holds it.  Not to make one saves
# a third of a wait for an event that is set.
NOTHING = Nothing()
ALONE = getrefcount(NOTHING)


def nothing() -> asyncio.Future[None]:
    """A Future that brings None."""
    return NOTHING if getrefcount(NOTHING) == ALONE else Nothing()


def succeeded(loop: asyncio.AbstractEventLoop, result: Any) -> asyncio.Future[Any]:
    """A Future on a loop that may not be the one that runs."""
    future: asyncio.Future[Any] = asyncio.Future(loop=loop)
    future.set_result(result)
    return future


def failed(loop: asyncio.AbstractEventLoop, error: BaseException) -> asyncio.Future[Any]:
    future: asyncio.Future[Any] = asyncio.Future(loop=loop)
    fail(future, error)
    return future


def fail(future: asyncio.Future[Any], error: BaseException) -> None:
    """Set *error*, as whatever kind of Future it is.

    asyncio logs one that nobody has looked at, but not what is the answer to a deadline or after
    a shutdown.
    """
    asyncio.Future.set_exception(future, error)
    if isinstance(error, (Timeout, ShutDown)):
        asyncio.Future.exception(future)
