"""What callers of Toro 1.0 wrote, unchanged apart from Python 2.

Its own tests are not published with it, so these follow its documented usage: generator coroutines,
`deadline` as a timedelta or a point on the IOLoop's clock, `io_loop=`, and the words of `str()`.
"""

import queue
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

pytest.importorskip("tornado")

from tornado import gen
from tornado.ioloop import IOLoop

import toro_tornado as toro

SOON = timedelta(milliseconds=1)
LATER = timedelta(seconds=60)


def on_the_loop(function: Callable[..., Any]) -> Callable[..., None]:
    """Run a generator test on an IOLoop of its own, and fail if that never ends."""

    def test() -> None:
        loop = IOLoop(make_current=False)
        try:
            loop.run_sync(gen.coroutine(function), timeout=30)
        finally:
            loop.close()

    test.__name__ = function.__name__
    return test


# Lock, Semaphore, BoundedSemaphore, RWLock


@on_the_loop
def test_the_guard_of_a_lock_releases_at_the_end_of_a_plain_with():
    lock = toro.Lock()
    with (yield lock.acquire()) as nothing:
        assert nothing is None
        assert lock.locked()
    assert not lock.locked()


@on_the_loop
def test_the_guard_releases_when_the_body_raises():
    lock = toro.Lock()
    with pytest.raises(KeyError), (yield lock.acquire(deadline=LATER)):
        raise KeyError
    assert not lock.locked()


@on_the_loop
def test_coroutines_take_turns_in_the_order_they_came():
    lock = toro.Lock()
    history = []

    @gen.coroutine
    def visit(name):
        with (yield lock.acquire()):
            history.append((name, "in"))
            yield gen.moment
            history.append((name, "out"))

    yield [visit("a"), visit("b"), visit("c")]
    assert history == [(name, step) for name in "abc" for step in ("in", "out")]


@on_the_loop
def test_acquire_and_release_without_with():
    lock = toro.Lock()
    first, second = lock.acquire(), lock.acquire()
    assert first.done()
    assert not second.done()
    lock.release()
    assert second.done()
    yield second
    lock.release()
    with pytest.raises(RuntimeError):
        lock.release()


@on_the_loop
def test_a_deadline_as_timedelta_and_as_a_point_in_time():
    lock = toro.Lock()
    yield lock.acquire()
    with pytest.raises(toro.Timeout):
        yield lock.acquire(deadline=SOON)
    with pytest.raises(toro.Timeout):
        yield lock.acquire(deadline=IOLoop.current().time() + 0.001)
    with pytest.raises(toro.Timeout):
        yield lock.acquire(SOON)
    lock.release()
    assert not lock.locked()


@pytest.mark.parametrize("lock_like", [toro.Lock, toro.Semaphore, toro.BoundedSemaphore])
def test_a_plain_with_on_the_lock_itself_says_what_to_write(lock_like):
    with pytest.raises(RuntimeError, match="acquire"), lock_like():
        pass


@on_the_loop
def test_a_semaphore_bounds_how_many_are_inside():
    semaphore = toro.Semaphore(2)
    inside, most = 0, 0

    @gen.coroutine
    def visit():
        nonlocal inside, most
        with (yield semaphore.acquire()):
            inside += 1
            most = max(most, inside)
            yield gen.moment
            inside -= 1

    yield [visit() for _ in range(6)]
    assert most == 2
    assert semaphore.counter == 2


@on_the_loop
def test_semaphore_wait_waits_until_acquire_would_not():
    semaphore = toro.Semaphore(0)
    assert semaphore.locked()
    waiting = semaphore.wait()
    assert not waiting.done()
    semaphore.release()
    yield waiting
    assert semaphore.counter == 1
    with pytest.raises(toro.Timeout):
        yield toro.Semaphore(0).wait(deadline=SOON)


