"""The one command: `python -m benchmarks [--quick] [--only SCENARIO …] [--skip SCENARIO …] [--kits
KIT …] [--save NAME]`.
"""

import argparse
import dataclasses
import gc
import json
import sys
import warnings
from collections.abc import Iterable
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from . import exact
from .kits import Kit, find
from .machine import describe
from .measure import FULL, QUICK, Plan, measure, measure_crowd
from .plots import draw
from .report import goals_table, markdown
from .scenarios import SCENARIOS, Scenario
from .selftest import selftest
from .shares import shares
from .watch import check

RESULTS = Path(__file__).parent / "results"


def main() -> None:
    options = parse()
    warnings.simplefilter("ignore", ResourceWarning)  # AnyIO's streams want to be closed
    plan = QUICK if options.quick else FULL
    kits, missing = find(options.kits)
    left_out = [f"{name}: not installed" for name in missing]
    kits = [kit for kit in kits if works(kit, left_out)]
    wanted = [
        scenario
        for scenario in SCENARIOS.values()
        if matches(scenario.name, options.only)
        and not matches(scenario.name, (*plan.leave_out, *options.skip))
    ]
    whole = options.only == ["*"]
    gc.freeze()
    speed, crowds = run(wanted, kits, plan, left_out)
    results = {
        "name": options.save or "unnamed",
        "machine": describe(),
        "plan": dataclasses.asdict(plan),
        "yields": {kit.name: kit.yields for kit in kits},
        "speed": speed,
        "crowds": crowds,
        "shares": shares(ours(kits), plan.share_seconds) if whole and plan.share_seconds else {},
        "exact": exact_figures(kits, plan) if whole else {},
        "left_out": left_out,
    }
    results = json.loads(json.dumps(results))  # as it will be read back
    if options.save:
        save(results)
    else:
        print(markdown(results))
    if speed:
        print(goals_table(results["speed"]).partition("\n")[0])


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="in less than a minute, with more noise"
    )
    parser.add_argument(
        "--only", nargs="+", default=["*"], metavar="SCENARIO", help="such as 'lock/*' (see --list)"
    )
    parser.add_argument(
        "--skip",
        nargs="+",
        default=[],
        metavar="SCENARIO",
        help="such as 'crowd/*', which are long",
    )
    parser.add_argument(
        "--kits", nargs="+", default=["*"], metavar="KIT", help="such as 'asyncio/*' '*/toro'"
    )
    parser.add_argument("--save", metavar="NAME", help="write benchmarks/results/NAME")
    parser.add_argument(
        "--list", action="store_true", help="name the scenarios and the kits, and stop"
    )
    options = parser.parse_args()
    if options.list:
        print(
            *(f"{scenario.name}  (per {scenario.unit})" for scenario in SCENARIOS.values()),
            sep="\n",
        )
        print(*(kit.name for kit in find(["*"])[0]), sep="\n")
        sys.exit()
    return options


def matches(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)


def works(kit: Kit, left_out: list[str]) -> bool:
    try:
        selftest(kit)
    except Exception as error:
        left_out.append(f"{kit.name}: fails its self-test, {error!r}")
        return False
    return True


def run(
    wanted: list[Scenario], kits: list[Kit], plan: Plan, left_out: list[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The speed of the scenarios and the growth of the crowds."""
    speed: dict[str, Any] = {}
    crowds: dict[str, Any] = {}
    for scenario in wanted:
        able = [
            kit
            for kit in kits
            if kit.offers(*scenario.needs)
            and (kit.crowds or not scenario.crowd)
            and holds(scenario, kit, left_out)
        ]
        print(scenario.name, file=sys.stderr)
        if scenario.crowd:
            crowds[scenario.name] = measure_crowd(scenario, able, plan)
        else:
            speed[scenario.name] = measure(scenario, able, plan)
    return speed, crowds


def holds(scenario: Scenario, kit: Kit, left_out: list[str]) -> bool:
    """Does the scenario do with this kit what it claims? Ours must; a peer that does not is left
    out and named.
    """
    try:
        check(scenario, kit, 200 if scenario.crowd else 400)
    except Exception as error:
        if "/toro" in kit.name:
            raise
        left_out.append(f"{kit.name} in {scenario.name}: {error!r}")
        return False
    return True


def exact_figures(kits: list[Kit], plan: Plan) -> dict[str, Any]:
    return {
        "calls": exact.calls([kit for kit in kits if kit.loop.name != "uvloop"]),
        "waiters": {kit.name: exact.waiters(kit) for kit in kits if kit.loop.name != "uvloop"},
        "idle": {kit.name: exact.idle(kit) for kit in kits if kit.loop.name != "uvloop"},
        "garbage": {kit.name: exact.garbage(kit) for kit in kits if not kit.floor},
        "imports": exact.imports(times=(plan.rounds + 2) // 3),
    }


def ours(kits: list[Kit]) -> list[Kit]:
    return [kit for kit in kits if "/toro" in kit.name and kit.loop.name != "uvloop"]


def save(results: dict[str, Any]) -> None:
    folder = RESULTS / results["name"]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    (folder / "tables.md").write_text(markdown(results))
    draw(results, folder)
    print(folder)


if __name__ == "__main__":
    main()
