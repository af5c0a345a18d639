"""Mutants of what adapters are made of, each of which some judge must convict.

    python -m verification.mutate_adapters               all of them
    python -m verification.mutate_adapters toro_trio     those of some files

As ``verification.mutate`` does to the machines: one small fault at a time, each tried in a
process forked from one in which all has passed.  The judges are the cases of the conformance
suite on the drivers that run through the file, and then the tests in `TESTS`.  A mutant within
a function is put there, and judged by the cases that come through that function, the quickest
first; what runs when it is imported, everything is imported anew with.

It needs Python 3.12, which tells cheaply what a case comes through.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import functools
import gc
import mmap
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import CodeType
from typing import Any, NamedTuple

import pytest

from . import ROOT
from .mutate import Mutant, MutantFinder, listed, mutants, put_in_place

ON_ASYNCIO = ("asyncio", "asyncio-eager")
ON_TRIO = ("trio",)
ON_ANYIO = ("anyio-asyncio", "anyio-asyncio-native", "anyio-trio")
ON_TORNADO = ("tornado", "tornado-future")
COROUTINES = ("sim", "sim-trio", "asyncio", "trio")  # the last takes what is free in its own way
ALL = ("sim", "asyncio", "trio", "tornado-future")

# Files, and the drivers whose loops run through them.
WHERE = [
    ("toro_core/coroutines", "_primitive _locks _queues _signals", COROUTINES),
    ("toro_core/plain", "_bound _locks _queues _sides _signals", ALL),
    ("toro_core", "_guard", ALL),
    ("toro_asyncio", "_host _alarm _wake _primitives", ON_ASYNCIO),
    ("toro_asyncio", "_wait", (*ON_ASYNCIO, *ON_ANYIO[:2])),
    ("toro_trio", "_host _ki _wake _primitives", ON_TRIO),
    ("toro_trio", "_wait", (*ON_TRIO, *ON_ANYIO[2:])),
    ("toro_anyio", "_host _primitives", ON_ANYIO),
    ("toro_tornado", "_done _host _locks _place _primitive _queues _signals _wait_for", ON_TORNADO),
    ("toro_sim", "_host", ("sim", "sim-trio")),
]
JUDGES = {
    f"{folder}/{name}.py": drivers for folder, names, drivers in WHERE for name in names.split()
}

# What is no case of the suite: files, and which of their tests, for what a name begins with.
TESTS = {
    "toro_asyncio/_host": "conformance/test_shared_waits.py -k asyncio",
    "toro_trio/_host": "conformance/test_shared_waits.py -k trio",
    "toro_anyio/_host": "conformance/test_shared_waits.py -k anyio",
    "toro_asyncio/_wait": "faults/test_thrown_in.py",
    "toro_asyncio/": "errors adapters -k asyncio or habits or corners or alarms",
    "toro_trio/": "errors adapters -k trio or habits or corners",
    "toro_trio/_ki": "faults/test_interrupts.py",
    "toro_anyio/": "errors adapters -k anyio or habits or corners or library",
    "toro_tornado/": "errors adapters -k tornado or habits or corners",
    "toro_tornado/_": "upstream/test_toro_1_0.py upstream/test_tornado.py",
    "toro_tornado/_place": "insight/test_seldom.py insight/test_waits_and_holds.py -k tornado",
    "toro_sim/": "errors adapters sim/test_corners.py sim/test_loop.py -k sim",
    "toro_core/coroutines/": "conformance/test_shared_waits.py",
    "toro_core/": "errors adapters",
}

OURS = ("toro_", "tests", "test_")  # modules that are imported anew
HANGS = 20.0  # seconds after which a case has lost its way
LIMIT = 150.0  # and a process

SURVIVED, CONVICTED, LATE = 0, 1, 2


class Trial(NamedTuple):
    """One case on one driver with one choice of its parameters."""

    name: tuple[str, str, int]
    seconds: float
    through: frozenset[str]  # functions, after their file


class Watch:
    """Which functions are run, of those that are in the files."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self.files = {str(ROOT / file): file for file in JUDGES}
        tool, started = sys.monitoring.DEBUGGER_ID, sys.monitoring.events.PY_START
        sys.monitoring.use_tool_id(tool, "mutants")
        sys.monitoring.register_callback(tool, started, self.note)
        sys.monitoring.set_events(tool, started)

    def note(self, code: CodeType, _offset: int) -> Any:
        file = self.files.get(code.co_filename)
        if file is None:
            return sys.monitoring.DISABLE
        self.seen.add(f"{file} {code.co_qualname.replace('.<locals>', '')}")
        return None

    def take(self) -> frozenset[str]:
        seen, self.seen = frozenset(self.seen), set()
        return seen

    def end(self) -> None:
        sys.monitoring.set_events(sys.monitoring.DEBUGGER_ID, 0)
        sys.monitoring.free_tool_id(sys.monitoring.DEBUGGER_ID)


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