@on_the_loop
def test_semaphore_wait_yields_to_those_in_acquire():
    semaphore = toro.Semaphore(0)
    waiting, acquiring = semaphore.wait(), semaphore.acquire()
    semaphore.release()
    yield acquiring
    assert not waiting.done()
    semaphore.release()
    yield waiting


def test_a_bounded_semaphore_refuses_one_release_too_many():
    semaphore = toro.BoundedSemaphore(1)
    with pytest.raises(ValueError):
        semaphore.release()
    with pytest.raises(ValueError):
        toro.Semaphore(-1)


@on_the_loop
def test_readers_share_and_a_writer_does_not():
    lock = toro.RWLock(max_readers=2)
    with (yield lock.acquire_read()), (yield lock.acquire_read()):
        writer = lock.acquire_write()
        assert lock.locked()
        assert not writer.done()
    with (yield writer):
        assert not lock.acquire_read().done()
    with pytest.raises(RuntimeError):
        lock.release_write()


# Condition, Event, AsyncResult


@on_the_loop
def test_a_condition_needs_no_lock():
    condition = toro.Condition()
    history = []

    @gen.coroutine
    def waiter():
        history.append("waiting")
        yield condition.wait()
        history.append("done waiting")

    @gen.coroutine
    def notifier():
        history.append("notifying")
        condition.notify()

    yield [waiter(), notifier()]
    assert history == ["waiting", "notifying", "done waiting"]


@on_the_loop
def test_notify_n_and_notify_all():
    condition = toro.Condition()
    waits = [condition.wait() for _ in range(4)]
    condition.notify(2)
    assert [wait.done() for wait in waits] == [True, True, False, False]
    condition.notify_all()
    yield waits


@on_the_loop
def test_a_wait_that_timed_out_uses_up_no_notification():
    condition = toro.Condition()
    early, late = condition.wait(deadline=SOON), condition.wait(deadline=LATER)
    with pytest.raises(toro.Timeout):
        yield early
    condition.notify()
    yield late


@on_the_loop
def test_an_event_wakes_all_who_wait():
    event = toro.Event()
    waits = [event.wait(), event.wait(deadline=LATER)]
    assert not event.is_set()
    event.set()
    assert event.is_set()
    yield waits
    yield event.wait()
    event.clear()
    with pytest.raises(toro.Timeout):
        yield event.wait(deadline=SOON)


@on_the_loop
def test_an_async_result_is_set_once_and_read_by_all():
    result = toro.AsyncResult()
    assert not result.ready()
    with pytest.raises(toro.NotReady):
        result.get_nowait()
    with pytest.raises(toro.Timeout):
        yield result.get(deadline=SOON)
    readers = [result.get(), result.get(deadline=LATER)]
    result.set("answer")
    assert (yield readers) == ["answer", "answer"]
    assert result.ready()
    assert result.get_nowait() == "answer"
    with pytest.raises(toro.AlreadySet):
        result.set("another")


# Queues


@on_the_loop
def test_a_producer_and_a_consumer_meet_in_a_queue():
    q = toro.JoinableQueue(maxsize=2)
    seen = []

    @gen.coroutine
    def producer():
        for item in range(10):
            yield q.put(item)

    @gen.coroutine
    def consumer():
        while True:
            seen.append((yield q.get()))
            q.task_done()

    consumer()
    yield producer()
    yield q.join(deadline=LATER)
    assert seen == list(range(10))
    assert q.unfinished_tasks == 0


@on_the_loop
def test_join_waits_for_task_done_and_has_a_deadline():
    q = toro.JoinableQueue()
    q.put_nowait("task")
    with pytest.raises(toro.Timeout):
        yield q.join(deadline=SOON)
    yield q.get()
    joined = q.join()
    assert not joined.done()
    q.task_done()
    yield joined
    with pytest.raises(ValueError):
        q.task_done()


