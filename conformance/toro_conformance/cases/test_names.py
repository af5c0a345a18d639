"""The same names everywhere, and objects that can be made, shown and referred to anywhere."""

from __future__ import annotations

import copy
import inspect
import weakref
from collections.abc import Callable
from typing import Any

import pytest

from toro_conformance.case import case, fault, lacks, needs
from toro_conformance.driver import Driver
from toro_conformance.memory import without_collector
from toro_conformance.waits import EVERY_WAIT, WAITS, Wait, name
from toro_conformance.world import World

PRIMITIVES = [
    "AsyncResult",
    "BoundedSemaphore",
    "Condition",
    "Event",
    "Lock",
    "RWLock",
    "Semaphore",
]
QUEUES = ["JoinableQueue", "LifoQueue", "PriorityQueue", "Queue"]
EXCEPTIONS = ["AlreadySet", "Empty", "Full", "NotReady", "ShutDown", "Timeout", "WouldBlock"]
CLASSES = PRIMITIVES + QUEUES
WITH_SCOPE = ["BoundedSemaphore", "Condition", "Lock", "Semaphore"]
WITH_LOCKED = ["BoundedSemaphore", "Lock", "RWLock", "Semaphore"]

every_class: pytest.MarkDecorator = pytest.mark.parametrize("kind", CLASSES)
every_wait: pytest.MarkDecorator = pytest.mark.parametrize("wait", EVERY_WAIT, ids=name)


def test_an_adapter_exports_these_names_and_no_others(toro_driver: type[Driver]) -> None:
    assert sorted(toro_driver.toro.__all__) == sorted(CLASSES + EXCEPTIONS)
    for exported in toro_driver.toro.__all__:
        assert inspect.isclass(getattr(toro_driver.toro, exported))


@pytest.mark.parametrize("kind", CLASSES)
def test_every_object_can_be_made_without_a_loop(toro_driver: type[Driver], kind: str) -> None:
    made = getattr(toro_driver.toro, kind)()
    assert kind in repr(made)
    assert kind in str(made)
    assert made.statistics().tasks_waiting == 0


def test_what_does_not_wait_needs_no_loop(toro_driver: type[Driver]) -> None:
    toro = toro_driver.toro
    lock = toro.Lock()
    with lock.acquire_nowait():
        assert lock.locked()
    event = toro.Event()
    event.set()
    queue = toro.Queue(maxsize=1)
    queue.put_nowait(1)
    assert queue.get_nowait() == 1
    queue.task_done()
    result = toro.AsyncResult()
    result.set(1)
    assert result.get_nowait() == 1
    semaphore = toro.Semaphore()
    with semaphore.acquire_nowait():
        assert semaphore.locked()
    toro.Condition().notify_all()


@every_class
def test_every_object_can_be_referred_to_weakly(toro_driver: type[Driver], kind: str) -> None:
    made = getattr(toro_driver.toro, kind)()
    reference = weakref.ref(made)
    with without_collector():
        del made
        assert reference() is None


@every_class
def test_every_class_may_be_subclassed(toro_driver: type[Driver], kind: str) -> None:
    base: Any = getattr(toro_driver.toro, kind)

    class Mine(base):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.extra = "mine"

    mine = Mine()
    assert mine.extra == "mine"
    assert isinstance(mine, base)
    assert "Mine" in repr(mine)
    assert "Mine" in str(mine)


@every_class
def test_a_subclass_may_compare_as_it_likes(toro_driver: type[Driver], kind: str) -> None:
    base: Any = getattr(toro_driver.toro, kind)

    class Alike(base):  # type: ignore[misc]
        def __eq__(self, other: object) -> bool:
            return isinstance(other, Alike)

        __hash__ = None  # type: ignore[assignment]  # as a class that defines __eq__ has it

    first, second, unnamed = Alike(name="first"), Alike(name="second"), Alike()
    assert (first.name, second.name, unnamed.name) == ("first", "second", None)
    assert "first" in repr(first)
    assert "first" not in str(unnamed)


@every_class
def test_a_subclass_may_hash_what_it_has_not_made_yet(toro_driver: type[Driver], kind: str) -> None:
    base: Any = getattr(toro_driver.toro, kind)

    class Keyed(base):  # type: ignore[misc]
        def __init__(self, key: str) -> None:
            super().__init__(name=key)
            self.key = key

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Keyed) and self.key == other.key

        def __hash__(self) -> int:
            return hash(self.key)

    assert Keyed("a").name == "a"


def scope(t: World, kind: Any) -> Any:
    """One of *kind*, to be held in an ``async with``."""
    return kind(lock=t.toro.Lock()) if issubclass(kind, t.toro.Condition) else kind()


