"""Cases run on every adapter, on virtual time, by the drivers of the conformance suite."""

from __future__ import annotations

import importlib
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from toro_core import insight
from toro_core.insight._watch import Watch

from .loops import Loop

DRIVERS = {
    "asyncio": "toro_conformance.drivers.on_asyncio:AsyncioDriver",
    "eager": "toro_conformance.drivers.on_eager_tasks:EagerTasksDriver",
    "uvloop": "toro_conformance.drivers.on_uvloop:UvloopDriver",
    "tornado": "toro_conformance.drivers.on_tornado:TornadoDriver",
    "trio": "toro_conformance.drivers.on_trio:TrioDriver",
    "anyio-asyncio": "toro_conformance.drivers.on_anyio:AnyioAsyncioDriver",
    "anyio-trio": "toro_conformance.drivers.on_anyio_trio:AnyioTrioDriver",
    "sim": "toro_sim._conformance:SimDriver",
    "sim-trio": "toro_sim._conformance:SimTrioDriver",
}


@pytest.fixture(params=DRIVERS)
def loop(request: pytest.FixtureRequest) -> Loop:
    module, _, name = DRIVERS[request.param].partition(":")
    try:
        driver = getattr(importlib.import_module(module), name)
    except ImportError as error:  # not installed, or not for this Python
        pytest.skip(str(error))
    return Loop(driver)


@pytest.fixture
def clock() -> Callable[[], float]:
    """Each look at it takes a second."""
    ticks = itertools.count()
    return lambda: float(next(ticks))


@pytest.fixture
def watch(clock: Callable[[], float]) -> Watch:
    """One by itself: nothing is changed so that it would see."""
    return Watch(clock, "raise", True, ())


@pytest.fixture(autouse=True)
def _off_again() -> Iterator[None]:
    assert not insight.is_enabled()
    yield
    insight.disable()


@pytest.fixture
def watched(clock: Callable[[], float]) -> Iterator[list[insight.Event]]:
    """Insight is on, and its events are here.  Nothing may go wrong within it."""
    events: list[insight.Event] = []
    with insight.enable(hooks=[events.append], clock=clock):
        yield events
        data = insight.dump().data
        assert data["errors"] == 0, data["last_error"]


@pytest.fixture
def near(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for sockets, as the way to it from here: a socket's path must be short."""
    monkeypatch.chdir(tmp_path)
    return Path()
