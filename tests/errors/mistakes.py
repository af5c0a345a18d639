"""What people write by mistake, what it raises, and what to write instead: plain data.

The code is run as it stands, with the names that `scene` makes.  `docs/errors.md` is this table.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import copy
import dataclasses
import math
import time
from typing import Any

COROUTINES = ("asyncio", "trio", "anyio-asyncio", "anyio-trio", "sim", "sim-trio")
EVERYWHERE = (*COROUTINES, "tornado")


@dataclasses.dataclass(frozen=True)
class Mistake:
    written: str
    error: str
    """The exception: a builtin's name, or one of the adapter's."""
    says: tuple[str, ...]
    """What the message must contain."""
    instead: str
    before: str = ""
    """What has happened, as code."""
    asleep: str = ""
    """A method that some task waits in meanwhile."""
    where: str = "here"
    """Or in `a second loop`, or in `a thread`."""
    on: tuple[str, ...] = EVERYWHERE
    unawaited: str = ""
    """The coroutine that Python warns was never awaited; on Tornado it is a Future, and runs."""


def scene(toro: Any) -> dict[str, Any]:
    """The names that the code uses."""
    lock = toro.Lock(name="door")
    return {
        "toro": toro,
        "lock": lock,
        "semaphore": toro.BoundedSemaphore(2, name="seats"),
        "rwlock": toro.RWLock(2, name="book"),
        "condition": toro.Condition(lock=lock, name="news"),
        "event": toro.Event(name="start"),
        "result": toro.AsyncResult(name="answer"),
        "queue": toro.Queue(1, name="jobs"),
        "future": concurrent.futures.Future(),
        "asyncio": asyncio,
        "copy": copy,
        "math": math,
        "time": time,
    }


WITH = (
    Mistake(
        "with lock: pass",
        "RuntimeError",
        ("Lock 'door' in a plain `with`", "`async with …:`", "`with await ….acquire():`"),
        "async with lock: …",
    ),
    Mistake(
        "with rwlock: pass",
        "RuntimeError",
        ("plain `with`", "RWLock", "`async with rwlock.reader:`", "rwlock.writer"),
        "async with rwlock.reader: …",
    ),
    Mistake(
        "async with rwlock: pass",
        "RuntimeError",
        ("RWLock 'book'", "to read or to write", "`async with rwlock.reader:`", "rwlock.writer"),
        "async with rwlock.reader: …",
    ),
    Mistake(
        "with rwlock.reader: pass",
        "RuntimeError",
        ("plain `with`", "`async with rwlock.reader:`", "acquire_read()"),
        "async with rwlock.reader: …",
    ),
    Mistake(
        "with rwlock.writer: pass",
        "RuntimeError",
        ("plain `with`", "`async with rwlock.writer:`", "acquire_write()"),
        "async with rwlock.writer: …",
    ),
    Mistake(
        "with lock.acquire(): pass",
        "TypeError",
        ("context manager",),
        "with await lock.acquire(): …",
        unawaited="Lock.acquire",
    ),
    Mistake(
        "lock.acquire()\nlock.release()",
        "RuntimeError",
        ("Lock 'door'", "not held", "release() without acquire()"),
        "await lock.acquire()",
        on=COROUTINES,
        unawaited="Lock.acquire",
    ),
    Mistake(
        "future.add_done_callback(lambda done: queue.put(done.result()))\n"
        "future.set_result('a')\n"
        "queue.get_nowait()",
        "Empty",
        ("Queue 'jobs'", "is empty"),
        "future.add_done_callback(lambda done: queue.put_nowait(done.result()))",
        on=COROUTINES,
        unawaited="Queue.put",
    ),
    Mistake(
        "future.add_done_callback(lambda done: lock.acquire())\n"
        "future.set_result('a')\n"
        "lock.acquire_nowait()",
        "WouldBlock",
        ("Lock 'door'", "is held"),
        "future.add_done_callback(lambda done: IOLoop.current().spawn_callback(work))",
        on=("tornado",),
    ),
    Mistake(
        "await lock.release()",
        "TypeError",
        ("NoneType", "await"),
        "lock.release()",
        before="lock.acquire_nowait()",
    ),
    Mistake(
        "for item in queue: pass",
        "TypeError",
        ("'Queue' object is not iterable",),
        "async for item in queue: …",
    ),
    Mistake(
        "guard = await lock.acquire()\nwith guard: pass\nwith guard: pass",
        "RuntimeError",
        ("one `with` only", "acquire again"),
        "with await lock.acquire(): …",
    ),
)

RELEASES = (
    Mistake(
        "lock.release()",
        "RuntimeError",
        ("Lock 'door'", "not held", "release() without acquire()"),
        "async with lock: …",
    ),
    Mistake(
        "semaphore.release()",
        "ValueError",
        ("BoundedSemaphore 'seats'", "released too often", "2 permits are free"),
        "async with semaphore: …",
    ),
    Mistake(
        "rwlock.release_read()",
        "RuntimeError",
        ("RWLock 'book'", "no reader", "release_read() without acquire_read()"),
        "async with rwlock.reader: …",
    ),
    Mistake(
        "rwlock.release_read()",
        "RuntimeError",
        ("RWLock 'book'", "no reader", "held to write", "release_write()"),
        "rwlock.release_write()",
        before="rwlock.acquire_write_nowait()",
    ),
    Mistake(
        "rwlock.release_write()",
        "RuntimeError",
        ("RWLock 'book'", "no writer", "release_write() without acquire_write()"),
        "async with rwlock.writer: …",
    ),
    Mistake(
        "rwlock.release_write()",
        "RuntimeError",
        ("RWLock 'book'", "no writer", "held to read", "release_read()"),
        "rwlock.release_read()",
        before="rwlock.acquire_read_nowait()",
    ),
    Mistake(
        "queue.task_done()",
        "ValueError",
        ("task_done()", "Queue 'jobs'", "more often than items were put"),
        "queue.task_done()  # once for each item",
    ),
)

TIMES = (
    Mistake(
        "await lock.acquire(deadline=time.time() + 5)",
        "ValueError",
        ("looks like time.time()", "this loop's clock reads", "timeout="),
        "await lock.acquire(timeout=5)",
        before="lock.acquire_nowait()",
        on=COROUTINES,
    ),
    Mistake(
        "await lock.acquire(5)",
        "Timeout",
        ("Lock 'door'", "995 s before the wait", "loop's clock", "timeout="),
        "await lock.acquire(timeout=5)",
        before="lock.acquire_nowait()",
    ),
    Mistake(
        "await lock.acquire(time.time() + 5, timeout=5)",
        "TypeError",
        ("deadline=", "timeout=", "not both"),
        "await lock.acquire(timeout=5)",
    ),
    Mistake(
        "await lock.acquire(timeout='5')",
        "TypeError",
        ("timeout must be a number of seconds, a timedelta or None", "'5'"),
        "await lock.acquire(timeout=5)",
    ),
    Mistake(
        "await lock.acquire(True)",
        "TypeError",
        ("deadline must be a point on the loop's clock", "True"),
        "await lock.acquire()",
    ),
    Mistake(
        "await queue.get(timeout=math.nan)",
        "ValueError",
        ("timeout must not be NaN",),
        "await queue.get(timeout=None)",
    ),
)

ARGUMENTS = (
    Mistake(
        "toro.Queue(None)",
        "TypeError",
        ("maxsize must be a number, 0 for no limit", "None"),
        "toro.Queue(0)",
    ),
    Mistake(
        "toro.Queue(-1)",
        "ValueError",
        ("maxsize must be 0 (no limit) or more", "-1"),
        "toro.Queue(0)",
    ),
    Mistake(
        "toro.Queue(1, initial=['a', 'b'])",
        "ValueError",
        ("2 initial items do not fit", "maxsize 1"),
        "toro.Queue(2, initial=['a', 'b'])",
    ),
    Mistake(
        "toro.Semaphore(True)",
        "TypeError",
        ("value must be an int", "True"),
        "toro.Semaphore(1)",
    ),
    Mistake(
        "toro.Semaphore(-1)",
        "ValueError",
        ("value must be 0 or more", "-1"),
        "toro.Semaphore(0)",
    ),
    Mistake(
        "toro.RWLock(0)",
        "ValueError",
        ("max_readers must be 1 or more, or None for no limit", "0"),
        "toro.RWLock(None)",
    ),
    Mistake(
        "toro.Lock(name=7)",
        "TypeError",
        ("name must be a str or None", "7"),
        "toro.Lock(name='7')",
    ),
    Mistake(
        "copy.deepcopy(lock)",
        "TypeError",
        ("Lock 'door'", "cannot be copied or pickled", "make a new one"),
        "toro.Lock()",
    ),
)

CONDITIONS = (
    Mistake(
        "toro.Condition(lock=asyncio.Lock())",
        "TypeError",
        ("lock must be a toro_", ".Lock or None", "not asyncio.Lock"),
        "toro.Condition(lock=toro.Lock())",
    ),
    Mistake(
        "toro.Condition(lock=other.Lock())",
        "TypeError",
        ("lock must be a toro_", ".Lock or None", "not toro_"),
        "toro.Condition(lock=toro.Lock())",
    ),
    Mistake(
        "toro.Condition(lock=semaphore)",
        "TypeError",
        ("lock must be a toro_", ".Lock or None", ".BoundedSemaphore"),
        "toro.Condition(lock=toro.Lock())",
    ),
    Mistake(
        "toro.Condition(lock)",
        "TypeError",
        ("first parameter is io_loop", "Condition(lock=lock)"),
        "toro.Condition(lock=lock)",
        on=("tornado",),
    ),
    Mistake(
        "await condition.wait()",
        "RuntimeError",
        ("wait on Condition 'news'", "without holding its lock", "`async with condition:`"),
        "async with condition: await condition.wait()",
    ),
    Mistake(
        "condition.notify()",
        "RuntimeError",
        ("notify on Condition 'news'", "without holding its lock", "`async with condition:`"),
        "async with condition: condition.notify()",
    ),
    Mistake(
        "condition.notify_all()",
        "RuntimeError",
        ("notify on Condition 'news'", "without holding its lock", "`async with condition:`"),
        "async with condition: condition.notify_all()",
    ),
    Mistake(
        "async with toro.Condition(): pass",
        "RuntimeError",
        ("this Condition has no lock", "Condition(lock=Lock())"),
        "toro.Condition(lock=toro.Lock())",
    ),
    Mistake(
        "condition.notify('all')",
        "TypeError",
        ("n must be an int", "'all'"),
        "condition.notify_all()",
        before="lock.acquire_nowait()",
    ),
    Mistake(
        "condition.notify(-1)",
        "ValueError",
        ("n must be 0 or more", "-1"),
        "condition.notify_all()",
        before="lock.acquire_nowait()",
    ),
)

NOWAIT = (
    Mistake(
        "lock.acquire_nowait()",
        "WouldBlock",
        ("Lock 'door'", "is held", "await acquire()"),
        "await lock.acquire()",
        before="lock.acquire_nowait()",
    ),
    Mistake(
        "queue.get_nowait()",
        "Empty",
        ("Queue 'jobs'", "is empty", "await get()"),
        "await queue.get()",
    ),
    Mistake(
        "queue.put_nowait('b')",
        "Full",
        ("Queue 'jobs'", "is full", "await put()"),
        "await queue.put('b')",
        before="queue.put_nowait('a')",
    ),
    Mistake(
        "queue.put_nowait('a')",
        "ShutDown",
        ("Queue 'jobs'", "was shut down", "no more puts"),
        "queue.shutdown()  # after the last put",
        before="queue.shutdown()",
    ),
    Mistake(
        "await queue.put('a')",
        "ShutDown",
        ("Queue 'jobs'", "was shut down", "no more puts"),
        "queue.shutdown()  # after the last put",
        before="queue.shutdown()",
    ),
    Mistake(
        "await queue.get()",
        "ShutDown",
        ("Queue 'jobs'", "was shut down", "nothing left to get"),
        "async for item in queue: …",
        before="queue.shutdown()",
    ),
)

SIGNALS = (
    Mistake(
        "if event: pass",
        "NotImplementedError",
        ("always true", "`if event.is_set():`"),
        "if event.is_set(): …",
    ),
    Mistake(
        "result.set(2)",
        "AlreadySet",
        ("AsyncResult 'answer'", "has been set", "keeps its result"),
        "result = toro.AsyncResult()  # one for each answer",
        before="result.set(1)",
    ),
    Mistake(
        "result.get_nowait()",
        "NotReady",
        ("AsyncResult 'answer'", "not set yet", "await get()"),
        "await result.get()",
    ),
    Mistake(
        "result.set_exception('went wrong')",
        "TypeError",
        ("set_exception() takes an exception", "'went wrong'"),
        "result.set_exception(ValueError('went wrong'))",
    ),
)

LOOPS = (
    Mistake(
        "await other.Queue().get()",
        "RuntimeError",
        ("no ", " loop is running here"),
        "await toro.Queue().get()",
        on=("asyncio", "trio", "anyio-trio", "sim", "sim-trio"),
    ),
    Mistake(
        "toro.Lock(asyncio.get_running_loop())",
        "TypeError",
        ("io_loop must be an IOLoop of Tornado, not <", "leave it out, or pass IOLoop.current()"),
        "toro.Lock()",
        on=("tornado",),
    ),
    Mistake(
        "toro.Event('start')",
        "TypeError",
        ("io_loop must be an IOLoop of Tornado, not 'start'", "leave it out"),
        "toro.Event(name='start')",
        on=("tornado",),
    ),
    Mistake(
        "await lock.acquire()",
        "RuntimeError",
        ("Lock 'door'", "held or waited for on", "cannot be used on", "an object of its own"),
        "a Lock for each loop",
        before="lock.acquire_nowait()",
        where="a second loop",
    ),
    Mistake(
        "lock.release()",
        "RuntimeError",
        ("Lock 'door'", "held or waited for on", "cannot be used on", "release it there first"),
        "a Lock for each loop",
        before="lock.acquire_nowait()",
        where="a second loop",
    ),
    Mistake(
        "event.set()",
        "RuntimeError",
        ("Event 'start'", "in use on ", "in another thread"),
        "loop.call_soon_threadsafe(event.set)",
        asleep="event.wait",
        where="a thread",
    ),
    Mistake(
        "queue.put_nowait('a')",
        "RuntimeError",
        ("Queue 'jobs'", "in use on ", "in another thread"),
        "loop.call_soon_threadsafe(queue.put_nowait, 'a')",
        asleep="queue.get",
        where="a thread",
    ),
)

CHAPTERS = {
    "`with` and `await`": WITH,
    "Releasing": RELEASES,
    "Deadlines and timeouts": TIMES,
    "Arguments": ARGUMENTS,
    "Conditions": CONDITIONS,
    "Calls that do not wait, and queues that are shut down": NOWAIT,
    "Events and results": SIGNALS,
    "Other loops and threads": LOOPS,
}