@on_the_loop
def test_full_and_empty_queues_with_deadlines():
    q = toro.Queue(maxsize=1)
    with pytest.raises(toro.Timeout):
        yield q.get(deadline=SOON)
    yield q.put("first", deadline=LATER)
    with pytest.raises(toro.Timeout):
        yield q.put("second", deadline=SOON)
    assert (yield q.get(deadline=LATER)) == "first"
    assert q.empty()


def test_nowait_raises_the_standard_librarys_exceptions():
    q = toro.Queue(maxsize=1)
    with pytest.raises(queue.Empty):
        q.get_nowait()
    q.put_nowait("only")
    assert q.full()
    with pytest.raises(queue.Full):
        q.put_nowait("one too many")


def test_maxsize_as_1_0_took_it():
    assert toro.Queue(0).maxsize == 0
    assert toro.Queue(1.3).maxsize == 2
    with pytest.raises(TypeError):
        toro.Queue(None)
    with pytest.raises(ValueError):
        toro.Queue(-1)


def test_the_order_of_items():
    lowest, newest = toro.PriorityQueue(), toro.LifoQueue()
    for item in (2, 1, 3):
        lowest.put_nowait(item)
        newest.put_nowait(item)
    assert [lowest.get_nowait() for _ in range(3)] == [1, 2, 3]
    assert [newest.get_nowait() for _ in range(3)] == [3, 1, 2]


def test_a_subclass_chooses_the_order_with_three_methods():
    class SetQueue(toro.Queue):
        def _init(self, maxsize):
            self.items = set()

        def _put(self, item):
            self.items.add(item)

        def _get(self):
            return self.items.pop()

    q = SetQueue()
    q.put_nowait("only")
    assert q.get_nowait() == "only"


# Where it runs, and what it prints


@pytest.mark.parametrize(
    "make",
    [
        toro.AsyncResult,
        toro.Condition,
        toro.Event,
        toro.JoinableQueue,
        toro.LifoQueue,
        toro.Lock,
        toro.PriorityQueue,
        toro.Queue,
        toro.RWLock,
        toro.Semaphore,
        toro.BoundedSemaphore,
    ],
)
def test_every_constructor_takes_an_io_loop(make):
    loop = IOLoop(make_current=False)
    make(io_loop=loop)
    loop.close()


@on_the_loop
def test_the_io_loop_given_is_the_one_used():
    other = IOLoop(make_current=False)
    wait = toro.Event(io_loop=other).wait(deadline=LATER)
    assert wait.get_loop() is other.asyncio_loop
    wait.cancel()
    other.close()
    event = toro.Event(io_loop=IOLoop.current())
    IOLoop.current().add_callback(event.set)
    yield event.wait(deadline=LATER)


def test_the_io_loop_is_a_conditions_first_parameter():
    loop = IOLoop(make_current=False)
    assert "waiters" not in str(toro.Condition(loop))
    loop.close()


@on_the_loop
def test_the_words_of_str():
    semaphore = toro.Semaphore(5)
    assert "counter=5" in str(semaphore)

    condition = toro.Condition()
    waits = [condition.wait(), condition.wait()]
    assert "waiters[2]" in str(condition)
    condition.notify_all()
    yield waits

    event = toro.Event()
    assert "clear" in str(event)
    event.set()
    assert "set" in str(event)

    lock = toro.Lock()
    assert "unlocked" in str(lock)
    yield lock.acquire()
    assert "unlocked" not in str(lock)
    assert "locked" in str(lock)

    wanted = toro.Queue()
    gets = [wanted.get() for _ in range(7)]
    assert "getters[7]" in str(wanted)
    for item in range(7):
        wanted.put_nowait(item)
    yield gets

    full = toro.JoinableQueue(maxsize=11)
    for item in range(11):
        full.put_nowait(item)
    for item in range(4):
        full.put(item)
    for words in ("maxsize=11", "putters[4]", "queue=", "tasks=11"):
        assert words in str(full)
