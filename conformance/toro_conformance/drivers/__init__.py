"""The drivers of Toro's own adapters, by name, each importing its loop only when asked for."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Iterable, Iterator

from toro_conformance.driver import CAPABILITIES, Driver

DRIVERS = {
    "asyncio": "toro_conformance.drivers.on_asyncio:AsyncioDriver",
    "asyncio-eager": "toro_conformance.drivers.on_eager_tasks:EagerTasksDriver",
    "asyncio-debug": "toro_conformance.drivers.on_asyncio:DebugDriver",
    "uvloop": "toro_conformance.drivers.on_uvloop:UvloopDriver",
    "tornado": "toro_conformance.drivers.on_tornado:TornadoDriver",
    "tornado-future": "toro_conformance.drivers.on_tornado:TornadoFutureDriver",
    "trio": "toro_conformance.drivers.on_trio:TrioDriver",
    "anyio-asyncio": "toro_conformance.drivers.on_anyio:AnyioAsyncioDriver",
    "anyio-asyncio-native": "toro_conformance.drivers.on_anyio:AnyioNativeCancelDriver",
    "anyio-trio": "toro_conformance.drivers.on_anyio_trio:AnyioTrioDriver",
    "sim": "toro_sim._conformance:SimDriver",
    "sim-trio": "toro_sim._conformance:SimTrioDriver",
}


class Absent(ImportError):
    """A driver's loop is not installed here."""


def load(name: str) -> list[type[Driver]]:
    """The drivers called `name`: one of ours, or MODULE:ATTR, a driver or several."""
    module_name, _, attribute = DRIVERS.get(name, name).partition(":")
    if not attribute:
        raise ValueError(f"{name!r} is neither MODULE:ATTR nor one of {', '.join(DRIVERS)}")
    try:
        module = importlib.import_module(module_name)
    except ImportError as error:
        raise Absent(f"{name}: {error}") from error
    if not hasattr(module, attribute):
        raise ValueError(f"{name}: there is no {attribute} in {module_name}")
    return as_drivers(getattr(module, attribute))


def as_drivers(found: type[Driver] | Iterable[type[Driver]]) -> list[type[Driver]]:
    """One driver, or several, as several; ValueError if one is not what it should be."""
    drivers = [found] if isinstance(found, type) else list(found)
    for driver in drivers:
        _check(driver)
    return drivers


def _check(driver: type[Driver]) -> None:
    if not (isinstance(driver, type) and issubclass(driver, Driver)):
        raise ValueError(f"{driver!r} is no subclass of toro_conformance.Driver")
    needed = ("name", "toro", "cancelled")
    lacking = {*driver.__abstractmethods__, *(each for each in needed if not hasattr(driver, each))}
    if lacking:
        raise ValueError(f"{driver.__qualname__} lacks {', '.join(sorted(lacking))}")
    for base in driver.__mro__:
        for name, value in vars(base).items():
            if isinstance(value, bool) and name not in CAPABILITIES:
                close = difflib.get_close_matches(name, CAPABILITIES, n=1)
                hint = f": is it {close[0]}?" if close else ""
                raise ValueError(f"{driver.__qualname__}.{name} is no capability{hint}")


def installed(names: Iterable[str] = tuple(DRIVERS)) -> Iterator[type[Driver] | Absent]:
    """Each driver that can be loaded here, and for the others the reason."""
    for name in names:
        try:
            yield from load(name)
        except Absent as absent:
            yield absent
