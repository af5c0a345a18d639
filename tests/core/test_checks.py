"""Bad arguments get a clear error; the right ones come back as they are meant."""

from __future__ import annotations

import contextlib
import gc
import math
import re
import weakref
from collections.abc import Callable
from typing import Any

import pytest

from toro_core._checks import (
    as_raised,
    check_exception,
    check_max_readers,
    check_maxsize,
    check_n,
    check_value,
    reraise,
)


@pytest.mark.parametrize(
    ("check", "good", "too_small", "name"),
    [
        (check_value, [0, 1, 7], -1, "value"),
        (check_max_readers, [1, 7], 0, "max_readers"),
        (check_n, [0, 1, 7], -1, "n"),
    ],
)
def test_a_count_is_an_int_and_not_too_small(
    check: Callable[[Any], Any], good: list[int], too_small: int, name: str
) -> None:
    assert [check(value) for value in good] == good
    with pytest.raises(ValueError, match=f"{name} must be .* or more"):
        check(too_small)
    for wrong in (True, False, 1.0, "1", [], math.nan):
        with pytest.raises(TypeError, match=f"{name} must be an int"):
            check(wrong)


def test_only_readers_may_be_without_limit() -> None:
    assert check_max_readers(None) is None
    for check in (check_value, check_n):
        with pytest.raises(TypeError):
            check(None)


@pytest.mark.parametrize(
    ("maxsize", "expected"), [(0, 0), (1, 1), (1.3, 2), (2.0, 2), (0.1, 1), (math.inf, 0)]
)
def test_a_fraction_of_a_slot_is_a_slot(maxsize: Any, expected: int) -> None:
    assert check_maxsize(maxsize) == expected
    assert isinstance(check_maxsize(maxsize), int)


@pytest.mark.parametrize("wrong", [None, "1", True, False, []])
def test_maxsize_must_be_a_number(wrong: Any) -> None:
    with pytest.raises(TypeError, match="maxsize must be a number"):
        check_maxsize(wrong)


@pytest.mark.parametrize("wrong", [-1, -0.1, math.nan, -math.inf])
def test_maxsize_must_not_be_negative(wrong: Any) -> None:
    with pytest.raises(ValueError, match="maxsize must be 0"):
        check_maxsize(wrong)


def test_initial_items_must_fit() -> None:
    assert check_maxsize(2, 2) == 2
    assert check_maxsize(0, 100) == 0
    with pytest.raises(ValueError, match="3 initial items do not fit"):
        check_maxsize(2, 3)


class Cancelled(BaseException):
    pass


def test_an_exception_or_its_type_may_be_a_result() -> None:
    error = ValueError("x")
    assert check_exception(error, ()) is error
    assert isinstance(check_exception(ValueError, ()), ValueError)


@pytest.mark.parametrize("wrong", [None, "error", int, 1])
def test_nothing_else_may(wrong: Any) -> None:
    with pytest.raises(TypeError, match="takes an exception"):
        check_exception(wrong, ())


def test_a_cancellation_may_not() -> None:
    for error in (Cancelled, Cancelled()):
        with pytest.raises(TypeError, match="Cancelled cannot be the result"):
            check_exception(error, (Cancelled,))


def test_what_would_end_a_coroutine_is_wrapped() -> None:
    for error in (StopIteration(1), GeneratorExit()):
        raised = as_raised(error)
        assert type(raised) is RuntimeError
        assert raised.__cause__ is error
        assert type(error).__name__ in str(raised)
    plain = ValueError()
    assert as_raised(plain) is plain


def test_a_traceback_does_not_grow_with_the_number_of_readers() -> None:
    error = ValueError()
    lengths = []
    for _ in range(3):
        with pytest.raises(ValueError) as caught:
            reraise(error, None)
        lengths.append(len(caught.traceback))
    assert len(set(lengths)) == 1


def test_the_traceback_it_was_stored_with_is_raised_again() -> None:
    def fail() -> None:
        raise ValueError

    with pytest.raises(ValueError) as stored:
        fail()
    with pytest.raises(ValueError) as caught:
        reraise(stored.value, stored.tb)
    assert caught.traceback[-1].name == "fail"


def test_a_reader_hears_nothing_of_what_another_was_handling() -> None:
    error = ValueError()
    try:
        raise LookupError
    except LookupError:
        with pytest.raises(ValueError):
            reraise(error, None)
    assert error.__context__ is None


@pytest.mark.parametrize("kind", [int, object, list])
def test_a_class_that_is_no_exception_is_named_as_it_was_given(kind: type) -> None:
    with pytest.raises(TypeError, match=re.escape(f"takes an exception, not {kind!r}")):
        check_exception(kind, ())


def test_an_exception_that_was_raised_for_a_reader_is_in_no_cycle() -> None:
    class Failure(Exception):
        pass

    error = Failure()
    watched = weakref.ref(error)
    gc.disable()
    try:
        with contextlib.suppress(Failure):
            reraise(error, None)
        del error
        assert watched() is None
    finally:
        gc.enable()
