"""Whatever goes wrong within insight, the program does not notice; and what else seldom happens."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import toro_asyncio
from toro_core import insight
from toro_core.insight import _environment
from toro_core.insight._dump import settled
from toro_core.insight._patches import Patches
from toro_core.insight._report import duration
from toro_core.insight._watch import Watch

from .loops import Loop


class BrokenClock:
    """It works so many times."""

    def __init__(self, works: int) -> None:
        self.left = works

    def __call__(self) -> float:
        self.left -= 1
        if self.left < 0:
            raise ArithmeticError("the clock is broken")
        return 1.0


# Half blind, it warns of what it thinks it sees.
blind = pytest.mark.filterwarnings("ignore::toro_core.insight.InsightWarning")


@blind
@pytest.mark.parametrize("works", [0, 1, 2, 3, 5, 8, 13, 21])
def test_a_program_whose_clock_breaks_within_insight_goes_on(loop: Loop, works: int) -> None:
    done: list[str] = []

    async def worker(toro: Any, lock: Any, queue: Any) -> None:
        async with lock:
            done.append("locked")
        item = await queue.get()
        done.append(item)
        queue.task_done()

    async def main(loop: Loop) -> None:
        toro = loop.toro
        lock, queue, condition = toro.Lock(), toro.Queue(1), toro.Condition(lock=toro.Lock())
        with await lock.acquire():
            for _ in range(2):
                loop.spawn(worker, toro, lock, queue)
            await loop.settle()
        await loop.settle()
        lock.acquire_nowait()
        lock.release()
        await queue.put("item")
        await queue.put("item")
        await queue.join()
        async with condition:
            condition.notify_all()
        await loop.settle()

    with insight.enable(clock=BrokenClock(works)):
        loop.run(main)
    assert sorted(done) == ["item", "item", "locked", "locked"]
    assert loop.errors == []


@blind
def test_who_has_released_unseen_may_take_it_again(loop: Loop) -> None:
    clock = BrokenClock(1000)

    async def main(loop: Loop) -> None:
        lock, rwlock = loop.toro.Lock(), loop.toro.RWLock()
        for acquire, release in (
            (lock.acquire, lock.release),
            (lock.acquire, lock.release),
            (rwlock.acquire_read, rwlock.release_read),
            (rwlock.acquire_write, rwlock.release_write),
            (rwlock.acquire_write, rwlock.release_write),
            (rwlock.acquire_read, rwlock.release_read),
        ):
            await acquire()
            left, clock.left = clock.left, 0
            release()
            clock.left = left
        assert len(insight.dump(lock).data["primitives"][0]["holds"]) == 2  # as it seems

    with insight.enable(clock=clock, order=False):
        loop.run(main)
        assert insight.dump().data["errors"] == 6


@blind
@pytest.mark.parametrize(
    "name",
    ["entry", "who", "begin_wait", "begin_hold", "task_ended", "moved", "released"],
)
def test_a_program_whose_watch_breaks_goes_on(
    loop: Loop, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise ArithmeticError(name)

    monkeypatch.setattr(Watch, name, broken)
    done: list[str] = []

    async def worker(lock: Any) -> None:
        with await lock.acquire():
            done.append("locked")

    async def main(loop: Loop) -> None:
        lock = loop.toro.Lock()
        async with lock:
            loop.spawn(worker, lock)
            await loop.settle()
        await loop.settle()

    with insight.enable():
        loop.run(main)
        assert insight.dump().data["last_error"] == f"ArithmeticError: {name}"
    assert done == ["locked"]
    assert loop.errors == []


def test_a_primitive_that_cannot_be_watched_is_made_and_that_is_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with insight.enable():
        monkeypatch.setattr(Watch, "entry", lambda *args: 1 / 0)
        assert toro_asyncio.Lock(name="db").name == "db"
        data = insight.dump().data
    assert (data["errors"], data["last_error"]) == (1, "ZeroDivisionError: division by zero")


def test_a_task_whose_end_cannot_be_told_is_counted(
    loop: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def enter(lock: Any) -> None:
        async with lock:
            pass

    async def main(loop: Loop) -> None:
        loop.spawn(enter, loop.toro.Lock())
        await loop.settle()
        assert insight.dump().data["errors"] == 1

    monkeypatch.setattr(Watch, "task_ended", lambda *args: 1 / 0)
    with insight.enable():
        loop.run(main)


def test_a_guard_that_cannot_be_watched_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Watch, "moved", lambda *args: 1 / 0)
    monkeypatch.setattr(Watch, "guard_dropped", lambda *args: 1 / 0)
    with insight.enable():
        with toro_asyncio.Lock().acquire_nowait():
            assert insight.dump().data["errors"] == 1
        gc.collect()
        assert insight.dump().data["errors"] == 2


def test_a_look_at_what_changes_is_taken_again() -> None:
    looks = iter([RuntimeError, RuntimeError, "seen"])

    def look() -> Any:
        seen = next(looks)
        if isinstance(seen, str):
            return seen
        raise seen("changed meanwhile")

    assert settled(look) == "seen"


def test_a_look_at_what_never_stops_changing_raises_in_the_end() -> None:
    looks = 0

    def look() -> None:
        nonlocal looks
        looks += 1
        raise RuntimeError("changed meanwhile")

    with pytest.raises(RuntimeError, match="changed meanwhile"):
        settled(look)
    assert looks == 21


def test_patches_put_back_what_was_inherited_and_leave_what_is_not_theirs() -> None:
    class Base:
        name = "base"

    class Derived(Base):
        pass

    patches = Patches()
    patches.replace(Derived, "name", "first")
    patches.restore()
    assert "name" not in vars(Derived)
    patches.replace(Derived, "name", "second")
    Derived.name = "somebody else's"
    patches.restore()
    assert Derived.name == "somebody else's"


@pytest.mark.parametrize(
    ("seconds", "words"), [(2.5, "2.5 s"), (0.25, "250 ms"), (3e-5, "30 us"), (0.0, "0 us")]
)
def test_durations_in_units_that_suit_them(seconds: float, words: str) -> None:
    assert duration(seconds) == words


# The environment.


def test_the_environment_may_say_nothing() -> None:
    _environment.apply(" , ")
    _environment.apply("1,off")
    assert not insight.is_enabled()


def test_what_the_environment_cannot_mean_is_warned_of() -> None:
    with pytest.warns(insight.InsightWarning, match="'loud' is unknown"):
        _environment.apply("loud")
    assert not insight.is_enabled()


@pytest.mark.parametrize(("value", "deadlock"), [("1", "raise"), ("on", "raise"), ("warn", "warn")])
def test_the_environment_says_what_becomes_of_a_deadlock(value: str, deadlock: str) -> None:
    _environment.apply(value)
    assert insight._watch().deadlock == deadlock
    assert insight._watch().hooks == ()


def test_what_the_environment_cannot_have_leaves_insight_off(near: Path) -> None:
    with pytest.warns(insight.InsightWarning, match="insight stays off: .*No such file"):
        _environment.apply(f"serve={near / 'missing' / 'socket'}")
    assert not insight.is_enabled()


def test_the_environment_asks_for_a_text_on_a_signal(
    near: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _environment.apply("signal")
    try:
        os.kill(os.getpid(), signal.SIGUSR1)
    finally:
        insight.SignalDump._installed[signal.SIGUSR1].remove()
    assert "0 primitives, 0 in use" in capsys.readouterr().err
    assert list(near.iterdir()) == []


def test_the_environment_asks_for_everything(near: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at_exit: list[Callable[..., object]] = []
    monkeypatch.setattr(
        _environment.atexit,
        "register",
        lambda call, *args: at_exit.append(lambda: call(*args)),
    )
    timeline, path, file = (near / name for name in ("timeline.svg", "socket", "dump.json"))
    _environment.apply(f"warn,signal={file},serve={path},timeline={timeline}")
    try:
        os.kill(os.getpid(), signal.SIGUSR1)
        assert file.exists()
    finally:
        insight.SignalDump._installed[signal.SIGUSR1].remove()
    with toro_asyncio.Lock(name="recorded").acquire_nowait():
        pass
    for call in at_exit:
        call()
    assert "recorded" in timeline.read_text()
    assert not path.exists()


# From elsewhere.


def test_where_there_is_no_signal_for_it_one_must_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(signal, "SIGUSR1")
    with pytest.raises(ValueError, match="no SIGUSR1"):
        insight.dump_on_signal()


def test_a_signal_when_nothing_can_be_dumped_is_answered(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with insight.dump_on_signal(signal.SIGUSR2) as dumping:  # insight is off
        os.kill(os.getpid(), signal.SIGUSR2)
        dumping.remove()
        dumping.remove()
    assert "cannot dump: insight is off" in capsys.readouterr().err


def test_a_socket_with_too_long_a_path_is_refused(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 120)
    with pytest.raises(OSError, match="longer than a Unix socket's path may be"):
        insight.serve(path)
    assert not path.exists()


def test_a_socket_where_there_is_no_folder_is_refused(near: Path) -> None:
    (near / "file").touch()
    with pytest.raises(NotADirectoryError):
        insight.serve(near / "file" / "socket")


def test_a_socket_that_cannot_be_made_is_left_open_by_nobody(near: Path) -> None:
    with pytest.raises(FileNotFoundError):
        insight.serve(near / "missing" / "socket")
    gc.collect()  # which warns of what is still open


def test_a_server_outlives_those_who_go_and_dumps_that_fail(
    near: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = os.fspath(near / "socket")
    answers = iter([ConnectionResetError("gone"), ArithmeticError("no dump")])

    class Answer:
        def to_json(self) -> str:
            error = next(answers, None)
            if error is not None:
                raise error
            return "{}"

    with insight.Server(Answer, path) as server:  # type: ignore[arg-type]
        said = []
        for _ in range(3):
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(path)
                said.append(client.recv(100))
        server.close()
    assert said == [b"", b"", b"{}"]
    assert "cannot dump: no dump" in capsys.readouterr().err


# What was there before.


def test_a_wait_that_began_before_is_dumped_without_its_task() -> None:
    import asyncio

    async def main() -> None:
        lock = toro_asyncio.Lock()
        await lock.acquire()
        task = asyncio.ensure_future(lock.acquire())
        await asyncio.sleep(0)
        with insight.enable():
            (record,) = insight.dump(lock).data["primitives"]
            assert record["waits"][0]["task"] is None
            assert str(insight.dump(lock))
            assert insight.dump(lock).graph.mermaid()
            assert lock.statistics().waiters[0].age is None
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    asyncio.run(main())
