"""What seldom happens to those who are watched, and is told rightly all the same."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import importlib
import io
import sys
import threading
import time
import types
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

import toro_asyncio
from toro_core import State, Waiter, insight, plain
from toro_core.__main__ import main as command
from toro_core.insight._dump import dump_of
from toro_core.insight._observe import observed
from toro_core.insight._operations import Operation
from toro_core.insight._places import Place, callers, place_of_caller
from toro_core.insight._tasks import Who, cancelled_by_a_timer, reference
from toro_core.insight._watch import Watch

from .loops import Loop


def kinds(events: list[insight.Event]) -> list[str]:
    return [event.kind for event in events]


def held_by(primitive: Any) -> list[Any]:
    return [hold["task"] for hold in insight.dump(primitive).data["primitives"][0]["holds"]]


# Conditions.


def test_a_task_that_was_notified_and_waits_for_the_lock_can_close_a_circle(loop: Loop) -> None:
    async def main(loop: Loop) -> None:
        inner, outer = loop.toro.Lock(name="inner"), loop.toro.Lock(name="outer")
        condition = loop.toro.Condition(lock=inner)

        async def waits() -> None:
            async with outer, condition:
                await condition.wait()

        async def notifies() -> None:
            async with condition:
                condition.notify()
                async with outer:
                    pass

        loop.spawn(waits)
        await loop.settle()
        loop.spawn(notifies)
        await loop.settle()
        assert not inner.locked()
        assert not outer.locked()

    with insight.enable(order=False):
        loop.run(main)
    (deadlock,) = loop.errors
    assert isinstance(deadlock, insight.Deadlock)
    assert {link.primitive for link in deadlock.cycle} == {"Lock 'inner'", "Lock 'outer'"}


def test_who_waits_to_be_notified_waits_for_no_lock(loop: Loop) -> None:
    async def main(loop: Loop) -> None:
        inner, outer = loop.toro.Lock(), loop.toro.Lock()
        condition = loop.toro.Condition(lock=inner)

        async def waits() -> None:
            async with outer, condition:
                await condition.wait()

        async def asks() -> None:
            async with inner, outer:
                pass

        cancels = []
        for task in (waits, asks):
            cancels.append(loop.spawn(task))
            await loop.settle()
        assert outer.statistics().tasks_waiting == 1
        assert insight.deadlocks() == []
        for cancel in reversed(cancels):
            cancel()
            await loop.settle()
        assert insight.dump().data["last_error"] is None

    with insight.enable(order=False):
        loop.run(main)
    assert loop.errors == []


def test_writers_can_wait_for_each_other(loop: Loop) -> None:
    async def main(loop: Loop) -> None:
        a, b, go = loop.toro.RWLock(), loop.toro.RWLock(), loop.toro.Event()

        async def writes(mine: Any, theirs: Any) -> None:
            async with mine.writer:
                await go.wait()
                async with theirs.writer:
                    pass

        cancels = [loop.spawn(writes, a, b), loop.spawn(writes, b, a)]
        await loop.settle()
        go.set()
        await loop.settle()
        for cancel in cancels:
            cancel()
            await loop.settle()

    with insight.enable(order=False):
        loop.run(main)
    (deadlock,) = loop.errors
    assert isinstance(deadlock, insight.Deadlock)


def test_only_a_condition_has_a_lock_to_give_up(loop: Loop, watched: list[insight.Event]) -> None:
    class Guarded(loop.toro.Queue):  # type: ignore[misc,name-defined]
        def __init__(self) -> None:
            super().__init__()
            self._lock = threading.Lock()  # the user's own

    async def main(loop: Loop) -> None:
        queue = Guarded()
        loop.spawn(queue.get)
        await loop.settle()
        (record,) = insight.dump().data["primitives"]
        assert len(record["waits"]) == 1
        queue.put_nowait(1)
        await loop.settle()
        assert kinds(watched) == ["wait", "put", "get"]

    loop.run(main)


def test_who_is_cancelled_in_a_condition_waits_for_its_lock_and_holds_it_then(
    loop: Loop, watched: list[insight.Event]
) -> None:
    async def main(loop: Loop) -> None:
        lock = loop.toro.Lock()
        condition = loop.toro.Condition(lock=lock)
        held: list[list[Any]] = []

        async def waits() -> None:
            async with condition:
                try:
                    await condition.wait()
                finally:
                    held.append(held_by(lock))

        cancel = loop.spawn(waits)
        await loop.settle()
        async with lock:
            cancel()
            await loop.settle()
            assert held == []
        await loop.settle()
        assert len(held[0]) == 1
        assert held_by(lock) == []

    loop.run(main)
    of_condition = [event for event in watched if event.type == "Condition"]
    assert kinds(of_condition) == ["wait", "cancel"]
    assert loop.errors == []


def test_who_is_cancelled_after_its_notification_is_told_as_it_was_told(
    loop: Loop, watched: list[insight.Event]
) -> None:
    async def main(loop: Loop) -> None:
        condition = loop.toro.Condition(lock=loop.toro.Lock())

        async def waits() -> None:
            async with condition:
                try:
                    await condition.wait()
                    ends.append("grant")
                except BaseException:
                    ends.append("cancel")
                    raise

        cancel = loop.spawn(waits)
        await loop.settle()
        async with condition:
            condition.notify()
            await loop.settle()
            cancel()
            await loop.settle()

    ends: list[str] = []
    loop.run(main)
    of_condition = [event for event in watched if event.type == "Condition"]
    assert kinds(of_condition) == ["wait", *ends]


def test_a_condition_that_is_waited_for_too_late_lets_nobody_wait(
    loop: Loop, watched: list[insight.Event]
) -> None:
    async def main(loop: Loop) -> None:
        condition = loop.toro.Condition(lock=loop.toro.Lock())
        async with condition:
            with pytest.raises(loop.toro.Timeout):
                await condition.wait(timeout=0)

    loop.run(main)
    assert kinds(watched) == ["grant", "timeout", "release"]


def test_who_is_closed_in_a_condition_has_not_its_lock(watched: list[insight.Event]) -> None:
    async def main() -> None:
        lock = toro_asyncio.Lock()
        condition = toro_asyncio.Condition(lock)
        await lock.acquire()
        waiting = condition.wait()
        waiting.send(None)
        waiting.close()
        assert held_by(lock) == []

    asyncio.run(main())


def test_a_condition_whose_lock_was_acquired_before_gives_up_what_nobody_saw(loop: Loop) -> None:
    async def main(loop: Loop) -> None:
        lock = loop.toro.Lock()
        condition = loop.toro.Condition(lock=lock)
        seen: list[Any] = []

        async def waits() -> None:
            await lock.acquire()
            with insight.enable():
                await condition.wait()
                seen.append(insight.dump().data["errors"])
            lock.release()

        loop.spawn(waits)
        await loop.settle()
        async with condition:
            condition.notify()
        await loop.settle()
        assert seen == [0]
        assert not lock.locked()

    loop.run(main)
    assert loop.errors == []


# Deadlocks and orders.


def test_a_writer_in_line_that_gives_up_in_time_is_in_nobodys_way(
    loop: Loop, watched: list[insight.Event]
) -> None:
    async def main(loop: Loop) -> None:
        rwlock, go = loop.toro.RWLock(max_readers=None), loop.toro.Event()

        async def write() -> None:
            with contextlib.suppress(loop.toro.Timeout):
                await rwlock.acquire_write(timeout=1)

        async def read_twice() -> None:
            async with rwlock.reader:
                await go.wait()
                async with rwlock.reader:
                    pass

        for body in (read_twice, write):
            loop.spawn(body)
            await loop.settle()
        go.set()
        await loop.settle()
        assert rwlock.statistics().tasks_waiting == 2
        assert insight.deadlocks() == []
        loop.driver.tick(2)
        await loop.settle()
        assert rwlock.statistics().tasks_waiting == 0

    loop.run(main)
    assert loop.errors == []


def test_there_may_be_two_ways_from_one_lock_to_another() -> None:
    async def nested(*locks: Any) -> None:
        for lock in locks:
            await lock.acquire()
        for lock in locks:
            lock.release()

    async def main() -> None:
        a, b, c, d, e = (toro_asyncio.Lock(name=name) for name in "abcde")
        for pair in ((a, b), (a, c), (b, d), (c, d), (d, e)):
            await nested(*pair)
        assert insight.findings() == []
        with pytest.warns(insight.InsightWarning, match="different orders"):
            await nested(e, a)

    with insight.enable():
        asyncio.run(main())


def test_where_asyncio_has_no_timeouts_none_ends_a_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        async with asyncio.timeout(60):
            await asyncio.sleep(0)
            tasks = {asyncio.current_task()}
            assert cancelled_by_a_timer(tasks)
            monkeypatch.delitem(sys.modules, "asyncio.timeouts")
            assert not cancelled_by_a_timer(tasks)

    asyncio.run(main())


# Tasks.


def test_a_task_that_has_ended_is_told_by_its_last_name(loop: Loop) -> None:
    async def main(loop: Loop) -> None:
        lock = loop.toro.Lock()
        names: list[Any] = []

        async def forgets() -> None:
            await lock.acquire()
            await loop.toro.Event().wait()

        cancel = loop.spawn(forgets)
        await loop.settle()
        names += held_by(lock)
        cancel()
        with pytest.warns(insight.InsightWarning, match="has ended and still holds"):
            await loop.settle()
        (hold,) = insight.dump(lock).data["primitives"][0]["holds"]
        assert (hold["ended"], [hold["task"]]) == (True, names)
        lock.release()

    with insight.enable():
        loop.run(main)


class Ending:
    """A task of a loop that tells of its end by a method, as those of toro_sim do."""

    def _end(self, how: str) -> None:
        self.how = how


def test_an_end_is_noticed_by_a_method_where_no_callback_can_be_had(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "trio", raising=False)
    original = Ending._end
    watch, tasks = Watch(time.monotonic, "raise", True, ()), [Ending() for _ in range(3)]
    those = [Who(number, task) for number, task in enumerate(tasks)]
    noticing = []
    for who, task in zip(those, tasks, strict=True):
        watch.ends.mind(who, task)
        noticing.append(Ending._end)
    assert noticing == [noticing[0]] * 3  # it is put there once
    watch.tasks = {id(tasks[0]): those[0], id(tasks[1]): those[2]}
    for task in tasks:
        task._end("well")
        assert task.how == "well"
    assert [who.ended for who in those] == [True, False, False]  # the others are known no more
    assert watch.tasks == {}
    assert those[0].task() is None
    watch.ends.stop()
    assert Ending._end is original


def test_whoever_has_the_id_of_a_task_that_is_gone_is_another() -> None:
    watch, task, other = Watch(time.monotonic, "raise", True, ()), Ending(), Ending()
    who = Who(1, task)
    instrument = watch.ends._instrument
    watch.tasks[id(other)] = who
    for ended in (Ending(), other):
        instrument.task_exited(ended)
        assert not who.ended
    watch.tasks[id(task)] = who
    instrument.task_exited(task)
    assert who.ended


def test_a_task_that_nobody_asked_for_its_name_has_told_it_when_it_ended(loop: Loop) -> None:
    async def main(loop: Loop) -> None:
        semaphore = loop.toro.Semaphore(1)
        loop.spawn(semaphore.acquire)
        await loop.settle()
        gc.collect()
        (hold,) = insight.dump(semaphore).data["primitives"][0]["holds"]
        assert hold["ended"]
        assert hold["task"] != f"task {hold['task_number']}"

    with insight.enable():
        loop.run(main)


def test_a_task_without_weak_references_is_kept() -> None:
    class Task:
        __slots__ = ()

    task = Task()
    assert reference(task, print)() is task


def test_trio_tells_of_no_more_ends_once_it_is_off() -> None:
    trio = pytest.importorskip("trio")
    import toro_trio

    async def nothing() -> None:
        pass

    async def main() -> None:
        on = insight.enable()
        async with toro_trio.Lock():
            pass
        instrument = on._installation.watch.ends._instrument
        insight.disable()
        async with trio.open_nursery() as nursery:
            nursery.start_soon(nothing)
        with pytest.raises(KeyError):  # it has taken itself away
            trio.lowlevel.remove_instrument(instrument)

    trio.run(main)


def test_whoever_is_last_in_line_already_is_nobody_new(watch: Watch) -> None:
    """As it is where a loop's task pauses before it enters the line."""
    lock = toro_asyncio.Lock()
    entry, line = watch.entry(lock), [Waiter(deadline=1.0)]
    assert watch.begin_wait(1, entry, "acquire", line, None, None) is None
    line[0].state = State.WAITING
    wait = watch.begin_wait(1, entry, "acquire", line, None, None)
    assert wait is not None
    assert watch.begin_wait(2, entry, "acquire", line, None, None) is None


