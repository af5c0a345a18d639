"""What primitives call themselves, in ``repr`` and in messages."""

from __future__ import annotations

import gc
import math
from typing import Any

import pytest

from toro_core._describe import describe, kind_of, loop_name, safe_repr, timed_out, title
from toro_core._naming import name_of, set_name


class Thing:
    """Like a primitive: it can be referred to weakly."""


def named(name: str | None) -> Thing:
    thing = Thing()
    set_name(thing, name)
    return thing


def test_a_name_is_kept_for_as_long_as_its_primitive() -> None:
    thing, other = named("db"), named(None)
    assert name_of(thing) == "db"
    assert name_of(other) is None
    set_name(thing, None)
    assert name_of(thing) == "db"  # no name is not another name
    set_name(thing, "cache")
    assert name_of(thing) == "cache"
    from toro_core._naming import _names

    gc.collect()  # what other tests have left
    before = len(_names)
    del thing
    gc.collect()
    assert len(_names) == before - 1


@pytest.mark.parametrize("name", [1, b"db", ["db"], True])
def test_a_name_is_a_str(name: Any) -> None:
    thing = Thing()
    with pytest.raises(TypeError, match="name must be a str or None, not "):
        set_name(thing, name)
    assert name_of(thing) is None


def test_words_stand_behind_the_kind_and_the_name() -> None:
    plain, thing = named(None), named("db")
    assert describe(plain, ["locked", "waiters[2]"], address=False) == "<Thing locked waiters[2]>"
    assert describe(thing, ["locked"], address=False) == "<Thing 'db' locked>"
    assert describe(thing, [], address=True) == f"<Thing 'db' at {id(thing):#x}>"
    assert (title(plain), title(thing)) == ("this Thing", "Thing 'db'")


def test_a_kind_is_named_with_its_package() -> None:
    kind = type("Lock", (), {"__module__": "toro_trio._primitives"})
    assert kind_of(kind) == "toro_trio.Lock"


def test_a_loop_is_named_by_its_kind_and_where_it_is() -> None:
    loop = Thing()
    assert loop_name(loop) == f"<Thing at {id(loop):#x}>"


@pytest.mark.parametrize("late", [0.0, 1.0, 59.9])
def test_a_timeout_says_what_was_waited_for(late: float) -> None:
    assert timed_out(named("db"), late) == "the deadline passed while waiting for Thing 'db'"
    assert timed_out(named("db")) == timed_out(named("db"), 0.0)


@pytest.mark.parametrize(
    ("late", "words"),
    [
        (60.0, "60 s"),
        (1.7e9, "1700000000 s"),  # what the wall clock reads
        (1e10, "long"),
        (1e308, "long"),
        (math.inf, "long"),
    ],
)
def test_a_deadline_long_past_may_have_been_meant_for_a_timeout(late: float, words: str) -> None:
    assert timed_out(named(None), late) == (
        f"the deadline passed {words} before the wait for this Thing began:"
        " a number given as deadline= is a point on the loop's clock, as timeout= a span from now"
    )


def test_whatever_a_repr_does_there_is_something_to_show() -> None:
    class Rude:
        def __repr__(self) -> str:
            raise ArithmeticError

    assert safe_repr([1]) == "[1]"
    assert safe_repr(Rude()) == "<Rude whose repr raised ArithmeticError>"
