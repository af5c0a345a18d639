"""What an adapter's author writes: how to do six things on that loop."""

from __future__ import annotations

import abc
import types
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from toro_conformance.world import Operation

    Body = Callable[[], Coroutine[Any, Any, None]]
    Call = Callable[[], Awaitable[Any]]

Cancel = Callable[..., object]
Native = Mapping[str, tuple[type[BaseException], ...]]
"""What `Driver.native` is."""

CAPABILITIES: Mapping[str, str] = {
    "undoes_grants": "a cancellation can undo a grant that its task has not seen yet",
    "cancels_again": "a cancellation that is not raised comes again at the next checkpoint",
    "eager": "an operation takes effect when it is called, not when it is awaited",
    "checkpoints": "each waiting method is a checkpoint, also when it need not wait",
    "waits_return_true": "Event.wait() and Condition.wait() return True, not None",
    "cancels_tasks": "cancelling an operation cancels the task that performs it",
    "cancels_at_once": "cancel() runs the task there and then, and does nothing to one awake",
    "cancel_messages": "a cancellation carries a message to whoever is cancelled",
    "runs_in_order": "tasks woken in one instant run in the order in which they were woken",
    "shares_contexts": "a task has no contextvars context of its own",
    "orders_timers": "call_at() is there, and timers due at one moment fire in the order armed",
    "shows_timers": "timer_armed() tells whether any timer is armed",
    "abandons_tasks": "abandon() closes a loop while its tasks are asleep",
    "wall_clock": "the loop's own clock is a wall clock that can jump, by jump_wall_clock()",
}
"""What loops legitimately differ in.  Cases ask for these, never for a loop by name."""


class Driver(abc.ABC):
    """One way to run the suite: an adapter, its loop, and a clock that only moves when told.

    A new instance is made for each run, so state may be kept on `self`.
    """

    name: ClassVar[str]
    """What the reports call it."""

    toro: Any
    """The namespace under test: a module, or anything with the same attributes."""

    cancelled: ClassVar[type[BaseException]]
    """What a cancelled operation raises on this loop."""

    native: Mapping[str, tuple[type[BaseException], ...]] = types.MappingProxyType({})
    """For each exception's name, what a user of this loop would catch instead."""

    undoes_grants: ClassVar[bool] = False
    cancels_again: ClassVar[bool] = False
    eager: ClassVar[bool] = False
    checkpoints: ClassVar[bool] = False
    waits_return_true: ClassVar[bool] = False
    cancels_tasks: ClassVar[bool] = True
    cancels_at_once: ClassVar[bool] = False
    cancel_messages: ClassVar[bool] = False
    runs_in_order: ClassVar[bool] = False
    shares_contexts: ClassVar[bool] = False
    orders_timers: ClassVar[bool] = False
    shows_timers: ClassVar[bool] = False
    abandons_tasks: ClassVar[bool] = False
    wall_clock: ClassVar[bool] = False

    # Required.

    @abc.abstractmethod
    def run(self, main: Body) -> None:
        """Run `main` on a new loop to its end, then close the loop."""

    @abc.abstractmethod
    def spawn(self, body: Body) -> Cancel:
        """Start `body` in a task of its own; return what cancels that task."""

    @abc.abstractmethod
    async def settle(self) -> None:
        """Return when every other task is blocked."""

    @abc.abstractmethod
    def now(self) -> float:
        """The clock that the adapter's deadlines are points on."""

    @abc.abstractmethod
    def tick(self, seconds: float) -> None:
        """Move the clock; what is due by then runs when the caller next yields."""

    @abc.abstractmethod
    async def checkpoint(self) -> None:
        """Yield once, and notice a pending cancellation."""

    # Where a capability says so.

    def start(self, call: Call, operation: Operation) -> Cancel:
        """Begin an operation and report to `operation`; by default in a task that awaits it."""
        return self.spawn(operation.body(call))

    def call_at(self, when: float, callback: Callable[[], object]) -> None:
        """Call back when the clock reads `when`; for drivers with `orders_timers`."""
        raise NotImplementedError

    def timer_armed(self) -> bool:
        """Whether any timer is armed; for drivers with `shows_timers`."""
        raise NotImplementedError

    def abandon(self, main: Body) -> None:
        """As `run`, but leave the tasks asleep for ever; for drivers with `abandons_tasks`."""
        raise NotImplementedError

    def jump_wall_clock(self, seconds: float) -> None:
        """Let the wall clock jump while real time stands; for drivers with `wall_clock`."""
        raise NotImplementedError
