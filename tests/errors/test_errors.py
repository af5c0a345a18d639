"""Each mistake is told on every loop: by the right exception, in words that help."""

from __future__ import annotations

import builtins
from typing import Any

import pytest
from toro_conformance import Driver
from toro_conformance.drivers import Absent, load

from .__main__ import PAGE, page
from .mistakes import CHAPTERS, EVERYWHERE, Mistake
from .telling import tell

MISTAKES = [mistake for chapter in CHAPTERS.values() for mistake in chapter]
CASES = [
    pytest.param(name, mistake, id=f"{name}-{mistake.written.splitlines()[0]}")
    for name in EVERYWHERE
    for mistake in MISTAKES
    if name in mistake.on
]


def driver_of(name: str) -> type[Driver]:
    try:
        (found,) = load(name)
    except Absent as absent:
        pytest.skip(str(absent))
    return found


@pytest.mark.parametrize(("name", "mistake"), CASES)
def test_it_is_told(name: str, mistake: Mistake) -> None:
    driver = driver_of(name)
    kind: Any = getattr(builtins, mistake.error, None) or getattr(driver.toro, mistake.error)
    error = tell(driver, mistake)
    message = str(error)
    assert type(error) is kind, repr(error)
    assert [words for words in mistake.says if words not in message] == [], message


@pytest.mark.parametrize("name", EVERYWHERE)
def test_a_queue_without_a_name_that_was_shut_down_is_the_queue(name: str) -> None:
    queue = driver_of(name).toro.Queue()
    queue.shutdown()
    with pytest.raises(driver_of(name).toro.ShutDown) as caught:
        queue.put_nowait(1)
    assert str(caught.value) == "the queue was shut down: no more puts, nothing left to get"


@pytest.mark.parametrize("name", EVERYWHERE)
def test_a_monitor_too_tells_how_late_a_wait_is(name: str) -> None:
    late = Mistake("await condition.wait(5)", "Timeout", (), "", before="lock.acquire_nowait()")
    assert "the deadline passed 995 s before the wait" in str(tell(driver_of(name), late))


def test_a_mistake_that_is_none_is_found_out() -> None:
    fine = Mistake("await lock.acquire()", "RuntimeError", (), "")
    with pytest.raises(AssertionError, match="nothing was raised"):
        tell(driver_of("asyncio"), fine)


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == page(), "run `python -m tests.errors` in the root folder"
