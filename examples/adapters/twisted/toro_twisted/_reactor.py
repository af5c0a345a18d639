"""Which reactor is meant: Twisted's only one, or the ``task.Clock`` of a test."""

from __future__ import annotations

import contextlib
import contextvars
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from twisted.python import threadable

__all__ = ["Reactor", "Timer", "running", "use"]


class Timer(Protocol):
    def cancel(self) -> None: ...


class Reactor(Protocol):
    """What an adapter needs of one; ``IReactorTime`` in words that type checkers understand."""

    def seconds(self) -> float: ...
    def callLater(self, delay: float, call: Callable[..., Any], /, *args: Any) -> Any: ...


_in_use: contextvars.ContextVar[Reactor | None]
_in_use = contextvars.ContextVar("toro_twisted.reactor", default=None)


def running() -> Reactor | None:
    """The reactor whose thread this is; None in another thread, or before one is installed."""
    chosen = _in_use.get()
    if chosen is not None:
        return chosen
    if threadable.ioThread not in (None, threading.get_ident()):
        return None
    return sys.modules.get("twisted.internet.reactor")


@contextlib.contextmanager
def use(reactor: Reactor) -> Iterator[None]:
    """Run on *reactor*, in this block and the coroutines started there; for a test's Clock."""
    token = _in_use.set(reactor)
    try:
        yield
    finally:
        _in_use.reset(token)
