"""A program under test: running it once, and repeating a run."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from ._errors import NonDeterministic
from ._loop import Chooser, Loop
from ._refuse import guard_against_the_real_world
from ._schedule import FollowSchedule, Like, Schedule
from ._strategies import Abandon
from ._trace import Recording, Trace

__all__ = ["Program", "replay"]

Main = Callable[..., Awaitable[Any]]


class Program:
    """*main* with its arguments, and the conditions under which it runs."""

    def __init__(
        self, main: Main, args: tuple[Any, ...], *, like: Like, max_steps: int, held: bool
    ) -> None:
        self._main = main
        self._args = (sys.modules["toro_sim"], *args) if _takes_one_more(main, args) else args
        self.like: Like = like
        self._max_steps = max_steps
        self._held = held

    def run(self, chooser: Chooser) -> tuple[int, BaseException | None]:
        """Run it once; how many steps it took, and what went wrong."""
        loop = Loop(self.like, chooser, self._max_steps)
        error = self._run_on(loop)
        return loop.steps, error

    def record(self, schedule: Schedule) -> tuple[Trace, BaseException | None]:
        """Run it under *schedule*; what happened, and what went wrong."""
        loop = Recording(schedule.like, FollowSchedule(schedule), self._max_steps)
        error = self._run_on(loop)
        return loop.trace(), error

    def try_to_follow(self, schedule: Schedule) -> tuple[Schedule, BaseException | None]:
        """Run it under as much of *schedule* as is possible; what that was, and what went wrong."""
        chooser = FollowSchedule(schedule, strict=False)
        error = self._run_on(Loop(schedule.like, chooser, self._max_steps))
        return chooser.schedule(), error

    def _run_on(self, loop: Loop) -> BaseException | None:
        guard_against_the_real_world(loop)
        if self._held:
            loop.locks = []
        try:
            loop.run(self._main, *self._args)
        except Abandon:
            return None
        except NonDeterministic:
            raise
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:
            return error
        return None


def _takes_one_more(main: Main, args: tuple[Any, ...]) -> bool:
    """Does *main* want the namespace before *args*?"""
    try:
        signature = inspect.signature(main)
        signature.bind(object(), *args)
    except (TypeError, ValueError):
        return False
    try:
        signature.bind(*args)
    except TypeError:
        return True
    return False


def replay(
    main: Main,
    schedule: Schedule | Trace | str,
    *args: Any,
    max_steps: int = 10_000,
    held: bool = True,
) -> Trace:
    """Run *main* once more under a schedule that was found; return the trace of the run.

    When you want it: to look at a failure in a debugger, or to keep it as a regression test.
    *schedule* is a failure's, or its text, or the trace of another run.

    Raises what the program raises, with the trace as a note.  NonDeterministic if the schedule
    does not fit the program any more.
    """
    if isinstance(schedule, str):
        schedule = Schedule.parse(schedule)
    elif isinstance(schedule, Trace):
        schedule = schedule.schedule
    program = Program(main, args, like=schedule.like, max_steps=max_steps, held=held)
    trace, error = program.record(schedule)
    if error is not None:
        error.add_note(f"under the schedule {schedule}\n{trace}")
        raise error
    return trace