class Court:
    """The judges of some files."""

    def __init__(self, drivers: tuple[str, ...], watch: Watch, quick: bool) -> None:
        self.drivers = drivers
        self.trials: list[Trial] = []
        for name, run in runs(drivers):
            watch.take()
            began = time.perf_counter()
            run()
            self.trials.append(Trial(name, time.perf_counter() - began, watch.take()))
        self.trials.sort(key=lambda trial: trial.seconds)
        if quick:
            del self.trials[-len(self.trials) // 10 :]

    def of(self, mutant: Mutant, within: str | None) -> list[int]:
        """The numbers of the trials that come through the function; of all if there is none."""
        name = f"{mutant.module} {within}"
        return [n for n, t in enumerate(self.trials) if within is None or name in t.through]

    def convicted_by(self, number: int) -> None:
        """It goes first from now on: who convicts one often convicts the next."""
        self.trials.insert(0, self.trials.pop(number))


def name_of(module: str) -> str:
    return module.removesuffix(".py").replace("/", ".")


def function_of(mutant: Mutant, code: CodeType, imported: frozenset[str]) -> str | None:
    """Put the mutant into the function that it is in, if that has not been run yet."""
    names = mutant.within.split(".")
    for length in range(len(names), 0, -1):  # what is inside a function is put there with it
        within = ".".join(names[:length])
        if put_in_place(sys.modules[name_of(mutant.module)], code, within):
            return None if f"{mutant.module} {within}" in imported else within
    return None


def import_anew(mutant: Mutant, code: CodeType) -> None:
    for name in list(sys.modules):
        if name.startswith(OURS):
            del sys.modules[name]
    sys.meta_path.insert(0, MutantFinder(name_of(mutant.module), code, ROOT / mutant.module))


def judge(mutant: Mutant, court: Court, imported: frozenset[str], told: mmap.mmap) -> None:
    """Raises if it is convicted, and tells which trial did."""
    tree = ast.fix_missing_locations(mutant.tree)
    code = compile(tree, str(ROOT / mutant.module), "exec")
    within = function_of(mutant, code, imported)
    if within is None:
        import_anew(mutant, code)
    found = dict(runs(court.drivers))
    for number in court.of(mutant, within):
        told[:4] = number.to_bytes(4, "big")
        found[court.trials[number].name]()
    told[:4] = (0).to_bytes(4, "big")
    for tests in tests_of(mutant.module):
        assert pytest.main([*OPTIONS, *paths(tests)]) == 0


def tests_of(module: str) -> list[str]:
    return [tests for start, tests in TESTS.items() if module.startswith(start)]


OPTIONS = ["-x", "-p", "no:cacheprovider", "-o", "faulthandler_timeout=0", "--rootdir", str(ROOT)]


def paths(tests: str) -> list[str]:
    files, *only = tests.split(" -k ")
    return [*(str(ROOT / "tests" / file) for file in files.split()), *(["-k", *only] * len(only))]


def attempt(mutant: Mutant, court: Court, imported: frozenset[str]) -> int:
    told = mmap.mmap(-1, 4)
    if (pid := os.fork()) == 0:
        verdict = CONVICTED
        with contextlib.suppress(BaseException):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)
            judge(mutant, court, imported, told)
            verdict = SURVIVED
        os._exit(verdict)
    patience = threading.Timer(LIMIT, os.kill, [pid, signal.SIGKILL])
    patience.start()
    _, status = os.waitpid(pid, 0)
    patience.cancel()
    patience.join()
    if status:
        court.convicted_by(int.from_bytes(told[:4], "big"))
    return CONVICTED if status else SURVIVED


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", nargs="*", help="parts of the names of files")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--quick", action="store_true", help="without the slowest tenth of cases")
    parser.add_argument("--only", default="", help="only mutants whose name contains this")
    parser.add_argument("--again", type=Path, help="only those that survived, by this output")
    parser.add_argument("--minutes", type=float, default=1e6, help="stop after so many")
    options = parser.parse_args(arguments)

    chosen = [f for f in JUDGES if not options.files or any(o in f for o in options.files)]
    again = options.again and options.again.read_text().splitlines()

    def wanted(mutant: Mutant) -> bool:
        return options.only in mutant.name and (again is None or f"SURVIVED {mutant.name}" in again)

    if options.list:
        for file in chosen:
            print(f"{file}: {sum(map(wanted, mutants(file, ROOT)))} mutants")
        return 0

    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    ends = time.perf_counter() + 60 * options.minutes
    watch = Watch()
    courts: dict[tuple[str, ...], Court] = {}
    for file in chosen:
        import_module(name_of(file))
        list(runs(JUDGES[file]))
    imported = watch.take()
    for drivers in dict.fromkeys(JUDGES[file] for file in chosen):
        courts[drivers] = Court(drivers, watch, options.quick)
    watch.end()
    list(import_module("toro_conformance.drivers").installed())  # which is done once, then
    gc.freeze()
    survivors = 0
    for file in chosen:
        original = Mutant(file, "", file, ast.parse((ROOT / file).read_text()))
        if attempt(original, courts[JUDGES[file]], imported) != SURVIVED:
            print(f"{file} is convicted as it is: first make the tests pass")
            return 1
        survivors += try_all(file, courts[JUDGES[file]], imported, wanted, ends)
    return 1 if survivors else 0


def try_all(
    file: str,
    court: Court,
    imported: frozenset[str],
    wanted: Callable[[Mutant], bool],
    ends: float,
) -> int:
    """Try the mutants of one file; print what survived, and give how many."""
    equivalents = listed()
    verdicts = [0, 0, 0]
    same = 0
    for mutant in mutants(file, ROOT):
        if not wanted(mutant):
            continue
        verdict = LATE if time.perf_counter() > ends else attempt(mutant, court, imported)
        if mutant.name in equivalents and verdict != LATE:
            same += verdict == SURVIVED
            if verdict == SURVIVED:
                continue
            print(f"listed as equivalent, but convicted: {mutant.name}", flush=True)
        verdicts[verdict] += 1
        if verdict == SURVIVED:
            print(f"SURVIVED {mutant.name}", flush=True)
    survived, convicted, late = verdicts
    print(
        f"{file}: {sum(verdicts) + same} mutants, {convicted} convicted, {same} equivalent with"
        f" reasons, {survived} survived, {late} not tried",
        flush=True,
    )
    return survived


if __name__ == "__main__":
    sys.exit(main())
