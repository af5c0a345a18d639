"""Toro's own primitives under every schedule, with cancellations and early timeouts anywhere."""

import contextlib
from collections import deque

import pytest

import toro_sim
from toro_sim import explore

both = pytest.mark.parametrize("like", ["asyncio", "trio"])
faults = pytest.mark.parametrize(
    "faults", [{"cancellations": 2}, {"cancellations": 1, "timeouts": 1}], ids=str
)


def every_schedule(main, **options):
    report = explore(main, **options).check()
    assert report.exhaustive
    assert not report.opaque
    return report


async def all_of(toro, *bodies):
    async with toro.create_task_group() as group:
        for body in bodies:
            group.start_soon(body)


class Room:
    """Notices if more are inside than may be."""

    def __init__(self, most):
        self.most = most
        self.inside = 0

    async def visit(self, toro):
        self.inside += 1
        assert self.inside <= self.most, f"{self.inside} inside, where {self.most} may be"
        try:
            await toro.checkpoint()
        finally:
            self.inside -= 1


@both
@faults
@pytest.mark.parametrize(
    ("kind", "most"), [("Lock", 1), ("Semaphore", 1), ("Semaphore", 2), ("BoundedSemaphore", 2)]
)
def test_no_more_inside_than_may_be(kind, most, like, faults):
    async def main(toro):
        thing = getattr(toro, kind)() if kind == "Lock" else getattr(toro, kind)(most)
        room = Room(most)

        async def patient():
            async with thing:
                await room.visit(toro)

        async def hasty():
            with contextlib.suppress(toro.Timeout), await thing.acquire(timeout=1):
                await room.visit(toro)

        await all_of(toro, patient, patient, hasty)
        assert room.inside == 0

    every_schedule(main, like=like, **faults)


@both
@faults
def test_a_writer_is_alone_and_nobody_is_left_behind(like, faults):
    async def main(toro):
        lock = toro.RWLock(max_readers=2)
        readers, writers = Room(2), Room(1)

        async def read():
            async with lock.reader:
                assert not writers.inside
                await readers.visit(toro)

        async def write():
            async with lock.writer:
                assert not readers.inside
                await writers.visit(toro)

        await all_of(toro, read, write, read)

    every_schedule(main, like=like, **faults)


@both
@faults
@pytest.mark.parametrize("kind", ["Queue", "LifoQueue", "PriorityQueue"])
def test_what_was_put_is_got_or_still_there(kind, like, faults):
    async def main(toro):
        queue = getattr(toro, kind)(1)
        put, got = [], []

        async def producer(item):
            await queue.put(item)
            put.append(item)

        async def consumer():
            with contextlib.suppress(toro.Timeout):
                got.append(await queue.get(timeout=1))

        async def produce_one():
            await producer(1)

        async def produce_two():
            await producer(2)

        # One more waits than can be served: it gets its item from the drain.
        await all_of_or_drain(toro, queue, got, produce_one, produce_two, consumer)
        assert sorted(put) == sorted(got)
        assert queue.empty()

    async def all_of_or_drain(toro, queue, got, *bodies):
        async with toro.create_task_group() as group:
            for body in bodies:
                group.start_soon(body)
            await toro.settle()
            with contextlib.suppress(toro.Empty):
                while True:
                    got.append(queue.get_nowait())
                    await toro.settle()

    every_schedule(main, like=like, **faults)


@both
@faults
def test_a_monitor_is_left_and_entered_with_its_lock(like, faults):
    async def main(toro):
        condition = toro.Condition(lock=toro.Lock())
        room = Room(1)
        ready = False

        async def wait():
            async with condition:
                try:
                    await condition.wait_for(lambda: ready, timeout=3)
                except toro.Timeout:
                    pass
                finally:
                    assert condition.locked()
                    room.inside += 1
                    assert room.inside == 1
                    room.inside -= 1

        async def announce():
            nonlocal ready
            async with condition:
                ready = True
                condition.notify_all()

        await all_of(toro, wait, wait, announce)

    every_schedule(main, like=like, **faults)


@both
def test_a_notification_is_not_lost_with_its_waiter(like):
    async def main(toro):
        condition = toro.Condition()
        woken = []

        async def wait():
            await condition.wait()
            woken.append(1)

        toro.spawn(wait)
        toro.spawn(wait)
        await toro.settle()
        condition.notify(1)
        await toro.settle()
        assert woken == [1]  # whichever of them was cancelled, and when
        condition.notify_all()

    every_schedule(main, like=like, cancellations=1)


