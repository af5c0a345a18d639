"""Mutants of insight, each of which some test must convict.

    python -m verification.mutate_insight                 all of them
    python -m verification.mutate_insight _graph _watch   those of some files

As ``verification.mutate`` does to the machines: one small fault at a time.  The judges are the
tests of insight that come through the function that the mutant is in; see
``verification.trials``.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import io
import mmap
import os
import signal
import sys
from collections.abc import Callable, Iterator
from importlib import import_module

import pytest
from _pytest.config import parse_warning_filter

from . import ROOT
from .mutate import Mutant, Suite, collect
from .trials import Court, Options, Watch, name_of, try_files

FILES = sorted(
    path.relative_to(ROOT).as_posix() for path in (ROOT / "toro_core/insight").glob("*.py")
)
# All tests of insight but those that run others in processes of their own, which see no mutant.
JUDGES = [
    *(f"insight/{path.name}" for path in sorted((ROOT / "tests/insight").glob("test_*.py"))),
    "core/test_statistics.py",
]
JUDGES.remove("insight/test_transparent.py")

HANGS = 20  # seconds after which a test has lost its way


def runs(suite: Suite) -> Iterator[tuple[str, Callable[[], None]]]:
    for item in suite.items:
        yield item.nodeid, functools.partial(run, item)


def run(item: pytest.Item) -> None:
    import_module("toro_core.insight._places")._whose.clear()  # it is told once a file
    signal.alarm(HANGS)
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
    signal.alarm(0)
    assert not item.session.testsfailed, item.nodeid


class Tests(Court):
    """The tests of insight."""

    def __init__(self, suite: Suite, watch: Watch, quick: bool) -> None:
        super().__init__(runs(suite), watch, quick)
        self.suite = suite

    def judge(self, mutant: Mutant, numbers: list[int], told: mmap.mmap, anew: bool) -> None:
        if anew:
            parse_warning_filter.cache_clear()  # it knows the classes that were imported before
            suite = Suite()
            assert not collect(suite, lambda: self.hear(runs(suite), numbers, told) or 0, JUDGES)
        else:
            self.hear(runs(self.suite), numbers, told)


def main(arguments: list[str] | None = None) -> int:
    options = Options(__doc__, FILES, arguments)
    if options.list:
        return options.tell()
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    watch, suite = Watch(FILES), Suite()
    for file in options.files:
        import_module(name_of(file))

    def judge() -> int:
        imported = watch.take()
        nowhere = io.StringIO()
        with contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
            court = Tests(suite, watch, options.quick)
        watch.end()
        gc.freeze()
        return try_files(options, lambda _: court, imported)

    return collect(suite, judge, JUDGES)


if __name__ == "__main__":
    sys.exit(main())
