"""What seldom happens: ends that are not ends, and programs that will not stop."""

import contextvars
import math
import time

import pytest

import toro_sim as toro
from toro_sim import run
from toro_sim._waits import PARK

both = pytest.mark.parametrize("like", ["asyncio", "trio"])


# Ends.


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_what_should_end_the_program_ends_it(error):
    async def main(toro=None):
        raise error

    with pytest.raises(error):
        run(main)
    with pytest.raises(error):
        toro.explore(main)


@both
def test_main_may_cancel_itself(like):
    async def main():
        toro.current_task().cancel()
        await toro.checkpoint()

    with pytest.raises(toro.Cancelled):
        run(main, like=like)


@pytest.mark.parametrize("times", [3, 101])
def test_a_task_that_will_not_be_closed_does_not_keep_the_run_from_ending(times):
    async def stubborn():
        for _ in range(times):
            try:
                await toro.sleep_forever()
            except GeneratorExit:
                continue

    async def main():
        toro.spawn(stubborn, daemon=True)
        await toro.checkpoint()
        return "done"

    assert run(main) == "done"


@both
def test_who_waits_for_ever_is_told_with_what_it_waits_for(like):
    async def main():
        await toro.Event(name="bell").wait()

    with pytest.raises(toro.Deadlock, match="Event 'bell'"):
        run(main, like=like)


def test_to_wake_who_would_not_be_closed_does_nothing():
    event = toro.Event()

    async def stubborn():
        for _ in range(101):
            try:
                await event.wait()
            except GeneratorExit:
                continue

    async def main():
        toro.spawn(stubborn, daemon=True)
        await toro.checkpoint()

    run(main)
    assert event.statistics().tasks_waiting == 1
    event.set()
    assert event.statistics().tasks_waiting == 0


def test_ctrl_c_while_a_task_is_being_closed_is_not_swallowed():
    async def interrupted():
        try:
            await toro.sleep_forever()
        finally:
            raise KeyboardInterrupt

    async def main():
        toro.spawn(interrupted, daemon=True)
        await toro.checkpoint()

    with pytest.raises(KeyboardInterrupt):
        run(main)
    assert run(toro.checkpoint) is None  # and another loop may run


@both
def test_to_cancel_a_task_that_has_ended_does_nothing(like):
    async def nothing():
        return 1

    async def main():
        task = toro.spawn(nothing)
        assert await task.join() == 1
        task.cancel()
        return await task.join()

    assert run(main, like=like) == 1


@both
def test_who_was_cancelled_in_a_join_is_not_woken_by_the_end(like):
    async def long():
        await toro.sleep(5)
        return "end"

    async def main():
        task = toro.spawn(long)
        with toro.move_on_after(1):
            await task.join()
        waiter = toro.spawn(task.join)
        await toro.sleep(1)
        waiter.cancel()
        assert await task.join() == "end"
        with pytest.raises(toro.TaskCancelled):
            await waiter.join()

    run(main, like=like)


def test_a_task_that_ends_with_the_one_that_waits_for_it_wakes_nobody_twice():
    async def long():
        await toro.sleep(1)

    async def main():
        task = toro.spawn(long)
        waiter = toro.spawn(task.join)
        await toro.settle()
        toro.unpark(waiter)  # as a primitive of one's own might, by mistake
        await toro.sleep(2)
        await waiter.join()

    run(main)


# From outside.


def test_a_callback_of_the_clock_runs_in_no_task():
    seen = []

    def ring():
        try:
            toro.current_task()
        except RuntimeError as error:
            seen.append(str(error))

    async def main():
        toro.current_task().loop.call_at(1.0, ring)
        await toro.sleep(2)

    run(main)
    assert seen == ["no toro_sim task is running here"]


def test_scopes_may_be_left_in_the_wrong_order():
    async def main():
        outer, inner = toro.CancelScope(), toro.CancelScope()
        outer.__enter__()
        inner.__enter__()
        outer.__exit__(None, None, None)
        inner.__exit__(None, None, None)
        await toro.checkpoint()

    run(main)


def test_a_scope_that_is_cancelled_where_no_loop_runs_remembers_it():
    scope = toro.CancelScope()
    scope.cancel()
    scope.cancel()
    assert scope.cancel_called
    assert repr(scope) == "<CancelScope cancelled>"

    async def main():
        with scope:
            await toro.checkpoint()

    run(main, like="trio")


def test_a_wait_without_end_arms_no_timer():
    async def main():
        task = toro.current_task()
        with toro.move_on_after(1):
            await toro.sleep_until(math.inf)
        assert not task.loop.timers()
        await toro.sleep(0)
        await toro.sleep(-1)
        await toro.sleep_until(0)

    run(main)


def test_things_of_the_loop_say_what_they_are():
    async def main():
        async with toro.create_task_group() as group:
            group.start_soon(toro.checkpoint)
            assert repr(group) == "<TaskGroup 1 tasks>"
        assert repr(toro.CancelScope()) == "<CancelScope>"

    run(main)
    assert repr(PARK) == "<park>"


# Explorations.


def test_a_program_that_goes_round_for_ever_is_found_and_its_way_there_kept():
    async def main(toro):
        while True:
            await toro.checkpoint()

    failure = toro.explore(main).failure
    assert isinstance(failure.error, toro.Endless)
    assert str(failure.trace)


def test_pct_wants_a_depth():
    async def main(toro):
        await toro.checkpoint()

    with pytest.raises(ValueError, match="depth must be at least 1"):
        toro.explore(main, strategy=toro.PCT(1, depth=0))


def test_progress_is_not_told_all_the_time():
    told = []

    async def work(toro):
        for _ in range(3):
            await toro.checkpoint()

    async def main(toro):
        async with toro.create_task_group() as group:
            for _ in range(3):
                group.start_soon(work, toro)

    toro.explore(
        main, strategy=toro.Random(), schedules=300, progress=lambda *seen: told.append(seen)
    )
    assert len(told) < 300 / 64


# Fingerprints.


class Whole(int):
    pass


def test_a_context_of_its_own_and_empty():
    async def main(toro):
        await toro.checkpoint()

    assert contextvars.Context().run(lambda: toro.explore(main)).exhaustive


def test_values_of_many_kinds_are_told_apart():
    results = set()

    def unset():
        if time is None:
            later = 1
        return lambda: later

    async def work(toro, box):
        box.append(Whole(len(box)))
        await toro.checkpoint()
        box.append(math.sqrt)

    async def main(toro):
        box = [Whole(3), unset(), (3).__add__, ValueError("x"), 3.5, b"x", iter(range(3))]
        async with toro.create_task_group() as group:
            group.start_soon(work, toro, box)
            group.start_soon(work, toro, box)
        results.add(len(box))

    assert toro.explore(main).exhaustive
    assert results == {11}
