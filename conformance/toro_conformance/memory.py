"""Looking for leaks and for growth of work, without a clock and without the garbage collector."""

from __future__ import annotations

import contextlib
import gc
import sys
import weakref
from collections.abc import Iterator
from types import FrameType
from typing import Any


class Token:
    """Something to refer to weakly."""

    def __init__(self, label: object = None) -> None:
        self.label = label


def token(references: list[weakref.ref[Token]]) -> Token:
    """A new token, and a note of it that does not keep it alive."""
    made = Token()
    references.append(weakref.ref(made))
    return made


def alive(references: list[weakref.ref[Token]]) -> int:
    """How many of them still are."""
    return sum(reference() is not None for reference in references)


@contextlib.contextmanager
def without_collector() -> Iterator[None]:
    """What dies in here dies because nobody refers to it."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class Work:
    """Counts function calls, Python's and C's: the same on every machine at every load."""

    def __init__(self) -> None:
        self.calls: int = 0

    def _count(self, frame: FrameType, event: str, argument: Any) -> None:
        if event in ("call", "c_call"):
            self.calls += 1

    @contextlib.contextmanager
    def counted(self) -> Iterator[None]:
        previous = sys.getprofile()
        with without_collector():  # it would call the callbacks of what died before
            sys.setprofile(self._count)
            try:
                yield
            finally:
                sys.setprofile(previous)
