"""The loop: order, time, tasks, cancellation, and what it refuses."""

import asyncio
import contextvars
import time

import pytest

import toro_sim as toro
from toro_sim import run

both = pytest.mark.parametrize("like", ["asyncio", "trio"])


# Running.


@both
def test_it_returns_what_main_returns(like):
    async def main(a, b):
        return a + b

    assert run(main, 1, 2, like=like) == 3


def test_it_raises_what_main_raises():
    async def main():
        raise KeyError("no")

    with pytest.raises(KeyError, match="no"):
        run(main)


def test_tasks_run_in_the_order_in_which_they_become_ready():
    log = []

    async def work(name):
        log.append(name)
        await toro.checkpoint()
        log.append(name)

    async def main():
        async with toro.create_task_group() as group:
            for name in "abc":
                group.start_soon(work, name)

    run(main)
    assert "".join(log) == "abcabc"


def test_a_loop_in_a_loop_is_refused():
    async def main():
        run(main)

    with pytest.raises(RuntimeError, match="runs in this thread already"):
        run(main)


def test_outside_of_a_loop_there_is_no_time():
    with pytest.raises(RuntimeError, match=r"toro_sim.run\(\)"):
        toro.now()


def test_a_task_needs_an_async_function():
    async def main():
        toro.spawn(lambda: None)

    with pytest.raises(TypeError, match="async function"):
        run(main)


def test_an_unknown_family_is_refused():
    with pytest.raises(ValueError, match="'asyncio' or 'trio'"):
        run(toro.checkpoint, like="curio")


def test_a_run_that_does_not_end_is_ended():
    async def main():
        while True:
            await toro.checkpoint()

    with pytest.raises(toro.Endless, match="not over after 50 steps"):
        run(main, max_steps=50)


# Time.


def test_time_is_virtual_and_costs_nothing():
    async def main():
        await toro.sleep(1e9)
        return toro.now(), toro.current_time()

    assert run(main) == (1e9, 1e9)


def test_sleepers_wake_in_the_order_of_their_times():
    log = []

    async def sleeper(seconds):
        await toro.sleep(seconds)
        log.append((toro.now(), seconds))

    async def main():
        async with toro.create_task_group() as group:
            for seconds in (3, 1, 2, 0, -1):
                group.start_soon(sleeper, seconds)

    run(main)
    assert log == [(0, 0), (0, -1), (1, 1), (2, 2), (3, 3)]


def test_a_timer_that_is_forgotten_does_not_move_the_clock():
    async def main():
        with toro.move_on_after(100):
            await toro.sleep(1)
        await toro.sleep_until(2)
        await toro.sleep_until(2)
        return toro.now()

    assert run(main) == 2


def test_settle_waits_for_all_others_but_not_for_the_clock():
    async def main():
        log = []

        async def work():
            for _ in range(3):
                await toro.checkpoint()
            log.append("worked")
            await toro.sleep(5)
            log.append("slept")

        async with toro.create_task_group() as group:
            group.start_soon(work)
            await toro.settle()
            assert log == ["worked"]
            assert toro.now() == 0

    run(main)


# Tasks.


def test_a_task_can_be_joined():
    async def double(n):
        await toro.sleep(1)
        return 2 * n

    async def main():
        task = toro.spawn(double, 4, name="doubler")
        assert "doubler" in repr(task)
        assert not task.done
        first, again = await task.join(), await task.join()
        assert task.done
        return first, again

    assert run(main) == (8, 8)


def test_who_joins_a_task_gets_its_exception():
    async def fail():
        raise KeyError

    async def main():
        task = toro.spawn(fail)
        with pytest.raises(KeyError):
            await task.join()
        assert isinstance(task.exception, KeyError)

    run(main)


def test_a_failure_nobody_joins_fails_the_run():
    async def fail():
        raise KeyError("unseen")

    async def main():
        toro.spawn(fail)

    with pytest.raises(KeyError, match="unseen"):
        run(main)