@pytest.mark.parametrize("error", [GeneratorExit, asyncio.CancelledError])
def test_who_is_cancelled_has_no_answer_though_one_was_on_its_way(
    error: type[BaseException], watched: list[insight.Event]
) -> None:
    async def main() -> None:
        result = toro_asyncio.AsyncResult[int]()
        waiting = result.get()
        waiting.send(None)
        result.set_exception(KeyError("no"))
        with pytest.raises(error):
            waiting.throw(error())

    asyncio.run(main())
    assert kinds(watched) == ["wait", "cancel"]


def test_who_waits_outside_of_tasks_is_watched_too(watched: list[insight.Event]) -> None:
    async def main() -> None:
        lock = toro_asyncio.Lock()
        await lock.acquire()

        def wait() -> None:
            waiting = lock.acquire()
            waiting.send(None)
            waiting.close()

        asyncio.get_running_loop().call_soon(wait)
        await asyncio.sleep(0)
        lock.release()

    asyncio.run(main())
    assert [(event.kind, event.task is None) for event in watched] == [
        ("grant", False),
        ("wait", True),
        ("cancel", True),
        ("release", False),
    ]


def test_a_release_may_pause(watch: Watch) -> None:
    """No adapter's does."""

    async def pause(lock: Any) -> None:
        await asyncio.sleep(0)

    async def main() -> None:
        release = observed(watch, pause, Operation("give", "acquire"))
        await release(toro_asyncio.Lock())

    asyncio.run(main())
    assert watch.last_error is None


