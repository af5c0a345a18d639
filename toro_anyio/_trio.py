"""When Trio is first met: what KeyboardInterrupt may strike is protected, as in its own adapter."""

from __future__ import annotations

from toro_trio._host import HOST
from toro_trio._ki import protect

from . import _primitives

__all__ = ["HOST"]

for _kind in vars(_primitives).values():
    if isinstance(_kind, type) and _kind.__module__ == _primitives.__name__:
        protect(_kind)
