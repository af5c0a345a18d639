"""An event that is set, on asyncio."""

from typing import Any

from toro_core import machines

from .ladder import Ladder

__all__ = ["LADDERS"]


class WithDeadline:
    """A flag; and `wait` takes a deadline."""

    def __init__(self) -> None:
        self.flag = False

    def set(self) -> None:
        self.flag = True

    async def wait(self, deadline: Any = None, *, timeout: Any = None) -> Any:
        if not self.flag or deadline is not None or timeout is not None:
            raise NotImplementedError
        return True


class WithMachine:
    """Its state is also the core's, which knows no loop."""

    def __init__(self) -> None:
        self.machine = machines.Event()
        self.set = self.machine.set

    async def wait(self, deadline: Any = None, *, timeout: Any = None) -> Any:
        if not self.machine.flag or deadline is not None or timeout is not None:
            raise NotImplementedError
        return True


LADDERS = (
    Ladder(
        "event/wait-when-set",
        "asyncio",
        {
            "the floor": "floor",
            "and it takes a deadline": WithDeadline,
            "and its state is the core's": WithMachine,
            "`toro_asyncio.Event`": "toro",
            "`asyncio.Event`": "asyncio",
        },
    ),
)