def test_what_is_used_within_an_operation_leaves_it_where_it_was() -> None:
    lock, queue = toro_asyncio.Lock(), toro_asyncio.PriorityQueue[Any]()
    inside: list[Any] = []

    class Item:
        def __lt__(self, other: Item) -> bool:
            with lock.acquire_nowait():
                pass
            inside.append(on._installation.watch.inside.machine)
            return True

    with insight.enable() as on:
        for _ in range(2):
            queue.put_nowait(Item())
        assert inside == [queue._machine]
        assert on._installation.watch.inside.machine is None
        queue.shutdown()


def test_guards_that_are_gone_are_forgotten(loop: Loop) -> None:
    async def main(loop: Loop) -> None:
        lock = loop.toro.Lock()
        async with lock:
            pass
        await lock.acquire()
        lock.release()
        with await lock.acquire():
            pass

    with insight.enable() as on:
        loop.run(main)
        assert on._installation.watch.guards == {}


def test_what_is_thrown_into_a_wait_ends_it(watched: list[insight.Event]) -> None:
    async def main() -> None:
        waiting = toro_asyncio.Event().wait()
        waiting.send(None)
        with pytest.raises(ZeroDivisionError):
            waiting.throw(ZeroDivisionError())

    asyncio.run(main())
    assert kinds(watched) == ["wait", "cancel"]


