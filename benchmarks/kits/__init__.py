"""Every library on every loop it runs on."""

import importlib.util
from fnmatch import fnmatch

from ..loops import by_name
from ._kit import Keyword, Kit
from .floors import Floor, YieldingFloor
from .natives import Anyio, AnyioFast, Asyncio, Tornado, Trio
from .others import Aiologic, Aiorwlock, AiorwlockFast, Culsans, Janus
from .promising import EitherPromisingFloor, PromisingFloor, YieldingPromisingFloor
from .promising_tornado import PromisingTornado
from .toro import ToroAnyio, ToroAsyncio, ToroTornado, ToroTrio

__all__ = ["Keyword", "Kit", "find"]

_OURS = (ToroAsyncio, ToroTornado, ToroTrio, ToroAnyio)
_NATIVE = (Asyncio, Tornado, Trio, Anyio, AnyioFast)
_OTHERS = (Aiologic, Culsans, Janus, Aiorwlock, AiorwlockFast)
_FLOORS = (
    Floor,
    YieldingFloor,
    PromisingFloor,
    YieldingPromisingFloor,
    EitherPromisingFloor,
    PromisingTornado,
)


def find(wanted: list[str]) -> tuple[list[Kit], list[str]]:
    """The kits whose name fits one of `wanted`, and what could not be had because it is not
    installed.
    """
    loops, kits, missing = by_name(), [], []
    for kind in _FLOORS + _OURS + _NATIVE + _OTHERS:
        for loop in kind.loops:
            if not any(fnmatch(f"{loop}/{kind.library}", pattern) for pattern in wanted):
                continue
            if loop in loops and all(map(_installed, kind.needs)):
                kits.append(kind(loops[loop]))
            else:
                missing.append(f"{loop}/{kind.library}")
    return kits, missing


def _installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:  # the package a submodule would be in
        return False
