"""Making a mistake on a loop, and catching what is said."""

from __future__ import annotations

import ast
import inspect
import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from toro_conformance import Driver, World, perform

import toro_asyncio
import toro_sim

from .mistakes import Mistake, scene


def tell(driver: type[Driver], mistake: Mistake) -> BaseException:
    """What the mistake raises on this loop."""
    names = scene(driver.toro)
    names["other"] = toro_sim if driver.toro is toro_asyncio else toro_asyncio
    told: list[BaseException] = []

    async def here(t: World) -> None:
        try:
            await _run(mistake.written, names)
        except Exception as error:
            told.append(error.with_traceback(None))

    async def main(t: World) -> None:
        await _run(mistake.before, names)
        if mistake.asleep:
            await t.park(eval(mistake.asleep, names))
        if mistake.where == "here":
            await here(t)
        elif mistake.where == "a second loop":
            _in_a_thread(lambda: perform(driver, here))
        else:
            _in_a_thread(lambda: told.append(_raised(mistake.written, names)))

    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        perform(driver, main)
    never = [str(each.message) for each in warned if "never awaited" in str(each.message)]
    assert never == ([] if driver.name == "tornado" else warnings_of(mistake)), never
    assert told, "nothing was raised"
    return told[0]


def warnings_of(mistake: Mistake) -> list[str]:
    """What Python warns of besides."""
    return [f"coroutine '{mistake.unawaited}' was never awaited"] if mistake.unawaited else []


async def _run(code: str, names: dict[str, Any]) -> None:
    compiled = compile(code, "<written>", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    outcome = eval(compiled, names)
    if inspect.iscoroutine(outcome):
        await outcome


def _raised(code: str, names: dict[str, Any]) -> BaseException:
    try:
        exec(code, names)
    except Exception as error:
        return error.with_traceback(None)
    return AssertionError("nothing was raised")


# Started before any loop runs: a simulated task may not start a thread.
_ELSEWHERE = ThreadPoolExecutor(1)
_ELSEWHERE.submit(bool).result()


def _in_a_thread(call: Any) -> None:
    _ELSEWHERE.submit(call).result()
