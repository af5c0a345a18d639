"""When Trio is first met: what KeyboardInterrupt may strike is protected, as in its own adapter."""

from __future__ import annotations

from toro_trio._host import HOST
from toro_trio._ki import protect

from ._primitives import _OnAnyio

__all__ = ["HOST"]

# Whatever else derives from these has no methods that are not shared with toro_trio.
for _kind in _OnAnyio.__subclasses__():
    protect(_kind)
