"""While an object is in use on one loop, another may not use it, whether it would wait or not."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from toro_conformance.case import needs, perform
from toro_conformance.cases.test_binding import elsewhere, outside
from toro_conformance.cases.test_binding_nowait import refused_elsewhere
from toro_conformance.driver import Driver
from toro_conformance.world import World


@dataclasses.dataclass(frozen=True)
class Use:
    """A call to an object that is in use, and would not wait."""

    name: str
    make: Callable[[Any], Any]
    call: Callable[[Any], object]
    take: Callable[[Any], object] = lambda thing: None
    """Hold it, without waiting."""
    wait: str | None = None
    """The method in which somebody waits for it."""
    arguments: tuple[Any, ...] = ()

    async def start(self, t: World, thing: Any) -> None:
        self.take(thing)
        if self.wait is not None:
            await t.park(getattr(thing, self.wait), *self.arguments)


class Entered:
    """A lock, and the guard of who is in its ``with`` block."""

    def __init__(self, toro: Any) -> None:
        self.lock: Any = toro.Lock()
        self.statistics: Any = self.lock.statistics

    def take(self) -> None:
        self.guard: Any = self.lock.acquire_nowait()
        self.guard.__enter__()

    def leave(self) -> None:
        self.guard.__exit__()


def held(kind: str, *arguments: Any, how: str = "", call: str) -> Use:
    return Use(
        f"{kind}.{call} while held{how}",
        lambda toro: getattr(toro, kind)(*arguments),
        lambda thing: getattr(thing, call)(),
        lambda thing: getattr(thing, f"acquire{how}_nowait")(),
    )


def monitor(call: str) -> Use:
    """Its lock is held, though nobody waits for a notification."""
    return Use(
        f"Condition.{call} while held",
        lambda toro: toro.Condition(lock=toro.Lock()),
        lambda condition: getattr(condition, call)(),
        lambda condition: condition.acquire_nowait(),
    )


def awaited(kind: str, wait: str, call: str, *arguments: Any) -> Use:
    return Use(
        f"{kind}.{call} while in {wait}",
        lambda toro: getattr(toro, kind)(),
        lambda thing: getattr(thing, call)(*arguments),
        wait=wait,
    )


def full(call: str, *arguments: Any) -> Use:
    return Use(
        f"Queue.{call} while in put",
        lambda toro: toro.Queue(maxsize=1, initial=["a"]),
        lambda queue: getattr(queue, call)(*arguments),
        wait="put",
        arguments=("b",),
    )


def at_work(toro: Any, kind: str) -> Any:
    """A queue of which one item is worked on, one is left, and there is room for one."""
    queue = getattr(toro, kind)(maxsize=2, initial=["a", "b"])
    queue.get_nowait()
    return queue


def drained(toro: Any) -> Any:
    """A queue whose items are worked on: there is none left."""
    queue = toro.Queue(initial=["a", "b"])
    queue.get_nowait()
    queue.get_nowait()
    return queue


def joined(kind: str, call: str, *arguments: Any) -> Use:
    return Use(
        f"{kind}.{call} while in join",
        lambda toro: at_work(toro, kind),
        lambda queue: getattr(queue, call)(*arguments),
        wait="join",
    )


RELEASES = [
    held("Lock", call="release"),
    Use("Lock's guard", Entered, lambda it: it.leave(), lambda it: it.take()),
    held("Semaphore", 2, call="release"),
    held("BoundedSemaphore", 2, call="release"),
    held("RWLock", None, how="_read", call="release_read"),
    held("RWLock", None, how="_write", call="release_write"),
    *(monitor(call) for call in ("notify", "notify_all", "release")),
    *(awaited("Condition", "wait", call) for call in ("notify", "notify_all")),
    *(awaited("Event", "wait", call) for call in ("set", "clear")),
    awaited("AsyncResult", "get", "set", "value"),
    awaited("Queue", "get", "shutdown"),
    Use("Queue.task_done while in get", drained, lambda queue: queue.task_done(), wait="get"),
    full("task_done"),
    *(
        joined(kind, call, *arguments)
        for kind in ("Queue", "PriorityQueue", "LifoQueue")
        for call, *arguments in (
            ("put_nowait", "c"),
            ("get_nowait",),
            ("task_done",),
            ("shutdown",),
        )
    ),
]
"""What may let somebody go on."""

USES = [
    *RELEASES,
    held("Lock", call="acquire_nowait"),
    held("Semaphore", 2, call="acquire_nowait"),
    held("BoundedSemaphore", 2, call="acquire_nowait"),
    held("RWLock", None, how="_read", call="acquire_read_nowait"),
    held("RWLock", None, how="_read", call="acquire_write_nowait"),
    monitor("acquire_nowait"),
    awaited("AsyncResult", "get", "get_nowait"),
    awaited("Queue", "get", "put_nowait", "a"),
    awaited("Queue", "get", "get_nowait"),
    awaited("PriorityQueue", "get", "get_nowait"),
    full("put_nowait", "b"),
    full("get_nowait"),
]


@pytest.mark.parametrize("use", USES, ids=lambda use: use.name)
def test_a_call_on_a_second_loop_is_refused_and_names_both(
    toro_driver: type[Driver], use: Use
) -> None:
    thing = use.make(toro_driver.toro)

    async def ask(t: World) -> None:
        use.call(thing)

    async def first(t: World) -> None:
        await use.start(t, thing)
        before = thing.statistics()
        refused_elsewhere(toro_driver, ask)
        assert thing.statistics() == before

    perform(toro_driver, first)


@pytest.mark.parametrize("use", RELEASES, ids=lambda use: use.name)
def test_a_call_in_a_thread_without_a_loop_is_refused(toro_driver: type[Driver], use: Use) -> None:
    thing = use.make(toro_driver.toro)

    async def first(t: World) -> None:
        await use.start(t, thing)
        before = thing.statistics()
        with pytest.raises(RuntimeError, match=r"in use on .* thread"):
            outside(lambda: use.call(thing))
        assert thing.statistics() == before

    perform(toro_driver, first)


def test_who_would_take_it_in_a_thread_without_a_loop_is_told_that_there_is_none(
    toro_driver: type[Driver],
) -> None:
    semaphore = toro_driver.toro.Semaphore(2)

    async def first(t: World) -> None:
        semaphore.acquire_nowait()
        with pytest.raises(RuntimeError, match=r"on <.* at 0x.*>, .* used where no loop runs: "):
            outside(semaphore.acquire_nowait)
        assert semaphore.counter == 1

    perform(toro_driver, first)


@pytest.mark.parametrize("kind", ["Queue", "PriorityQueue", "LifoQueue"])
@pytest.mark.parametrize("call", [("put", "c"), ("get",)], ids=["put", "get"])
def test_a_second_loop_is_refused_while_someone_joins_though_it_need_not_wait(
    toro_driver: type[Driver], kind: str, call: tuple[str, ...]
) -> None:
    queue = at_work(toro_driver.toro, kind)
    method, *arguments = call

    async def first(t: World) -> None:
        joiner = await t.park(queue.join)
        before = queue.statistics()
        refused_elsewhere(toro_driver, lambda t: t.finish(getattr(queue, method), *arguments))
        assert queue.statistics() == before
        # To its own loop it makes no difference.
        await t.finish(queue.put, "d")
        await t.finish(queue.get)
        queue.put_nowait("e")
        queue.get_nowait()
        for _ in range(4):
            assert joiner.waiting
            queue.task_done()
        await t.settle()
        assert joiner.returned

    perform(toro_driver, first)


def test_what_is_in_use_nowhere_is_anybodys(toro_driver: type[Driver]) -> None:
    semaphore = toro_driver.toro.Semaphore(0)
    event, result = toro_driver.toro.Event(), toro_driver.toro.AsyncResult()
    queue = toro_driver.toro.Queue()

    async def use(t: World) -> None:
        semaphore.release()
        event.set()
        event.clear()
        queue.put_nowait("a")
        assert queue.get_nowait() == "a"
        queue.task_done()
        with pytest.raises(t.toro.NotReady):
            result.get_nowait()

    async def first(t: World) -> None:
        operation = await t.park(semaphore.acquire)
        semaphore.release()
        await t.settle()
        assert operation.returned
        semaphore.release()  # it is counted up from nothing: nobody holds it
        await use(t)
        elsewhere(toro_driver, use)
        outside(semaphore.release)
        assert semaphore.counter == 4

    perform(toro_driver, first)


@needs("undoes_grants")
@pytest.mark.parametrize("method", ["put", "get", "put_nowait", "get_nowait"])
@pytest.mark.parametrize("kind", ["Queue", "LifoQueue", "PriorityQueue"])
def test_a_second_loop_is_refused_while_an_item_is_promised_though_it_need_not_wait(
    toro_driver: type[Driver], kind: str, method: str
) -> None:
    queue: Any = getattr(toro_driver.toro, kind)()
    arguments = [3] if method.startswith("put") else []

    async def ask(t: World) -> None:
        call = getattr(queue, method)
        if method.endswith("nowait"):
            call(*arguments)
        else:
            await t.finish(call, *arguments)

    async def first(t: World) -> None:
        getter = await t.park(queue.get)
        queue.put_nowait(1)  # promised to it
        queue.put_nowait(2)
        if getter.returned:
            return  # a Future has it
        refused_elsewhere(toro_driver, ask)
        await t.settle()
        assert getter.value == 1
        assert queue.get_nowait() == 2
        assert queue.empty()

    perform(toro_driver, first)


@pytest.mark.parametrize("kind", ["Lock", "Semaphore"])
def test_what_was_taken_where_no_loop_runs_is_released_anywhere(
    toro_driver: type[Driver], kind: str
) -> None:
    thing = getattr(toro_driver.toro, kind)()
    thing.acquire_nowait()

    async def use(t: World) -> None:
        thing.release()
        await t.finish(thing.acquire)
        thing.release()

    perform(toro_driver, use)
    assert not thing.locked()


@needs("abandons_tasks")
@pytest.mark.parametrize("kind", ["Lock", "Semaphore"])
def test_what_is_held_on_a_closed_loop_is_released_anywhere(
    toro_driver: type[Driver], kind: str
) -> None:
    thing = getattr(toro_driver.toro, kind)()

    async def hold(t: World) -> None:
        await t.finish(thing.acquire)

    async def release(t: World) -> None:
        with pytest.raises(RuntimeError, match=r"which is over, .*release it here first"):
            await t.finish(thing.acquire)
        thing.release()

    perform(toro_driver, hold)
    thing.release()
    perform(toro_driver, hold)
    perform(toro_driver, release)
    assert not thing.locked()