# Guards.


def test_who_enters_a_guard_holds_it_though_no_task_acquired_it() -> None:
    lock = toro_asyncio.Lock()

    async def main() -> None:
        with guard:
            task = asyncio.current_task()
            assert task is not None
            assert held_by(lock) == [task.get_name()]

    with insight.enable():
        guard = lock.acquire_nowait()
        assert held_by(lock) == [None]
        asyncio.run(main())
        assert held_by(lock) == []


@pytest.mark.usefixtures("watched")
def test_a_guard_may_be_entered_where_no_task_runs() -> None:
    lock = toro_asyncio.Lock()

    async def main() -> Any:
        return await lock.acquire()

    with asyncio.run(main()):
        assert held_by(lock) == [None]
    assert held_by(lock) == []


def test_a_guard_that_no_task_acquired_may_be_dropped_by_the_loop() -> None:
    async def main(guards: list[Any]) -> None:
        asyncio.get_running_loop().call_soon(guards.clear)
        await asyncio.sleep(0)
        assert guards == []

    with insight.enable():
        lock = toro_asyncio.Lock()
        asyncio.run(main([lock.acquire_nowait()]))
        assert insight.findings() == []


def test_what_the_loop_acquires_is_held_by_nobody_and_from_nowhere() -> None:
    async def main() -> None:
        lock = toro_asyncio.Lock()
        asyncio.get_running_loop().call_soon(lock.acquire_nowait)
        await asyncio.sleep(0)
        (holder,) = lock.statistics().holders
        assert (holder.task, holder.where) == (None, None)

    with insight.enable():
        asyncio.run(main())


