"""``python -m verification.schedules``: search, print what was run, fail if ours goes wrong.

``--peers`` runs the same scenarios on the loops' own libraries: the bugs that are found there are
the proof that the search can find something.  ``--full`` is the long campaign.
"""

from __future__ import annotations

import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from .kits import KITS, PEERS, kit
from .scenarios import SCENARIOS
from .search import Search, search

SIZES = {  # deviations, cancellations, most schedules of each scenario, at random
    "quick": (2, 1, 1_500, 150),
    "usual": (3, 2, 12_000, 2_000),
    "full": (4, 2, 400_000, 100_000),
}

NEEDS = {
    "rwlock": "RWLock",
    "condition": "Monitor",
    "queue": "Queue",
    "overtaking": "Queue",
    "failed put": "PriorityQueue",
}


def main(arguments: list[str]) -> int:
    size = next((name for name in SIZES if f"--{name}" in arguments), "usual")
    peers = "--peers" in arguments
    jobs = [
        (name, scenario, size)
        for name in (PEERS if peers else KITS)
        for scenario in SCENARIOS
        if hasattr(kit(name), NEEDS.get(scenario, "Lock"))
    ]
    began = time.perf_counter()
    total = wrong = 0
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as processes:
        for (name, scenario, _), result in zip(jobs, processes.map(run, jobs), strict=True):
            told = "clean" if result.found is None else str(result.found)
            reach = "all within the bound" if result.exhausted else "depth first, then random"
            print(f"{name:13} {scenario:11} {result.schedules:8,} {reach:24} {told}", flush=True)
            total += result.schedules
            wrong += result.found is not None
    rate = total / (time.perf_counter() - began)
    print(f"{total:,} schedules, {rate:,.0f} a second; {wrong} scenarios went wrong")
    return int(bool(wrong) != peers)


def run(job: tuple[str, str, str]) -> Search:
    """Search one scenario on one kit, in a process of its own."""
    name, scenario, size = job
    deviations, cancels, most, at_random = SIZES[size]
    if name.endswith("trio"):
        most, at_random = most // 6, at_random // 6  # Trio runs a sixth as many in the same time
    return search(
        name,
        scenario,
        deviations=deviations,
        cancels=cancels,
        most=most,
        at_random=at_random,
    )