@both
def test_who_joins_a_cancelled_task_is_told(like):
    async def main():
        task = toro.spawn(toro.sleep_forever)
        await toro.checkpoint()
        task.cancel()
        with pytest.raises(toro.TaskCancelled):
            await task.join()
        assert task.cancelled

    run(main, like=like)


def test_cancelling_who_joins_leaves_the_task_alone():
    async def main():
        task = toro.spawn(toro.sleep, 5)
        with toro.move_on_after(1):
            await task.join()
        assert not task.done
        await task.join()
        return toro.now()

    assert run(main) == 5


def test_a_task_has_context_variables_of_its_own():
    variable = contextvars.ContextVar("variable", default=0)

    async def change():
        variable.set(1)
        await toro.checkpoint()
        return variable.get()

    async def main():
        assert await toro.spawn(change).join() == 1
        return variable.get()

    assert run(main) == 0


def test_a_task_knows_itself():
    async def main():
        task = toro.spawn(lookup, name="me")
        assert await task.join() is task

    async def lookup():
        return toro.current_task()

    run(main)


def test_a_daemon_may_be_left_waiting():
    log = []

    async def background():
        try:
            await toro.sleep_forever()
        finally:
            log.append("dropped")

    async def main():
        toro.spawn(background, daemon=True)
        await toro.checkpoint()

    run(main)
    assert log == ["dropped"]


def test_what_is_dropped_may_try_to_wait_again():
    async def stubborn():
        try:
            await toro.sleep_forever()
        finally:
            await toro.sleep(1)

    async def main():
        toro.spawn(stubborn, daemon=True)
        await toro.checkpoint()

    run(main)


# Groups.


@both
def test_a_group_waits_for_its_tasks(like):
    async def main():
        async with toro.create_task_group() as group:
            group.start_soon(toro.sleep, 3)
        return toro.now()

    assert run(main, like=like) == 3


@both
def test_a_failing_task_cancels_its_siblings(like):
    async def fail():
        await toro.sleep(1)
        raise KeyError("one")

    async def main():
        with pytest.raises(ExceptionGroup) as caught:  # noqa: PT012
            async with toro.create_task_group() as group:
                group.start_soon(fail)
                sleeper = group.start_soon(toro.sleep_forever)
        assert [str(error) for error in caught.value.exceptions] == ["'one'"]
        assert sleeper.cancelled
        return toro.now()

    assert run(main, like=like) == 1


@both
def test_a_failing_body_cancels_the_tasks(like):
    async def main():
        with pytest.raises(ExceptionGroup) as caught:  # noqa: PT012
            async with toro.create_task_group() as group:
                task = group.start_soon(toro.sleep_forever)
                raise KeyError
        assert task.cancelled
        assert isinstance(caught.value.exceptions[0], KeyError)

    run(main, like=like)


@both
def test_a_group_can_be_cancelled(like):
    async def main():
        async with toro.create_task_group() as group:
            tasks = [group.start_soon(toro.sleep_forever) for _ in range(2)]
            await toro.checkpoint()
            group.cancel_scope.cancel()
        assert all(task.cancelled for task in tasks)
        assert group.cancel_scope.cancelled_caught

    run(main, like=like)


@both
def test_a_timeout_around_a_group_ends_its_tasks(like):
    async def main():
        with toro.move_on_after(2) as scope:
            async with toro.create_task_group() as group:
                task = group.start_soon(toro.sleep_forever)
        assert scope.cancelled_caught
        assert task.cancelled
        return toro.now()

    assert run(main, like=like) == 2


@both
def test_a_cancelled_parent_waits_for_tasks_that_clean_up(like):
    async def cleaning():
        try:
            await toro.sleep_forever()
        finally:
            with toro.CancelScope(shield=True):
                await toro.sleep(3)

    async def parent():
        async with toro.create_task_group() as group:
            group.start_soon(cleaning)

    async def main():
        task = toro.spawn(parent)
        await toro.settle()
        task.cancel()
        with pytest.raises(toro.TaskCancelled):
            await task.join()
        return toro.now()

    assert run(main, like=like) == 3


def test_a_group_starts_tasks_in_its_block_only():
    async def main():
        toro.create_task_group().start_soon(toro.checkpoint)

    with pytest.raises(RuntimeError, match="inside its `async with` block"):
        run(main)


