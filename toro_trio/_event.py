"""An Event on Trio: the checkpoint of a wait for one that is set, without a frame around it.

That is 7 % of such a wait.
"""

from __future__ import annotations

from trio.lowlevel import cancel_shielded_checkpoint, checkpoint_if_cancelled

from toro_core import coroutines
from toro_core._time import Deadline, Span, check_time
from toro_core.coroutines._primitive import known_as

__all__ = ["AtEvent"]


class AtEvent(coroutines.Event):
    """An Event that is waited for in Trio's own way."""

    __slots__ = ()

    @known_as(coroutines.Event.wait)
    async def wait(self, deadline: Deadline = None, *, timeout: Span = None) -> None:
        machine = self._machine
        if not machine.flag:
            await self._wait(machine, None, deadline, timeout)
            return
        if deadline is not None or timeout is not None:
            check_time(deadline, timeout, self._host.now)
        await checkpoint_if_cancelled()  # as turn() in _wait
        await cancel_shielded_checkpoint()
