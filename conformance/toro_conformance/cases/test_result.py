"""AsyncResult."""

from __future__ import annotations

import contextlib
import traceback
import weakref
from typing import Any

import pytest

from toro_conformance.case import case, fault, lacks
from toro_conformance.memory import Token, without_collector
from toro_conformance.world import World, waiting


class Failure(Exception):
    pass


@case
async def test_a_result_is_set_once_and_read_often(t: World) -> None:
    result = t.toro.AsyncResult()
    assert not result.ready()
    line = [await t.park(result.get) for _ in range(3)]
    value = object()
    assert result.set(value) is None
    assert result.ready()
    await t.settle()
    assert all(operation.value is value for operation in line)
    assert await t.finish(result.get) is value
    assert result.get_nowait() is value
    assert result.value is value


@case
async def test_set_twice_is_an_error(t: World) -> None:
    result = t.toro.AsyncResult()
    result.set(1)
    with pytest.raises(t.toro.AlreadySet):
        result.set(2)
    with pytest.raises(t.toro.AlreadySet):
        result.set_exception(Failure())
    assert result.get_nowait() == 1
    failed = t.toro.AsyncResult()
    failed.set_exception(Failure())
    with pytest.raises(t.toro.AlreadySet):
        failed.set(1)


@case
async def test_nothing_there_yet(t: World) -> None:
    result = t.toro.AsyncResult()
    with pytest.raises(t.toro.NotReady):
        result.get_nowait()
    result.set(None)
    assert result.get_nowait() is None
    assert result.ready()


@case
async def test_an_exception_is_raised_for_every_reader(t: World) -> None:
    result = t.toro.AsyncResult()
    v = await t.park(result.get)
    failure = Failure("told")
    result.set_exception(failure)
    await t.settle()
    assert v.raised(Failure)
    assert str(v.error) == "told"
    assert result.ready()
    with pytest.raises(Failure, match="told"):
        await t.finish(result.get)
    with pytest.raises(Failure, match="told"):
        result.get_nowait()


@fault(67)
@case
async def test_a_traceback_does_not_grow_with_its_readers(t: World) -> None:
    result = t.toro.AsyncResult()
    concurrent = [await t.park(result.get) for _ in range(20)]
    result.set_exception(Failure())
    await t.settle()
    depths = set()

    async def body() -> None:
        try:
            await result.get()
        except Failure as error:
            depths.add(len(traceback.extract_tb(error.__traceback__)))

    for _ in range(50):
        await t.finish(body)
    assert len(depths) == 1
    lengths = {len(traceback.extract_tb(operation.error.__traceback__)) for operation in concurrent}
    assert max(lengths) <= max(depths) + 1


class Immutable(Exception):
    """As a frozen dataclass is: it refuses every attribute that is set."""

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{name} cannot be set")


@pytest.mark.parametrize("waits", [False, True])
@case
async def test_an_exception_that_cannot_be_changed_is_raised_as_it_is(
    t: World, waits: bool
) -> None:
    result = t.toro.AsyncResult()
    error = Immutable()
    if waits:
        asked = await t.park(result.get)
        result.set_exception(error)
        await t.settle()
        assert asked.raised(Immutable)
    else:
        result.set_exception(error)
    for _ in range(2):
        with pytest.raises(Immutable):
            await t.finish(result.get)
        with pytest.raises(Immutable):
            result.get_nowait()
        with pytest.raises(Immutable):
            result.value  # noqa: B018


@fault(69)
@case
async def test_no_exception_as_a_result_leaves_anyone_asleep(t: World) -> None:
    for odd in (StopIteration(), StopAsyncIteration(), GeneratorExit(), Failure()):
        result = t.toro.AsyncResult()
        v = await t.park(result.get)
        try:
            result.set_exception(odd)
        except (TypeError, ValueError, RuntimeError):
            # Refused, and nothing has happened.
            assert not result.ready()
            result.set_exception(Failure())
        await t.settle()
        assert not v.waiting
        assert not v.returned


@fault(69)
@case
async def test_a_stop_iteration_arrives_as_a_runtime_error(t: World) -> None:
    result = t.toro.AsyncResult()
    odd = StopIteration()
    result.set_exception(odd)
    with pytest.raises(RuntimeError) as caught:
        await t.finish(result.get)
    assert caught.value.__cause__ is odd


