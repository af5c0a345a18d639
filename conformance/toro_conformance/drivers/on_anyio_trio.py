"""AnyIO on Trio."""

from __future__ import annotations

from typing import Any

import toro_anyio
from toro_conformance.driver import Native
from toro_conformance.drivers.on_anyio import NATIVE
from toro_conformance.drivers.on_trio import TrioDriver


class AnyioTrioDriver(TrioDriver):
    name = "anyio-trio"
    toro: Any = toro_anyio
    native: Native = NATIVE
