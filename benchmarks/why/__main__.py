"""Why ours costs what it costs.

    python -m benchmarks.why                  all ladders
    python -m benchmarks.why conditions       those of some modules of this folder
    python -m benchmarks.why --quick

Each ladder is one scenario: it begins with the floor and adds one promise after the other, up to
ours; the last line is the loop's own.  Two more tables say how often tasks are woken, and what
importing takes.
"""

import argparse
import gc
import sys
from importlib import import_module

from ..kits import Kit, find
from ..measure import FULL, QUICK
from ..scenarios import SCENARIOS
from ..watch import check
from . import imports, wake_ups
from .ladder import Ladder

MODULES = {
    "locks": "asyncio",
    "events": "asyncio",
    "conditions": "asyncio",
    "queues": "asyncio",
    "priorities": "asyncio",
    "on_anyio": "asyncio",
    "on_tornado": "tornado",
    "on_trio": "trio",
}
TABLES = {"wake_ups": wake_ups.table, "imports": imports.table}
COUNT = 200  # of a watched run


def ladders(module: str) -> tuple[Ladder, ...]:
    found: tuple[Ladder, ...] = import_module(f".{module}", __package__).LADDERS
    return found


def climb(ladder: Ladder, known: dict[str, Kit], quick: bool) -> None:
    """Hold every rung to what the scenario's name claims, and print the table."""
    for kit in ladder.kits(known):
        check(SCENARIOS[ladder.scenario], kit, COUNT)
    print(ladder.table(known, QUICK if quick else FULL), end="\n\n", flush=True)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.why", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("modules", nargs="*")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args(arguments)
    chosen = options.modules or [*MODULES, *TABLES]
    if unknown := set(chosen) - {*MODULES, *TABLES}:
        parser.error(f"no such module: {', '.join(unknown)}")

    kits, _ = find(["*"])
    known = {kit.name: kit for kit in kits}
    gc.freeze()
    for module, loop in MODULES.items():
        if module in chosen:
            if f"{loop}/{loop}" not in known:
                print(f"{module}: {loop} is not installed\n")
                continue
            for ladder in ladders(module):
                climb(ladder, known, options.quick)
    for name, table in TABLES.items():
        if name in chosen:
            print(table(), end="\n\n", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