# Scopes.


@both
def test_move_on_after(like):
    async def main():
        with toro.move_on_after(1) as scope:
            await toro.sleep(2)
        assert scope.cancelled_caught
        with toro.move_on_after(3) as scope:
            await toro.sleep(2)
        assert not scope.cancelled_caught
        return toro.now()

    assert run(main, like=like) == 3


@both
def test_fail_after(like):
    async def main():
        with pytest.raises(TimeoutError), toro.fail_after(1):
            await toro.sleep(2)
        with toro.fail_after(1):
            await toro.sleep(0.5)

    run(main, like=like)


@both
def test_the_outer_of_two_timeouts_wins_when_it_is_first(like):
    async def main():
        with toro.move_on_after(1) as outer, toro.move_on_after(2) as inner:
            await toro.sleep(3)
        return outer.cancelled_caught, inner.cancelled_caught

    assert run(main, like=like) == (True, False)


@both
def test_a_shield_keeps_cancellations_out(like):
    async def main():
        with toro.move_on_after(1) as outer:
            with toro.CancelScope(shield=True):
                await toro.sleep(2)
            assert toro.now() == 2
            await toro.sleep(1)
        assert outer.cancelled_caught
        return toro.now()

    assert run(main, like=like) == 2


def test_a_scope_can_be_entered_once():
    async def main():
        scope = toro.CancelScope()
        with scope:
            pass
        with scope:
            pass

    with pytest.raises(RuntimeError, match="once"):
        run(main)


# The two families.


def cancelled_when_granted(like):
    """What a task sees that is cancelled between its grant and its next step."""
    log = []

    async def waiter(lock):
        try:
            await lock.acquire()
            log.append("acquired")
            await toro.checkpoint()
            log.append("went on")
        except toro.Cancelled:
            log.append("cancelled")
            raise
        finally:
            if "acquired" in log:
                lock.release()

    async def main():
        lock = toro.Lock()
        lock.acquire_nowait()
        task = toro.spawn(waiter, lock)
        await toro.settle()
        lock.release()
        task.cancel()
        await toro.settle()
        assert not lock.locked()

    run(main, like=like)
    return log


def test_like_asyncio_a_cancellation_undoes_a_grant():
    assert cancelled_when_granted("asyncio") == ["cancelled"]


def test_like_trio_a_grant_stands():
    assert cancelled_when_granted("trio") == ["acquired", "cancelled"]


def awaits_after_a_cancellation(like):
    """How often a task is cancelled that goes on awaiting."""
    counts = []

    async def stubborn():
        for _ in range(3):
            try:
                await toro.sleep(1)
            except toro.Cancelled:
                counts.append(toro.now())

    async def main():
        task = toro.spawn(stubborn)
        await toro.settle()
        task.cancel()

    run(main, like=like)
    return counts


def test_like_asyncio_a_cancellation_is_raised_once():
    assert awaits_after_a_cancellation("asyncio") == [0]


def test_like_trio_it_is_raised_at_every_await():
    assert awaits_after_a_cancellation("trio") == [0, 0, 0]


def test_like_asyncio_a_second_cancellation_is_raised_again():
    async def main():
        task = toro.spawn(stubborn)
        await toro.settle()
        task.cancel()
        await toro.settle()
        task.cancel()
        await toro.settle()
        return log

    log = []

    async def stubborn():
        for _ in range(2):
            try:
                await toro.sleep_forever()
            except toro.Cancelled:
                log.append("cancelled")

    assert run(main) == ["cancelled", "cancelled"]


def test_a_task_that_is_cancelled_before_it_begins():
    def log_of(like):
        log = []

        async def work():
            log.append("begun")
            await toro.checkpoint()
            log.append("went on")

        async def main():
            toro.spawn(work).cancel()

        run(main, like=like)
        return log

    assert log_of("asyncio") == []
    assert log_of("trio") == ["begun"]