@both
def test_everybody_hears_of_an_event_and_of_a_result(like):
    async def main(toro):
        event, result = toro.Event(), toro.AsyncResult()
        heard = []

        async def wait():
            await event.wait()
            heard.append(await result.get())

        async def tell():
            event.set()
            event.clear()
            event.set()
            await toro.checkpoint()
            result.set("news")

        await all_of(toro, wait, wait, tell)
        assert heard == ["news", "news"]

    every_schedule(main, like=like)


@both
@faults
def test_a_join_ends_when_all_is_done(like, faults):
    async def main(toro):
        queue = toro.Queue(initial=[1, 2])

        async def work():
            while True:
                try:
                    queue.get_nowait()
                except toro.Empty:
                    return
                try:
                    await toro.checkpoint()
                finally:
                    queue.task_done()

        await all_of(toro, work, work)
        while not queue.empty():
            queue.get_nowait()
            queue.task_done()
        await queue.join()
        assert queue.unfinished_tasks == 0

    every_schedule(main, like=like, **faults)


# Does the search have teeth?  Faults that libraries had are found.


class ForgetfulLock:
    """Hands over to the first in line, and forgets that it may have been cancelled since."""

    def __init__(self, toro):
        self.toro = toro
        self.held = False
        self.line = deque()

    async def acquire(self):
        if not self.held:
            self.held = True
            return
        task = self.toro.current_task()
        self.line.append(task)
        await self.toro.park("the forgetful lock", lambda: self.line.remove(task))

    def release(self):
        if self.line:
            self.toro.unpark(self.line.popleft())
        else:
            self.held = False


class BargingLock(ForgetfulLock):
    """Frees itself before the first in line has run, and does not let that one look again."""

    async def acquire(self):
        await super().acquire()
        self.held = True

    def release(self):
        self.held = False
        if self.line:
            self.toro.unpark(self.line.popleft())


def users_of(kind):
    async def main(toro):
        lock, room = kind(toro), Room(1)

        async def use():
            await lock.acquire()
            try:
                await room.visit(toro)
            finally:
                lock.release()

        await all_of(toro, use, use, use)

    return main


def test_a_grant_lost_with_its_task_is_found():
    every_schedule(users_of(ForgetfulLock))
    failure = explore(users_of(ForgetfulLock), cancellations=1).failure
    assert isinstance(failure.error, toro_sim.Deadlock)
    every_schedule(users_of(ForgetfulLock), cancellations=1, like="trio")


def test_a_newcomer_that_barges_in_is_found():
    failure = explore(users_of(BargingLock)).failure
    assert "2 inside, where 1 may be" in str(failure)


class StuckReaders:
    """A lock for readers and writers; readers behind a writer that gave up are not looked at."""

    def __init__(self, toro):
        self.toro = toro
        self.readers = 0
        self.writing = False
        self.line = deque()

    def fits(self, writer):
        return not self.writing and not (writer and self.readers)

    async def acquire(self, writer):
        if not self.line and self.fits(writer):
            return self.enter(writer)
        place = (self.toro.current_task(), writer)
        self.line.append(place)
        return await self.toro.park("the line", lambda: self.line.remove(place))

    def enter(self, writer):
        self.writing = writer
        self.readers += not writer

    def release(self, writer):
        self.writing = False
        self.readers -= not writer
        while self.line and self.fits(self.line[0][1]):
            task, writes = self.line.popleft()
            self.enter(writes)
            self.toro.unpark(task)


def test_readers_that_stay_behind_a_cancelled_writer_are_found():
    async def main(toro):
        lock = StuckReaders(toro)
        done = toro.Event()

        async def long_read():
            await lock.acquire(False)
            try:
                await done.wait()
            finally:
                lock.release(False)

        async def write():
            await lock.acquire(True)
            lock.release(True)

        async def read():
            await lock.acquire(False)
            done.set()
            lock.release(False)

        reader = toro.spawn(long_read)
        await toro.settle()
        writer = toro.spawn(write)
        await toro.settle()
        toro.spawn(read)
        await toro.settle()
        if writer.cancelled and not reader.cancelled:
            assert done.is_set(), "the reader waits for a writer that is gone"
        done.set()

    failure = explore(main, cancellations=1, like="trio").failure
    assert "a writer that is gone" in str(failure)