@pytest.mark.parametrize("who", [None, Who(1, None)])
def test_a_hold_ends_once(watch: Watch, who: Who | None) -> None:
    lock = toro_asyncio.Lock()
    entry = watch.entry(lock)
    hold = watch.begin_hold(1, entry, "acquire", who, 0.0, None)
    for _ in range(2):
        watch.end_hold(hold)
        assert entry.holds == []
        assert who is None or who.holds == []


# Futures.


def test_futures_from_before_are_none_of_its_business() -> None:
    toro_tornado = pytest.importorskip("toro_tornado")

    async def main() -> None:
        lock, go = toro_tornado.Lock(), toro_tornado.Event()
        await lock.acquire()
        waiting = [lock.acquire() for _ in range(3)]
        with insight.enable():
            asyncio.get_running_loop().call_soon(lock.release)
            assert await waiting[0]
            assert waiting[1].cancel()
            lock.release()
            assert await waiting[2]
            go.set()
            await go.wait()
            assert insight.dump().data["errors"] == 0

    asyncio.run(main())


# Where, and from where.


def test_whoever_calls_where_no_loop_runs_is_followed_to_the_end() -> None:
    seen: list[str] = []

    def work() -> None:
        seen.extend(place.function for place in callers())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen[0].endswith("work")
    assert seen[-1].endswith("_bootstrap")


def test_eight_callers_are_told() -> None:
    def deep(level: int) -> tuple[Place, ...]:
        return deep(level - 1) if level else callers()

    assert [len(deep(level)) for level in (20, 7)] == [8, 8]
    assert {place.function.rpartition(".")[2] for place in deep(20)} == {"deep"}


def test_whoever_calls_is_told_by_line_and_name() -> None:
    here = place_of_caller()
    assert here is not None
    assert here.function == "test_whoever_calls_is_told_by_line_and_name"
    assert str(here) == f"{__file__}:{here.line} in {here.function}"


def test_whose_a_file_is_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    first = place_of_caller()
    monkeypatch.setitem(place_of_caller.__globals__, "_tell", None)
    again = place_of_caller()
    assert first is not None
    assert again is not None
    assert again.line == first.line + 2


def test_code_of_no_module_is_the_users() -> None:
    names: dict[str, Any] = {"place": place_of_caller}
    exec(compile("def called(): return place()", "nameless.py", "exec"), names)
    assert names["called"]() == Place("nameless.py", 1, "called")


