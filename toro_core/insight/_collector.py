"""Counts, and how long was waited and held, for each primitive."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from typing import Any, NamedTuple

from ._events import Event

__all__ = ["Collector", "Histogram", "Key"]

BOUNDS = (0.0001, 0.001, 0.01, 0.1, 1.0, 10.0, 100.0)
"""Upper bounds of the buckets, in seconds."""


class Key(NamedTuple):
    """A primitive in the eyes of a collector; all that have no name are one of each type."""

    adapter: str
    type: str
    name: str
    mode: str


class Histogram:
    """How often something took how long."""

    __slots__ = ("bounds", "buckets", "count", "longest", "total")

    def __init__(self, bounds: tuple[float, ...] = BOUNDS) -> None:
        self.bounds: tuple[float, ...] = bounds
        # The last is for what is above all bounds.
        self.buckets: list[int] = [0] * (len(bounds) + 1)
        self.count: int = 0
        self.total: float = 0.0
        self.longest: float = 0.0

    def add(self, seconds: float) -> None:
        """Count one value, in seconds."""
        self.buckets[bisect_left(self.bounds, seconds)] += 1
        self.count += 1
        self.total += seconds
        self.longest = max(self.longest, seconds)

    def to_dict(self) -> dict[str, Any]:
        """Its buckets, sum and count, fit for JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


class Collector:
    """A hook that counts: ``enable(hooks=[collector])``.

    *waiting* has every operation that may wait, with 0 if it did not; *holding* has what was
    acquired and released.
    """

    def __init__(self, bounds: tuple[float, ...] = BOUNDS) -> None:
        self._bounds = bounds
        self.counts: dict[Key, Counter[str]] = {}
        """How many waits there were, and how many operations ended how."""
        self.waiting: dict[Key, Histogram] = {}
        self.holding: dict[Key, Histogram] = {}

    def __call__(self, event: Event) -> None:
        key = Key(event.adapter, event.type, event.name or "", event.mode)
        self.counts.setdefault(key, Counter())[event.kind] += 1
        if event.kind == "release":
            self._histogram(self.holding, key).add(event.held or 0.0)
        elif event.kind != "wait":
            self._histogram(self.waiting, key).add(event.waited)

    def _histogram(self, histograms: dict[Key, Histogram], key: Key) -> Histogram:
        histogram = histograms.get(key)
        if histogram is None:
            histogram = histograms[key] = Histogram(self._bounds)
        return histogram

    def to_dict(self) -> list[dict[str, Any]]:
        """A record for each primitive and mode."""
        return [
            {
                **key._asdict(),
                "counts": dict(counts),
                "waiting": _optional(self.waiting.get(key)),
                "holding": _optional(self.holding.get(key)),
            }
            for key, counts in list(self.counts.items())
        ]


def _optional(histogram: Histogram | None) -> dict[str, Any] | None:
    return None if histogram is None else histogram.to_dict()
