"""How primitives are called, and what is known of them from the first."""

from __future__ import annotations

import pytest

import toro_asyncio
from toro_core import insight, plain
from toro_core.insight import Place
from toro_core.insight._state import Entry, adapter_of

from .loops import Loop

MADE = Place("app.py", 3, "main")


def labels(number: int, primitive: object, made: Place | None) -> tuple[str, str]:
    entry = Entry(number, primitive, made)
    return entry.label, entry.short


def test_a_primitive_without_a_name_is_called_by_its_number_and_where_it_was_made() -> None:
    lock = toro_asyncio.Lock()
    assert labels(3, lock, MADE) == ("Lock #3 (made at app.py:3 in main)", "Lock #3")
    assert labels(3, lock, None) == ("Lock #3", "Lock #3")


def test_a_primitive_with_a_name_is_called_by_it() -> None:
    queue = toro_asyncio.Queue[int](name="jobs")
    for made in (MADE, None):
        assert labels(3, queue, made) == ("Queue 'jobs'", "Queue 'jobs'")
    assert labels(3, toro_asyncio.Lock(name=""), MADE) == ("Lock ''", "Lock ''")


def test_it_is_called_the_same_once_it_is_gone() -> None:
    lock = toro_asyncio.Lock(name="db")
    entry = Entry(1, lock, MADE)
    del lock
    assert entry.primitive() is None
    assert (entry.label, entry.short) == ("Lock 'db'", "Lock 'db'")


def test_nothing_has_happened_to_a_new_one() -> None:
    entry = Entry(1, toro_asyncio.Queue[int](), None)
    assert (entry.peak, entry.left_over, entry.holds, entry.handed_over) == (None, None, [], False)


@pytest.mark.parametrize("name", ["Semaphore", "Queue", "Event", "Condition", "Lock", "RWLock"])
def test_only_locks_are_exclusive(name: str) -> None:
    entry = Entry(1, getattr(toro_asyncio, name)(), None)
    assert entry.exclusive is (name in ("Lock", "RWLock"))
    assert entry.type == name


def test_it_comes_from_its_adapter(loop: Loop) -> None:
    class Mine(loop.toro.Lock):  # type: ignore[misc,name-defined]
        pass

    for kind in (loop.toro.Lock, Mine):
        assert adapter_of(kind) == loop.toro.Lock.__module__.partition(".")[0]


def test_what_comes_from_no_adapter_comes_from_where_it_is_defined() -> None:
    assert adapter_of(plain.Lock) == "toro_core"
    assert adapter_of(Loop) == "insight"


def test_where_it_was_made_is_told(loop: Loop) -> None:
    with insight.enable():
        lock = loop.toro.Lock()
        (each,) = insight.dump(lock).data["primitives"]
    assert each["label"] == "Lock #1"
    assert "test_labels.py" in each["made"]
    assert each["made"].endswith("in test_where_it_was_made_is_told")
