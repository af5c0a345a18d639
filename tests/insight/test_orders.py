"""In which orders locks were taken, and when that is worth a warning."""

from __future__ import annotations

import time

import pytest

import toro_asyncio
from toro_core.insight import Place
from toro_core.insight._orders import Orders
from toro_core.insight._tasks import Who
from toro_core.insight._watch import Watch

MESSAGE = "locks are taken in different orders, which can become a deadlock:\n"


class Task:
    def get_name(self) -> str:
        return "baker"


class Program:
    """Each letter is a lock, but a small one is a semaphore."""

    def __init__(self) -> None:
        self.orders = Orders()
        self.watch = Watch(time.monotonic, "raise", True, ())
        self.primitives = {
            name: (toro_asyncio.Lock if name.isupper() else toro_asyncio.Semaphore)(name=name)
            for name in "ABCDEGHab"
        }

    def number(self, name: str) -> int:
        return self.watch.entry(self.primitives[name]).number

    def takes(self, names: str) -> list[str]:
        """A task asks for the last of *names* and holds all others; what that is worth."""
        task = Task()
        who = Who(1, task)
        for line, name in enumerate(names[:-1], start=1):
            entry = self.watch.entry(self.primitives[name])
            self.watch.begin_hold(1, entry, "acquire", who, 0.0, Place("held.py", line, name))
        asked = self.watch.entry(self.primitives[names[-1]])
        return self.orders.asked(who, asked, Place("asked.py", 9, names))


def steps(*ways: str) -> str:
    return MESSAGE + "\n".join(
        f"  Lock '{way[0]}' (acquired at held.py:1 in {way[0]}), then Lock '{way[1]}'"
        f" at asked.py:9 in {way} in task 'baker'"
        for way in ways
    )


@pytest.fixture
def program() -> Program:
    return Program()


def test_two_orders_are_told_once(program: Program) -> None:
    assert program.takes("AB") == []
    assert program.takes("AB") == []
    assert program.takes("BA") == [steps("BA", "AB")]
    assert program.takes("BA") == []
    assert program.takes("AB") == []


def test_what_is_asked_for_alone_or_again_has_no_order(program: Program) -> None:
    assert program.takes("A") == []
    assert program.takes("AA") == []
    assert program.takes("ABA") == []
    assert program.takes("AB") == []


def test_what_is_not_exclusive_has_no_order(program: Program) -> None:
    assert program.takes("aB") == []
    assert program.takes("Ba") == []
    assert program.takes("aAB") == []
    assert program.takes("aBA") != []


def test_all_that_is_held_comes_before(program: Program) -> None:
    assert program.takes("ABC") == []
    assert program.takes("CB") != []
    assert program.takes("CA") != []


def test_one_request_may_be_worth_two_warnings(program: Program) -> None:
    assert program.takes("CA") == program.takes("CB") == []
    assert len(program.takes("ABC")) == 2


def test_a_longer_circle_is_told_in_its_order(program: Program) -> None:
    for way in ("AB", "BC", "CD"):
        assert program.takes(way) == []
    assert program.takes("DA") == [steps("DA", "AB", "BC", "CD")]


def test_the_shortest_circle_is_told(program: Program) -> None:
    for way in ("AB", "BE", "AC", "CD", "DE"):
        assert program.takes(way) == []
    assert program.takes("EA") == [steps("EA", "AB", "BE")]


def test_the_same_locks_in_another_circle_are_told_once(program: Program) -> None:
    for way in ("AB", "BC"):
        assert program.takes(way) == []
    assert len(program.takes("CA")) == 1
    assert len(program.takes("CB")) == 1  # these are two of them only
    assert len(program.takes("BA")) == 1
    assert len(program.takes("AC")) == 1


def test_a_lock_around_all_keeps_them_apart(program: Program) -> None:
    assert program.takes("GAB") == []
    assert program.takes("GHBA") == []
    assert program.takes("HAB") != []  # not around each of them


def test_each_order_has_been_around_with_a_lock_that_both_have(program: Program) -> None:
    assert program.takes("GAB") == []
    assert program.takes("HAB") == []  # the step may be taken without either, then
    assert program.takes("HBA") != []


def test_no_lock_is_around_all_of_a_longer_circle(program: Program) -> None:
    for way in ("GAB", "GHBC"):
        assert program.takes(way) == []
    assert program.takes("HCA") != []


def test_a_lock_around_is_no_part_of_what_it_is_around(program: Program) -> None:
    assert program.takes("GAB") == []
    assert program.takes("BA") == [
        steps("BA") + "\n  Lock 'A' (acquired at held.py:2 in A), then"
        " Lock 'B' at asked.py:9 in GAB in task 'baker'"
    ]


def test_more_locks_around_it_are_nothing_new(program: Program) -> None:
    assert program.takes("AB") == []
    assert program.takes("GBA") != []
    assert program.takes("GHBA") == []


def test_what_is_told_already_is_not_told_again_without_a_lock_around_it(program: Program) -> None:
    assert program.takes("AB") == []
    assert program.takes("GBA") != []
    assert program.takes("BA") == []


def test_an_order_that_is_known_is_worth_nothing_though_others_came_since(
    program: Program,
) -> None:
    for way in ("AB", "AC", "CB"):
        assert program.takes(way) == []
    assert len(program.takes("BA")) == 1  # the shortest circle
    assert program.takes("AC") == []


def test_what_is_gone_is_in_no_order(program: Program) -> None:
    for way in ("AB", "BC"):
        assert program.takes(way) == []
    program.orders.forget(program.number("B"))
    program.orders.forget(program.number("E"))  # which was in none
    assert program.takes("CA") == []
    assert program.orders._after == {
        program.number("A"): {},
        program.number("C"): {
            program.number("A"): program.orders._after[program.number("C")][program.number("A")]
        },
    }
