"""Explore every machine beside its specification, and compare the figures with those kept.

    python -m verification.explore           what CI runs, a minute
    python -m verification.explore --full    the long session
    python -m verification.explore --small   a second
    python -m verification.explore --full --only 'Queue(*'    of these, some

Every reachable state, every move in it, every answer compared; then the way back to
rest from each state, whether those with a promise collect it or leave.  ``counts.json``
keeps the exact figures: a model that no longer reaches a state it used to reach is a
failure, as is one that reaches a new one; ``--keep`` writes down what was found.
"""

from __future__ import annotations

import argparse
import gc
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

from . import configurations
from .search import Figures, explore

KEPT = Path(__file__).with_name("counts.json")
EVERY = 5.0  # seconds between two lines of progress


class Job(NamedTuple):
    """A configuration by its place in a list, since functions do not travel."""

    size: str
    number: int


def jobs(size: str, only: str = "*") -> list[Job]:
    sizes = {"small": ["SMALL"], "ci": ["CI", "SMALL"], "full": ["FULL", "CI", "SMALL"]}[size]
    return [
        Job(each, number)
        for each in sizes
        for number, model in enumerate(getattr(configurations, each))
        if fnmatchcase(model().name, only)
    ]


def work(job: Job, reports: Any) -> None:
    """Explore one configuration in a process of its own."""
    gc.disable()  # nothing here makes cycles, and there are millions of objects to look through
    model = getattr(configurations, job.size)[job.number]()
    began = time.perf_counter()
    told = began

    def progress(states: int, transitions: int) -> None:
        nonlocal told
        if time.perf_counter() - told >= EVERY / 2:
            told = time.perf_counter()
            reports.put(("progress", model.name, states, transitions))

    try:
        figures = explore(model, progress)
    except AssertionError as error:
        reports.put(("failed", model.name, str(error), 0.0))
    else:
        reports.put(("done", model.name, figures, time.perf_counter() - began))


def run(todo: list[Job], processes: int) -> Iterator[tuple[str, str, Any, Any]]:
    """Explore all, *processes* at a time, one process for each; give what they report."""
    context = multiprocessing.get_context("spawn")
    reports = context.Queue()
    waiting, running = list(todo), 0
    while waiting or running:
        while waiting and running < processes:
            context.Process(target=work, args=(waiting.pop(0), reports), daemon=True).start()
            running += 1
        report = reports.get()
        running -= report[0] != "progress"
        yield report


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--full", dest="size", action="store_const", const="full", default="ci")
    parser.add_argument("--small", dest="size", action="store_const", const="small")
    parser.add_argument("--only", metavar="PATTERN", default="*", help="those with such names")
    parser.add_argument("--keep", action="store_true", help="write the figures to counts.json")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args(arguments)

    kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    todo = jobs(options.size, options.only)
    began = told = time.perf_counter()
    done: dict[str, Figures] = {}
    under_way: dict[str, tuple[int, int]] = {}
    failures = []
    for kind, name, what, more in run(todo, options.processes):
        if kind == "failed":
            failures.append(f"{name} disagrees with its specification\n{what}")
            print(f"FAILED {name}", flush=True)
        elif kind == "done":
            done[name] = what
            under_way.pop(name, None)
            print(f"{line(name, what)}  {what.transitions / more:9,.0f}/s", flush=True)
            if options.keep:  # each at once, for a session that is cut short
                kept[name] = what._asdict()
                KEPT.write_text(json.dumps(dict(sorted(kept.items())), indent=1) + "\n")
            failures += complaints(name, what, kept)
        else:
            under_way[name] = (what, more)
        if time.perf_counter() - told >= EVERY:
            told = time.perf_counter()
            show_progress(done, under_way, len(todo), told - began)

    elapsed = time.perf_counter() - began
    states = sum(figures.states for figures in done.values())
    marked = sum(figures.marked for figures in done.values())
    transitions = sum(figures.transitions for figures in done.values())
    print(
        f"{len(done)} of {len(todo)} configurations: {states:,} states ({marked:,} if they said"
        f" whose task was told to stop), {transitions:,} transitions, each compared with the"
        f" specification, in {elapsed:.0f} s"
        f" ({states / elapsed:,.0f} states/s, {transitions / elapsed:,.0f} transitions/s,"
        f" {options.processes} processes)"
    )
    for failure in failures:
        print(f"\nFAILED: {failure}", file=sys.stderr)
    return 1 if failures else 0


def line(name: str, figures: Figures) -> str:
    return (
        f"{name:58} {figures.states:10,} states {figures.transitions:12,} transitions"
        f"  depth {figures.depth:2}  ({figures.marked:,} marked)"
    )


def complaints(name: str, figures: Figures, kept: Any) -> list[str]:
    found = []
    if figures.stuck:
        found.append(f"{name}: {figures.stuck} states have no way back to rest")
    if kept.get(name) != figures._asdict():
        found.append(f"{name}: found {figures._asdict()}, counts.json has {kept.get(name)}")
    return found


def show_progress(
    done: dict[str, Figures], under_way: dict[str, tuple[int, int]], jobs: int, elapsed: float
) -> None:
    transitions = sum(figures.transitions for figures in done.values())
    transitions += sum(count for _, count in under_way.values())
    now = "; ".join(f"{name}: {states:,} states" for name, (states, _) in under_way.items())
    print(
        f"  [{elapsed:4.0f} s, {len(done)}/{jobs} done, {transitions:,} transitions] {now}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
