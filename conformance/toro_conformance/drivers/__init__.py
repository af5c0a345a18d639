"""The drivers of Toro's own adapters, by name, each importing its loop only when asked for."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator

from toro_conformance.driver import Driver

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
        found = getattr(importlib.import_module(module_name), attribute)
    except ImportError as error:
        raise Absent(f"{name}: {error}") from error
    return list(as_drivers(found))


def as_drivers(found: type[Driver] | Iterable[type[Driver]]) -> Iterable[type[Driver]]:
    """One driver, or several, as several."""
    return [found] if isinstance(found, type) else found


def installed(names: Iterable[str] = tuple(DRIVERS)) -> Iterator[type[Driver] | Absent]:
    """Each driver that can be loaded here, and for the others the reason."""
    for name in names:
        try:
            yield from load(name)
        except Absent as absent:
            yield absent
