"""Ctrl-C on Trio, between two lines of a primitive or in a wait: nothing is torn, nothing lost."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from functools import partial, wraps
from types import FrameType
from typing import Any

import pytest
from toro_conformance.waits import MONITOR, WAITS, Wait, name

from toro_core.coroutines import Condition, Lock, RWLock, Semaphore
from toro_trio._ki import protect

trio = pytest.importorskip("trio")
pytest.importorskip("trio.testing")
ADAPTERS: list[Any] = [pytest.importorskip(name) for name in ("toro_trio", "toro_anyio")]
every_adapter = pytest.mark.parametrize("toro", ADAPTERS, ids=lambda toro: toro.__name__)
Program = Callable[[Any, list[Any]], Any]


class Interrupt:
    """Raises SIGINT as the *at*-th line of Toro's is about to run."""

    def __init__(self, at: int) -> None:
        self.left = at

    def __call__(self, frame: FrameType, event: str, _argument: object) -> Any:
        if event == "call" and "toro_" not in frame.f_code.co_filename:
            return None
        if event == "line":
            self.left -= 1
            if self.left == 0:
                signal.raise_signal(signal.SIGINT)
        return self


async def hand_over_a_lock(toro: Any, made: list[Any]) -> None:
    lock = toro.Lock()
    made.append(lock)

    async def other() -> None:
        async with lock:
            await trio.lowlevel.checkpoint()

    async with trio.open_nursery() as nursery:
        async with lock:
            nursery.start_soon(other)
            await trio.lowlevel.checkpoint()
        async with lock:
            pass


async def through_a_queue(toro: Any, made: list[Any]) -> None:
    queue = toro.Queue(1)
    made.append(queue)

    async def consume() -> None:
        for _ in range(2):
            await queue.get()

    async with trio.open_nursery() as nursery:
        nursery.start_soon(consume)
        for item in range(2):
            await queue.put(item)


async def by_guards_and_sides(toro: Any, made: list[Any]) -> None:
    lock, rwlock = toro.Lock(), toro.RWLock()
    made += [lock, rwlock]
    with await lock.acquire():
        pass
    with await rwlock.acquire_read():
        pass
    with await rwlock.acquire_write():
        pass
    async with rwlock.reader:
        pass
    async with rwlock.writer:
        pass


async def hand_over_a_permit(toro: Any, made: list[Any]) -> None:
    semaphore = toro.Semaphore()
    made.append(semaphore)

    async def other() -> None:
        with await semaphore.acquire():
            await trio.lowlevel.checkpoint()

    async with trio.open_nursery() as nursery:
        async with semaphore:
            nursery.start_soon(other)
            await trio.lowlevel.checkpoint()
        async with semaphore:
            pass


async def tell_a_waiter(toro: Any, made: list[Any]) -> None:
    condition = toro.Condition(lock=toro.Lock())
    made.append(condition)

    async def other() -> None:
        async with condition:
            await condition.wait(timeout=5)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(other)
        await trio.testing.wait_all_tasks_blocked()
        async with condition:
            condition.notify()


def at_rest(made: Any) -> bool:
    if isinstance(made, RWLock):
        return not made.locked()
    if isinstance(made, Semaphore):
        return bool(made.value == 1 and made.statistics().tasks_waiting == 0)
    if isinstance(made, (Condition, Lock)):
        return not made.locked() and made.statistics().tasks_waiting == 0
    machine = made._machine
    return bool(machine.used == len(machine.store) + machine.reserved and not machine.waiting)


@every_adapter
@pytest.mark.parametrize(
    ("program", "lines"),
    [
        (hand_over_a_lock, range(1, 400)),
        (through_a_queue, range(1, 400)),
        (hand_over_a_permit, range(1, 400)),
        (tell_a_waiter, range(1, 400)),
        (by_guards_and_sides, range(1, 400)),
    ],
)
def test_an_interrupt_at_any_line_leaves_a_whole(toro: Any, program: Program, lines: range) -> None:
    interrupted = 0
    for at in lines:
        made: list[Any] = []
        error = run_interrupted(partial(program, toro), made, at)
        if error is None:
            break  # it has no more lines
        assert only_interrupts(error)
        interrupted += 1
        assert all(at_rest(primitive) for primitive in made), f"torn by an interrupt at line {at}"
    assert interrupted > 20


