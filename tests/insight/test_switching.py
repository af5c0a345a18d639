"""Switched off, nothing of it is there."""

from __future__ import annotations

import asyncio
import importlib
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

import toro_asyncio
import toro_core
from toro_core import _guard, _statistics, insight, plain
from toro_core.insight import _environment

from .loops import Loop

ADAPTERS = ["toro_asyncio", "toro_trio", "toro_anyio", "toro_tornado", "toro_sim"]


def classes() -> Iterator[type]:
    """Every class that anything could be changed in."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in (*ADAPTERS, "toro_core"):
            for value in list(vars(module).values()):
                if isinstance(value, type) and value.__module__.startswith("toro_"):
                    yield value


def everything() -> dict[type, list[tuple[str, int]]]:
    return {cls: [(name, id(value)) for name, value in vars(cls).items()] for cls in classes()}


@pytest.mark.parametrize("name", ADAPTERS)
def test_every_attribute_is_what_it_was(name: str) -> None:
    adapter = importlib.import_module(name)
    before = everything()
    assert adapter.Lock in before
    with insight.enable():
        assert everything() != before
    assert everything() == before
    assert _statistics.insight is None


def test_only_what_adapters_define_is_changed_and_only_by_what_was_there(loop: Loop) -> None:
    class Mine(loop.toro.Lock):  # type: ignore[misc,name-defined]
        async def acquire(self, *args: Any, **kwargs: Any) -> Any:
            return await super().acquire(*args, **kwargs)

    own = dict(vars(Mine))
    before = {cls: (dict(vars(cls)), set(dir(cls))) for cls in classes()}
    with insight.enable():
        assert dict(vars(Mine)) == own
        changed = [cls for cls, (was, _) in before.items() if dict(vars(cls)) != was]
        for cls in changed:
            if not issubclass(cls, (_guard.Guard, plain.Bound)):
                assert cls.__module__ in ("toro_tornado._place", "toro_tornado._monitor_place")
            elif cls is not _guard.Guard:
                assert set(dir(cls)) == before[cls][1]
    of_core = {cls for cls in changed if cls.__module__.startswith("toro_core")}
    assert of_core == {_guard.Guard, plain.Bound}
    assert loop.toro.Lock in changed


def test_what_was_put_in_place_stays_when_more_is_made(loop: Loop) -> None:
    with insight.enable():
        before = everything()
        loop.toro.Lock()
        loop.toro.Queue()
        assert everything() == before


def test_every_method_that_is_observed_exists() -> None:
    from toro_core.insight._operations import operations_of

    for kind in (plain.Lock, plain.Semaphore, plain.RWLock, plain.Queue):
        assert operations_of(kind)
    assert not operations_of(_guard.Guard)


def test_an_adapter_that_is_imported_later_is_seen_and_left_as_it_is() -> None:
    program = """
from toro_core import insight
insight.enable()
import toro_trio, trio
before = toro_trio.Lock.acquire
async def main():
    lock = toro_trio.Lock()
    async with lock:
        assert len(lock.statistics().holders) == 1
trio.run(main)
assert toro_trio.Lock.acquire is not before
insight.disable()
assert toro_trio.Lock.acquire is before
"""
    pytest.importorskip("trio")
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_importing_the_core_imports_nothing_of_it() -> None:
    program = (
        "import sys, toro_core, toro_asyncio;"
        "print([m for m in sys.modules if m.startswith('toro_core.insight')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, timeout=60
    )
    assert done.stdout == "[]\n"


def test_what_notices_the_ends_of_tasks_is_taken_away_again(loop: Loop) -> None:
    async def main(loop: Loop) -> None:
        async with loop.toro.Lock():
            pass

    before = everything()
    with insight.enable():
        loop.run(main)
    assert everything() == before


def test_leaving_switches_off_only_what_it_had_switched_on() -> None:
    with insight.enable():
        insight.disable()
        insight.enable()
    assert insight.is_enabled()


def test_it_may_be_switched_on_where_no_other_is_left() -> None:
    on = insight.enable()
    insight.disable()
    on.__exit__()
    assert not insight.is_enabled()


def test_a_guard_from_before_is_none_of_its_business() -> None:
    lock = toro_asyncio.Lock()
    guard = lock.acquire_nowait()
    with insight.enable():
        with guard:
            assert insight.dump(lock).data["primitives"][0]["holds"] == []
        assert insight.dump().data["errors"] == 0


def test_a_guard_that_is_entered_by_what_was_kept_of_it_is_not_seen() -> None:
    with insight.enable() as on:
        guard = toro_asyncio.Lock().acquire_nowait()
        (hold,) = on._installation.watch.guards.values()
        enter = type(guard).__enter__
    enter(guard)
    assert hold is not None
    assert not hold.entered


def test_a_release_that_fails_is_not_laid_to_the_next() -> None:
    class Failing(toro_asyncio.Semaphore):
        fails = False

        def release(self) -> None:
            if self.fails:
                raise ZeroDivisionError
            super().release()

    async def main() -> None:
        semaphore, go = Failing(2), asyncio.Event()

        async def other() -> None:
            await semaphore.acquire()
            await go.wait()
            semaphore.release()

        guard = await semaphore.acquire()
        task = asyncio.create_task(other())
        await asyncio.sleep(0)
        mine, _ = semaphore.statistics().holders
        semaphore.fails = True
        with pytest.raises(ZeroDivisionError), guard:
            pass
        semaphore.fails = False
        go.set()
        await task
        assert [holder.where for holder in semaphore.statistics().holders] == [mine.where]

    with insight.enable():
        asyncio.run(main())


def test_a_guard_releases_what_it_is_of() -> None:
    async def main() -> None:
        semaphore = toro_asyncio.Semaphore(2)
        first = await semaphore.acquire()
        second = await semaphore.acquire()
        _, left = semaphore.statistics().holders
        with first:
            pass
        assert [holder.where for holder in semaphore.statistics().holders] == [left.where]
        with second:
            pass

    with insight.enable():
        asyncio.run(main())


def test_each_hook_is_called_until_it_is_removed() -> None:
    seen: list[str] = []

    def first(event: insight.Event) -> None:
        seen.append(f"first {event.kind}")

    def second(event: insight.Event) -> None:
        seen.append(f"second {event.kind}")

    async def main() -> None:
        insight.add_hook(second)
        async with toro_asyncio.Lock():
            insight.remove_hook(first)
            insight.remove_hook(print)  # which was never there

    with insight.enable(hooks=[first]):
        asyncio.run(main())
    assert seen == ["first grant", "second grant", "second release"]


def test_twice_is_an_error_that_says_where_it_was_switched_on() -> None:
    with insight.enable(), pytest.raises(RuntimeError, match=r"on already.*test_switching\.py"):
        insight.enable()
    assert not insight.is_enabled()
    insight.disable()


def test_twice_where_the_first_was_a_callback_of_the_loop() -> None:
    async def main() -> None:
        asyncio.get_running_loop().call_soon(insight.enable)
        await asyncio.sleep(0)

    asyncio.run(main())
    with pytest.raises(RuntimeError, match=r"^insight is on already: disable\(\) it first$"):
        insight.enable()
    insight.disable()


def test_twice_where_the_first_was_the_environment() -> None:
    program = """