@pytest.mark.parametrize("kind", WITH_SCOPE)
@case
async def test_async_with_goes_by_what_a_subclass_makes_of_it(t: World, kind: str) -> None:
    base: Any = getattr(t.toro, kind)
    seen: list[str] = []

    class Scope(base):  # type: ignore[misc]
        async def __aenter__(self) -> None:
            await super().__aenter__()
            seen.append("enter")

        async def __aexit__(self, *error: object) -> None:
            seen.append("exit")
            await super().__aexit__(*error)

    class Same(Scope):
        def acquire(self, *args: Any, **kwargs: Any) -> Any:
            return super().acquire(*args, **kwargs)

        def release(self) -> None:
            super().release()

        __aenter__ = Scope.__aenter__
        __aexit__ = Scope.__aexit__

    async def enter(thing: Any) -> None:
        async with thing:
            assert thing.locked()
        assert not thing.locked()

    for kind_ in (Scope, Same):
        await t.finish(enter, scope(t, kind_))
        assert seen == ["enter", "exit"]
        seen.clear()


@every_class
def test_the_arguments_of_a_subclass_reach_whoever_takes_them(
    toro_driver: type[Driver], kind: str
) -> None:
    class Coloured:
        def __init_subclass__(cls, colour: str, **kwargs: object) -> None:
            super().__init_subclass__(**kwargs)
            cls.colour = colour  # type: ignore[attr-defined]

    base: Any = getattr(toro_driver.toro, kind)

    class Mine(base, Coloured, colour="red"):  # type: ignore[misc]
        """Ours comes first, and passes on what it does not know."""

    assert Mine().colour == "red"
    with pytest.raises(TypeError, match="keyword"):
        type("Loose", (base,), {}, colour="red")


@pytest.mark.parametrize("inherited", [False, True])
@pytest.mark.parametrize("kind", WITH_SCOPE)
@case
async def test_async_with_goes_by_what_a_subclass_makes_of_acquire_and_release(
    t: World, kind: str, inherited: bool
) -> None:
    base: Any = getattr(t.toro, kind)
    seen: list[str] = []

    class Acquires(base):  # type: ignore[misc]
        def acquire(self, *args: Any, **kwargs: Any) -> Any:
            seen.append("acquire")
            return super().acquire(*args, **kwargs)

    class Releases(base):  # type: ignore[misc]
        def release(self) -> None:
            seen.append("release")
            super().release()

    class Both(Acquires, Releases):
        """It inherits what it does differently."""

    async def enter(thing: Any) -> None:
        async with thing:
            seen.append("inside")
            assert thing.locked()
        assert not thing.locked()

    if inherited:
        await t.finish(enter, scope(t, Both))
        assert seen == ["acquire", "inside", "release"]
    else:
        await t.finish(enter, scope(t, Acquires))
        assert seen == ["acquire", "inside"]
        seen.clear()
        await t.finish(enter, scope(t, Releases))
        assert seen == ["inside", "release"]


@pytest.mark.parametrize("kind", QUEUES)
@case
async def test_put_and_get_do_not_go_by_what_a_subclass_makes_of_nowait(
    t: World, kind: str
) -> None:
    base: Any = getattr(t.toro, kind)
    seen: list[str] = []

    class Counting(base):  # type: ignore[misc]
        def put_nowait(self, item: Any) -> None:
            seen.append("put")
            super().put_nowait(item)

        def get_nowait(self) -> Any:
            seen.append("get")
            return super().get_nowait()

    queue = Counting()
    getter = await t.park(queue.get)
    for item in range(3):
        await t.finish(queue.put, item)
    assert getter.value == 0
    for _ in range(2):
        await t.finish(queue.get)
    assert seen == []
    queue.put_nowait(3)
    assert queue.get_nowait() == 3
    assert seen == ["put", "get"]


@pytest.mark.parametrize("kind", [*QUEUES, "AsyncResult"])
def test_containers_are_generic(toro_driver: type[Driver], kind: str) -> None:
    typed = getattr(toro_driver.toro, kind)[int]
    assert typed().statistics().tasks_waiting == 0


def test_a_joinable_queue_is_a_queue(toro_driver: type[Driver]) -> None:
    toro = toro_driver.toro
    for kind in QUEUES:
        assert issubclass(getattr(toro, kind), toro.Queue)


@pytest.mark.parametrize("kind", WITH_LOCKED)
@case
async def test_statistics_tell_whether_it_is_locked(t: World, kind: str) -> None:
    made = getattr(t.toro, kind)()
    assert made.statistics().locked is False
    take = made.acquire_write_nowait if kind == "RWLock" else made.acquire_nowait
    take()
    assert made.statistics().locked is True
    assert made.locked() is True


@every_class
def test_statistics_are_frozen(toro_driver: type[Driver], kind: str) -> None:
    statistics = getattr(toro_driver.toro, kind)().statistics()
    with pytest.raises(AttributeError):
        statistics.tasks_waiting = 3
    assert statistics.tasks_waiting == 0


@lacks("eager")
@every_wait
@case
async def test_a_waiting_method_is_a_coroutine_function(t: World, wait: Wait) -> None:
    thing = wait.busy(t.toro)
    if wait.name != "condition.wait_for":  # there the table has a helper of its own
        assert inspect.iscoroutinefunction(wait.method(thing))


