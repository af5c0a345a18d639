"""What a Collector has counted, for Prometheus; needs prometheus-client.

``REGISTRY.register(Exporter(collector))`` adds it to what your program exports already;
``text(collector)`` is a page of it alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate

try:
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
    from prometheus_client.metrics_core import Metric
except ModuleNotFoundError as _missing:
    if (_missing.name or "").partition(".")[0] != "prometheus_client":
        raise
    raise ModuleNotFoundError(
        "toro_core.insight.prometheus needs prometheus-client: pip install 'toro-sync[metrics]'",
        name="prometheus_client",
    ) from None

from ._collector import Collector, Histogram, Key

__all__ = ["Exporter", "text"]

_LABELS = ("adapter", "type", "name", "mode")


class Exporter:
    """A collector in the sense of prometheus-client."""

    def __init__(self, collector: Collector) -> None:
        self._collector = collector

    def describe(self) -> Iterable[Metric]:
        """What ``collect`` gives, without numbers."""
        return self._families()

    def collect(self) -> Iterator[Metric]:
        """The numbers of now."""
        events, waiting, holding = self._families()
        for key, counts in list(self._collector.counts.items()):
            for kind, count in list(counts.items()):
                events.add_metric([*key, kind], count)
        _add(waiting, self._collector.waiting)
        _add(holding, self._collector.holding)
        yield from (events, waiting, holding)

    def _families(self) -> tuple[CounterMetricFamily, HistogramMetricFamily, HistogramMetricFamily]:
        return (
            CounterMetricFamily(
                "toro_events", "Waits begun, operations ended, releases", labels=(*_LABELS, "event")
            ),
            HistogramMetricFamily(
                "toro_waiting_seconds", "How long operations waited", labels=_LABELS
            ),
            HistogramMetricFamily("toro_holding_seconds", "How long it was held", labels=_LABELS),
        )


def text(collector: Collector) -> str:
    """In Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(Exporter(collector))
    return str(generate_latest(registry), "utf-8")


def _add(family: HistogramMetricFamily, histograms: dict[Key, Histogram]) -> None:
    for key, histogram in list(histograms.items()):
        bounds = [*map(str, histogram.bounds), "+Inf"]
        buckets = list(zip(bounds, accumulate(histogram.buckets), strict=True))
        family.add_metric(key, buckets, histogram.total)
