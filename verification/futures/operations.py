"""An operation: its Future, what can be done with it, and what has been told of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from toro_tornado._place import Place

__all__ = ["BROUGHT", "CANCELLED", "Move", "Operation"]

BROUGHT, CANCELLED = "brought", "cancelled"
Move = tuple[Any, ...]  # the name of a method, and its arguments


class Operation:
    """Its moves raise AssertionError where the Future breaks a promise.

    Something is held, and *give_back* releases it, if the Future ends in one of the ways
    *held_after*.
    """

    def __init__(
        self, kind: str, future: Any, give_back: Callable[[Operation], None], *held_after: str
    ) -> None:
        self.kind = kind
        self.future = future  # None once it is dropped
        self.give_back = give_back
        self.held_after = held_after
        self.told: str | None = None
        self.value: Any = None
        self.is_given_up = self.is_released = False
        self.callbacks = 0  # that have not been called
        self.tasks: list[Sleeper] = []
        if not isinstance(future, Place):  # it did not have to wait
            self.look_at()

    @property
    def is_open(self) -> bool:
        """Is there a Future, of which nobody knows how it ended?"""
        return self.future is not None and self.told is None

    @property
    def holds(self) -> bool:
        return self.told in self.held_after and not self.is_released

    @property
    def is_awaited(self) -> bool:
        return any(task.state == "asleep" for task in self.tasks)

    @property
    def is_left(self) -> bool:
        """Has it been cancelled, whether or not that is known?"""
        is_cancelled = self.is_given_up or any(task.is_cancelled for task in self.tasks)
        return is_cancelled and self.told != BROUGHT

    @property
    def may_be_dropped(self) -> bool:
        """Is it an acquire, or will anybody else take what it brings?"""
        return self.held_after == (BROUGHT,) or self.is_awaited or self.callbacks > 0

    def moves(self) -> list[Move]:
        names = ["release"] * self.holds
        if self.is_open:
            names += ["look_at", "ask", "cancel"] + ["drop"] * self.may_be_dropped
            names += ["listen_to"] * (not self.callbacks) + ["sleep_on"] * (len(self.tasks) < 2)
        stops = [("cancel_task", n) for n, task in enumerate(self.tasks) if task.may_be_cancelled]
        return [*((name,) for name in names), *stops]

    def look_at(self) -> None:
        if not self.future.done():
            assert self.told is None, f"it was {self.told}, and is pending"
        elif not self.is_awaited:  # else it goes on if they are cancelled
            self.tell(CANCELLED if self.future.cancelled() else BROUGHT)

    def ask(self) -> None:
        try:
            self.tell(BROUGHT, self.future.result())
        except asyncio.CancelledError:
            self.tell(CANCELLED)
        except asyncio.InvalidStateError:
            assert self.told is None, f"it was {self.told}, and has no result"

    def cancel(self) -> None:
        self.is_given_up |= self.future.cancel()
        assert self.is_given_up or self.future.done(), "it is pending and cannot be cancelled"

    def listen_to(self) -> None:
        self.callbacks += 1
        self.future.add_done_callback(self.hear)

    def hear(self, future: Any) -> None:
        self.callbacks -= 1
        self.tell(*((CANCELLED,) if future.cancelled() else (BROUGHT, future.result())))

    def sleep_on(self) -> None:
        self.tasks.append(Sleeper(self))

    def cancel_task(self, number: int) -> None:
        self.tasks[number].is_cancelled = self.tasks[number].task.cancel()

    def drop(self) -> None:
        self.future = None

    def release(self) -> None:
        self.is_released = True
        self.give_back(self)

    def tell(self, answer: str, value: Any = None) -> None:
        """Somebody learns how it ended: all others must learn the same."""
        self.told = self.told or answer
        self.value = self.value or value
        assert answer == self.told, f"it was {self.told}, and is {answer}"
        assert answer == CANCELLED or not self.is_given_up, f"it was cancelled, and has {answer}"
        assert value in (None, self.value), f"it brought {self.value}, and brings {value}"


class Sleeper:
    """A task that awaits the Future of an operation."""

    def __init__(self, operation: Operation) -> None:
        self.operation = operation
        self.state = "new"
        self.is_cancelled = False
        self.future = operation.future  # until the task is over
        self.task: Any = asyncio.get_running_loop().create_task(self.run())

    @property
    def may_be_cancelled(self) -> bool:
        return self.task is not None and not self.is_cancelled

    async def run(self) -> None:
        self.state = "asleep"
        try:
            value = await self.future
        except asyncio.CancelledError:
            self.state = "cancelled"
            if not self.is_cancelled or not (self.operation.told or self.operation.is_awaited):
                self.operation.tell(CANCELLED)
        else:
            self.state = "told"
            assert not self.is_cancelled, "the cancellation of a task is forgotten"
            self.operation.tell(BROUGHT, value)

    def look(self) -> None:
        """Raise what it failed with, and keep it no longer than it runs."""
        if self.task is not None and self.task.done():
            task, self.task, self.future = self.task, None, None
            if not task.cancelled():
                task.result()
