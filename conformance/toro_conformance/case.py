"""Cases: coroutine functions that pytest sees as plain ones.

A case is written ``async def test_story(t)`` and runs on the loop of whichever
driver it is given.  To pytest it is an ordinary function with the fixture
``toro_driver``, so no plugin for asynchronous tests ever lays hands on it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine
from typing import Any, Concatenate, ParamSpec, TypeVar

from toro_conformance.driver import CAPABILITIES, Driver
from toro_conformance.faults import FAULTS
from toro_conformance.watchdog import watchdog
from toro_conformance.world import World

P = ParamSpec("P")
F = TypeVar("F", bound=Callable[..., None])
Body = Callable[Concatenate[World, P], Coroutine[Any, Any, None]]

FIXTURE = "toro_driver"


def case(body: Body[P]) -> Callable[..., None]:
    """Turn an asynchronous case into a plain test that keeps its parameters."""
    _, *own = inspect.signature(body).parameters.values()
    fixture = inspect.Parameter(FIXTURE, inspect.Parameter.POSITIONAL_OR_KEYWORD)

    def run(**arguments: Any) -> None:
        try:
            perform(arguments.pop(FIXTURE), body, **arguments)
        except BaseException as error:
            for number in sorted(set(run.__dict__.get("faults", ()))):
                error.add_note(f"fault {number}: {FAULTS[number]}")
            raise

    # Not functools.wraps: its __wrapped__ would show the coroutine function again.
    run.__name__, run.__qualname__ = body.__name__, body.__qualname__
    run.__module__, run.__doc__ = body.__module__, body.__doc__
    run.__dict__.update(body.__dict__)
    run.__dict__["__signature__"] = inspect.Signature([fixture, *own])
    return run


def perform(
    driver: type[Driver], body: Callable[..., Coroutine[Any, Any, None]], **arguments: Any
) -> None:
    """Run one asynchronous body to its end on a new loop of this driver."""
    errors: list[BaseException] = []
    ended: list[bool] = []

    async def main() -> None:
        world = World(runner)
        # Carried out by hand: some loops would wrap it in an exception group.
        try:
            await body(world, **arguments)
        except runner.cancelled:
            raise
        except BaseException as error:
            errors.append(error)
        finally:
            await world.close()
        ended.append(True)

    runner = driver()
    with watchdog():
        runner.run(main)
    if errors:
        raise errors.pop()
    assert ended, "Driver.run returned before main had ended"


def fault(*numbers: int) -> Callable[[F], F]:
    """Say which faults of other libraries a case would have found (see `faults.FAULTS`)."""

    def mark(function: F) -> F:
        for number in numbers:
            assert number in FAULTS, f"fault {number} is not in the catalogue"
            function.__dict__[f"fault_{number:03}"] = True  # found by pytest's -k
        function.__dict__["faults"] = (*numbers, *function.__dict__.get("faults", ()))
        return function

    return mark


def needs(*capabilities: str) -> Callable[[F], F]:
    """Skip a case where the driver lacks one of these capabilities."""
    return _condition(dict.fromkeys(capabilities, True))


def lacks(*capabilities: str) -> Callable[[F], F]:
    """Skip a case where the driver has one of these capabilities."""
    return _condition(dict.fromkeys(capabilities, False))


def _condition(wanted: dict[str, bool]) -> Callable[[F], F]:
    assert wanted.keys() <= CAPABILITIES.keys(), f"unknown capability among {list(wanted)}"

    def mark(function: F) -> F:
        function.__dict__["wanted"] = {**function.__dict__.get("wanted", {}), **wanted}
        return function

    return mark


def missing(function: Callable[..., Any], driver: type[Driver]) -> str | None:
    """Why a case does not apply to a driver, or None."""
    for name, wanted in getattr(function, "wanted", {}).items():
        if getattr(driver, name) is not wanted:
            negation = "no " if wanted else ""
            return f"{driver.name} has {negation}{name}: {CAPABILITIES[name]}"
    return None