def test_only_like_trio_a_wait_that_succeeds_at_once_is_a_checkpoint():
    def log_of(like):
        log = []

        async def work(name):
            async with toro.Lock():
                log.append(name)
                async with toro.Lock():
                    log.append(name)

        async def main():
            async with toro.create_task_group() as group:
                group.start_soon(work, "a")
                group.start_soon(work, "b")

        run(main, like=like)
        return "".join(log)

    assert log_of("asyncio") == "aabb"
    assert log_of("trio") == "abab"


# Ends that are no good.


def test_a_deadlock_says_who_waits_for_what_and_where():
    async def first(a, b):
        async with a:
            await toro.checkpoint()
            async with b:
                pass

    async def main():
        a, b = toro.Lock(name="a"), toro.Lock(name="b")
        async with toro.create_task_group() as group:
            group.start_soon(first, a, b, name="one")
            group.start_soon(first, b, a, name="two")

    with pytest.raises(toro.Deadlock) as caught:
        run(main)
    text = str(caught.value)
    assert "one waits for <Lock 'b' locked waiters[1]> (test_loop.py:" in text
    assert "two waits for <Lock 'a' locked waiters[1]>" in text
    assert "main waits for the tasks of its group" in text


def test_tasks_left_waiting_are_reported():
    async def main():
        toro.spawn(toro.Event().wait, name="forgotten")

    with pytest.raises(toro.Leftover, match=r"forgotten waits for <Event clear waiters\[1\]>"):
        run(main)


def test_tasks_that_still_sleep_are_waited_for():
    async def late():
        await toro.sleep(5)
        log.append(toro.now())

    async def main():
        toro.spawn(late)

    log = []
    run(main)
    assert log == [5]


# Primitives of one's own.


def test_park_and_unpark_make_a_lock():
    class NaiveLock:
        def __init__(self):
            self.held = False
            self.line = []

        async def acquire(self):
            if self.held:
                task = toro.current_task()
                self.line.append(task)
                await toro.park("a naive lock", lambda: self.line.remove(task))
            self.held = True

        def release(self):
            self.held = False
            if self.line:
                toro.unpark(self.line.pop(0))

    async def work(lock):
        await lock.acquire()
        log.append("in")
        await toro.sleep(1)
        log.append("out")
        lock.release()

    async def main():
        lock = NaiveLock()
        async with toro.create_task_group() as group:
            for _ in range(3):
                group.start_soon(work, lock)

    log = []
    run(main)
    assert log == ["in", "out"] * 3


def test_unpark_gives_a_value():
    async def main():
        task = toro.spawn(wait)
        await toro.settle()
        toro.unpark(task, 7)
        with pytest.raises(RuntimeError, match="is not parked"):
            toro.unpark(task)
        return await task.join()

    async def wait():
        return await toro.park()

    assert run(main) == 7


# The real world.


def test_an_awaitable_of_asyncio_is_refused():
    async def main():
        await asyncio.sleep(0)

    with pytest.raises(toro.NotSimulated, match=r"asyncio\.sleep\(0\)"):
        run(main)


def test_a_future_of_asyncio_is_refused():
    async def main():
        await loop.create_future()

    loop = asyncio.new_event_loop()
    try:
        with pytest.raises(toro.NotSimulated, match="Future pending> of asyncio"):
            run(main)
    finally:
        loop.close()


def test_a_call_that_needs_a_running_loop_is_explained():
    async def main():
        await asyncio.sleep(1)

    with pytest.raises(RuntimeError, match="no running event loop") as caught:
        run(main)
    assert "toro_sim" in caught.value.__notes__[0]


def test_a_foreign_awaitable_may_be_caught_like_any_error():
    class Foreign:
        def __await__(self):
            yield self

    async def main():
        try:
            await Foreign()
        except toro.NotSimulated as error:
            return str(error)

    assert "Foreign" in run(main)


def test_a_call_that_blocks_is_refused():
    async def main():
        time.sleep(1000)  # noqa: ASYNC251

    with pytest.raises(toro.NotSimulated, match=r"await toro_sim\.sleep"):
        run(main)


def test_outside_of_a_run_nothing_is_refused():
    run(toro.checkpoint)
    time.sleep(0)
