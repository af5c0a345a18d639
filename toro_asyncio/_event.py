"""An Event on asyncio: who waits without a deadline waits in ``wait`` itself.

By way of the wait that all share, waking a crowd takes an eighth more.  Where it is set, not to ask
whether to yield, nor what to return, is 7 %.
"""

from __future__ import annotations

from typing import Literal

from toro_core import coroutines
from toro_core._time import Deadline, Span, check_time
from toro_core.plain._bound import known_as

from ._wait import give_up, in_line

__all__ = ["AtEvent"]


class AtEvent(coroutines.Event):
    """An Event that is waited for in asyncio's own way."""

    __slots__ = ()

    @known_as(coroutines.Event.wait)
    async def wait(self, deadline: Deadline = None, *, timeout: Span = None) -> Literal[True]:
        machine = self._machine
        if not machine.flag:
            waiter = in_line(machine, None, deadline, timeout)
            if waiter is None:
                await self._wait(machine, None, deadline, timeout)
            else:
                try:
                    await waiter.handle
                except BaseException:
                    give_up(machine, waiter)
                    raise
        elif deadline is not None or timeout is not None:
            check_time(deadline, timeout, self._host.now)
        return True
