"""Running a program under many schedules, to find one under which it fails."""

from __future__ import annotations

from typing import Any

from ._errors import Endless, NonDeterministic
from ._exhaustive import Exhaustive
from ._program import Main, Program
from ._progress import OnProgress, Progress
from ._report import Failure, Report
from ._schedule import ADVICE, Like, Schedule
from ._shrink import same_failure, shrink
from ._strategies import Faults, Search, Strategy

__all__ = ["explore"]


def explore(
    main: Main,
    *args: Any,
    strategy: Strategy = Exhaustive(),  # noqa: B008  # frozen
    schedules: int = 100_000,
    cancellations: int = 0,
    timeouts: int = 0,
    like: Like = "asyncio",
    max_steps: int = 10_000,
    held: bool = True,
    progress: OnProgress | None = None,
) -> Report:
    """Run ``main(*args)`` under many schedules; report the first under which it fails.

    When you want it: to learn whether some order of events breaks the coordination of tasks.
    If *main* takes one argument more, it is given the namespace ``toro_sim``.

    A run fails if main or a task raises, if all tasks wait (Deadlock), if tasks wait for ever
    when main has returned (Leftover), if a lock, a permit or a side of an RWLock is not given
    back (StillHeld, unless *held* is false), or if it does not end within *max_steps* steps
    (Endless).

    *strategy* is ``Exhaustive()``, ``Random()`` or ``PCT()``; at most *schedules* are run.  In
    each, up to *cancellations* tasks are cancelled, at any await, and up to *timeouts* times the
    clock moves on while tasks are ready.  *like* is as in ``run``.

    *progress* is called about once a second with the number of schedules, of states, and of
    seconds so far; by default a line is written to stderr if that is a terminal.

    Returns a Report; ``.check()`` raises if there is a failure.  Raises NonDeterministic if the
    program does not repeat itself.
    """
    program = Program(main, args, like=like, max_steps=max_steps, held=held)
    search = strategy.search(Faults(cancellations, timeouts))
    watch = Progress(progress)
    error, count, steps = None, 0, 0
    exhaustive = False
    while error is None and count < schedules:
        if not search.next():
            exhaustive = True
            break
        ran, error = program.run(search)
        count, steps = count + 1, steps + ran
        watch.tell(count, search)
    failure = None if error is None else _failure(program, search, error, count)
    watch.end()
    return Report(
        schedules=count,
        states=search.states,
        steps=steps,
        seconds=watch.seconds(),
        exhaustive=exhaustive,
        covered=search.covered() if exhaustive else f"{count:,} schedules, and there are others",
        failure=failure,
        opaque=search.opaque,
    )


def _failure(program: Program, search: Search, error: BaseException, count: int) -> Failure:
    """Repeat the failing run, shrink its schedule, and record what happens."""
    schedule = Schedule(program.like, tuple(search.taken()))
    _, again = program.try_to_follow(schedule)
    if again is not None and same_failure(again, error):
        smallest = shrink(schedule, error, program.try_to_follow)
        trace, last = program.record(smallest)
        return Failure(last or error, smallest, trace, count)
    if isinstance(error, Endless):  # the schedule leads into the cycle, and not round it for ever
        return Failure(error, schedule, program.record(schedule)[0], count)
    raise NonDeterministic(
        f"the program failed with {type(error).__name__} under the schedule {schedule}, and"
        f" did not when that was repeated; {ADVICE}"
    ) from error
