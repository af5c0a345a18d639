"""The Future of an ``acquire`` that has to wait: what it brings must be released by somebody."""

from __future__ import annotations

import weakref
from typing import Any

from toro_core._waiter import GRANTED, WAITING
from toro_core.machines import Settled

from ._place import Future, Place, running_loop

__all__ = ["HoldPlace"]


class HoldPlace(Place):
    """A Place in ``acquire``: nobody could release what it would bring if it is dropped.

    So its waiter holds it weakly at most, while nobody listens to it; and until somebody looks at
    it, what it was granted can be handed on, and it can be cancelled: nobody can tell it from one
    that waits.
    """

    __slots__ = ()

    def _reference(self) -> Any:
        return weakref.ref(self)

    def _is_unseen(self) -> bool:
        """Has it been granted, and nobody looked since, and nobody listens?"""
        if self._waiter.state is not GRANTED:
            return False
        if self._home is None:
            return not (self._sleepers or self._heard)
        return type(self._waiter.handle) is not Future

    def settle(self) -> Settled:
        if not self._is_unseen():
            return super().settle()
        self._disarm()
        return ()

    def cancel(self, msg: Any | None = None) -> bool:
        if not self._is_unseen():
            return super().cancel(msg)
        self._open()
        Future.cancel(self, msg)
        self._leave()
        return True

    def __del__(self) -> None:
        # The garbage collector runs in any thread, and in the middle of any change of the line: it
        # leaves in a pass of the loop, and until then what it is granted goes on.
        waiter = self._waiter
        if waiter.state is WAITING:
            waiter.handle = _DROPPED
        elif not self._is_unseen():
            return
        home = self._primitive._machine.home
        is_here = running_loop() is home
        call_soon = home.call_soon if is_here else home.call_soon_threadsafe
        try:
            call_soon(self._leave)
        except RuntimeError:
            if not home.is_closed():  # else it is dropped when the machine is next used
                raise


_DROPPED = weakref.ref(Place())  # the reference to nobody
