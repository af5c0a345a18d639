"""What a kit is: one library on one loop, under the names the scenarios use."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any

from ..loops import Loop
from ..operations import Condition, Event, Lock, Queue, RWLock

__all__ = ["AsyncBlock", "Block", "Deadline", "Keyword", "Kit"]

Waits = Callable[..., Awaitable[Any]]
Acts = Callable[[], Any]


class Deadline:
    """How a library's user puts a limit on a wait; `Expired` is what it raises."""

    Expired: tuple[type[BaseException], ...]

    async def repeat(
        self, count: int, seconds: float, wait: Waits, then: Acts, hold: Waits | None = None
    ) -> None:
        """`count` times: ``wait()`` within `seconds`, ``hold()`` if it is given, and ``then()``."""
        raise NotImplementedError

    async def once(self, seconds: float, wait: Waits) -> Any:
        raise NotImplementedError


class Keyword(Deadline):
    """``await wait(timeout=seconds)``."""

    def __init__(
        self, *expired: type[BaseException], to_span: Callable[[float], Any] = float
    ) -> None:
        self.Expired = expired
        self._to_span = to_span

    async def repeat(
        self, count: int, seconds: float, wait: Waits, then: Acts, hold: Waits | None = None
    ) -> None:
        span = self._to_span(seconds)
        for _ in range(count):
            await wait(timeout=span)
            if hold is not None:
                await hold()
            then()

    async def once(self, seconds: float, wait: Waits) -> Any:
        return await wait(timeout=self._to_span(seconds))


class AsyncBlock(Deadline):
    """``async with timeout(seconds): await wait()``."""

    def __init__(self, scope: Callable[[float], Any], *expired: type[BaseException]) -> None:
        self.Expired = expired
        self._scope = scope

    async def repeat(
        self, count: int, seconds: float, wait: Waits, then: Acts, hold: Waits | None = None
    ) -> None:
        scope = self._scope
        for _ in range(count):
            async with scope(seconds):
                await wait()
            if hold is not None:
                await hold()
            then()

    async def once(self, seconds: float, wait: Waits) -> Any:
        async with self._scope(seconds):
            return await wait()


class Block(Deadline):
    """``with move_on_after(seconds): await wait()``; once() asks for the form that raises."""

    def __init__(
        self,
        move_on: Callable[[float], Any],
        fail: Callable[[float], Any],
        *expired: type[BaseException],
    ) -> None:
        self.Expired = expired
        self._move_on, self._fail = move_on, fail

    async def repeat(
        self, count: int, seconds: float, wait: Waits, then: Acts, hold: Waits | None = None
    ) -> None:
        scope = self._move_on
        for _ in range(count):
            with scope(seconds):
                await wait()
            if hold is not None:
                await hold()
            then()

    async def once(self, seconds: float, wait: Waits) -> Any:
        with self._fail(seconds):
            return await wait()


class Kit:
    """One library on one loop. What it does not have stays None and is left out."""

    library: str
    needs: tuple[str, ...] = ()
    """The modules it imports."""
    loops: tuple[str, ...]
    """The names of the loops it runs on."""
    yields = False
    """Does an operation that need not wait let others go first? Then its floor does too."""
    floor = False
    crowds = True
    """May thousands of its waiters be cancelled?"""

    deadline: Deadline | None = None
    lock: Callable[[], Lock] | None = None
    semaphore: Callable[[int], Lock] | None = None
    event: Callable[[], Event] | None = None
    condition: Callable[[], Condition] | None = None
    bare_condition: Callable[[], Condition] | None = None
    queue: Callable[[int], Queue] | None = None  # 0 is unbounded
    priority_queue: Callable[[], Queue] | None = None
    joinable_queue: Callable[[], Queue] | None = None
    rwlock: Callable[[], RWLock] | None = None

    # For construction and idle size: the library's own object, not its methods.
    makes: Mapping[str, Callable[[], Any]] = MappingProxyType({})

    def __init__(self, loop: Loop) -> None:
        self.loop = loop

    @property
    def name(self) -> str:
        return f"{self.loop.name}/{self.library}"

    def timed_lock(self) -> Lock:
        """A lock to be used under a deadline."""
        assert self.lock is not None
        return self.lock()

    def timed_semaphore(self, value: int) -> Lock:
        assert self.semaphore is not None
        return self.semaphore(value)

    def timed_queue(self, maxsize: int) -> Queue:
        """A queue to be used under a deadline."""
        assert self.queue is not None
        return self.queue(maxsize)

    def offers(self, *operations: str) -> bool:
        return all(getattr(self, operation) is not None for operation in operations)