from toro_core import insight
try:
    insight.enable()
except RuntimeError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"TORO_INSIGHT": "1", "PATH": ""},
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    wanted = "switched on by TORO_INSIGHT in the environment: disable() it first"
    assert done.stdout == f"insight is on already, {wanted}\n"


@pytest.mark.parametrize("call", [insight.dump, insight.findings, insight.deadlocks, insight.graph])
def test_off_there_is_nothing_to_see(call: Any) -> None:
    with pytest.raises(RuntimeError, match="TORO_INSIGHT=1"):
        call()


def test_an_unknown_choice_is_refused() -> None:
    with pytest.raises(ValueError, match="'raise', 'warn' or 'ignore', not 'explode'"):
        insight.enable(deadlock="explode")  # type: ignore[arg-type]
    assert not insight.is_enabled()


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("1", {"1": ""}),
        ("on,warn", {"on": "", "warn": ""}),
        ("signal, timeline=out.json", {"signal": "", "timeline": "out.json"}),
        ("0", None),
        ("warn,off", None),
        (" ", None),
    ],
)
def test_what_the_environment_says(value: str, wanted: dict[str, str] | None) -> None:
    assert _environment.parse(value) == wanted


@pytest.mark.parametrize("value", ["yes", "timeline", "timeline=", "warn=1", "1;warn"])
def test_what_the_environment_may_not_say(value: str) -> None:
    with pytest.raises(ValueError, match="is unknown; it may be 1, 0, warn"):
        _environment.parse(value)


@pytest.mark.parametrize("warnings", ["default", "error"])
def test_an_unknown_value_in_the_environment_stops_no_program(warnings: str) -> None:
    done = subprocess.run(
        [sys.executable, "-W", warnings, "-c", "import toro_asyncio; print('runs')"],
        env={"TORO_INSIGHT": "yes", "PATH": ""},
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout == "runs\n"
    assert "'yes' is unknown" in done.stderr


def test_switched_off_while_somebody_waits() -> None:
    import asyncio

    import toro_asyncio

    async def main() -> None:
        lock = toro_asyncio.Lock()
        events: list[insight.Event] = []
        with insight.enable(hooks=[events.append]):
            guard = await lock.acquire()
            waiting = asyncio.create_task(lock.acquire())
            await asyncio.sleep(0)
        with guard:
            pass
        await waiting
        lock.release()
        assert not lock.locked()
        assert [event.kind for event in events] == ["grant", "wait"]

    asyncio.run(main())


def test_keyboard_interrupts_cannot_tear_it_on_trio() -> None:
    trio = pytest.importorskip("trio")
    import toro_trio

    protected: list[bool] = []

    async def main() -> None:
        lock = toro_trio.Lock()
        insight.add_hook(lambda _: protected.append(trio.lowlevel.currently_ki_protected()))
        assert not trio.lowlevel.currently_ki_protected()
        async with lock:
            pass

    with insight.enable():  # what observes them has one code, which was protected before, maybe
        trio.lowlevel.disable_ki_protection(toro_trio.Lock.__aenter__)
        trio.lowlevel.disable_ki_protection(toro_trio.Lock.__aexit__)
    with insight.enable():
        trio.run(main)
    assert protected == [True, True]


def test_trio_is_not_asked_by_other_adapters(monkeypatch: pytest.MonkeyPatch) -> None:
    class Thing:
        name = ""

    with insight.enable() as on:
        monkeypatch.delitem(sys.modules, "trio", raising=False)
        on._installation._put(Thing, "name", len, "toro_asyncio")
        assert Thing.name is len
    assert Thing.name == ""


def test_an_adapter_is_seen_when_the_first_object_of_it_is_made() -> None:
    with insight.enable():

        class Lock(toro_asyncio.Lock):
            __module__ = "toro_later._locks"
            _host = toro_asyncio.Lock._host

        assert "acquire" not in vars(Lock)
        lock = Lock()
        assert "acquire" in vars(Lock)
        assert insight.dump(lock).data["primitives"][0]["adapter"] == "toro_later"
    assert "acquire" not in vars(Lock)


def test_the_version_is_in_a_dump() -> None:
    with insight.enable():
        assert insight.dump().data["toro"] == toro_core.__version__
