"""One run of a scenario under one schedule, on asyncio's loop and on Trio's."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Iterator
from typing import Any

from .choices import Chooser
from .permuting import PermutingLoop, Stuck
from .scenarios import Scenario

__all__ = ["run_on_asyncio", "run_on_trio"]


def run_on_asyncio(scenario: type[Scenario], kit: Any, chooser: Chooser) -> None:
    """Run it; AssertionError, or what a client raised, if it went wrong."""
    loop = PermutingLoop(chooser)
    loop.set_exception_handler(lambda _loop, _context: None)
    try:
        with _running(loop):
            made = scenario(kit, lambda: asyncio.sleep(0))
            tasks = [loop.create_task(_client(client)) for client in made.clients()]
            loop.victims = tasks
            try:
                with contextlib.suppress(Stuck):
                    loop.run_until_complete(asyncio.wait(tasks))
                chooser.cancels = 0
                _judge(made, tasks)
            finally:
                _sweep(loop, tasks)
    finally:
        loop.close()


@contextlib.contextmanager
def _running(loop: PermutingLoop) -> Iterator[None]:
    asyncio.set_event_loop(loop)
    try:
        yield
    finally:
        asyncio.set_event_loop(None)


async def _client(client: Any) -> None:
    await client()


def _judge(made: Scenario, tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        if task.done() and not task.cancelled() and task.exception() is not None:
            raise task.exception()  # type: ignore[misc]
    stuck = sum(not task.done() for task in tasks)
    made.check(stuck, sum(task.cancelled() for task in tasks))


def _sweep(loop: PermutingLoop, tasks: list[asyncio.Task[None]]) -> None:
    """End what is still there, so that nothing of this run is left for the next."""
    for task in tasks:
        task.cancel()
    with contextlib.suppress(Stuck):
        loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))


def run_on_trio(scenario: type[Scenario], kit: Any, chooser: Chooser) -> None:
    """As on asyncio, with Trio's own freedom: the order of each batch, and cancel scopes."""
    import trio
    import trio.testing
    from trio._core import _run

    scopes: list[trio.CancelScope] = []
    ended: list[bool] = []

    class Cancels(trio.abc.Instrument):
        def before_task_step(self, task: trio.lowlevel.Task) -> None:
            live = [scope for scope in scopes if not scope.cancel_called]
            if chooser.cancels and live and (choice := chooser.choose(len(live) + 1)):
                chooser.cancels -= 1
                live[choice - 1].cancel()

    class Batches(random.Random):
        """Stands in for the source of randomness of Trio's scheduler."""

        def shuffle(self, batch: Any) -> None:
            for index in range(len(batch) - 1):
                chosen = index + chooser.choose(len(batch) - index)
                batch.insert(index, batch.pop(chosen))

        def random(self) -> float:
            return 0.0

    async def client(body: Any) -> None:
        with trio.CancelScope() as scope:
            scopes.append(scope)
            await body()
        scopes.remove(scope)
        ended.append(scope.cancelled_caught)

    async def main() -> None:
        made = scenario(kit, trio.lowlevel.checkpoint)
        async with trio.open_nursery() as nursery:
            bodies = made.clients()
            for body in bodies:
                nursery.start_soon(client, body)
            await trio.testing.wait_all_tasks_blocked()
            chooser.cancels = 0
            made.check(len(bodies) - len(ended), sum(ended))
            nursery.cancel_scope.cancel()

    private: Any = _run
    kept = private._r, private._ALLOW_DETERMINISTIC_SCHEDULING
    private._r, private._ALLOW_DETERMINISTIC_SCHEDULING = Batches(), True
    try:
        trio.run(main, instruments=[Cancels()])
    except BaseExceptionGroup as group:
        raise _first(group) from None
    finally:
        private._r, private._ALLOW_DETERMINISTIC_SCHEDULING = kept


def _first(error: BaseException) -> BaseException:
    return _first(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error
