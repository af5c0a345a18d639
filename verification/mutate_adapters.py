"""Mutants of what adapters are made of, each of which some judge must convict.

    python -m verification.mutate_adapters               all of them
    python -m verification.mutate_adapters toro_trio     those of some files

As ``verification.mutate`` does to the machines: one small fault at a time.  The judges are the
cases of the conformance suite on the drivers that run through the file, those that come through
the function that the mutant is in, and then the tests in `TESTS`; see ``verification.trials``.
"""

from __future__ import annotations

import functools
import gc
import mmap
import os
import sys
from collections.abc import Callable, Iterator
from importlib import import_module

import pytest

from . import ROOT
from .mutate import Mutant
from .trials import Court, Options, Watch, name_of, try_files

ON_ASYNCIO = ("asyncio", "asyncio-eager")
ON_TRIO = ("trio",)
ON_ANYIO = ("anyio-asyncio", "anyio-asyncio-native", "anyio-trio")
ON_TORNADO = ("tornado", "tornado-future")
# The last three have methods of their own for much of it.
COROUTINES = ("sim", "sim-trio", "asyncio", "trio", "anyio-asyncio")
ALL = ("sim", "asyncio", "trio", "tornado-future")

# Files, and the drivers whose loops run through them.
WHERE = [
    ("toro_core/coroutines", "_primitive _locks _queues _signals", COROUTINES),
    ("toro_core/plain", "_bound _locks _queues _sides _signals", ALL),
    ("toro_core", "_guard", ALL),
    ("toro_asyncio", "_host _alarm _event _locks _monitor _queue _wake _primitives", ON_ASYNCIO),
    ("toro_asyncio", "_wait", (*ON_ASYNCIO, *ON_ANYIO[:2])),
    ("toro_trio", "_event _host _ki _locks _monitor _queue _wake _primitives", ON_TRIO),
    ("toro_trio", "_wait", (*ON_TRIO, *ON_ANYIO[2:])),
    ("toro_anyio", "_hold _host _locks _monitor _primitives _queue _trio", ON_ANYIO),
    ("toro_tornado", "_done _hold_place _host _locks _monitor_place _place", ON_TORNADO),
    ("toro_tornado", "_primitive _queues _signals _wait_for _wake", ON_TORNADO),
    ("toro_sim", "_host", ("sim", "sim-trio")),
]
JUDGES = {
    f"{folder}/{name}.py": drivers for folder, names, drivers in WHERE for name in names.split()
}

_LOOKED_AT = (
    "insight/test_seldom.py insight/test_waits_and_holds.py -k tornado or future or granted"
)

# What is no case of the suite: files, and which of their tests, for what a name begins with.
TESTS = {
    "toro_asyncio/_host": "conformance/test_shared_waits.py faults/test_thrown_in.py"
    " -k asyncio or thrown_in",
    "toro_trio/_host": "conformance/test_shared_waits.py -k trio",
    "toro_anyio/_host": "conformance/test_shared_waits.py -k anyio",
    "toro_asyncio/_wait": "faults/test_thrown_in.py",
    "toro_asyncio/_wake": "faults/test_thrown_in.py",
    "toro_asyncio/_monitor": "faults/test_thrown_in.py",
    "toro_asyncio/": "errors adapters -k asyncio or habits or corners or alarms",
    "toro_trio/": "errors adapters -k trio or habits or corners",
    "toro_trio/_": "faults/test_interrupts.py faults/test_thrown_in_on_trio.py",
    "toro_anyio/_trio": "faults/test_interrupts.py -k anyio",
    "toro_anyio/": "errors adapters -k anyio or habits or corners or library",
    "toro_tornado/": "errors adapters -k tornado or habits or corners",
    "toro_tornado/_": "upstream/test_toro_1_0.py upstream/test_tornado.py",
    "toro_tornado/_place": _LOOKED_AT,
    "toro_tornado/_hold_place": _LOOKED_AT,
    "toro_tornado/_monitor_place": _LOOKED_AT,
    "toro_sim/": "errors adapters sim/test_corners.py sim/test_loop.py -k sim",
    "toro_core/coroutines/": "conformance/test_shared_waits.py",
    "toro_core/coroutines/_signals": "faults/test_thrown_in.py",
    "toro_core/": "errors adapters",
    "toro_core/_guard": "core/test_guards.py",
}

HANGS = 20.0  # seconds after which a case has lost its way


def runs(drivers: tuple[str, ...]) -> Iterator[tuple[tuple[str, str, int], Callable[[], None]]]:
    """All trials by name, of whatever is imported now."""
    suite, case, court, found = (
        import_module(f"toro_conformance.{name}") for name in ("suite", "case", "court", "drivers")
    )
    case.watchdog = functools.partial(import_module("toro_conformance.watchdog").watchdog, HANGS)
    for name in drivers:
        (driver,) = found.load(name)
        for test in suite.__all__:
            function = getattr(suite, test)
            if not test.startswith("test_") or case.missing(function, driver) is not None:
                continue
            for number, arguments in enumerate(court.parametrizations(function)):
                yield (
                    (name, test, number),
                    functools.partial(function, **{case.FIXTURE: driver}, **arguments),
                )


class Drivers(Court):
    """The cases of the suite on some drivers, and then the tests."""

    def __init__(self, drivers: tuple[str, ...], watch: Watch, quick: bool) -> None:
        super().__init__(runs(drivers), watch, quick)
        self.drivers = drivers

    def judge(self, mutant: Mutant, numbers: list[int], told: mmap.mmap, anew: bool) -> None:
        self.hear(runs(self.drivers), numbers, told)
        for tests in tests_of(mutant.module):
            assert pytest.main([*OPTIONS, *paths(tests)]) == 0


def tests_of(module: str) -> list[str]:
    return [tests for start, tests in TESTS.items() if module.startswith(start)]


OPTIONS = ["-x", "-p", "no:cacheprovider", "-o", "faulthandler_timeout=0", "--rootdir", str(ROOT)]


def paths(tests: str) -> list[str]:
    files, *only = tests.split(" -k ")
    return [*(str(ROOT / "tests" / file) for file in files.split()), *(["-k", *only] * len(only))]


def main(arguments: list[str] | None = None) -> int:
    options = Options(__doc__, JUDGES, arguments)
    if options.list:
        return options.tell()
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    watch = Watch(JUDGES)
    courts: dict[tuple[str, ...], Drivers] = {}
    for file in options.files:
        import_module(name_of(file))
        list(runs(JUDGES[file]))
    imported = watch.take()
    for drivers in dict.fromkeys(JUDGES[file] for file in options.files):
        courts[drivers] = Drivers(drivers, watch, options.quick)
    watch.end()
    list(import_module("toro_conformance.drivers").installed())  # which is done once, then
    gc.freeze()
    return try_files(options, lambda file: courts[JUDGES[file]], imported)


if __name__ == "__main__":
    sys.exit(main())
