"""What is over is not kept alive: found by weak references, with the collector off."""

from __future__ import annotations

import contextvars
import functools
import weakref
from typing import Any

import pytest

from toro_conformance.case import case, fault, lacks, needs
from toro_conformance.memory import Token, alive, token, without_collector
from toro_conformance.waits import WAITS, Wait, name
from toro_conformance.world import Operation, World, waiting

waits: pytest.MarkDecorator = pytest.mark.parametrize("wait", WAITS, ids=name)
every_kind: pytest.MarkDecorator = pytest.mark.parametrize(
    "kind", ["Queue", "LifoQueue", "PriorityQueue"]
)
References = list["weakref.ref[Token]"]


def sleeper(t: World, wait: Wait, thing: Any, references: References, **when: Any) -> Operation:
    """Start a task that waits with a token in its frame."""

    async def body() -> None:
        held = token(references)
        wait.before(thing)
        await wait.method(thing)(*wait.arguments, **when)
        assert held is not None

    return t.spawn(body)


@needs("cancels_tasks")
@waits
@fault(155, 157)
@pytest.mark.parametrize("how", ["cancelled", "expired", "served"])
@case
async def test_a_wait_that_is_over_keeps_no_frame_alive(t: World, wait: Wait, how: str) -> None:
    thing = wait.busy(t.toro)
    references: References = []
    with without_collector():
        operations = []
        for _ in range(3):
            operations.append(sleeper(t, wait, thing, references, timeout=1))
            await t.settle()
        assert alive(references) == 3
        if how == "expired":
            await t.advance(1)
        for operation in operations:
            if how == "cancelled":
                operation.cancel()
            elif how == "served" and operation.waiting:
                wait.serve(thing)
            await t.settle()
            assert not operation.waiting
        operations.clear()
        del operation
        await t.settle()
        assert alive(references) == 0
    assert waiting(thing) == 0


VALUE: contextvars.ContextVar[Token] = contextvars.ContextVar("VALUE")


@needs("cancels_tasks")
@lacks("shares_contexts")
@waits
@fault(163)
@pytest.mark.parametrize("how", ["cancelled", "expired"])
@case
async def test_a_wait_that_is_over_keeps_no_context_alive(t: World, wait: Wait, how: str) -> None:
    """Though others still wait, with deadlines of their own."""
    thing = wait.busy(t.toro)
    references: References = []

    async def body() -> None:
        VALUE.set(token(references))
        wait.before(thing)
        await wait.method(thing)(*wait.arguments, timeout=1)

    with without_collector():
        gone = t.spawn(body)
        await t.settle()
        kept = await wait.park(t, thing, timeout=3)
        if how == "expired":
            await t.advance(1)
        else:
            gone.cancel()
            await t.settle()
        assert not gone.waiting
        del gone
        await t.settle()
        assert kept.waiting
        assert alive(references) == 0


@needs("cancels_tasks")
@waits
@fault(157)
@case
async def test_those_who_are_gone_do_not_pile_up_behind_a_live_one(t: World, wait: Wait) -> None:
    thing = wait.busy(t.toro)
    references: References = []
    first = await wait.park(t, thing)
    with without_collector():
        for _ in range(20):
            sleeper(t, wait, thing, references, timeout=1)
        await t.settle()
        assert waiting(thing) == 21
        await t.advance(1)
        assert waiting(thing) == 1
        assert alive(references) == 0
    assert first.waiting


@every_kind
@fault(155, 165)
@pytest.mark.parametrize("how", ["cancelled", "expired"])
@case
async def test_a_put_that_is_withdrawn_gives_its_item_up(t: World, kind: str, how: str) -> None:
    queue = getattr(t.toro, kind)(maxsize=1)
    queue.put_nowait(0)
    references: References = []
    ahead = await t.park(queue.put, 1)
    with without_collector():
        for _ in range(20):
            putter = await t.park(queue.put, token(references), timeout=1)
            if how == "cancelled":
                putter.cancel()
                await t.settle()
        del putter
        await t.advance(1)
        await t.settle()
        assert alive(references) == 0
    assert ahead.waiting
    assert waiting(queue) == 1


@fault(165)
@case
async def test_an_item_handed_over_is_the_getters_alone(t: World) -> None:
    references: References = []
    queue = t.toro.Queue()
    with without_collector():
        getters = [await t.park(queue.get) for _ in range(2)]
        for _ in range(2):
            queue.put_nowait(token(references))
        await t.settle()
        assert alive(references) == 2
        getters.clear()
        await t.settle()
        assert alive(references) == 0
        for _ in range(3):
            queue.put_nowait(token(references))
            queue.get_nowait()
        assert alive(references) == 0


