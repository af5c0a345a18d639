"""Where the time goes: the shares of the loop, of the core and of its host.

By sampling. A timer that runs on the process's CPU time interrupts a scenario a thousand times a
second, and the file of the innermost Python frame says whose time it was; a function of C counts
for the Python that called it. Python looks at signals between byte codes only, so a sample may
fall on the frame after the one it belongs to: read these as shares of whole layers, good to a few
per cent, not of single functions. What is `beyond the floor` comes from subtracting the floor's
time of the same run, and needs no sampling.
"""

import signal
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePath
from types import FrameType

from .kits import Kit
from .measure import calibrate
from .scenarios import SCENARIOS

__all__ = ["LAYERS", "SHOWN", "shares"]

LAYERS = ("loop", "core", "shape", "host", "scenario")

SHOWN = (
    "lock/free/explicit",
    "lock/free/async-with",
    "lock/free/deadline",
    "lock/contended/2",
    "lock/contended/100",
    "semaphore/contended/100",
    "lock/waiting/deadline",
    "event/set-wakes-1000",
    "condition/ping-pong",
    "queue/free",
    "queue/maxsize-1/1-to-1",
    "queue/maxsize-100/1-to-1",
    "queue/maxsize-10/10-to-10",
    "rwlock/mixed-20/10%-writers",
)


class Sampler:
    """A meter that notes whose time it is, every millisecond of CPU time."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()

    def _note(self, number: int, frame: FrameType | None) -> None:
        if frame is not None:
            self.seen[layer_of(frame.f_code.co_filename)] += 1

    def __enter__(self) -> None:
        signal.signal(signal.SIGPROF, self._note)
        signal.setitimer(signal.ITIMER_PROF, 0.001, 0.001)

    def __exit__(self, *error: object) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)


def layer_of(filename: str) -> str:
    """Whose file is this?"""
    parts = PurePath(filename).parts
    if "toro_core" in parts:
        return "shape" if "coroutines" in parts or "plain" in parts else "core"
    if any(part.startswith("toro_") for part in parts):
        return "host"
    return "scenario" if "benchmarks" in parts else "loop"


def shares(kits: Sequence[Kit], seconds: float) -> dict[str, dict[str, dict[str, float]]]:
    """The share of each layer, by scenario and kit, from so many seconds of CPU time each."""
    table: dict[str, dict[str, dict[str, float]]] = {}
    for name in SHOWN:
        scenario = SCENARIOS[name]
        able = [kit for kit in kits if kit.offers(*scenario.needs)]
        table[name] = {kit.name: _shares_of(name, kit, seconds) for kit in able}
    return table


def _shares_of(name: str, kit: Kit, seconds: float) -> dict[str, float]:
    scenario, sampler, spent = SCENARIOS[name], Sampler(), 0.0
    count = calibrate(scenario, kit, 0.05)
    while spent < seconds:
        kit.loop.run(scenario.body, kit, count, sampler)
        spent += 0.05
    total = sum(sampler.seen.values()) or 1
    return {layer: round(sampler.seen[layer] / total, 3) for layer in LAYERS}
