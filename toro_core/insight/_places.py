"""Where in the user's code something was called."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from types import FrameType
from typing import NamedTuple

__all__ = ["Place", "callers", "place_of_caller"]


class Place(NamedTuple):
    """A line of code."""

    file: str
    line: int
    function: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} in {self.function}"


# Frames of ours, of loops on behalf of the user, and of imports lie between him and us.
_OURS = {"toro_core", "toro_asyncio", "toro_trio", "toro_anyio", "toro_tornado", "toro_sim"}
_PASSED = _OURS | {"asyncio", "trio", "anyio", "tornado", "contextlib", "importlib"}
# Beyond these nobody called: a loop runs a task or a callback.
_ASYNCIO = {"asyncio.events", "asyncio.base_events", "asyncio.runners"}
_TORNADO = {"tornado.ioloop", "tornado.platform.asyncio"}
_LOOPS = _ASYNCIO | _TORNADO | {"trio._core._run", "toro_sim._loop"}


def place_of_caller() -> Place | None:
    """The innermost line that is neither ours nor a loop's; None if a loop called."""
    return next(_places(sys._getframe(1)), None)


def callers() -> tuple[Place, ...]:
    """The innermost lines of the user's, one calling the other; at most eight."""
    return tuple(itertools.islice(_places(sys._getframe(1)), 8))


def _places(frame: FrameType | None) -> Iterator[Place]:
    while frame is not None:
        code = frame.f_code
        whose = _whose.get(code.co_filename)
        if whose is None:
            module = frame.f_globals.get("__name__") or ""
            whose = _whose[code.co_filename] = _tell(module, code.co_filename)
        if whose == "loop":
            return
        if whose == "user":
            yield Place(code.co_filename, frame.f_lineno, code.co_qualname)
        frame = frame.f_back


_whose: dict[str, str] = {}  # by file


def _tell(module: str, file: str) -> str:
    if module in _LOOPS:
        return "loop"
    if file.startswith("<frozen "):  # a part of the interpreter, such as what imports
        return "between"
    return "between" if module.partition(".")[0] in _PASSED else "user"
