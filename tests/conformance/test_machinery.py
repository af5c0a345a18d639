"""The suite's own machinery: imports, hangs, and models that tell right from wrong."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import re
import subprocess
import sys
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from toro_conformance import Driver, Hang, World, case, fault, lacks, needs, perform
from toro_conformance.case import missing
from toro_conformance.drivers import Absent, as_drivers, load
from toro_conformance.drivers.on_asyncio import AsyncioDriver
from toro_conformance.models import Lock, Semaphore
from toro_conformance.scripts import outcomes
from toro_conformance.virtual import VirtualLoop
from toro_conformance.watchdog import watchdog


def test_it_imports_neither_pytest_nor_a_loop() -> None:
    script = (
        "import sys, toro_conformance, toro_conformance.drivers, toro_conformance.scripts\n"
        "for name in ('pytest', 'asyncio', 'trio', 'anyio', 'tornado', 'uvloop'):\n"
        "    assert name not in sys.modules, name\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_a_case_looks_like_a_plain_function_and_keeps_its_parameters() -> None:
    @fault(95)
    @needs("eager")
    @lacks("wall_clock")
    @case
    async def test_story(t: World, one: int, two: str) -> None:
        """Told."""

    assert not inspect.iscoroutinefunction(test_story)
    assert list(inspect.signature(test_story).parameters) == ["toro_driver", "one", "two"]
    assert test_story.__name__ == "test_story"
    assert test_story.__doc__ == "Told."
    assert vars(test_story)["faults"] == (95,)
    assert "has no eager" in (missing(test_story, AsyncioDriver) or "")


def test_what_a_case_raises_comes_out_as_it_is_with_the_fault_it_is_about() -> None:
    @fault(95)
    @case
    async def test_story(t: World) -> None:
        raise LookupError("told")

    with pytest.raises(LookupError, match="told") as caught:
        test_story(toro_driver=AsyncioDriver)
    assert caught.value.__notes__[0].startswith("fault 95: ")


class Idle(AsyncioDriver):
    def run(self, main: Callable[[], Coroutine[Any, Any, None]]) -> None:
        main().close()
        self.loop.close()


class Swallowing(AsyncioDriver):
    def run(self, main: Callable[[], Coroutine[Any, Any, None]]) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            super().run(main)


def test_a_case_that_was_not_carried_out_to_its_end_has_not_passed() -> None:
    async def nothing(t: World) -> None:
        pass

    async def is_cancelled(t: World) -> None:
        raise asyncio.CancelledError

    perform(Swallowing, nothing)
    for driver, body in ((Idle, nothing), (Swallowing, is_cancelled)):
        with pytest.raises(AssertionError, match="returned before main had ended"):
            perform(driver, body)


@pytest.mark.skipif(not hasattr(__import__("signal"), "setitimer"), reason="no interval timers")
def test_a_hang_is_a_failure() -> None:
    def hang() -> None:
        while True:
            pass

    with pytest.raises(Hang), watchdog(0.05):
        hang()


def test_time_that_jumps_within_a_callback_does_not_make_it_slow(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def main() -> None:
        loop: Any = asyncio.get_running_loop()
        loop.tick(10)
        await loop.settle()

    with asyncio.Runner(debug=True, loop_factory=VirtualLoop) as runner:
        runner.run(main())
    assert [record.getMessage() for record in caplog.records if record.levelname != "DEBUG"] == []


def test_an_operation_that_should_not_wait_is_told_apart() -> None:
    async def body(t: World) -> None:
        with pytest.raises(AssertionError, match="no reason to wait"):
            await t.finish(t.toro.Event().wait)
        with pytest.raises(AssertionError, match="did not wait"):
            await t.park(t.toro.Lock().acquire)

    perform(AsyncioDriver, body)


def test_a_driver_is_named_or_spelled_out() -> None:
    assert load("asyncio") == [AsyncioDriver]
    assert load("toro_conformance.drivers.on_asyncio:AsyncioDriver") == [AsyncioDriver]
    with pytest.raises(Absent):
        load("no_such_module:Driver")
    with pytest.raises(ValueError, match="neither"):
        load("no such driver")
    assert inspect.isabstract(Driver)


class Misspelt(AsyncioDriver):
    undoes_grant = True


class Unfinished(Driver):
    name = "unfinished"


@pytest.mark.parametrize(
    ("found", "complaint"),
    [
        (Misspelt, "Misspelt.undoes_grant is no capability: is it undoes_grants?"),
        (Unfinished, "Unfinished lacks cancelled, checkpoint, now, run, settle, spawn, tick, toro"),
        ([AsyncioDriver, str], "<class 'str'> is no subclass of toro_conformance.Driver"),
    ],
)
def test_what_is_no_sound_driver_is_refused(found: Any, complaint: str) -> None:
    with pytest.raises(ValueError, match=re.escape(complaint)):
        as_drivers(found)


def test_a_model_explains_a_cancellation_early_and_late() -> None:
    held = Lock(undoes_grants=True)
    assert held.call(("acquire_nowait",)) == "ok"
    for name in "ab":
        held.start(name, "acquire")
    steps = [("release",), ("cancel", "a"), ("acquire_nowait",)]
    after = outcomes([held], steps, ["ok", None, "WouldBlock"], [])
    assert {model.outcome["a"] for model in after} == {"cancelled"}
    assert {model.outcome["b"] for model in after} == {"returned"}
    assert outcomes([held], steps, ["ok", None, "ok"], []) == []


def test_a_model_that_keeps_grants_lets_the_cancelled_one_have_it() -> None:
    empty = Semaphore(undoes_grants=False)
    empty.start("a", "acquire")
    after = outcomes([empty], [("release",), ("cancel", "a")], ["ok", None], [])
    assert {model.outcome["a"] for model in after} == {"returned"}
