"""Guards: usable once in a plain ``with``, and what they say of themselves."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest

from toro_core._guard import Guard, ReadGuard, WriteGuard


class Thing:
    def __init__(self) -> None:
        self.released: list[str] = []

    def release(self) -> None:
        self.released.append("release")

    def release_read(self) -> None:
        self.released.append("release_read")

    def release_write(self) -> None:
        self.released.append("release_write")

    def __repr__(self) -> str:
        return "<Thing>"


KINDS = {Guard: "release", ReadGuard: "release_read", WriteGuard: "release_write"}


def made(kind: type[Guard]) -> tuple[Guard, Thing]:
    guard, thing = kind(), Thing()
    guard.of = thing
    return guard, thing


@pytest.mark.parametrize("kind", KINDS)
def test_the_end_of_a_with_releases_once_as_it_was_acquired(kind: type[Guard]) -> None:
    guard, thing = made(kind)
    with guard as body:
        assert body is None
        assert thing.released == []
    assert thing.released == [KINDS[kind]]
    assert guard


@pytest.mark.parametrize("kind", KINDS)
def test_a_guard_says_of_what_it_is_and_what_became_of_it(kind: type[Guard]) -> None:
    guard, _ = made(kind)
    name = kind.__name__
    assert repr(guard) == f"<{name} of <Thing>>"
    with guard:
        assert repr(guard) == f"<{name} of <Thing>, in use>"
    assert repr(guard) == f"<{name}, used>"


def test_a_second_with_is_refused_also_within_the_first() -> None:
    guard, thing = made(Guard)
    with guard:
        with pytest.raises(RuntimeError, match="one `with` only"):
            guard.__enter__()
        assert thing.released == []
    with pytest.raises(RuntimeError, match="one `with` only"):
        guard.__enter__()
    assert thing.released == ["release"]


@pytest.mark.parametrize("kind", KINDS)
def test_an_exit_without_an_entrance_releases_once(kind: type[Guard]) -> None:
    guard, thing = made(kind)
    with contextlib.ExitStack() as stack:
        stack.push(guard)
        assert thing.released == []
    assert thing.released == [KINDS[kind]]
    assert repr(guard) == f"<{kind.__name__}, used>"
    guard.__exit__(None, None, None)
    with pytest.raises(RuntimeError, match="one `with` only"):
        guard.__enter__()
    assert thing.released == [KINDS[kind]]


def test_the_exit_of_a_guard_whose_with_is_over_releases_nothing() -> None:
    guard, thing = made(Guard)
    with guard:
        pass
    guard.__exit__(None, None, None)
    assert thing.released == ["release"]


def test_a_thing_that_is_false_or_does_not_say_is_released_all_the_same() -> None:
    class Coy(Thing):
        def __bool__(self) -> bool:
            raise NotImplementedError

    for enters in (False, True):
        guard: Any = Guard()
        guard.of = thing = Coy()
        with contextlib.ExitStack() as stack:
            (stack.enter_context if enters else stack.push)(guard)
        assert thing.released == ["release"]


def test_an_exception_goes_through_and_releases() -> None:
    guard, thing = made(Guard)
    with pytest.raises(KeyError), guard:
        raise KeyError
    assert thing.released == ["release"]


def test_a_release_that_fails_uses_it_up_all_the_same() -> None:
    class Broken(Thing):
        def release(self) -> None:
            raise ArithmeticError

    guard: Any = Guard()
    guard.of = Broken()
    with pytest.raises(ArithmeticError), guard:
        pass
    assert repr(guard) == "<Guard, used>"
