"""A kit that writes down what happens to its primitives, so that a scenario can be held to what it
claims.

Nothing here is timed: each scenario runs once like this for every kit before its first sample.
"""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from .kits import Kit
from .operations import Condition, Event, Lock, Queue, RWLock
from .scenarios import Entry, Log, Scenario

__all__ = ["BrokenClaim", "Unmetered", "check"]


class BrokenClaim(Exception):
    """A scenario did not do with this kit what its name says."""


class Unmetered:
    def __enter__(self) -> None:
        pass

    def __exit__(self, *error: object) -> None:
        pass


def check(scenario: Scenario, kit: Kit, count: int) -> None:
    """Run the scenario once, watched, and raise `BrokenClaim` if it was not what it says."""
    log = Log()
    done = kit.loop.run(scenario.body, _Watched(kit, log), count, Unmetered())
    if not scenario.claim(log, done or count):
        raise BrokenClaim(f"{scenario.name} did not do what it says with {kit.name}")


class _Watched:
    """Stands in for a kit: its operations, each writing to the log before and after."""

    def __init__(self, kit: Kit, log: Log) -> None:
        self._kit, self._log = kit, log
        self.loop, self.deadline, self.yields = kit.loop, kit.deadline, kit.yields

    def lock(self) -> Lock:
        return self._lock(self._kit.lock())

    def timed_lock(self) -> Lock:
        return self._lock(self._kit.timed_lock())

    def semaphore(self, value: int) -> Lock:
        return self._lock(self._kit.semaphore(value))

    def timed_semaphore(self, value: int) -> Lock:
        return self._lock(self._kit.timed_semaphore(value))

    def event(self) -> Event:
        event = self._kit.event()
        return Event(self._act(event.set, "set"), self._wait(event.wait, "waiting", "waited"))

    def condition(self) -> Condition:
        return self._condition(self._kit.condition())

    def bare_condition(self) -> Condition:
        return self._condition(self._kit.bare_condition())

    def queue(self, maxsize: int) -> Queue:
        return self._queue(self._kit.queue(maxsize))

    def timed_queue(self, maxsize: int) -> Queue:
        return self._queue(self._kit.timed_queue(maxsize))

    def priority_queue(self) -> Queue:
        return self._queue(self._kit.priority_queue())

    def joinable_queue(self) -> Queue:
        return self._queue(self._kit.joinable_queue())

    def rwlock(self) -> RWLock:
        lock = self._kit.rwlock()
        return RWLock(
            self._wait(lock.acquire_read, "asking", "reading"),
            self._act(lock.release_read, "read"),
            self._wait(lock.acquire_write, "asking", "writing"),
            self._act(lock.release_write, "wrote"),
        )

    def _lock(self, lock: Lock) -> Lock:
        return Lock(
            self._wait(lock.acquire, "asking", "acquired"),
            self._act(lock.release, "releasing"),
            _Scope(lock.scope, self._write),
        )

    def _condition(self, condition: Condition) -> Condition:
        return Condition(
            self._wait(condition.wait, "waiting", "waited"),
            self._act(condition.notify, "notify"),
            self._act(condition.notify_all, "notify_all"),
            None if condition.scope is None else _Scope(condition.scope, self._write),
        )

    def _queue(self, queue: Queue) -> Queue:
        def put_nowait(item: Any) -> None:
            self._write("putting", item)
            queue.put_nowait(item)
            self._write("put", item)

        def get_nowait() -> Any:
            self._write("getting")
            item = queue.get_nowait()
            self._write("got", item)
            return item

        return Queue(
            self._wait(queue.put, "putting", "put"),
            self._wait(queue.get, "getting", "got"),
            put_nowait,
            get_nowait,
            queue.task_done and self._act(queue.task_done, "done"),
            queue.join and self._wait(queue.join, "joining", "joined"),
        )

    def _act(self, act: Callable[..., Any], what: str) -> Callable[..., Any]:
        def watched(*args: Any) -> Any:
            self._write(what)
            return act(*args)

        return watched

    def _wait(
        self, wait: Callable[..., Awaitable[Any]], before: str, after: str
    ) -> Callable[..., Awaitable[Any]]:
        async def watched(*args: Any, **limit: Any) -> Any:
            self._write(before, *args)
            try:
                result = await wait(*args, **limit)
            except BaseException:
                self._write("gone")
                raise
            self._write(
                "gone" if result is False else after, *(args or (result,))
            )  # False: aiologic's timeout
            return result

        return watched

    def _write(self, what: str, value: Any = None) -> None:
        self._log.append(Entry(what, self.loop.current(), value))


class _Scope:
    def __init__(
        self, scope: AbstractAsyncContextManager[Any], write: Callable[[str], None]
    ) -> None:
        self._scope, self._write = scope, write

    async def __aenter__(self) -> None:
        self._write("asking")
        await self._scope.__aenter__()
        self._write("acquired")

    async def __aexit__(self, *error: object) -> Any:
        self._write("releasing")
        return await self._scope.__aexit__(*error)
