"""An Event on asyncio: where waiting for one that is set never yields.

Not to ask about that, nor for what to return, is 7 % of such a wait.
"""

from __future__ import annotations

from typing import Any

from toro_core import coroutines
from toro_core._time import Deadline, Span, check_time
from toro_core.coroutines._primitive import known_as

__all__ = ["AtEvent"]


class AtEvent(coroutines.Event):
    """An Event that is waited for in asyncio's own way."""

    __slots__ = ()

    @known_as(coroutines.Event.wait)
    async def wait(self, deadline: Deadline = None, *, timeout: Span = None) -> Any:
        machine = self._machine
        if not machine.flag:
            await self._wait(machine, None, deadline, timeout)
        elif deadline is not None or timeout is not None:
            check_time(deadline, timeout, self._host.now)
        return True
