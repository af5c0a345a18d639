"""A test that explores: one decorator, no plugin."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from ._explore import explore
from ._program import Main

__all__ = ["explored"]


def explored(*, exhaustive: bool = False, **options: Any) -> Callable[[Main], Callable[..., None]]:
    """Make an ordinary test of an async function: it is explored, and fails if a schedule does.

    When you want it: ``@toro_sim.explored(cancellations=1)`` over ``async def test_pool(toro):``.
    The first parameter is given the namespace ``toro_sim``; others are left to pytest as
    fixtures.  *options* are those of ``explore``.  With *exhaustive* the test fails also if not
    every schedule could be tried.

    The test raises ScheduleFailed, with a trace and what to call to repeat it.
    """

    def decorate(main: Main) -> Callable[..., None]:
        parameters = list(inspect.signature(main).parameters.values())

        @functools.wraps(main)
        def test(**fixtures: Any) -> None:
            async def body(*toro: Any) -> None:
                await main(*toro, **fixtures)

            report = explore(_with_arity(body, bool(parameters)), **options).check()
            if exhaustive and not report.exhaustive:
                raise AssertionError(
                    f"not every schedule was tried: {report}.  Raise schedules=, bound"
                    " preemptions, or make the program smaller"
                )

        test.__signature__ = inspect.Signature(parameters[1:])  # type: ignore[attr-defined]
        return test

    return decorate


def _with_arity(body: Main, takes_toro: bool) -> Main:
    """*body* with one parameter or none, for ``explore`` to see."""
    if takes_toro:
        return lambda toro: body(toro)
    return lambda: body()
