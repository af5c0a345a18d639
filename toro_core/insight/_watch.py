"""What is seen while insight is on."""

from __future__ import annotations

import math
import threading
import weakref
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any, Literal

from .. import plain
from .._statistics import HolderRecord
from .._waiter import WAITING, Waiter
from ..machines import Shut
from ._deadlocks import Cycle, closed_by
from ._errors import Deadlock, Finding
from ._events import Event, Hook, Kind
from ._orders import Orders
from ._places import Place, place_of_caller
from ._state import Entry, Hold, Wait
from ._task_ends import TaskEnds
from ._tasks import Who, current_task, effective_deadline, reference
from ._warnings import warn

__all__ = ["Watch"]

OnDeadlock = Literal["raise", "warn", "ignore"]


class Inside(threading.local):
    """What this thread is doing, so that an operation made of others counts once."""

    machine: Any = None  # of the primitive whose method runs
    guard: int | None = None  # the id of the guard that was made last
    releasing: Hold | None = None  # what the guard whose `with` ends belongs to


class Watch:
    """Everything seen, from ``enable`` to ``disable``.

    It refers to primitives and tasks weakly.  What goes wrong in here is counted and kept from
    the program.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        deadlock: OnDeadlock,
        order: bool,
        hooks: Iterable[Hook],
    ) -> None:
        self.clock = clock
        self.deadlock = deadlock
        self.orders: Orders | None = Orders() if order else None
        self.hooks: tuple[Hook, ...] = tuple(hooks)
        self.on = True
        self.inside: Inside = Inside()
        self.entries: dict[int, Entry] = {}  # by the id of the primitive
        self.tasks: dict[int, Who] = {}  # by the id of the task
        # By the id of the waiter, which a Wait keeps.
        self.waits: weakref.WeakValueDictionary[int, Wait] = weakref.WeakValueDictionary()
        self.guards: dict[int, Hold | None] = {}  # of each guard that is alive, by its id
        self.findings: deque[Finding] = deque(maxlen=200)
        self.errors: int = 0
        self.last_error: str | None = None
        self.ends: TaskEnds = TaskEnds(self)
        self._numbers = {"entry": 0, "task": 0, "operation": 0}

    # Primitives and tasks.

    def number(self, of: str) -> int:
        self._numbers[of] += 1
        return self._numbers[of]

    def entry(self, primitive: Any, made: Place | None = None) -> Entry:
        """What is known of *primitive*, which may be new."""
        key = id(primitive)
        entry = self.entries.get(key)
        if entry is None or entry.primitive() is not primitive:
            entry = self.entries[key] = Entry(self.number("entry"), primitive, made)
            entry.primitive = weakref.ref(primitive, lambda _: self.dropped(key))
        return entry

    def dropped(self, key: int) -> None:
        """A primitive is gone."""
        entry = self.entries.pop(key, None)
        if entry is None or not self.on:
            return
        if self.orders is not None:
            self.orders.forget(entry.number)
        if entry.left_over is not None:
            self.find("queue", f"{entry.label} was dropped with {entry.left_over}")

    def who(self) -> Who | None:
        """The running task; None outside of any."""
        task = current_task()
        if task is None:
            return None
        key = id(task)
        who = self.tasks.get(key)
        if who is None or who.task() is not task:
            who = self.tasks[key] = Who(self.number("task"), task)
            who.task = reference(task, lambda _: self.tasks.pop(key, None))
            self.ends.mind(who, task)
        return who

    def task_ended(self, who: Who) -> None:
        """Does it leave anything behind that nobody else can be expected to release?"""
        who.end()
        if not self.on:
            return
        for hold in who.holds:
            if hold.guard is None and expects_release(hold.entry):
                self.find(
                    "ended",
                    f"task {who.name!r} has ended and still holds {hold.entry.label},"
                    f" acquired at {hold.where}",
                )

    # Waits and holds.

    def begin_wait(
        self, number: int, entry: Entry, mode: str, line: Any, who: Who | None, where: Place | None
    ) -> Wait | None:
        """A task has gone to sleep: if somebody new is last in *line*, it is its waiter."""
        waiter = next(reversed(line), None) if line else None
        if waiter is None or waiter.state is not WAITING:
            return None
        if id(waiter) in self.waits:
            return None
        wait = Wait(number, entry, mode, waiter, who, self.clock(), where)
        if wait.patient and entry.exclusive:
            wait.patient = effective_deadline() == math.inf
        self.waits[id(waiter)] = wait
        self.tell("wait", wait.since, number, entry, mode, who, where)
        return wait

    def begin_hold(
        self,
        number: int,
        entry: Entry,
        mode: str,
        who: Who | None,
        since: float,
        where: Place | None,
    ) -> Hold:
        hold = Hold(number, entry, mode, who, since, where)
        entry.holds.append(hold)
        if who is not None:
            who.holds.append(hold)
        return hold

    def end_hold(self, hold: Hold) -> None:
        """If it has not ended already."""
        if hold not in hold.entry.holds:
            return
        hold.entry.holds.remove(hold)
        if hold.who is not None:
            hold.who.holds.remove(hold)

    def released(self, entry: Entry, mode: str, by: Who | None) -> None:
        """Which of its holds has ended: that of the guard in use, the task's own, or the oldest."""
        hold = self.inside.releasing
        if hold not in entry.holds:
            holds = [hold for hold in entry.holds if hold.mode == mode]
            if not holds:
                return
            hold = next((hold for hold in reversed(holds) if hold.who is by), holds[0])
        if hold.who is not by:
            entry.handed_over = True
        self.end_hold(hold)
        now = self.clock()
        self.tell(
            "release", now, hold.number, entry, mode, hold.who, hold.where, held=now - hold.since
        )

    def moved(self, hold: Hold) -> None:
        """A guard was entered: whoever did so holds it from now on."""
        hold.entered = True
        who = self.who()
        if who is hold.who or hold not in hold.entry.holds:
            return
        if hold.who is not None:
            hold.who.holds.remove(hold)
        hold.who = who
        if who is not None:
            who.holds.append(hold)

    def guard_dropped(self, key: int) -> None:
        hold = self.guards.pop(key, None)
        if hold is None:
            return
        hold.guard = None
        if hold.entered or hold not in hold.entry.holds or not self.on:
            return
        where = place_of_caller()
        if where is None or where in hold.lines or hold.who is not self.who():
            return  # ignored where it was acquired, or nobody's fault that could be told
        self.find(
            "guard",
            f"the guard of {hold.entry.label}, acquired at {hold.where}, was kept and dropped"
            f" at {where}, and nothing was released: use it in a `with`, or do not keep it",
        )

    # What the statistics ask for; see toro_core._statistics.Insight.

    def task_and_age(self, waiter: Waiter) -> tuple[str | None, float | None]:
        wait = self.waits.get(id(waiter))
        if wait is None:
            return None, None
        return (None if wait.who is None else wait.who.name), self.clock() - wait.since

    def holders(self, primitive: object) -> tuple[HolderRecord, ...]:
        entry = self.entries.get(id(primitive))
        if entry is None:
            return ()
        now = self.clock()
        return tuple(
            HolderRecord(
                hold.mode,
                None if hold.who is None else hold.who.name,
                now - hold.since,
                None if hold.where is None else str(hold.where),
            )
            for hold in list(entry.holds)
        )

    def peak_size(self, queue: object) -> int | None:
        entry = self.entries.get(id(queue))
        return None if entry is None else entry.peak

    def counted(self, entry: Entry, queue: Any) -> None:
        """Something was put to *queue* or taken from it."""
        machine = queue._machine
        size = machine.size
        entry.peak = max(size, entry.peak or 0)
        parts = [f"{size} item{'s' if size > 1 else ''} in it"] if size else []
        if machine.waiting:
            parts.append(f"{machine.waiting} waiting")
        is_open = machine.shut is Shut.OPEN
        entry.left_over = " and ".join(parts) if parts and is_open else None

    # Deadlocks and orders.

    def asked(
        self, entry: Entry, mode: str, who: Who, where: Place | None, patient: bool
    ) -> Deadlock | None:
        """*who* is about to wait, or not, for an exclusive primitive."""
        if self.orders is not None:
            for text in self.orders.asked(who, entry, where):
                self.find("order", text)
        if not patient or self.deadlock == "ignore":
            return None
        cycle = closed_by(self, entry, mode, who, where)
        if cycle is None or effective_deadline() < math.inf:
            return None
        return self._deadlock(cycle)

    def asked_already(self, wait: Wait) -> Deadlock | None:
        """*wait* is in line, and now its task waits for nothing else."""
        assert wait.who is not None
        if self.deadlock == "ignore":
            return None
        cycle = closed_by(self, wait.entry, wait.mode, wait.who, wait.where, wait.waiter)
        return None if cycle is None else self._deadlock(cycle)

    def _deadlock(self, cycle: Cycle) -> Deadlock | None:
        """To be raised; None if a warning is all that was asked for."""
        deadlock = Deadlock(cycle)
        if self.deadlock == "raise":
            return deadlock
        self.find("deadlock", str(deadlock))
        return None

    # Telling others.

    def tell(
        self,
        kind: Kind,
        at: float,
        number: int,
        entry: Entry,
        mode: str,
        who: Who | None,
        where: Place | None,
        waited: float = 0.0,
        held: float | None = None,
    ) -> None:
        if not self.hooks:
            return
        task, task_number = (None, 0) if who is None else (who.name, who.number)
        event = Event(
            kind, at, number, mode, entry.number, entry.short,
            entry.name, entry.type, entry.adapter, task, task_number, where, waited, held,
        )  # fmt: skip
        for hook in self.hooks:
            try:
                hook(event)
            except Exception as error:
                self.failed(error)

    def find(self, kind: str, text: str) -> None:
        self.findings.append(Finding(kind, text))
        warn(text, place_of_caller())

    def failed(self, error: BaseException) -> None:
        """A fault of ours, or of a hook."""
        self.errors += 1
        self.last_error = f"{type(error).__name__}: {error}"


def expects_release(entry: Entry) -> bool:
    """Must what a task acquired be released by it, as far as was seen?"""
    primitive = entry.primitive()
    if primitive is None or entry.handed_over:  # nobody can want what is gone
        return False
    return entry.exclusive or isinstance(primitive, plain.BoundedSemaphore)
