"""One primitive, operations on it, a loop that is run by hand, and what must hold."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

import toro_tornado as toro

from .operations import BROUGHT, CANCELLED, Move, Operation
from .portrait import portrait, slots

__all__ = ["WORLDS", "World"]

HISTORY = ("home", "lock", "unfinished")  # what a machine may keep at rest


class HandLoop(asyncio.BaseEventLoop):
    """It has no clock, and no input and output."""

    _ready: Any  # asyncio's own queue

    def call_exception_handler(self, context: Any) -> None:
        if "handle" in context:  # a callback raises
            raise context["exception"]


class World:
    """Of each kind an operation holds so many *parts* of *capacity*; there are at most *most*."""

    def __init__(self, most: int, parts: dict[str, int], capacity: int, *primitives: Any) -> None:
        self.loop = HandLoop()
        asyncio._set_running_loop(self.loop)
        self.most = most
        self.parts = parts
        self.capacity = capacity
        self.primitives = primitives
        self.rest = rest(primitives)
        self.operations: list[Operation] = []
        self.made: list[Move] = []

    def begin(self, kind: str) -> Operation:
        future = getattr(self.primitives[0], kind)()
        return Operation(kind, future, use, BROUGHT)

    def help(self) -> bool:
        """Nothing moves by itself: let somebody go, if one waits who cannot.

        AssertionError if something was lost or doubled.
        """
        return False

    def portrait(self) -> bytes:
        return portrait({**vars(self), "made": None})

    # The moves.

    def moves(self) -> list[Move]:
        found: list[Move] = [("run_a_callback",)] * bool(self.loop._ready)
        if len(self.operations) < self.most:
            found += [("start", kind) for kind in self.parts]
        for number, each in enumerate(self.operations):
            found += [(name, number, *more) for name, *more in each.moves()]
        return found

    def make(self, name: str, *arguments: Any) -> None:
        self.made.append((name, *arguments))
        if hasattr(self, name):
            getattr(self, name)(*arguments)
        else:
            getattr(self.operations[arguments[0]], name)(*arguments[1:])
        for each in self.operations:
            for task in each.tasks:
                task.look()
        held = sum(self.parts[each.kind] for each in self.operations if each.holds)
        assert held <= self.capacity, f"{held} are held of {self.capacity}"

    def start(self, kind: str) -> None:
        self.operations.append(self.begin(kind))

    def run_a_callback(self) -> None:
        handle = self.loop._ready.popleft()
        if not handle.cancelled():
            handle._run()

    # How it ends.

    def finish_by_looking(self) -> None:
        """Everybody comes for what he waits for, and who comes late is told the same."""
        self.settle()
        asleep = [number for number, each in enumerate(self.operations) if each.is_open]
        assert not asleep, f"{asleep} wait for what is free"
        for number, each in enumerate(self.operations):
            if each.future is not None:
                self.make("listen_to", number)
                self.make("sleep_on", number)
        self.finish()

    def finish_by_leaving(self) -> None:
        """All tasks are cancelled, and what nobody holds is dropped."""
        for move in self.moves():
            if move[0] == "cancel_task":
                self.make(*move)
        self.run()
        for number, each in enumerate(self.operations):
            if each.is_open:
                self.make("drop" if each.may_be_dropped else "cancel", number)
        self.settle()
        self.finish()

    def settle(self) -> None:
        """Look at what is not over and release what is held, until nobody goes for it."""
        for _ in range(20):
            self.run()
            for number, each in enumerate(self.operations):
                if each.is_open:
                    self.make("look_at", number)
            held = [number for number, each in enumerate(self.operations) if each.holds]
            for number in held:
                self.make("release", number)
            if not (held or self.help()):
                return
        raise AssertionError("it never comes to rest")

    def run(self) -> None:
        while self.loop._ready:
            self.make("run_a_callback")

    def finish(self) -> None:
        """AssertionError if it is not as if nothing had been."""
        self.run()
        for number, each in enumerate(self.operations):
            assert not each.callbacks, f"a callback of {number} was not called"
            assert not each.is_awaited, f"a task sleeps on {number} for ever"
            if each.future is not None:
                self.make("ask", number)
        found = rest(self.primitives)
        assert found == self.rest, f"at rest it is {found}"

    def close(self) -> None:
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
        while self.loop._ready:
            with contextlib.suppress(Exception):
                self.run_a_callback()
        asyncio._set_running_loop(None)
        self.loop.close()


def rest(primitives: tuple[Any, ...]) -> list[Any]:
    """What the machines keep of those who wait or hold them."""
    kept = []
    for machine in (each._machine for each in primitives):
        names = [each for each in slots(type(machine).__mro__) if each not in HISTORY]
        kept += [(name, getattr(machine, name, None) or None) for name in names]
    return kept


def use(operation: Operation) -> None:
    with operation.value or operation.future.result():
        pass


class Slot(World):
    """A queue of one."""

    def __init__(self, most: int) -> None:
        self.queue: Any = toro.Queue(1)
        super().__init__(most + 1, {"put": 0, "get": 0}, 0, self.queue)

    def begin(self, kind: str) -> Operation:
        item = [len(self.operations) + 1] if kind == "put" else []
        return Operation(kind, getattr(self.queue, kind)(*item), use)

    def help(self) -> bool:
        if self.queue.full():
            self.make("start", "get")
        elif self.queue.statistics().getters_waiting:
            self.make("start", "put")
        else:
            over = [each for each in enumerate(self.operations, 1) if each[1].told == BROUGHT]
            put = [number for number, each in over if each.kind == "put"]
            got = [each.value or each.future.result() for _, each in over if each.kind == "get"]
            assert sorted(got) == put, f"{put} were put, and {got} were got"
            return False
        return True


class Monitor(World):
    """A condition with a lock, which some only acquire."""

    def __init__(self, most: int) -> None:
        self.lock = toro.Lock()
        self.condition = toro.Condition(lock=self.lock)
        super().__init__(most, {"acquire": 1, "wait": 1}, 1, self.lock, self.condition)
        self.sent = self.gone = 0  # notifications; those that nobody was there for

    def begin(self, kind: str) -> Operation:
        if kind == "acquire":
            return super().begin(kind)
        if not self.waiting():  # what those have passed on who were cancelled until now
            passed = sum(each.is_left and each.kind == "wait" for each in self.operations)
            self.gone = min(self.sent - self.woken(), passed)
        self.lock.acquire_nowait()
        future = self.condition.wait()
        return Operation(kind, future, lambda _: self.lock.release(), BROUGHT, CANCELLED)

    def waiting(self) -> int:
        return self.condition.statistics().tasks_waiting

    def woken(self) -> int:
        return sum(each.kind == "wait" and each.told == BROUGHT for each in self.operations)

    def moves(self) -> list[Move]:
        found, is_free = super().moves(), not self.lock.locked()
        if not is_free:
            found = [move for move in found if move != ("start", "wait")]
        may_notify = is_free or any(each.holds for each in self.operations)
        return found + [("notify",)] * (may_notify and self.waiting() > 0)

    def notify(self) -> None:
        self.sent += 1
        with contextlib.nullcontext() if self.lock.locked() else self.lock.acquire_nowait():
            self.condition.notify()

    def help(self) -> bool:
        waiting, woken = self.waiting(), self.woken()
        told = f"{self.sent} notifications woke {woken}, and {waiting} wait"
        assert woken <= self.sent, told
        assert not waiting or woken >= self.sent - self.gone, told
        if waiting:
            self.make("notify")
        return waiting > 0


READ, WRITE, PARTS = "acquire_read", "acquire_write", {"acquire_read": 1, "acquire_write": 2}
# Each with its first operations, which do not wait.
WORLDS: dict[str, tuple[Callable[[int], World], list[str]]] = {
    "lock": (lambda n: World(n, {"acquire": 1}, 1, toro.Lock()), ["acquire"]),
    "semaphore": (lambda n: World(n, {"acquire": 1}, 2, toro.Semaphore(2)), ["acquire"] * 2),
    "bounded": (lambda n: World(n, {"acquire": 1}, 2, toro.BoundedSemaphore(2)), ["acquire"] * 2),
    "read": (lambda n: World(n, PARTS, 2, toro.RWLock(2)), [READ, READ]),
    "written": (lambda n: World(n, PARTS, 2, toro.RWLock(2)), [WRITE]),
    "queue": (Slot, []),
    "condition": (Monitor, []),
}
