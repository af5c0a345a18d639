"""The conformance suite of Toro: one text of cases for every event loop.

Whoever writes an adapter writes a `Driver` for it, some forty lines that say how
to start a task on that loop, cancel it, let everything settle and move the
clock.  With that the whole suite runs against the adapter::

    toro-conformance --toro-adapter mylib.testing:MyDriver

or, from a test module of one's own::

    from toro_conformance.suite import *
    from mylib.testing import MyDriver

    driver = MyDriver

This module imports no event loop and no pytest.
"""

import sys

if "pytest" in sys.modules:  # so that it shows what failed, and not only that it did
    sys.modules["pytest"].register_assert_rewrite(
        "toro_conformance.cases", "toro_conformance.world"
    )

from toro_conformance.case import case, fault, lacks, needs, perform
from toro_conformance.driver import CAPABILITIES, Cancel, Driver
from toro_conformance.watchdog import Hang
from toro_conformance.world import Operation, World

__all__ = [
    "CAPABILITIES",
    "Cancel",
    "Driver",
    "Hang",
    "Operation",
    "World",
    "case",
    "fault",
    "lacks",
    "needs",
    "perform",
]
