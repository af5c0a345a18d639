"""AnyIO on Trio."""

from __future__ import annotations

import toro_anyio
from toro_conformance.drivers.on_anyio import NATIVE
from toro_conformance.drivers.on_trio import TrioDriver


class AnyioTrioDriver(TrioDriver):
    name = "anyio-trio"
    toro = toro_anyio
    native = NATIVE