@every_kind
@fault(165)
@case
async def test_an_immediate_shutdown_gives_all_items_up(t: World, kind: str) -> None:
    references: References = []

    class Item(Token):
        def __lt__(self, other: object) -> bool:
            return False

    queue = getattr(t.toro, kind)(maxsize=2)
    with without_collector():
        for _ in range(2):
            item = Item()
            references.append(weakref.ref(item))
            queue.put_nowait(item)
        item = Item()
        references.append(weakref.ref(item))
        putter = await t.park(queue.put, item)
        del item
        queue.shutdown(immediate=True)
        await t.settle()
        assert putter.raised(t.toro.ShutDown)
        del putter
        await t.settle()
        assert alive(references) == 0


@fault(165)
@case
async def test_a_put_that_fails_when_it_is_its_turn_gives_its_item_up(t: World) -> None:
    references: References = []
    queue = t.toro.PriorityQueue(maxsize=2)
    for item in (1, 2):
        queue.put_nowait(item)
    with without_collector():
        putter = await t.park(queue.put, token(references))  # it cannot be compared with 2
        queue.get_nowait()
        await t.settle()
        assert putter.raised(TypeError)
        del putter
        await t.settle()
        assert alive(references) == 0
    assert queue.get_nowait() == 2


@case
async def test_a_get_whose_hook_fails_keeps_no_frame_alive(t: World) -> None:
    references: References = []

    class Fussy(t.toro.Queue):  # type: ignore[name-defined, misc]
        def _get(self) -> Any:
            raise LookupError

    queue = Fussy()

    async def body() -> None:
        held = token(references)
        await queue.get()
        assert held is not None

    with without_collector():
        getter = t.spawn(body)
        await t.settle()
        queue.put_nowait(1)
        await t.settle()
        assert getter.raised(LookupError)
        del getter
        await t.settle()
        assert alive(references) == 0


@case
async def test_a_predicate_is_given_up_with_its_wait(t: World) -> None:
    references: References = []
    condition = t.toro.Condition()

    def predicate(held: Token) -> Any:
        return lambda: held is None

    with without_collector():
        operation = await t.park(condition.wait_for, predicate(token(references)), timeout=1)
        await t.advance(1)
        assert operation.raised(t.toro.Timeout)
        del operation
        await t.settle()
        assert alive(references) == 0


@pytest.mark.parametrize("why", ["raises at once", "raises later", "no lock"])
@case
async def test_a_wait_for_that_fails_keeps_nothing_alive(t: World, why: str) -> None:
    references: References = []
    condition = t.toro.Condition(lock=t.toro.Lock() if why == "no lock" else None)

    async def body() -> None:
        held = token(references)
        answers = [] if why == "raises at once" else [False]
        await t.driver.checkpoint()  # it fails in a frame that the loop has called
        await condition.wait_for(lambda: held is None or answers.pop())

    with without_collector():
        operation = t.spawn(body)
        await t.settle()
        if why == "raises later":
            condition.notify()
            await t.settle()
        assert operation.raised(RuntimeError if why == "no lock" else IndexError)
        del operation
        await t.settle()
        assert alive(references) == 0


@waits
@case
async def test_an_object_dies_when_nobody_uses_it(t: World, wait: Wait) -> None:
    with without_collector():
        thing = wait.busy(t.toro)
        reference = weakref.ref(getattr(thing, "condition", thing))
        operation = await wait.park(t, thing, timeout=1)
        served = await wait.park(t, thing, timeout=5)
        await t.advance(1)
        wait.serve(thing)
        await t.settle()
        assert operation.raised(t.toro.Timeout)
        assert served.returned
        del operation, served, thing
        await t.settle()
        assert reference() is None


@fault(167)
@case
async def test_cancelled_again_on_its_way_to_the_lock_it_keeps_nothing_alive(t: World) -> None:
    async def wait(condition: Any) -> None:
        async with condition:
            await condition.wait()

    condition = t.toro.Condition(lock=t.toro.Lock())
    reference = weakref.ref(condition)
    with without_collector():
        operation = t.spawn(functools.partial(wait, condition))
        await t.settle()
        await t.finish(condition.acquire)
        for _ in range(2):
            operation.cancel()
            await t.settle()
        condition.release()
        await t.settle()
        assert operation.cancelled
        del operation, condition
        await t.settle()
        assert reference() is None


@case
async def test_each_waiter_has_a_timeout_of_its_own(t: World) -> None:
    lock = t.toro.Lock()
    lock.acquire_nowait()
    line = [await t.park(lock.acquire, timeout=1) for _ in range(10)]
    await t.advance(1)
    assert len({id(operation.error) for operation in line}) == 10


@needs("eager")
@fault(15)
@case
async def test_a_pending_future_that_is_dropped_does_not_break_the_line(t: World) -> None:
    lock = t.toro.Lock()
    lock.acquire_nowait()
    dropped = lock.acquire()
    kept = lock.acquire()
    dropped.cancel()
    del dropped
    await t.settle()
    lock.release()
    await kept
    assert lock.locked()
