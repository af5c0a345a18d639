"""The exceptions: what catches them, and what they say."""

from __future__ import annotations

import queue
import runpy
import sys

import pytest

from toro_core import AlreadySet, Empty, Full, NotReady, ShutDown, Timeout, WouldBlock


@pytest.mark.parametrize(
    ("error", "caught_as"),
    [
        (Timeout, TimeoutError),
        (Empty, WouldBlock),
        (Empty, queue.Empty),
        (Full, WouldBlock),
        (Full, queue.Full),
        (ShutDown, Exception),
        (NotReady, Exception),
        (AlreadySet, Exception),
    ],
)
def test_an_exception_is_caught_as_what_it_is_like(
    error: type[Exception], caught_as: type[Exception]
) -> None:
    with pytest.raises(caught_as):
        raise error


@pytest.mark.skipif(sys.version_info < (3, 13), reason="there is no queue.ShutDown before")
def test_shut_down_is_caught_as_that_of_threads() -> None:
    assert issubclass(ShutDown, queue.ShutDown)  # type: ignore[attr-defined]


@pytest.mark.filterwarnings("ignore:.*found in sys.modules:RuntimeWarning")
def test_shut_down_is_an_exception_of_its_own_where_threads_have_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 12, 9))
    made = runpy.run_module("toro_core._errors")
    assert made["ShutDown"].__mro__[1:] == Exception.__mro__


def test_shut_down_says_what_happened_unless_told_otherwise() -> None:
    assert str(ShutDown()) == "the queue was shut down: no more puts, nothing left to get"
    assert str(ShutDown("closed for today")) == "closed for today"
    assert ShutDown("a", 2).args == ("a", 2)
