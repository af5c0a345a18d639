"""What is measured, written once for every kit."""

from . import locks, signals, queues, rwlocks, crowds  # isort: skip  (in the order of the tables)
from ._scenario import SCENARIOS, Entry, Log, Meter, Scenario

__all__ = [
    "SCENARIOS",
    "Entry",
    "Log",
    "Meter",
    "Scenario",
    "crowds",
    "locks",
    "queues",
    "rwlocks",
    "signals",
]
