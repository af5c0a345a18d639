"""Observing operations that are Futures: those that leave a line when they are cancelled.

No callback is added to such a Future, for it would seem that somebody listens to it.  Instead the
few methods by which it is settled are observed, in its class.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

from .._waiter import GRANTED, WAITING

if TYPE_CHECKING:
    from ._observe import Call
    from ._patches import Patches

__all__ = ["mind", "observe_futures"]


def mind(call: Call, future: Any) -> None:
    """Let *call* know how *future* ends."""
    future._insight = call
    future.observe()


def observe_futures(patches: Patches, kinds: list[type]) -> None:
    """Observe these classes of Futures."""
    for kind in kinds:
        for name, wrap in WRAPPERS.items():
            if name in vars(kind):
                patches.replace(kind, name, wrap(vars(kind)[name]))


def _settle(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def settle(self: Any) -> Any:
        result = original(self)
        call = getattr(self, "_insight", None)
        # What is granted to whoever awaits it is his when he comes for it; a put can still fail.
        if call is not None and self._waiter.state is not GRANTED:
            call.settled(self)
        return result

    return settle


def _see(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def see(self: Any) -> None:
        granted = self._waiter.state is GRANTED
        original(self)
        call = getattr(self, "_insight", None)
        if granted and call is not None and self._waiter.state is not GRANTED:
            call.settled(self)

    return see


def _leave(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def leave(self: Any) -> None:
        original(self)
        call = getattr(self, "_insight", None)
        if call is not None:
            call.left()

    return leave


def _await(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def await_(self: Any) -> Generator[Any, Any, Any]:
        call = getattr(self, "_insight", None)
        waits = False
        if call is not None and not self.done():
            waits = True
            deadlock = call.ask_now()
            if deadlock is not None:
                self.cancel()
                raise deadlock
        try:
            answer = yield from original(self)
            if call is not None and not call.over:
                call.came(waits)
            return answer
        except BaseException as error:
            if call is not None and not _awaited(self):
                call.raised(error)
            raise
        finally:
            del self, call  # its exception holds this frame

    return await_


def _awaited(future: Any) -> bool:
    """Is it decided, and do others await it?"""
    return future._home is None and future._sleepers and future._told().state is not WAITING


WRAPPERS = {"settle": _settle, "_see": _see, "_leave": _leave, "__await__": _await}
