"""The loops, on clocks that jump: what is waited for comes at once, and nothing is timed."""

from __future__ import annotations

import asyncio
import importlib
import selectors
from collections.abc import Awaitable, Callable
from typing import Any, Self

import pytest

__all__ = ["NAMES", "Crowd", "Loop", "loop_named"]

AsyncFunction = Callable[..., Awaitable[Any]]


class Crowd:
    """Tasks that are started together and are `over` together; an async context."""

    turn: AsyncFunction

    def __init__(self, size: int) -> None:
        self._left = size

    async def over(self) -> None:
        """Return when as many tasks have ended as were announced."""
        raise NotImplementedError

    def start(self, function: AsyncFunction, *args: Any) -> Callable[[], Any]:
        """Start a task, and return what cancels it."""
        raise NotImplementedError

    def start_bare(self, function: AsyncFunction, *args: Any) -> None:
        """Start a task that costs nothing beside itself, and does not count for `over`."""
        raise NotImplementedError

    def cancel_all(self) -> None:
        raise NotImplementedError

    def _open(self) -> None:
        raise NotImplementedError

    async def _member(self, function: AsyncFunction, *args: Any) -> None:
        try:
            await function(*args)
        finally:
            self._left -= 1
            if not self._left:
                self._open()

    async def until(self, happened: Callable[[], bool]) -> None:
        """Let the others run until it has."""
        while not happened():
            await self.turn()


class Loop:
    """One adapter on its loop."""

    crowd: type[Crowd]

    def __init__(self, name: str, adapter: str) -> None:
        self.name = name
        self.toro: Any = importlib.import_module(adapter)

    def run(self, main: AsyncFunction, *args: Any) -> Any:
        raise NotImplementedError


class _JumpingSelector(selectors.DefaultSelector):
    """Never waits: it moves the clock to where the next timer is."""

    now = 0.0

    def select(self, timeout: float | None = None) -> Any:
        ready = super().select(0)
        if not ready and timeout is None:
            raise RuntimeError("everything is blocked, and no timer is set")
        self.now += 0 if ready else timeout or 0
        return ready


class _JumpingLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self.clock = _JumpingSelector()
        super().__init__(self.clock)

    def time(self) -> float:
        return self.clock.now


class _AsyncioCrowd(Crowd):
    turn = staticmethod(lambda: asyncio.sleep(0))

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self._tasks: list[asyncio.Future[Any]] = []
        self._gate = asyncio.get_running_loop().create_future()

    async def over(self) -> None:
        await self._gate

    def _open(self) -> None:
        self._gate.set_result(None)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for result in await asyncio.gather(*self._tasks, return_exceptions=True):
            if isinstance(result, Exception):
                raise result

    def start(self, function: AsyncFunction, *args: Any) -> Callable[[], Any]:
        task = asyncio.ensure_future(self._member(function, *args))
        self._tasks.append(task)
        return task.cancel

    def start_bare(self, function: AsyncFunction, *args: Any) -> None:
        self._tasks.append(asyncio.ensure_future(function(*args)))

    def cancel_all(self) -> None:
        for task in self._tasks:
            task.cancel()


class _Asyncio(Loop):
    crowd = _AsyncioCrowd

    def run(self, main: AsyncFunction, *args: Any) -> Any:
        with asyncio.Runner(loop_factory=_JumpingLoop) as runner:
            return runner.run(main(*args))


class _Tornado(_Asyncio):
    def run(self, main: AsyncFunction, *args: Any) -> Any:
        from tornado.ioloop import IOLoop

        async def under_tornado() -> Any:
            IOLoop.current().time = asyncio.get_running_loop().time  # type: ignore[method-assign]
            return await main(*args)

        return super().run(under_tornado)


class _TrioCrowd(Crowd):
    def __init__(self, size: int) -> None:
        import trio

        super().__init__(size)
        gate = trio.Event()
        self.over, self._open = gate.wait, gate.set
        self.turn = trio.lowlevel.checkpoint
        self._new_scope = trio.CancelScope
        self._manager = trio.open_nursery()

    async def __aenter__(self) -> Self:
        self._nursery = await self._manager.__aenter__()
        self.start_bare = self._nursery.start_soon
        self.cancel_all = self._nursery.cancel_scope.cancel
        return self

    async def __aexit__(self, *error: object) -> Any:
        return await self._manager.__aexit__(*error)

    def start(self, function: AsyncFunction, *args: Any) -> Callable[[], Any]:
        scope = self._new_scope()

        async def within_scope() -> None:
            with scope:
                await self._member(function, *args)

        self._nursery.start_soon(within_scope)
        return scope.cancel


class _Trio(Loop):
    crowd = _TrioCrowd

    def run(self, main: AsyncFunction, *args: Any) -> Any:
        import trio
        import trio.testing

        return trio.run(main, *args, clock=trio.testing.MockClock(autojump_threshold=0))


NAMES = {
    "asyncio": (_Asyncio, "toro_asyncio", ()),
    "tornado": (_Tornado, "toro_tornado", ("tornado",)),
    "trio": (_Trio, "toro_trio", ("trio",)),
    "anyio-asyncio": (_Asyncio, "toro_anyio", ("anyio",)),
    "anyio-trio": (_Trio, "toro_anyio", ("anyio", "trio")),
}


def loop_named(name: str) -> Loop:
    kind, adapter, needs = NAMES[name]
    for module in needs:
        pytest.importorskip(module)
    return kind(name, adapter)
