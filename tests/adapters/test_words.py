"""What a primitive says of itself, in the same words on every loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from toro_conformance.case import perform
from toro_conformance.drivers import Absent, installed
from toro_conformance.world import World

DRIVERS = [each for each in installed() if not isinstance(each, Absent)]
every_driver = pytest.mark.parametrize("driver", DRIVERS, ids=lambda driver: driver.name)


def failed(toro: Any) -> Any:
    result = toro.AsyncResult()
    result.set_exception(ValueError("no"))
    return result


def reversed_queue(toro: Any) -> Any:
    class Mirror(toro.Queue):  # type: ignore[misc]
        def _get(self) -> Any:
            return -super()._get()

    return Mirror(initial=[7, 8])


def after(make: Callable[[Any], Any], *calls: str) -> Callable[[Any], Any]:
    """What `make` makes, once these methods have been called."""

    def used(toro: Any) -> Any:
        thing = make(toro)
        for call in calls:
            getattr(thing, call)()
        return thing

    return used


FREE: list[tuple[Callable[[Any], Any], str]] = [
    (lambda toro: toro.Lock(), "Lock unlocked"),
    (lambda toro: toro.Lock(name="door"), "Lock 'door' unlocked"),
    (lambda toro: toro.Semaphore(2), "Semaphore unlocked counter=2"),
    (after(lambda toro: toro.Semaphore(2), "acquire_nowait"), "Semaphore unlocked counter=1"),
    (lambda toro: toro.BoundedSemaphore(), "BoundedSemaphore unlocked counter=1"),
    (lambda toro: toro.RWLock(2), "RWLock unlocked readers=0"),
    (after(lambda toro: toro.RWLock(2), "acquire_read_nowait"), "RWLock unlocked readers=1"),
    (after(lambda toro: toro.RWLock(1), "acquire_read_nowait"), "RWLock locked readers=1"),
    (lambda toro: toro.Event(), "Event clear"),
    (after(lambda toro: toro.Event(), "set"), "Event set"),
    (lambda toro: toro.AsyncResult(), "AsyncResult unset"),
    (failed, "AsyncResult exception=ValueError('no')"),
    (lambda toro: toro.Condition(), "Condition"),
    (lambda toro: toro.Condition(lock=toro.Lock()), "Condition lock=<Lock unlocked>"),
    (lambda toro: toro.Queue(), "Queue maxsize=0"),
    (lambda toro: toro.LifoQueue(3, initial=[7, 8]), "LifoQueue maxsize=3 queue=[8, 7] tasks=2"),
    (after(lambda toro: toro.Queue(initial=[7]), "get_nowait"), "Queue maxsize=0 tasks=1"),
    (after(lambda toro: toro.Queue(), "shutdown"), "Queue maxsize=0 shutdown"),
    (reversed_queue, "Mirror maxsize=0 queue=[2 items] tasks=2"),
]
BUSY: list[tuple[Callable[[Any], Any], str, str]] = [
    (after(lambda toro: toro.Lock(), "acquire_nowait"), "acquire", "Lock locked waiters[1]"),
    (lambda toro: toro.Semaphore(0), "acquire", "Semaphore locked counter=0 waiters[1]"),
    (lambda toro: toro.Semaphore(0), "wait", "Semaphore locked counter=0 waiters[1]"),
    (
        after(lambda toro: toro.RWLock(), "acquire_write_nowait"),
        "acquire_read",
        "RWLock locked writing waiters[1]",
    ),
    (lambda toro: toro.Event(), "wait", "Event clear waiters[1]"),
    (lambda toro: toro.AsyncResult(), "get", "AsyncResult unset waiters[1]"),
    (lambda toro: toro.Condition(), "wait", "Condition waiters[1]"),
    (
        after(lambda toro: toro.Condition(lock=toro.Lock()), "acquire_nowait"),
        "wait",
        "Condition waiters[1] lock=<Lock unlocked>",
    ),
    (lambda toro: toro.Queue(), "get", "Queue maxsize=0 getters[1]"),
    (
        lambda toro: toro.Queue(1, initial=[7]),
        "put",
        "Queue maxsize=1 queue=[7] putters[1] tasks=1",
    ),
    (
        lambda toro: toro.Queue(initial=[7]),
        "join",
        "Queue maxsize=0 queue=[7] joiners[1] tasks=1",
    ),
]


@pytest.mark.parametrize(("make", "words"), FREE, ids=[words for _, words in FREE])
@every_driver
def test_it_tells_its_state(driver: Any, make: Callable[[Any], Any], words: str) -> None:
    thing = make(driver.toro)
    assert str(thing) == f"<{words}>"
    kind, *state = words.split(" ", 1)
    if thing.name is None:
        assert repr(thing) == f"<{' '.join([kind, f'at {id(thing):#x}', *state])}>"


@every_driver
def test_the_sides_of_a_lock_tell_of_which(driver: Any) -> None:
    rwlock = driver.toro.RWLock()
    assert repr(rwlock.reader) == f"<ReaderSide of {rwlock!r}>"
    assert repr(rwlock.writer) == f"<WriterSide of {rwlock!r}>"


@pytest.mark.parametrize(
    ("make", "method", "words"), BUSY, ids=[f"{method} {words}" for _, method, words in BUSY]
)
@every_driver
def test_it_tells_who_waits(
    driver: Any, make: Callable[[Any], Any], method: str, words: str
) -> None:
    async def body(t: World) -> None:
        thing = make(t.toro)
        waits = getattr(thing, method)
        await (t.park(waits, 8) if method == "put" else t.park(waits))
        assert str(thing) == f"<{words}>"
        record = thing.statistics()
        assert record.tasks_waiting == len(record.waiters) == 1

    perform(driver, body)


@every_driver
def test_a_record_tells_what_there_is(driver: Any) -> None:
    toro = driver.toro
    lock, semaphore, rwlock = toro.Lock(), toro.Semaphore(2), toro.RWLock(3)
    queue = toro.Queue(3, initial=[1, 2])
    assert lock.statistics() == (False, 0, (), ())
    assert semaphore.statistics() == (False, 2, 0, (), ())
    assert rwlock.statistics() == (False, 0, False, 3, 0, (), ())
    assert queue.statistics() == (2, 3, 2, False, 0, 0, 0, 0, None, ())
    for _ in range(2):
        semaphore.acquire_nowait()
        rwlock.acquire_read_nowait()
    lock.acquire_nowait()
    queue.shutdown(immediate=True)
    assert lock.statistics() == (True, 0, (), ())
    assert semaphore.statistics() == (True, 0, 0, (), ())
    assert rwlock.statistics() == (False, 2, False, 3, 0, (), ())
    assert queue.statistics() == (0, 3, 0, True, 0, 0, 0, 0, None, ())
    assert toro.Condition().statistics() == (0, None, None, ())
    assert toro.Condition(lock=lock).statistics() == (0, True, lock.statistics(), ())
    assert toro.Event().statistics() == (False, 0, ())
    assert failed(toro).statistics() == (True, 0, ())


@every_driver
def test_a_queue_counts_who_waits_in_each_of_its_lines(driver: Any) -> None:
    async def body(t: World) -> None:
        full, empty = t.toro.Queue(1, initial=[1]), t.toro.Queue()
        for item in (2, 3):
            await t.park(full.put, item)
        await t.park(full.join)
        await t.park(empty.get)
        record = full.statistics()
        assert (record.getters_waiting, record.putters_waiting, record.joiners_waiting) == (0, 2, 1)
        record = empty.statistics()
        assert (record.getters_waiting, record.putters_waiting, record.joiners_waiting) == (1, 0, 0)

    perform(driver, body)
