"""The simulated loop as a host of the coroutine shape."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

from toro_core import PromptWaiter, State, Waiter
from toro_core._describe import loop_name
from toro_core.machines import Machine, Settled

from ._errors import Cancelled
from ._loop import Loop
from ._scopes import CancelScope
from ._state import current_loop, current_task, running
from ._waits import park, shielded_checkpoint, unpark

__all__ = ["HOST", "SimHost"]


class SimHost:
    """Sleeping is parking; what a cancellation may undo depends on whom the loop is like."""

    cancellations: tuple[type[BaseException], ...] = (Cancelled,)

    @property
    def checkpoints(self) -> bool:
        return current_loop().like_trio

    def home(self) -> Loop | None:
        return running.loop

    def is_gone(self, home: Loop) -> bool:
        return home.closed

    def check_caller(self, home: Loop) -> None:
        raise RuntimeError(f"in use on {loop_name(home)}, which is in another thread")

    def now(self) -> float:
        return current_loop().now

    def waiter(self, handle: Any, request: Any, deadline: float | None) -> Waiter:
        kind = PromptWaiter if current_loop().like_trio else Waiter
        return kind(handle, request, deadline)

    def sleep(self, machine: Machine, waiter: Waiter) -> Awaitable[Any]:
        waiter.handle = current_task()
        if not waiter.prompt:
            return park(("machine", machine))

        def abort() -> bool:
            if waiter.state is not State.WAITING:  # it is on its way to a condition's lock
                return False
            self.wake(machine, machine.leave(waiter))
            return True

        return park(("machine", machine), abort)

    async def sleep_shielded(self, machine: Machine, waiter: Waiter) -> BaseException | None:
        with CancelScope(shield=True):  # who comes back for a lock is always prompt
            await self.sleep(machine, waiter)
        return None

    def wake(self, machine: Machine, settled: Settled) -> None:
        """Unpark their tasks; what a task that has been cancelled meanwhile got, goes on."""
        while settled:
            passed_on: list[Settled] = []
            for waiter in settled:
                task = waiter.handle
                if task is None:
                    continue  # its task is awake
                if task.parked:
                    unpark(task)
                else:
                    passed_on.append(machine.leave(waiter))
            settled = tuple(waiter for some in passed_on for waiter in some)

    def comes_again(self, error: BaseException) -> bool:
        return False  # like Trio it would, but is not raised then: see abort() above

    async def checkpoint(self) -> None:
        await shielded_checkpoint()

    async def surface_cancellation(self) -> None:
        task = current_task()
        task.loop.raise_if_cancelled(task)

    def arm(self, machine: Machine, waiter: Waiter) -> Any:
        assert waiter.deadline is not None
        return current_loop().call_at(waiter.deadline, self._expire, machine, waiter)

    def _expire(self, machine: Machine, waiter: Waiter) -> None:
        self.wake(machine, machine.expire(waiter))

    def disarm(self, entry: Any) -> None:
        current_loop().forget(entry)


HOST = SimHost()
