"""The loops: how to start, settle and cancel tasks on each.

A scenario asks these few things of its loop and is otherwise plain ``async`` code.
"""

import asyncio
import importlib.util
import types
from collections.abc import Awaitable, Callable, Generator
from typing import Any, Self

__all__ = ["Countdown", "Loop", "by_name"]

AsyncFunction = Callable[..., Awaitable[Any]]


class Loop:
    """What a scenario may ask of an event loop."""

    name: str
    needs: tuple[str, ...] = ()
    """The modules without which the loop does not exist."""

    turn: AsyncFunction
    """Let every other task that is ready go first."""
    tasks: Callable[[], Any]
    """An async context that waits for the tasks it was told to `start`.

    `start_cancellable` also returns what cancels the task, which costs Trio a scope.
    """
    gate: Callable[[], Any]
    """Something to `open` once, and to await with ``passed()``."""
    current: Callable[[], object]
    """The running task."""
    settle: AsyncFunction
    """Wait until every other task is blocked; say how many of them have to go `one_by_one`,
    through a lock.
    """

    def run(self, main: AsyncFunction, *args: Any) -> Any:
        """Run ``main(*args)`` on a fresh loop."""
        raise NotImplementedError

    async def together(self, *functions: AsyncFunction) -> None:
        """Run all of them at once, to the end."""
        async with self.tasks() as tasks:
            for function in functions:
                tasks.start(function)


class Countdown:
    """Opens a gate when it has been called `left` times."""

    __slots__ = ("left", "open")

    def __init__(self, left: int, gate: Any) -> None:
        self.left = left
        self.open = gate.open

    def __call__(self) -> None:
        self.left -= 1
        if not self.left:
            self.open()


# asyncio, uvloop and Tornado


class AsyncioTasks:
    def __init__(self) -> None:
        self._tasks: list[asyncio.Future[Any]] = []

    async def __aenter__(self) -> Self:
        return self

    def start_cancellable(self, function: AsyncFunction, *args: Any) -> Callable[[], Any]:
        task = asyncio.ensure_future(function(*args))
        self._tasks.append(task)
        return task.cancel

    start = start_cancellable

    def cancel_all(self) -> None:
        for task in self._tasks:
            task.cancel()

    async def __aexit__(self, error: object, *_: object) -> None:
        if error is not None:
            self.cancel_all()
        for result in await asyncio.gather(*self._tasks, return_exceptions=True):
            if isinstance(result, Exception):
                raise result


class AsyncioGate:
    def __init__(self) -> None:
        self._future = asyncio.get_running_loop().create_future()

    def open(self) -> None:
        self._future.set_result(None)

    def passed(self) -> Awaitable[None]:
        return self._future


@types.coroutine
def asyncio_turn() -> Generator[None, None, None]:
    yield


async def asyncio_settle(one_by_one: int = 0) -> None:
    """asyncio cannot be asked whether all are blocked; these are more turns than any kit needs to
    get there.
    """
    for _ in range(12 + 4 * one_by_one):
        await asyncio_turn()


class AsyncioLoop(Loop):
    name = "asyncio"
    turn = staticmethod(asyncio_turn)
    tasks = AsyncioTasks
    gate = AsyncioGate
    current = staticmethod(asyncio.current_task)
    settle = staticmethod(asyncio_settle)

    def new_loop(self) -> asyncio.AbstractEventLoop:
        return asyncio.new_event_loop()

    def run(self, main: AsyncFunction, *args: Any) -> Any:
        with asyncio.Runner(loop_factory=self.new_loop) as runner:
            return runner.run(main(*args))


class UvloopLoop(AsyncioLoop):
    name = "uvloop"
    needs = ("uvloop",)

    def new_loop(self) -> asyncio.AbstractEventLoop:
        import uvloop

        return uvloop.new_event_loop()


class TornadoLoop(AsyncioLoop):
    name = "tornado"
    needs = ("tornado",)

    def run(self, main: AsyncFunction, *args: Any) -> Any:
        from tornado.ioloop import IOLoop

        async def under_tornado() -> Any:
            IOLoop.current()  # takes the running asyncio loop for its own
            return await main(*args)

        return super().run(under_tornado)


# Trio


class TrioTasks:
    def __init__(self) -> None:
        import trio

        self._new_scope = trio.CancelScope
        self._manager = trio.open_nursery()

    async def __aenter__(self) -> Self:
        self._nursery = await self._manager.__aenter__()
        self.start = self._nursery.start_soon
        self.cancel_all = self._nursery.cancel_scope.cancel
        return self

    def start_cancellable(self, function: AsyncFunction, *args: Any) -> Callable[[], Any]:
        scope = self._new_scope()

        async def within_scope() -> None:
            with scope:
                await function(*args)

        self._nursery.start_soon(within_scope)
        return scope.cancel

    async def __aexit__(self, *error: object) -> Any:
        return await self._manager.__aexit__(*error)


class TrioGate:
    def __init__(self) -> None:
        import trio

        event = trio.Event()
        self.open, self.passed = event.set, event.wait


class TrioLoop(Loop):
    name = "trio"
    needs = ("trio",)
    tasks = TrioTasks
    gate = TrioGate

    def __init__(self) -> None:
        import trio
        import trio.testing

        self.turn = trio.lowlevel.cancel_shielded_checkpoint
        self.current = trio.lowlevel.current_task
        self._settle = trio.testing.wait_all_tasks_blocked

    async def settle(self, one_by_one: int = 0) -> None:  # type: ignore[override]
        await self._settle()

    def run(self, main: AsyncFunction, *args: Any) -> Any:
        import trio

        return trio.run(main, *args, strict_exception_groups=True)


_LOOPS = (AsyncioLoop, UvloopLoop, TornadoLoop, TrioLoop)


def by_name() -> dict[str, Loop]:
    """Every loop that is installed."""
    return {loop.name: loop() for loop in _LOOPS if all(map(importlib.util.find_spec, loop.needs))}
