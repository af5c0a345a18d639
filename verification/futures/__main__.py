"""``python -m verification.futures``: search, print what was made, fail if something goes wrong.

``--quick`` makes sequences of fewer moves, ``--full`` of more.
"""

from __future__ import annotations

import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from .search import search
from .worlds import WORLDS

SIZES = {"quick": 5, "usual": 6, "full": 8}  # moves after the first


def main(arguments: list[str]) -> int:
    depth = next((SIZES[name] for name in SIZES if f"--{name}" in arguments), SIZES["usual"])
    began = time.perf_counter()
    states = sequences = wrong = 0
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as processes:
        found = processes.map(search, WORLDS, [depth] * len(WORLDS))
        for name, each in zip(WORLDS, found, strict=True):
            figures = f"{each.states:9,} states {each.sequences:10,} sequences"
            print(f"{name:10} {figures}  {each}", flush=True)
            states += each.states
            sequences += each.sequences
            wrong += each.error is not None
    took = time.perf_counter() - began
    print(f"{states:,} states, {sequences:,} sequences of up to {depth} moves, {took:.0f} s")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
