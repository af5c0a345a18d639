"""Warning of something without ever raising into the program."""

from __future__ import annotations

import warnings

from ._errors import InsightWarning
from ._places import Place

__all__ = ["warn"]


def warn(text: str, where: Place | None = None) -> None:
    """Warn of *text*; where warnings are errors, as of "coroutine was never awaited"."""
    file, line = ("<toro_core.insight>", 1) if where is None else (where.file, where.line)
    try:
        warnings.warn_explicit(text, InsightWarning, file, line)
    except InsightWarning as warning:
        _Unraisable(warning)


class _Unraisable:
    """Python gives *error* to ``sys.unraisablehook``, as nobody called what raises it.

    Only Python can make what its own hook takes.
    """

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def __del__(self) -> None:
        try:
            raise self.error
        finally:
            del self  # the exception holds this frame