def run_interrupted(
    program: Callable[[list[Any]], Any], made: list[Any], at: int
) -> BaseException | None:
    # A shell's background job, and what that starts, ignores Ctrl-C; Trio would leave it at that.
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    before = sys.gettrace()
    sys.settrace(Interrupt(at))
    try:
        trio.run(program, made)
    except BaseException as error:
        return error
    finally:
        sys.settrace(before)
        signal.signal(signal.SIGINT, handler)
    return None


def only_interrupts(error: BaseException) -> bool:
    if isinstance(error, BaseExceptionGroup):
        return all(map(only_interrupts, error.exceptions))
    return isinstance(error, KeyboardInterrupt)


def ctrl_c(main: Callable[[], Any], clock: Any = None) -> BaseException | None:
    """Run *main*, in which Ctrl-C strikes at checkpoints only."""
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        trio.run(main, clock=clock, restrict_keyboard_interrupt_to_checkpoints=True)
    except BaseException as error:
        return error
    finally:
        signal.signal(signal.SIGINT, handler)
    return None


async def is_too_late(toro: Any, wait: Wait, thing: Any) -> bool:
    """Wait for a second.  Does it end in a Timeout?"""
    wait.before(thing)
    try:
        await wait.method(thing)(*wait.arguments, timeout=1)
    except toro.Timeout:
        return True
    finally:
        wait.after(thing)
    return False


@every_adapter
@pytest.mark.parametrize("wait", [*WAITS, MONITOR], ids=name)
def test_an_interrupt_after_a_deadline_that_trio_has_not_heard_of_yet(
    toro: Any, wait: Wait
) -> None:
    clock = trio.testing.MockClock()
    thing = wait.busy(toro)
    ended: list[bool] = []

    async def interrupt() -> None:
        await trio.testing.wait_all_tasks_blocked()
        # One step of Trio's runs both, and it looks at deadlines between steps.
        trio.lowlevel.current_trio_token().run_sync_soon(clock.jump, 2)
        signal.raise_signal(signal.SIGINT)

    async def main() -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(interrupt)
            ended.append(await is_too_late(toro, wait, thing))
            await trio.sleep_forever()

    error = ctrl_c(main, clock)
    assert error is not None
    assert only_interrupts(error)
    assert ended == [True]
    assert thing.statistics().tasks_waiting == 0


@every_adapter
@pytest.mark.parametrize("how", ["cancelled", "expired"])
def test_an_interrupt_does_not_keep_a_waiter_from_its_lock(toro: Any, how: str) -> None:
    clock = trio.testing.MockClock()
    lock = toro.Lock()
    condition = toro.Condition(lock=lock)
    trace: list[str] = []

    async def critical() -> None:
        async with condition:
            with trio.CancelScope(shield=True):
                clock.jump(2)
                await trio.testing.wait_all_tasks_blocked()
                signal.raise_signal(signal.SIGINT)
                await trio.testing.wait_all_tasks_blocked()
            trace.append("critical")

    async def main() -> None:
        async with trio.open_nursery() as nursery, condition:
            nursery.start_soon(critical)
            try:
                if how == "cancelled":
                    with trio.move_on_after(1):
                        await condition.wait()
                else:
                    await condition.wait(timeout=1)
            except toro.Timeout:
                assert how == "expired"
            finally:
                trace.append("back")
                assert lock.locked()
            await trio.sleep_forever()

    error = ctrl_c(main, clock)
    assert error is not None
    assert only_interrupts(error)
    assert trace == ["critical", "back"]
    assert not lock.locked()


@every_adapter
@pytest.mark.parametrize("wait", [*WAITS, MONITOR], ids=name)
def test_who_is_cancelled_then_shielded_and_then_too_late_is_told_of_its_deadline(
    toro: Any, wait: Wait
) -> None:
    clock = trio.testing.MockClock()
    thing = wait.busy(toro)
    ended: list[bool] = []
    outer, inner = trio.CancelScope(), trio.CancelScope()

    async def sleeper() -> None:
        with outer, inner:
            ended.append(await is_too_late(toro, wait, thing))

    async def main() -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(sleeper)
            await trio.testing.wait_all_tasks_blocked()
            outer.cancel()
            inner.shield = True
            clock.jump(2)

    trio.run(main, clock=clock)
    assert ended == [True]
    assert thing.statistics().tasks_waiting == 0


def test_what_insight_has_replaced_meanwhile_is_protected_when_it_is_back() -> None:
    protected: list[bool] = []

    def original() -> None:
        protected.append(trio.lowlevel.currently_ki_protected())

    class Watched:
        @wraps(original)
        def method(self) -> None:
            """What insight has put in its place."""

    protect(Watched)

    async def main() -> None:
        original()

    trio.run(main)
    assert protected == [True]
