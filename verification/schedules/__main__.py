"""``python -m verification.schedules``: search, print what was run, fail if ours goes wrong.

``--peers`` runs the same scenarios on the loops' own libraries: the bugs that are found there are
the proof that the search can find something.  ``--full`` is the long campaign.
"""

from __future__ import annotations

import sys
import time

from .kits import KITS, PEERS, kit
from .scenarios import SCENARIOS
from .search import Search, search

SIZES = {  # deviations, cancellations, most schedules of each scenario, at random
    "quick": (2, 1, 1_500, 150),
    "usual": (3, 2, 12_000, 2_000),
    "full": (4, 2, 400_000, 100_000),
}

NEEDS = {"rwlock": "RWLock", "condition": "Monitor", "queue": "Queue", "overtaking": "Queue"}


def main(arguments: list[str]) -> int:
    size = next((name for name in SIZES if f"--{name}" in arguments), "usual")
    peers = "--peers" in arguments
    total = wrong = 0
    began = time.perf_counter()
    for name in PEERS if peers else KITS:
        for scenario in SCENARIOS:
            if hasattr(kit(name), NEEDS.get(scenario, "Lock")):
                result = _run(name, scenario, size)
                total += result.schedules
                wrong += result.found is not None
    rate = total / (time.perf_counter() - began)
    print(f"{total:,} schedules, {rate:,.0f} a second; {wrong} scenarios went wrong")
    return int(bool(wrong) != peers)


def _run(name: str, scenario: str, size: str) -> Search:
    deviations, cancels, most, at_random = SIZES[size]
    if name.endswith("trio"):
        most, at_random = most // 6, at_random // 6  # Trio runs a sixth as many in the same time
    result = search(
        name,
        scenario,
        deviations=deviations,
        cancels=cancels,
        most=most,
        at_random=at_random,
    )
    how = f"all with {deviations} deviations" if result.exhausted else "depth first, then random"
    told = "clean" if result.found is None else str(result.found)
    print(f"{name:13} {scenario:11} {result.schedules:8,} {how:24} {told}", flush=True)
    return result


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
