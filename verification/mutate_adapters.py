"""Mutants of what adapters are made of, each of which the conformance suite must convict.

    python -m verification.mutate_adapters               all of them
    python -m verification.mutate_adapters toro_trio     those of some files

As ``verification.mutate`` does to the machines: one small fault at a time, each tried in a
process forked from one in which all has passed.  The judges are the cases of the conformance
suite on the drivers that run through the file, the quickest first.  What is not inside a
function is left out; so are mutants of what only people read, such as messages.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import faulthandler
import functools
import gc
import os
import sys
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, NamedTuple

from toro_conformance import suite
from toro_conformance.case import FIXTURE, missing
from toro_conformance.court import parametrizations
from toro_conformance.drivers import load

from . import ROOT
from .mutate import Mutant, listed, mutants, put_in_place

ON_ASYNCIO = ("asyncio", "asyncio-eager")
ON_TRIO = ("trio",)
ON_ANYIO = ("anyio-asyncio", "anyio-asyncio-native", "anyio-trio")
ON_TORNADO = ("tornado", "tornado-future")
COROUTINES = ("sim", "sim-trio", "asyncio")  # other hosts do some of it in fewer frames
ALL = ("sim", "asyncio", "trio", "tornado-future")

# Files, and the drivers whose loops run through them.
WHERE = [
    ("toro_core/coroutines", "_primitive _locks _queues _signals", COROUTINES),
    ("toro_core/plain", "_bound _locks _queues _sides _signals", ALL),
    ("toro_core", "_guard", ALL),
    ("toro_asyncio", "_host _alarm _wait _wake _primitives", ON_ASYNCIO),
    ("toro_trio", "_host _ki _wait _wake _primitives", ON_TRIO),
    ("toro_anyio", "_host _primitives", ON_ANYIO),
    ("toro_tornado", "_done _host _locks _place _primitive _queues _signals _wait_for", ON_TORNADO),
    ("toro_sim", "_host", ("sim", "sim-trio")),
]
JUDGES = {
    f"{folder}/{name}.py": drivers for folder, names, drivers in WHERE for name in names.split()
}

HANGS = 5.0  # seconds after which a case has lost its way
LIMIT = 120  # and a process


class Trial(NamedTuple):
    """One case on one driver with one choice of its parameters."""

    seconds: float
    run: Callable[[], None]


def trials(drivers: tuple[str, ...]) -> list[Trial]:
    """All that pass, the quickest first."""
    found = []
    for driver in (driver for name in drivers for driver in load(name)):
        for function in cases():
            if missing(function, driver) is None:
                for arguments in parametrizations(function):
                    run = functools.partial(function, **{FIXTURE: driver}, **arguments)
                    began = time.perf_counter()
                    run()
                    found.append(Trial(time.perf_counter() - began, run))
    return sorted(found, key=lambda trial: trial.seconds)


def cases() -> Iterator[Callable[..., None]]:
    for name in suite.__all__:
        if name.startswith("test_"):
            yield getattr(suite, name)


def child(mutant: Mutant, judges: list[Trial]) -> None:
    """Never returns: ends with 0 if it survived, 2 if it cannot be tried here, else 1."""
    verdict = 1
    try:
        faulthandler.dump_traceback_later(LIMIT, exit=True)
        module = sys.modules[mutant.module.removesuffix(".py").replace("/", ".")]
        code = compile(ast.fix_missing_locations(mutant.tree), str(module.__file__), "exec")
        if not mutant.within or not put_in_place(module, code, mutant.within):
            verdict = 2
        else:
            for trial in judges:
                trial.run()
            verdict = 0
    except BaseException:
        pass
    finally:
        os._exit(verdict)


def attempt(mutant: Mutant, judges: list[Trial]) -> int:
    if (pid := os.fork()) == 0:
        with contextlib.suppress(OSError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)
        child(mutant, judges)
    _, status = os.waitpid(pid, 0)
    return 1 if os.WIFSIGNALED(status) else os.waitstatus_to_exitcode(status)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", nargs="*", help="parts of the names of files")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--minutes", type=float, default=1e6, help="stop after so many")
    options = parser.parse_args(arguments)

    chosen = [f for f in JUDGES if not options.files or any(o in f for o in options.files)]
    if options.list:
        for file in chosen:
            print(f"{file}: {sum(1 for _ in mutants(file, ROOT))} mutants")
        return 0

    case: Any = import_module("toro_conformance.case")
    case.watchdog = functools.partial(case.watchdog, HANGS)
    ends = time.perf_counter() + 60 * options.minutes
    equivalents = listed()
    survivors = 0
    for file in chosen:
        import_module(file.removesuffix(".py").replace("/", "."))
        judges = trials(JUDGES[file])
        gc.freeze()
        told = try_all(file, judges, equivalents, ends)
        survivors += told
    return 1 if survivors else 0


def try_all(file: str, judges: list[Trial], equivalents: dict[str, str], ends: float) -> int:
    """Try the mutants of one file; print what survived, and give how many."""
    verdicts = [0, 0, 0, 0]  # survived, convicted, cannot be tried, no time left
    same = 0
    for mutant in mutants(file, ROOT):
        if time.perf_counter() > ends:
            verdicts[3] += 1
            continue
        verdict = attempt(mutant, judges)
        if verdict == 0 and mutant.name in equivalents:
            same += 1
            continue
        verdicts[verdict] += 1
        if verdict == 0:
            print(f"SURVIVED {mutant.name}", flush=True)
    survived, convicted, left_out, late = verdicts
    print(
        f"{file}: {sum(verdicts) + same} mutants, {convicted} convicted, {same} equivalent with"
        f" reasons, {survived} survived, {left_out} outside of functions, {late} not tried",
        flush=True,
    )
    return survived


if __name__ == "__main__":
    sys.exit(main())
