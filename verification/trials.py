"""Trying mutants one at a time, by the trials that come through the function they are in.

Each is tried in a process forked from one in which all trials have passed.  A mutant within a
function is put there; what runs when it is imported, everything is imported anew with.

It needs Python 3.12, which tells cheaply what a trial comes through.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import mmap
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import CodeType
from typing import Any, NamedTuple

from . import ROOT
from .mutate import Mutant, MutantFinder, lend_names, listed, mutants, put_in_place

OURS = ("toro_", "tests", "test_", "insight", "conftest")  # modules that are imported anew
LIMIT = 150.0  # seconds after which a process has lost its way

SURVIVED, CONVICTED, LATE = 0, 1, 2

Runs = Iterable[tuple[Any, Callable[[], object]]]
"""Trials by name; they raise if the mutant is convicted."""


class Trial(NamedTuple):
    """*name* is the same whatever is imported anew."""

    name: Any
    seconds: float
    through: frozenset[str]  # functions, after their file


class Watch:
    """Which functions are run, of those that are in the files."""

    def __init__(self, files: Iterable[str]) -> None:
        self.seen: set[str] = set()
        self.files = {str(ROOT / file): file for file in files}
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


class Court:
    """The judges of some files."""

    def __init__(self, runs: Runs, watch: Watch, quick: bool) -> None:
        self.trials: list[Trial] = []
        for name, run in runs:
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

    def hear(self, runs: Runs, numbers: list[int], told: mmap.mmap) -> None:
        """Raises if one of the trials does, and tells which."""
        found = dict(runs)
        for number in numbers:
            told[:4] = number.to_bytes(4, "big")
            found[self.trials[number].name]()
        told[:4] = (0).to_bytes(4, "big")

    def judge(self, mutant: Mutant, numbers: list[int], told: mmap.mmap, anew: bool) -> None:
        """Raises if *mutant*, which is in place, is convicted by one of these trials or another."""
        raise NotImplementedError


def name_of(module: str) -> str:
    return module.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


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


def try_mutant(mutant: Mutant, court: Court, imported: frozenset[str], told: mmap.mmap) -> None:
    """Raises if it is convicted, and tells which trial did."""
    tree = ast.fix_missing_locations(mutant.tree)
    code = compile(tree, str(ROOT / mutant.module), "exec")
    lend_names(vars(sys.modules[name_of(mutant.module)]))
    within = function_of(mutant, code, imported)
    if within is None:
        import_anew(mutant, code)
    court.judge(mutant, court.of(mutant, within), told, within is None)


def attempt(mutant: Mutant, court: Court, imported: frozenset[str]) -> int:
    told = mmap.mmap(-1, 4)
    sys.stdout.flush()
    if (pid := os.fork()) == 0:
        verdict = CONVICTED
        with contextlib.suppress(BaseException):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)
            try_mutant(mutant, court, imported, told)
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


class Options:
    """What was said on the command line, about some of *files*."""

    def __init__(self, doc: str | None, files: Iterable[str], arguments: list[str] | None) -> None:
        parser = argparse.ArgumentParser(description=(doc or "").splitlines()[0])
        parser.add_argument("files", nargs="*", help="parts of the names of files")
        parser.add_argument("--list", action="store_true")
        parser.add_argument("--quick", action="store_true", help="without the slowest tenth")
        parser.add_argument("--only", default="", help="only mutants whose name contains this")
        parser.add_argument("--again", type=Path, help="only those that survived, by this output")
        parser.add_argument("--minutes", type=float, default=1e6, help="stop after so many")
        said = parser.parse_args(arguments)
        self.files = [f for f in files if not said.files or any(o in f for o in said.files)]
        self.list: bool = said.list
        self.quick: bool = said.quick
        self.ends: float = time.perf_counter() + 60 * said.minutes
        self._only: str = said.only
        self._again = said.again and said.again.read_text().splitlines()

    def mutants(self, file: str) -> Iterator[Mutant]:
        for mutant in mutants(file, ROOT):
            wanted = self._again is None or f"SURVIVED {mutant.name}" in self._again
            if wanted and self._only in mutant.name:
                yield mutant

    def tell(self) -> int:
        """How many there are."""
        for file in self.files:
            print(f"{file}: {len(list(self.mutants(file)))} mutants")
        return 0


def try_files(options: Options, court_of: Callable[[str], Court], imported: frozenset[str]) -> int:
    survivors = 0
    for file in options.files:
        original = Mutant(file, "", file, ast.parse((ROOT / file).read_text()))
        if attempt(original, court_of(file), imported) != SURVIVED:
            print(f"{file} is convicted as it is: first make the tests pass")
            return 1
        survivors += _try_file(file, options, court_of(file), imported)
    return 1 if survivors else 0


def _try_file(file: str, options: Options, court: Court, imported: frozenset[str]) -> int:
    """Try the mutants of one file; print what survived, and give how many."""
    equivalents = listed()
    verdicts = [0, 0, 0]
    same = 0
    for mutant in options.mutants(file):
        late = time.perf_counter() > options.ends
        verdict = LATE if late else attempt(mutant, court, imported)
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
