"""One timer of asyncio's for all the deadlines of a loop, and none when there are none."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Iterator
from typing import Any

import pytest
import trio

import toro_anyio
import toro_asyncio
from toro_asyncio._alarm import Alarms
from toro_asyncio._wake import wake
from toro_core import Waiter

Timers = list[asyncio.TimerHandle]


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


def record(loop: Any) -> Timers:
    """Every timer that is made from now on."""
    timers: Timers = []
    call_at = loop.call_at

    def recorded(*args: Any, **kwargs: Any) -> asyncio.TimerHandle:
        timers.append(call_at(*args, **kwargs))
        return timers[-1]

    loop.call_at = recorded
    return timers


def wait(loop: asyncio.AbstractEventLoop, event: toro_asyncio.Event, deadline: float) -> Any:
    """A task that waits."""
    task = loop.create_task(event.wait(deadline))
    turn(loop)
    return task


def turn(loop: asyncio.AbstractEventLoop) -> None:
    loop.run_until_complete(asyncio.sleep(0))


def armed(timers: Timers) -> list[float]:
    return [timer.when() for timer in timers if not timer.cancelled()]


def test_only_an_earlier_deadline_makes_a_timer(loop: asyncio.AbstractEventLoop) -> None:
    event, timers, now = toro_asyncio.Event(), record(loop), loop.time()
    tasks = [wait(loop, event, now + seconds) for seconds in (60, 90, 60)]
    assert armed(timers) == [now + 60]
    assert len(timers) == 1
    tasks.append(wait(loop, event, now + 30))
    assert armed(timers) == [now + 30]
    assert len(timers) == 2
    event.set()
    loop.run_until_complete(asyncio.gather(*tasks))
    assert armed(timers) == []


def test_after_it_rang_there_is_one_for_who_is_left(loop: asyncio.AbstractEventLoop) -> None:
    event, timers, now = toro_asyncio.Event(), record(loop), loop.time()
    failed: list[Any] = []
    loop.set_exception_handler(lambda _loop, context: failed.append(context))
    first, second = wait(loop, event, now + 60), wait(loop, event, now + 90)
    later = now
    loop.time = lambda: later  # type: ignore[method-assign]
    for task in (first, second):
        later += 80
        turn(loop)
        with pytest.raises(toro_asyncio.Timeout):
            loop.run_until_complete(task)
        assert [timer.when() for timer in timers] == [now + 60, now + 90]
    assert failed == []
    third = wait(loop, event, later + 60)
    assert [timer.when() for timer in timers[2:]] == [later + 60]
    event.set()
    loop.run_until_complete(third)


def test_a_wait_that_begins_as_it_rings_has_a_timer_too(loop: asyncio.AbstractEventLoop) -> None:
    event, timers, now = toro_asyncio.Event(), record(loop), loop.time()
    first, second = wait(loop, event, now + 60), event.wait(now + 90)
    loop.call_at(now + 60, second.send, None)
    loop.time = lambda: now + 70  # type: ignore[method-assign]
    with pytest.raises(toro_asyncio.Timeout):
        loop.run_until_complete(first)
    assert timers[-1].when() == now + 90
    second.close()


def test_one_that_rings_early_is_not_set_for_what_is_left(loop: asyncio.AbstractEventLoop) -> None:
    """uvloop rounds that to nothing, and would ring in every pass until it is over."""
    event, timers, now = toro_asyncio.Event(), record(loop), loop.time()
    task = wait(loop, event, now + 60)
    moment = now + 59.9996
    loop.time = lambda: moment  # type: ignore[method-assign]
    timers[0]._run()
    assert not task.done()
    timers[0].cancel()
    assert [timer.when() for timer in timers[1:]] == [moment + 0.001]
    moment += 0.001
    with pytest.raises(toro_asyncio.Timeout):
        loop.run_until_complete(task)
    assert armed(timers[1:]) == [timers[1].when()]


def test_one_that_rings_in_time_is_set_for_the_very_next(loop: asyncio.AbstractEventLoop) -> None:
    event, timers, now = toro_asyncio.Event(), record(loop), loop.time()
    tasks = [wait(loop, event, now + seconds) for seconds in (60, 60.0005)]
    loop.time = lambda: now + 60  # type: ignore[method-assign]
    timers[0]._run()
    assert armed(timers[1:]) == [now + 60.0005]
    event.set()
    loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))


def test_another_loop_takes_no_alarm_away(loop: asyncio.AbstractEventLoop) -> None:
    event, timers, now = toro_asyncio.Event(), record(loop), loop.time()
    tasks = [wait(loop, event, now + 60)]
    other = asyncio.new_event_loop()
    elsewhere = toro_asyncio.Event()
    served = wait(other, elsewhere, now + 60)
    elsewhere.set()
    tasks.append(wait(loop, event, now + 90))
    assert len(timers) == 1
    event.set()
    other.run_until_complete(served)
    other.close()
    loop.run_until_complete(asyncio.gather(*tasks))


def test_a_deadline_that_cannot_be_timed_is_not_kept(loop: asyncio.AbstractEventLoop) -> None:
    def fails(*_: Any, **_named: Any) -> None:
        raise OverflowError

    alarms, machine, now = Alarms(wake), toro_asyncio.Event()._machine, loop.time()
    timers = record(loop)
    alarm, first = alarms[loop].add(machine, Waiter(deadline=now + 60))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loop, "call_at", fails)
        with pytest.raises(OverflowError):
            alarms[loop].add(machine, Waiter(deadline=now + 30))
    assert armed(timers) == [now + 60]  # for who waited before
    alarm.discard(first)
    assert armed(timers) == []


def test_a_timer_left_behind_keeps_no_closed_loop_alive(loop: asyncio.AbstractEventLoop) -> None:
    closed = weakref.ref(closed_with_a_timer())
    event = toro_asyncio.Event()
    task = wait(loop, event, loop.time() + 60)
    gc.collect()
    assert closed() is None
    event.set()
    loop.run_until_complete(task)


def closed_with_a_timer() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    task = wait(loop, toro_asyncio.Event(), loop.time() + 60)
    task._log_destroy_pending = False
    loop.close()
    return loop


class Going:
    """A loop that keeps another alive, until it is asked whether it is closed."""

    other: Going | None = None

    def is_closed(self) -> bool:
        self.other = None
        return False


def test_a_loop_may_be_collected_while_the_closed_ones_are_looked_for() -> None:
    alarms: Any = Alarms(wake)
    loop, other = Going(), Going()
    assert alarms[loop] is not alarms[other]
    loop.other = other
    del other
    assert alarms[Going()]


def test_a_wait_on_asyncio_that_trio_closes_leaves_no_timer(
    loop: asyncio.AbstractEventLoop,
) -> None:
    """AnyIO's, which asks whatever runs; but the timer is where it began."""

    async def begin() -> Any:
        condition = toro_anyio.Condition(toro_anyio.Lock())
        await condition.acquire()
        waiting = condition.wait(timeout=60)
        waiting.send(None)
        return waiting

    async def end() -> None:
        waiting.close()

    timers = record(loop)
    waiting = loop.run_until_complete(begin())
    assert len(armed(timers)) == 1
    trio.run(end)
    assert armed(timers) == []
