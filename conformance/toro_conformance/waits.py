"""Every way to wait, in one table, so that one property is one case for all of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from toro_conformance.world import Operation, World


def _nothing(thing: Any) -> None:
    pass


@dataclasses.dataclass(frozen=True)
class Wait:
    """One waiting method: an object to wait on, and what ends the wait."""

    name: str
    busy: Callable[[Any], Any]
    """Make an object on which the method has to wait."""
    method: Callable[[Any], Callable[..., Any]]
    serve: Callable[[Any], object]
    """What lets the first in line go, or all of them."""
    free: Callable[[Any], Any] | None = None
    """Make an object on which the method need not wait, if there can be one."""
    arguments: tuple[Any, ...] = ()
    serves_all: bool = False
    before: Callable[[Any], object] = _nothing
    """What has to be done before each call."""
    after: Callable[[Any], object] = _nothing
    """What has to be done after each call, however it ended."""

    def start(self, t: World, thing: Any, **when: Any) -> Operation:
        self.before(thing)
        return t.start(self.method(thing), *self.arguments, **when)

    async def park(self, t: World, thing: Any, **when: Any) -> Operation:
        self.before(thing)
        return await t.park(self.method(thing), *self.arguments, **when)

    async def finish(self, t: World, thing: Any, **when: Any) -> Any:
        self.before(thing)
        return await t.finish(self.method(thing), *self.arguments, **when)


def _held_lock(toro: Any) -> Any:
    lock = toro.Lock()
    lock.acquire_nowait()
    return lock


def _written(toro: Any) -> Any:
    lock = toro.RWLock(max_readers=1)
    lock.acquire_write_nowait()
    return lock


def _read(toro: Any) -> Any:
    lock = toro.RWLock(max_readers=1)
    lock.acquire_read_nowait()
    return lock


def _release_either(lock: Any) -> None:
    """Whoever was served before holds it now, to read or to write."""
    try:
        lock.release_write()
    except RuntimeError:
        lock.release_read()


def _set_event(toro: Any) -> Any:
    event = toro.Event()
    event.set()
    return event


def _set_result(toro: Any) -> Any:
    result = toro.AsyncResult()
    result.set("value")
    return result


def _stocked(toro: Any, **options: Any) -> Any:
    queue = toro.Queue(**options)
    queue.put_nowait("first")
    return queue


def _work_off(queue: Any) -> None:
    queue.get_nowait()
    queue.task_done()


class Monitor:
    """A condition with its lock, so that one object can be handed around."""

    def __init__(self, toro: Any) -> None:
        self.lock: Any = toro.Lock()
        self.condition: Any = toro.Condition(lock=self.lock)
        self.wait: Any = self.condition.wait
        self.statistics: Any = self.condition.statistics

    def notify(self) -> None:
        with self.lock.acquire_nowait():
            self.condition.notify()

    def enter(self) -> None:
        self.lock.acquire_nowait()

    def leave(self) -> None:
        self.lock.release()


class Predicate:
    """A condition and what to wait for there."""

    def __init__(self, toro: Any, *, fulfilled: bool = False) -> None:
        self.fulfilled: bool = fulfilled
        self.condition: Any = toro.Condition()
        self.statistics: Any = self.condition.statistics

    def wait_for(self, **when: Any) -> Any:
        return self.condition.wait_for(lambda: self.fulfilled, **when)

    def fulfil(self) -> None:
        self.fulfilled = True
        self.condition.notify_all()


WAITS = [
    Wait(
        "lock.acquire",
        _held_lock,
        lambda lock: lock.acquire,
        lambda lock: lock.release(),
        lambda toro: toro.Lock(),
    ),
    Wait(
        "semaphore.acquire",
        lambda toro: toro.Semaphore(0),
        lambda semaphore: semaphore.acquire,
        lambda semaphore: semaphore.release(),
        lambda toro: toro.Semaphore(1),
    ),
    Wait(
        "semaphore.wait",
        lambda toro: toro.Semaphore(0),
        lambda semaphore: semaphore.wait,
        lambda semaphore: semaphore.release(),
        lambda toro: toro.Semaphore(1),
        serves_all=True,
    ),
    Wait(
        "rwlock.acquire_read",
        _written,
        lambda lock: lock.acquire_read,
        _release_either,
        lambda toro: toro.RWLock(),
    ),
    Wait(
        "rwlock.acquire_write",
        _read,
        lambda lock: lock.acquire_write,
        _release_either,
        lambda toro: toro.RWLock(),
    ),
    Wait(
        "condition.wait",
        lambda toro: toro.Condition(),
        lambda condition: condition.wait,
        lambda condition: condition.notify(),
    ),
    Wait(
        "condition.wait_for",
        Predicate,
        lambda predicate: predicate.wait_for,
        lambda predicate: predicate.fulfil(),
        lambda toro: Predicate(toro, fulfilled=True),
        serves_all=True,
    ),
    Wait(
        "event.wait",
        lambda toro: toro.Event(),
        lambda event: event.wait,
        lambda event: event.set(),
        _set_event,
        serves_all=True,
    ),
    Wait(
        "result.get",
        lambda toro: toro.AsyncResult(),
        lambda result: result.get,
        lambda result: result.set("value"),
        _set_result,
        serves_all=True,
    ),
    Wait(
        "queue.get",
        lambda toro: toro.Queue(),
        lambda queue: queue.get,
        lambda queue: queue.put_nowait("item"),
        _stocked,
    ),
    Wait(
        "queue.put",
        lambda toro: _stocked(toro, maxsize=1),
        lambda queue: queue.put,
        lambda queue: queue.get_nowait(),
        lambda toro: toro.Queue(maxsize=1),
        ("second",),
    ),
    Wait(
        "queue.join",
        _stocked,
        lambda queue: queue.join,
        _work_off,
        lambda toro: toro.Queue(),
        serves_all=True,
    ),
]
"""Waits on which several can be in line at once."""

MONITOR = Wait(
    "monitor.wait",
    Monitor,
    lambda monitor: monitor.wait,
    lambda monitor: monitor.notify(),
    before=lambda monitor: monitor.enter(),
    after=lambda monitor: monitor.leave(),
)
"""A condition with a lock: whoever's wait ends holds the lock, so one at a time."""

EVERY_WAIT = [*WAITS, MONITOR]
ONE_AT_A_TIME = [wait for wait in WAITS if not wait.serves_all]
WITHOUT_WAITING = [wait for wait in WAITS if wait.free]


def name(wait: Wait) -> str:
    """For the ids of parametrized cases."""
    return wait.name
