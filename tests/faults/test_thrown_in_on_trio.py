"""Something thrown by hand into a wait on Trio, which itself asks first; or the wait is closed."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

import pytest
import trio
import trio.testing
from toro_conformance.waits import WAITS, Wait, name

import toro_anyio
import toro_trio

adapters = pytest.mark.parametrize("toro", [toro_trio, toro_anyio], ids=lambda toro: toro.__name__)
# All but one, which gives way to others before it waits.
AT_ONCE = [wait for wait in WAITS if wait.name != "condition.wait_for"]


class Unexpected(Exception):
    """Nothing that anybody here knows of."""


def throw(coroutine: Any) -> None:
    with pytest.raises(Unexpected):
        coroutine.throw(Unexpected())


def close(coroutine: Any) -> None:
    coroutine.close()


endings = pytest.mark.parametrize("end", [throw, close])


def machine_of(thing: Any) -> Any:
    return getattr(thing, "condition", thing)._machine


def on_trio(toro: Any, make: Callable[[Any], Any], begin: Callable[[Any], Any], end: Any) -> None:
    async def main() -> None:
        thing = make(toro)
        before = machine_of(thing).snapshot()
        coroutine = begin(thing)
        coroutine.send(None)
        end(coroutine)
        assert machine_of(thing).snapshot() == before

    trio.run(main)


@adapters
@endings
@pytest.mark.parametrize("when", [{}, {"timeout": 9}], ids=str)
@pytest.mark.parametrize("wait", AT_ONCE, ids=name)
def test_whoever_was_in_line_has_left_it(
    toro: Any, wait: Wait, end: Any, when: dict[str, Any]
) -> None:
    on_trio(toro, wait.busy, lambda it: wait.method(it)(*wait.arguments, **when), end)


@adapters
@endings
@pytest.mark.parametrize("kind", ["Lock", "Semaphore"])
def test_whoever_was_to_enter_has_left_the_line(toro: Any, kind: str, end: Any) -> None:
    def held(toro: Any) -> Any:
        thing = getattr(toro, kind)()
        thing.acquire_nowait()
        return thing

    on_trio(toro, held, lambda it: it.__aenter__(), end)


@adapters
@endings
def test_whoever_is_behind_is_let_in(toro: Any, end: Any) -> None:
    """A reader, by a writer that has left; and it is woken."""

    async def main() -> None:
        rwlock = toro.RWLock(2)
        rwlock.acquire_read_nowait()
        writer = rwlock.acquire_write()
        writer.send(None)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(rwlock.acquire_read)
            await trio.testing.wait_all_tasks_blocked()
            end(writer)
        assert rwlock.statistics().tasks_waiting == 0

    trio.run(main)


@adapters
@endings
def test_whoever_left_so_is_not_kept_while_others_wait(toro: Any, end: Any) -> None:
    async def main() -> None:
        lock = toro.Lock()
        lock.acquire_nowait()
        first, second, third = (lock.acquire() for _ in range(3))
        for coroutine in (first, second, third):
            coroutine.send(None)
        end(second)
        handles = [waiter.handle for waiter in deque.__iter__(lock._machine.line)]  # husks as well
        assert [handle is None for handle in handles] == [False, True, False]
        first.close()
        third.close()

    trio.run(main)