@case
async def test_only_an_exception_can_be_set_as_one(t: World) -> None:
    result = t.toro.AsyncResult()
    with pytest.raises(TypeError):
        result.set_exception("no exception")
    with pytest.raises(TypeError):
        result.set_exception(None)
    assert not result.ready()


@fault(69)
@case
async def test_a_cancellation_cannot_be_a_result(t: World) -> None:
    result = t.toro.AsyncResult()
    v = await t.park(result.get)
    with pytest.raises((TypeError, ValueError)):
        result.set_exception(t.driver.cancelled.__new__(t.driver.cancelled))
    assert not result.ready()
    assert v.waiting


@fault(71)
@case
async def test_one_getter_settles_nothing_for_the_others(t: World) -> None:
    result = t.toro.AsyncResult()
    v = await t.park(result.get, timeout=1)
    w, x = [await t.park(result.get) for _ in range(2)]
    await t.advance(1)
    w.cancel()
    await t.settle()
    assert not result.ready()
    result.set(7)
    await t.settle()
    assert v.raised(t.toro.Timeout)
    assert w.cancelled
    assert x.value == 7
    assert waiting(result) == 0


@case
async def test_cancelled_as_it_is_set(t: World) -> None:
    result = t.toro.AsyncResult()
    v, w = [await t.park(result.get) for _ in range(2)]
    await t.at_once(lambda: result.set(7), v.cancel)
    assert v.cancelled if t.driver.undoes_grants else v.value == 7
    assert w.value == 7
    assert result.get_nowait() == 7


@lacks("eager")  # a Future raises in its own way
@pytest.mark.parametrize("waits", [False, True])
@case
async def test_a_reader_hears_nothing_of_what_another_was_handling(t: World, waits: bool) -> None:
    result = t.toro.AsyncResult()
    heard: list[BaseException | None] = []

    async def read() -> None:
        try:
            await result.get()
        except Failure as error:
            heard.append(error.__context__)

    async def read_while_handling() -> None:
        try:
            raise LookupError
        except LookupError:
            await read()

    readers = [read_while_handling, read]
    if not waits:
        result.set_exception(Failure())
    for reader in readers:
        t.spawn(reader)
        await t.settle()
    if waits:
        result.set_exception(Failure())
        await t.settle()
    assert len(heard) == 2
    assert heard[1] is None


@fault(167)
@pytest.mark.parametrize("waits", [False, True])
@case
async def test_a_result_that_is_dropped_keeps_no_frame_alive(t: World, waits: bool) -> None:
    references: list[weakref.ref[Token]] = []

    def fail() -> None:
        local = Token()
        references.append(weakref.ref(local))
        raise Failure

    def failure() -> Failure:
        try:
            fail()
        except Failure as error:
            return error
        raise AssertionError

    async def body(results: list[Any]) -> None:
        results.append(t.toro.AsyncResult())
        sleepers = [await t.park(results[0].get) for _ in range(3)]
        results[0].set_exception(failure())
        await t.settle()
        assert all(sleeper.raised(Failure) for sleeper in sleepers)
        sleepers.clear()
        for last in (not waits, waits) * 5:
            with contextlib.suppress(Failure):
                await results[0].get() if last else results[0].get_nowait()
        # Not through our own frames, which the traceback refers to.
        results.clear()

    with without_collector():
        await body([])
        await t.settle()
        assert references[0]() is None


@case
async def test_a_value_that_failed_and_is_dropped_keeps_no_frame_alive(t: World) -> None:
    failure = Failure()
    reference = weakref.ref(failure)
    results = [t.toro.AsyncResult()]
    results[0].set_exception(failure)
    with without_collector():
        del failure
        with contextlib.suppress(Failure):
            _ = results[0].value
        results.clear()
        assert reference() is None


@case
async def test_a_result_tells_its_state(t: World) -> None:
    result = t.toro.AsyncResult()
    await t.park(result.get)
    await t.park(result.get)
    assert "waiters[2]" in str(result)
    assert result.statistics().tasks_waiting == 2
    result.set("told")
    assert "told" in str(result)