@lacks("eager")
@every_wait
@case
async def test_nothing_happens_before_a_wait_is_awaited(t: World, wait: Wait) -> None:
    thing = wait.busy(t.toro)
    wait.before(thing)
    before = str(thing)
    coroutine = wait.method(thing)(*wait.arguments, timeout=1)
    await t.settle()
    assert str(thing) == before
    coroutine.close()
    assert str(thing) == before
    wait.after(thing)


@needs("eager")
@pytest.mark.parametrize("wait", WAITS, ids=name)
@case
async def test_an_eager_wait_begins_when_it_is_called(t: World, wait: Wait) -> None:
    thing = wait.busy(t.toro)
    future = wait.method(thing)(*wait.arguments)
    assert thing.statistics().tasks_waiting == 1
    assert not future.done()
    future.cancel()
    await t.settle()
    assert thing.statistics().tasks_waiting == 0
    if wait.free is not None:
        assert wait.method(wait.free(t.toro))(*wait.arguments).done()


@needs("eager")
@fault(139)
@pytest.mark.parametrize("wait", WAITS, ids=name)
@case
async def test_an_expired_future_that_nobody_looks_at_is_silent(t: World, wait: Wait) -> None:
    thing = wait.busy(t.toro)
    complaints: list[Any] = []
    t.driver.loop.set_exception_handler(  # type: ignore[attr-defined]
        lambda loop, context: complaints.append(context)
    )
    kept = wait.method(thing)(*wait.arguments, timeout=1)
    wait.method(thing)(*wait.arguments, timeout=1)
    await t.advance(1)
    assert complaints == []
    with pytest.raises(t.toro.Timeout):
        await kept


def _states(toro: Any) -> list[Any]:
    """Objects fresh and in use."""
    return [getattr(toro, kind)() for kind in CLASSES] + [wait.busy(toro) for wait in EVERY_WAIT]


@fault(151)
@case
async def test_looking_at_an_object_changes_nothing(t: World) -> None:
    for thing in _states(t.toro):
        looks: list[Callable[[], Any]] = [
            lambda thing=thing: repr(thing),  # type: ignore[misc]
            lambda thing=thing: str(thing),  # type: ignore[misc]
            thing.statistics,
        ]
        looks += [
            getattr(thing, look)
            for look in ("locked", "is_set", "ready", "qsize", "empty", "full")
            if hasattr(thing, look) and not (look == "locked" and "Condition" in repr(thing))
        ]
        before = [look() for look in looks]
        for _ in range(3):
            assert [look() for look in looks] == before


@fault(151)
@pytest.mark.parametrize("wait", WAITS, ids=name)
@case
async def test_looking_in_the_middle_of_a_hand_over_changes_nothing(t: World, wait: Wait) -> None:
    thing = wait.busy(t.toro)
    operations = [await wait.park(t, thing) for _ in range(2)]
    wait.serve(thing)
    operations[1].cancel()
    before = repr(thing), str(thing), thing.statistics()
    assert (repr(thing), str(thing), thing.statistics()) == before
    await t.settle()
    assert operations[0].returned
    assert repr(thing)


@fault(151)
@case
async def test_an_item_that_cannot_be_shown_does_not_stop_repr(t: World) -> None:
    class Shy:
        def __repr__(self) -> str:
            raise RuntimeError("do not look at me")

        def __lt__(self, other: object) -> bool:
            return False

    for kind in QUEUES:
        queue = getattr(t.toro, kind)(initial=[Shy(), Shy()])
        assert "Queue" in repr(queue)
        assert "Queue" in str(queue)
    result = t.toro.AsyncResult()
    result.set(Shy())
    assert "AsyncResult" in repr(result)
    assert "AsyncResult" in str(result)


@every_class
def test_an_object_in_use_is_not_copied_by_halves(toro_driver: type[Driver], kind: str) -> None:
    made = getattr(toro_driver.toro, kind)()
    try:
        twin = copy.copy(made)
    except TypeError:
        return
    assert str(twin) == str(made)


class TooOften(BaseException):
    """Not to be caught by whoever minds what a repr raises."""


class Probe:
    """Minds how often it is shown."""

    def __init__(self) -> None:
        self.shown: int = 0

    def __repr__(self) -> str:
        self.shown += 1
        if self.shown > 1000:
            raise TooOften
        return "probe"


@pytest.mark.parametrize("kind", ["Queue", "LifoQueue"])
@case
async def test_what_contains_itself_is_not_shown_without_end(t: World, kind: str) -> None:
    first, second, probe = getattr(t.toro, kind)(), t.toro.Queue(), Probe()
    result = t.toro.AsyncResult()
    for item in (first, first, second, result, probe):
        first.put_nowait(item)
        second.put_nowait(item)
    result.set([result, first, second])
    for thing in (first, second, result):
        probe.shown = 0
        assert "probe" in repr(thing)
        assert "..." in str(thing)