def test_who_imports_is_told_and_not_what_does_the_import(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = "from toro_core.insight._places import callers\nplaces = callers()\n"
    (tmp_path / "imported_once.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    names = [place.function for place in importlib.import_module("imported_once").places]
    del sys.modules["imported_once"]
    assert names[:2] == ["<module>", "test_who_imports_is_told_and_not_what_does_the_import"]


def test_what_was_kept_of_it_sees_nothing_once_it_is_off() -> None:
    with insight.enable() as on:
        kept = plain.Bound.__init__
    lock = toro_asyncio.Lock()
    kept(lock, lock._machine, "late")
    assert lock.name == "late"
    assert not on._installation.watch.entries


def test_what_was_called_of_it_sees_nothing_once_it_is_off() -> None:
    async def main() -> None:
        with insight.enable() as on:
            kept = toro_asyncio.Lock.acquire
        lock = toro_asyncio.Lock()
        await kept(lock)
        assert lock.locked()
        assert not on._installation.watch.entries

    asyncio.run(main())


# What is told.


def test_the_command_reads_from_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with insight.enable():
        dump = insight.dump()
    stdin = types.SimpleNamespace(buffer=io.BytesIO(dump.to_json().encode()))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert command(["-"]) == 0
    assert capsys.readouterr().out == f"{dump}\n"


def test_a_dump_has_nothing_of_a_primitive_that_went_meanwhile(watch: Watch) -> None:
    lock = toro_asyncio.Lock()
    entry = watch.entry(lock)
    del lock
    watch.entries[0] = entry  # as another thread would have seen it before
    assert dump_of(watch).data["primitives"] == []


def test_a_dump_tells_of_faults_within_insight() -> None:
    def hook(event: insight.Event) -> None:
        raise KeyError(event.kind)

    async def main() -> None:
        async with toro_asyncio.Lock():
            pass

    with insight.enable(hooks=[hook]):
        asyncio.run(main())
        assert "Faults within insight: 2, the last KeyError: 'release'" in str(insight.dump())


def test_a_dump_says_in_words_what_is_so() -> None:
    async def main() -> None:
        rwlock = toro_asyncio.RWLock(name="table")
        async with rwlock.writer:
            assert "RWLock 'table' of toro_asyncio: locked, writing" in str(insight.dump())

    with insight.enable():
        asyncio.run(main())


@pytest.mark.parametrize("title", ["Waited for", "Held"])
def test_a_summary_leaves_out_what_there_is_none_of(title: str) -> None:
    from toro_core.insight._summary import summary

    async def main() -> None:
        if title == "Held":
            async with toro_asyncio.Lock():
                pass
        else:
            waiting = toro_asyncio.Event().wait()
            waiting.send(None)
            waiting.close()

    recorder = insight.Recorder()
    with insight.enable(hooks=[recorder]):
        asyncio.run(main())
        told = summary(recorder.timeline())
    assert [each for each in ("Waited for", "Held") if each in told] == [title]


# Tornado's Futures.


@pytest.fixture
def tornado() -> Any:
    return pytest.importorskip("toro_tornado")


def test_a_future_that_is_cancelled_in_a_condition_ends_when_the_lock_is_back(
    tornado: Any, watched: list[insight.Event]
) -> None:
    async def main() -> None:
        lock = tornado.Lock()
        condition = tornado.Condition(lock=lock)
        await condition.acquire()
        waiting = condition.wait()
        async with condition:
            assert waiting.cancel()
            assert not waiting.done()
        assert waiting.cancelled()
        assert len(held_by(lock)) == 1
        condition.release()
        assert held_by(lock) == []

    asyncio.run(main())
    assert kinds([event for event in watched if event.type == "Condition"]) == ["wait", "cancel"]


@pytest.mark.parametrize("dropped", [False, True])
def test_a_future_that_is_given_up_in_line_waits_no_more(
    tornado: Any, watched: list[insight.Event], dropped: bool
) -> None:
    async def main() -> None:
        lock = tornado.Lock()
        await lock.acquire()
        future = lock.acquire()
        if not dropped:
            future.cancel()
        del future
        await asyncio.sleep(0)
        assert kinds(watched) == ["grant", "wait", "cancel"]
        lock.release()

    asyncio.run(main())


@pytest.mark.parametrize("timeout", [None, 5])
@pytest.mark.parametrize("dropped", [False, True])
def test_a_future_that_is_given_up_before_anybody_saw_its_grant_waits_no_more(
    tornado: Any, watched: list[insight.Event], dropped: bool, timeout: float | None
) -> None:
    async def main() -> None:
        lock = tornado.Lock()
        await lock.acquire()
        future, other = lock.acquire(timeout=timeout), lock.acquire()
        lock.release()
        if timeout is not None:
            assert future._alarm is None
        if not dropped:
            assert future.cancel()
        del future
        await asyncio.sleep(0)
        assert other.done()
        assert kinds(watched) == ["grant", "wait", "wait", "release", "cancel", "grant"]
        lock.release()
        assert insight.dump().data["last_error"] is None

    asyncio.run(main())


def test_a_future_that_nobody_awaits_ends_when_its_grant_is_seen(
    tornado: Any, watched: list[insight.Event]
) -> None:
    async def main() -> None:
        lock, queue = tornado.Lock(), tornado.Queue()
        await lock.acquire()
        future = lock.acquire()
        queue.get()
        lock.release()
        queue.put_nowait(1)
        assert future.done()
        assert [event.type for event in watched if event.kind in ("grant", "get")] == [
            "Lock",
            "Queue",
            "Lock",
        ]
        with future.result():
            pass

    asyncio.run(main())


def test_of_two_who_await_a_future_one_may_be_cancelled_and_the_other_holds_it(
    tornado: Any, watched: list[insight.Event]
) -> None:
    async def wait_for(future: Any) -> None:
        with await future:
            (holder,) = lock.statistics().holders
            held_by.append(holder.task)

    async def main() -> None:
        await lock.acquire()
        future = lock.acquire()
        tasks = [asyncio.create_task(wait_for(future), name=name) for name in ("one", "two")]
        await asyncio.sleep(0)
        lock.release()
        tasks[0].cancel()
        await asyncio.wait(tasks)

    lock = tornado.Lock()
    held_by: list[Any] = []
    asyncio.run(main())
    assert held_by == ["two"]


def test_a_future_whose_wait_was_given_up_can_be_awaited_again(tornado: Any) -> None:
    async def again(future: Any) -> None:
        await future

    async def main() -> None:
        condition = tornado.Condition(lock=tornado.Lock())
        await condition.acquire()
        waiting = condition.wait()
        async with condition:
            given_up = again(waiting)
            given_up.send(None)._asyncio_future_blocking = False  # as a task does
            given_up.close()
            task = asyncio.ensure_future(again(waiting))
            await asyncio.sleep(0)
            assert not task.done()
        with pytest.raises(asyncio.CancelledError):
            await task
        condition.release()
        assert insight.dump().data["last_error"] is None

    with insight.enable():
        asyncio.run(main())


def test_what_was_granted_and_never_seen_is_held_no_more(tornado: Any) -> None:
    async def main() -> None:
        lock = tornado.Lock()
        await lock.acquire()
        future = lock.acquire()
        assert not future.done()

        async def waits() -> None:
            await future

        task = asyncio.ensure_future(waits())
        await asyncio.sleep(0)
        lock.release()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not lock.locked()
        assert held_by(lock) == []
        assert insight.dump().data["last_error"] is None

    with insight.enable():
        asyncio.run(main())


def test_what_one_has_of_a_future_is_held_though_another_gives_it_up(tornado: Any) -> None:
    async def main() -> None:
        lock = tornado.Lock()
        await lock.acquire()
        future = lock.acquire()

        async def get() -> Any:
            return await future

        first, second = asyncio.ensure_future(get()), asyncio.ensure_future(get())
        await asyncio.sleep(0)
        lock.release()
        second.cancel()
        await asyncio.wait([first, second])
        assert second.cancelled()
        (hold,) = insight.dump(lock).data["primitives"][0]["holds"]
        assert hold["task"] == first.get_name()
        lock.release()

    with insight.enable():
        asyncio.run(main())


def test_a_future_may_be_awaited_where_no_task_runs(tornado: Any) -> None:
    """AnyIO has no deadlines to tell of there."""
    pytest.importorskip("anyio")

    async def main() -> None:
        lock, seen = tornado.Lock(), asyncio.Event()
        await lock.acquire()
        steps: list[Generator[Any, None, Any]] = []

        def begin() -> None:
            steps.append(lock.acquire().__await__())
            next(steps[0])
            seen.set()

        asyncio.get_running_loop().call_soon(begin)
        await seen.wait()
        (record,) = insight.dump(lock).data["primitives"][0]["waits"]
        assert record["task"] is None
        steps[0].close()
        assert lock.statistics().tasks_waiting == 0
        lock.release()
        assert insight.dump().data["last_error"] is None

    with insight.enable():
        asyncio.run(main())


@pytest.mark.parametrize("value", [1, None])
def test_a_future_from_before_can_be_awaited(tornado: Any, value: int | None) -> None:
    async def gets(future: Any) -> Any:
        with contextlib.suppress(KeyError):
            return await future

    async def main() -> None:
        result = tornado.AsyncResult()
        future = result.get()
        with insight.enable():
            task = asyncio.ensure_future(gets(future))
            await asyncio.sleep(0)
            if value is None:
                result.set_exception(KeyError("no"))
            else:
                result.set(value)
            assert await task == value
            assert insight.dump().data["errors"] == 0

    asyncio.run(main())


def test_a_future_brings_its_guard_once(tornado: Any, watched: list[insight.Event]) -> None:
    async def main() -> None:
        lock = tornado.Lock()
        await lock.acquire()
        future = lock.acquire()
        lock.release()
        assert await future is await future
        assert len(held_by(lock)) == 1
        lock.release()

    asyncio.run(main())
    assert sorted(kinds(watched)) == ["grant", "grant", "release", "release", "wait"]


def test_a_future_that_is_not_awaited_is_in_no_circle(tornado: Any) -> None:
    async def main() -> None:
        lock = tornado.Lock()
        async with lock:
            future = lock.acquire()
            assert insight.findings() == []
            future.cancel()

    with insight.enable(deadlock="warn"):
        asyncio.run(main())


def test_a_queue_whose_only_future_is_cancelled_waits_for_nothing(tornado: Any) -> None:
    async def main() -> None:
        queue = tornado.Queue()
        await queue.put(1)
        future = queue.join()
        await queue.get()
        future.cancel()
        del queue, future
        await asyncio.sleep(0)
        assert insight.findings() == []

    with insight.enable():
        asyncio.run(main())


def test_where_deadlocks_are_ignored_a_future_is_awaited_in_one(tornado: Any) -> None:
    async def main() -> None:
        lock = tornado.Lock()

        async def twice() -> None:
            async with lock:
                await lock.acquire()

        task = asyncio.ensure_future(twice())
        await asyncio.sleep(0)
        assert len(insight.deadlocks()) == 1
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with insight.enable(deadlock="ignore"):
        asyncio.run(main())


def test_a_future_that_would_be_a_deadlock_is_cancelled(tornado: Any) -> None:
    async def main() -> None:
        lock = tornado.Lock()
        async with lock:
            future = lock.acquire()
            with pytest.raises(insight.Deadlock):
                await future
            assert future.cancelled()
            assert lock.statistics().tasks_waiting == 0

    with insight.enable():
        asyncio.run(main())


def test_who_comes_when_it_has_been_granted_has_not_waited_for_it(tornado: Any) -> None:
    async def waits(future: Any) -> None:
        await future

    async def main() -> None:
        lock = tornado.Lock()
        await lock.acquire()
        future = lock.acquire()
        first = asyncio.create_task(waits(future), name="first")
        await asyncio.sleep(0)
        second = asyncio.create_task(waits(future), name="second")
        lock.release()
        await second
        assert held_by(lock) == ["first"]
        await first
        lock.release()

    with insight.enable():
        asyncio.run(main())


def test_whom_a_future_lets_in_as_it_is_granted_is_heard_of(
    tornado: Any, watched: list[insight.Event]
) -> None:
    async def main() -> None:
        queue = tornado.LifoQueue(1)

        async def gets() -> None:
            await queue.get()

        getting = asyncio.create_task(gets())
        await asyncio.sleep(0)
        future = queue.get()
        queue.put_nowait(1)
        putting = [queue.put(item) for item in (2, 3)]
        await getting
        assert kinds(watched).count("put") == 3
        assert all(each.done() for each in (future, *putting))
        queue.shutdown(immediate=True)

    asyncio.run(main())
