"""Programs, as Hypothesis writes them.

They name nobody: "cancel the third of those who wait" means something whatever happened
before, so a program that fails can be made shorter at any place.
"""

from __future__ import annotations

import datetime
import math
from typing import Any, NamedTuple

from hypothesis import strategies as st

from .subjects import ITEMS, Subject


class Start(NamedTuple):
    """Begin the operation; *time* is what it is given for deadline and timeout."""

    wait: int
    item: str
    time: tuple[str, Any]


class Take(NamedTuple):
    """Call a method that does not wait."""

    name: str
    item: str | None = None


class Cancel(NamedTuple):
    who: int


class Tick(NamedTuple):
    seconds: float


SPANS = st.sampled_from([1.0, 1.0, 2, 3.5, 0, -1, math.inf, datetime.timedelta(seconds=1)])
SENSELESS = [math.nan, True, "soon", 1j, [], datetime.timedelta]
TIMES = st.one_of(
    st.just(("none", None)),
    st.just(("none", None)),
    SPANS.map(lambda span: ("timeout", span)),
    SPANS.map(lambda span: ("deadline", span)),
    st.sampled_from(SENSELESS).map(lambda value: ("senseless", value)),
    st.just(("both", 1.0)),
)

RARELY = 8


def programs(subject: Subject) -> st.SearchStrategy[list[Any]]:
    """Lists of instants: something that is started, or several steps at once."""
    items = st.sampled_from(list(ITEMS[subject.items]))
    starts = st.builds(Start, st.integers(0, len(subject.waits) - 1), items, TIMES)
    calls = st.one_of(
        [
            st.builds(Take, st.just(name), items) if call.takes else st.just(Take(name))
            for name, call in subject.calls.items()
            for _ in range(1 if call.rare else RARELY)
        ]
    )
    cancels = st.builds(Cancel, st.integers(0, 5))
    ticks = st.builds(Tick, st.sampled_from([0.5, 1.0, 2.0]))
    steps = st.lists(st.one_of(calls, calls, calls, cancels, cancels, ticks), max_size=5)
    # Long on purpose: Hypothesis would write short ones.  A shorter story has empty instants.
    return st.lists(st.one_of(starts, steps), min_size=20, max_size=40)
