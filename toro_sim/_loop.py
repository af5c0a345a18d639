"""The loop: who is ready, what time it is, and one step at a time.

A *step* is what a task does from one await to the next.  Nothing interrupts it, as on every
loop of one thread, so the order of steps, the moves of the clock and the cancellations are all
there is to decide.  A Chooser decides; without one, the task that has been ready longest
goes first.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from ._describe import awaited, is_lost_wake_up
from ._errors import Cancelled, Deadlock, Endless, Leftover
from ._held import check_nothing_held
from ._refuse import advise, foreign
from ._schedule import Like
from ._scopes import pending
from ._state import running
from ._task import Task
from ._waits import PARK, unpark

if TYPE_CHECKING:
    import weakref

    from ._groups import Body, TaskGroup
    from ._scopes import CancelScope

__all__ = ["Chooser", "Loop", "Timer"]


class Chooser(Protocol):
    """Who decides what happens next."""

    def choose(self, loop: Loop) -> Task | None:
        """Remove a task from ``loop.ready``, where there is one, to run now; None to ask again."""
        ...

    def at_rest(self, loop: Loop) -> bool:
        """Nobody is ready: has something been done about it, other than letting time pass?"""
        ...


class Timer:
    """A moment at which something is called."""

    __slots__ = ("args", "callback", "when")

    def __init__(self, when: float, callback: Callable[..., object], args: tuple[Any, ...]) -> None:
        self.when: float = when
        self.callback: Callable[..., object] | None = callback  # None: no longer wanted
        self.args: tuple[Any, ...] = args


class Loop:
    """One run of a program.

    *like* says which family's cancellations it has; see ``run``.
    """

    def __init__(
        self, like: Like = "asyncio", chooser: Chooser | None = None, max_steps: int = 100_000
    ) -> None:
        if like not in ("asyncio", "trio"):
            raise ValueError(f"like must be 'asyncio' or 'trio', not {like!r}")
        self.like_trio: bool = like == "trio"
        self.chooser = chooser
        self.max_steps = max_steps
        self.steps: int = 0
        self.now: float = 0.0
        self.ready: list[Task] = []  # those who can go on, the one that has waited longest first
        self.tasks: dict[int, Task] = {}  # those who have not ended
        self.idlers: list[Task] = []  # those who wait for all others to wait
        self.failed: list[Task] = []
        self.primitives: list[weakref.ref[Any]] = []  # for reports, which name them
        self.locks: list[Any] | None = None  # kept to see whether they are held at the end
        self.current: Task | None = None
        self.closed: bool = False
        self.guarded: bool = False  # is what only the real world can do refused?
        self.cancels: bool = False  # was anything ever cancelled?
        self._timers: list[tuple[float, int, Timer]] = []
        self._timers_set = 0
        self._started = 0

    # Tasks.

    def start(
        self,
        body: Body,
        args: tuple[Any, ...],
        *,
        name: str | None = None,
        group: TaskGroup | None = None,
        daemon: bool = False,
    ) -> Task:
        """Make a task of ``body(*args)``."""
        number = self._started
        coro = body(*args)
        if not hasattr(coro, "send"):
            raise TypeError(
                f"{body!r} returned {coro!r}; a task needs an async function, and its arguments"
                " after it"
            )
        if name is None:
            name = f"{getattr(body, '__name__', 'task')}-{number}"
        self._started += 1
        task = Task(self, coro, number, name, group, daemon)  # type: ignore[arg-type]
        self.tasks[number] = task
        self.ready.append(task)
        return task

    def _step(self, task: Task) -> None:
        """Let *task* run to its next await."""
        self.steps += 1
        self.current = task
        task.interruptible = False
        task.abort = task.awaits = None
        try:
            # What it is told is kept nowhere here: it would outlive the task's use for it.
            if task.error is None:
                trap = task.context.run(task.coro.send, task.take_value())
            else:
                trap = task.context.run(task.coro.throw, task.take_error())
        except StopIteration as stop:
            self._end(task, stop.value, None)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as failure:
            self._end(task, None, failure)
        else:
            if trap is not PARK:
                task.error = foreign(trap)
                self.ready.append(task)
            elif self.cancels:
                self.deliver(task)
        self.current = None

    def _end(self, task: Task, value: Any, error: BaseException | None) -> None:
        del self.tasks[task.number]
        cancelled = isinstance(error, Cancelled)
        if error is not None and not cancelled:
            advise(error)
            if task.group is None:
                self.failed.append(task)
        task._end(value, error, cancelled)

    def note(self, what: str) -> None:
        """Something is done to the program from outside; of use to a loop that records."""

    # Cancellation.

    def scope_cancelled(self, scope: CancelScope) -> None:
        """*scope* was cancelled: tell those who are in it."""
        self.cancels = True
        if scope._task is not None and not scope._has_groups:
            self.deliver(scope._task)
        else:
            for task in list(self.tasks.values()):
                self.deliver(task)

    def deliver(self, task: Task) -> None:
        """If *task* has been cancelled, and can be told so where it is, tell it."""
        if not task.interruptible:
            return
        scope = pending(task, self)
        if scope is None:
            return
        if task.parked:
            if task.abort is not None and task.abort() is False:
                return
            task.parked = False
            self.ready.append(task)
        task.interruptible = False
        task.delivered = (*task.delivered, scope)
        task.error = Cancelled(scope)

    def raise_if_cancelled(self, task: Task) -> None:
        """Raise a cancellation that *task*, which runs, has not been told of."""
        scope = pending(task, self) if self.cancels else None
        if scope is not None:
            task.delivered = (*task.delivered, scope)
            raise Cancelled(scope)

    # Time.

    def call_at(self, when: float, callback: Callable[..., object], *args: Any) -> Timer:
        """Call back when the clock reads *when*."""
        self._timers_set += 1
        timer = Timer(when, callback, args)
        heapq.heappush(self._timers, (when, self._timers_set, timer))
        return timer

    def forget(self, timer: Timer) -> None:
        """*timer* is no longer wanted; harmless when it has gone off."""
        timer.callback, timer.args = None, ()
        self._drop_dead_heads()

    def timers(self) -> list[Timer]:
        """Those that are set, the next first."""
        return [timer for _, _, timer in sorted(self._timers) if timer.callback is not None]

    def next_timer(self) -> float:
        """When the clock will move to next; infinity if nothing waits for it."""
        return self._timers[0][0] if self._timers else math.inf

    def move_clock(self, when: float) -> None:
        """Let the clock read *when*, and do what is due by then."""
        self.now = max(self.now, when)
        timers = self._timers
        while timers and timers[0][0] <= self.now:
            timer = heapq.heappop(timers)[2]
            callback, args = timer.callback, timer.args
            timer.callback, timer.args = None, ()
            if callback is not None:
                callback(*args)
        self._drop_dead_heads()

    def _drop_dead_heads(self) -> None:
        timers = self._timers
        while timers and timers[0][2].callback is None:
            heapq.heappop(timers)

    # A run.

    def run(self, main: Body, *args: Any) -> Any:
        """Run *main* and what it starts to the end; return its result or raise what went wrong."""
        if running.loop is not None:
            raise RuntimeError("a toro_sim loop runs in this thread already; await what you need")
        running.loop = self
        try:
            task = self.start(main, args, name="main")
            task.joined = True
            self._run_all(task)
            result = self._outcome(task)
            if self.locks:
                check_nothing_held(self.locks)
            return result
        finally:
            try:
                self._close()
            finally:
                running.loop = None

    def _run_all(self, main: Task) -> None:
        """Step after step, until nobody can go on or main has failed."""
        ready = self.ready
        choose = None if self.chooser is None else self.chooser.choose
        while main._exception is None:
            if not ready:
                if not self._others_wait(main):
                    return
                continue
            if self.steps >= self.max_steps:
                raise Endless(
                    f"not over after {self.steps} steps, at {self.now:g} s of virtual time; does"
                    " a task wait by looking again and again?  Else give a larger max_steps="
                )
            task = ready.pop(0) if choose is None else choose(self)
            if task is not None:
                self._step(task)

    def _others_wait(self, main: Task) -> bool:
        """Nobody is ready: wake who waits for that, else let time pass.  False if it is over."""
        if self.chooser is not None and self.chooser.at_rest(self):
            return True
        if self.idlers:
            idlers, self.idlers = self.idlers, []
            for task in idlers:
                unpark(task)
        elif self._timers and (not main.done or any(not t.daemon for t in self.tasks.values())):
            self.move_clock(self._timers[0][0])
        else:
            return False
        return True

    def _outcome(self, main: Task) -> Any:
        if main._exception is not None:
            raise main._exception
        for task in self.failed:
            if not task.joined:
                assert task._exception is not None
                raise task._exception
        if not main.done:
            lost = is_lost_wake_up(self.tasks.values())
            hint = "; none waits for what another holds, so a wake-up was lost or never sent" * lost
            raise Deadlock(f"all tasks wait, and no timer is set{hint}:\n{self.who_waits()}")
        if any(not task.daemon for task in self.tasks.values()):
            raise Leftover("main has returned, and tasks wait for ever:\n" + self.who_waits())
        if main.cancelled:
            raise Cancelled(main.own_scope)
        return main._result

    def who_waits(self) -> str:
        """For people: each task that has not ended, and what it waits for."""
        tasks = (task for task in self.tasks.values() if not task.daemon)
        return "\n".join(f"    {task.name} waits for {awaited(task)}" for task in tasks)

    def _close(self) -> None:
        """Drop what still waits.  Its ``finally`` clauses run, and cannot wait any more."""
        self.closed = True
        for task in list(self.tasks.values()):
            self.current = task
            close(task.coro)
        self.current = None
        self.tasks.clear()
        self.ready.clear()


def close(coro: Any) -> None:
    """Close a coroutine that may await again while it is being closed."""
    for _ in range(100):
        try:
            coro.close()
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException:  # the run is over: nobody is there to hear of it
            continue
        return
