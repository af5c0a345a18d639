"""Exploration: what is found, what is reported, and that it can be repeated."""

import asyncio
import random

import pytest

import toro_sim
from toro_sim import PCT, Exhaustive, Random, Schedule, explore, explored, replay

EVERY_STRATEGY = [Exhaustive(), Exhaustive(merge=False), Exhaustive(preemptions=2), Random(), PCT()]

every_strategy = pytest.mark.parametrize("strategy", EVERY_STRATEGY, ids=repr)


async def correct(toro):
    """Three tasks that count under a lock."""
    lock = toro.Lock()
    count = 0

    async def work():
        nonlocal count
        async with lock:
            seen = count
            await toro.checkpoint()
            count = seen + 1

    async with toro.create_task_group() as group:
        for _ in range(3):
            group.start_soon(work)
    assert count == 3


async def lost_update(toro):
    """In the usual order all is well; if one is held up between reading and writing, it is not."""
    count = 0

    async def work(turns):
        nonlocal count
        for _ in range(turns):
            await toro.checkpoint()
        seen = count
        if turns:
            await toro.checkpoint()
        count = seen + 1

    async with toro.create_task_group() as group:
        group.start_soon(work, 0, name="quick")
        group.start_soon(work, 2, name="slow")
        group.start_soon(work, 0, name="quick too")
    assert count == 3, f"counted {count}"


# Finding.


@every_strategy
def test_a_correct_program_passes(strategy):
    report = explore(correct, strategy=strategy, schedules=300)
    assert report.check() is report
    assert report.failure is None
    assert str(report).startswith("passed: ")


@every_strategy
def test_a_lost_update_is_found_shrunk_and_repeated(strategy):
    report = explore(lost_update, strategy=strategy, schedules=2_000)
    failure = report.failure
    assert failure is not None
    assert "counted" in str(failure.error)
    assert len(failure.schedule.choices) <= 4
    with pytest.raises(AssertionError, match="counted") as caught:
        replay(lost_update, str(failure.schedule))
    assert str(failure.trace) in caught.value.__notes__[0]


def test_a_failure_is_raised_by_check_with_its_cause():
    with pytest.raises(toro_sim.ScheduleFailed, match="counted 2") as caught:
        explore(lost_update).check()
    assert isinstance(caught.value.__cause__, AssertionError)
    assert "toro_sim.replay(main, 'asyncio " in str(caught.value)


def test_a_deadlock_is_found():
    async def main(toro):
        a, b = toro.Lock(name="a"), toro.Lock(name="b")

        async def both(first, second):
            async with first, second:
                await toro.checkpoint()

        async def in_turn(first, second):
            async with first:
                await toro.checkpoint()
                async with second:
                    pass

        async with toro.create_task_group() as group:
            group.start_soon(both, a, b)
            group.start_soon(in_turn, b, a)

    error = explore(main, like="trio").failure.error
    assert isinstance(error, toro_sim.Deadlock)
    assert "wake-up" not in str(error)


def test_a_lost_wake_up_is_found():
    async def main(toro):
        condition = toro.Condition()
        ready = False

        async def wait():
            if not ready:
                await toro.checkpoint()  # between the test and the wait
                await condition.wait()

        async def announce():
            nonlocal ready
            await toro.checkpoint()
            ready = True
            condition.notify_all()

        async with toro.create_task_group() as group:
            group.start_soon(wait)
            group.start_soon(announce)

    failure = explore(main).failure
    assert isinstance(failure.error, toro_sim.Deadlock)
    assert "<Condition waiters[1]>" in str(failure.error)
    assert "a wake-up was lost" in str(failure.error)


def test_a_task_that_waits_for_ever_is_found():
    async def main(toro):
        event = toro.Event()
        toro.spawn(event.wait)
        done = toro.spawn(toro.checkpoint)
        await done.join()

    assert isinstance(explore(main).failure.error, toro_sim.Leftover)


def test_a_lock_that_is_held_at_the_end_is_found():
    async def main(toro):
        lock = toro.Lock(name="ledger")
        await lock.acquire()

    failure = explore(main).failure
    assert isinstance(failure.error, toro_sim.StillHeld)
    assert "<Lock 'ledger' locked" in str(failure.error)
    explore(main, held=False).check()


@pytest.mark.parametrize("kind", ["Semaphore", "BoundedSemaphore"])
def test_a_permit_that_is_missing_at_the_end_is_found(kind):
    async def main(toro):
        getattr(toro, kind)(2).acquire_nowait()

    assert isinstance(explore(main).failure.error, toro_sim.StillHeld)


@pytest.mark.parametrize("side", ["acquire_read", "acquire_write"])
def test_a_side_that_is_held_at_the_end_is_found(side):
    async def main(toro):
        await getattr(toro.RWLock(), side)()

    assert isinstance(explore(main).failure.error, toro_sim.StillHeld)


def test_a_failing_task_is_found():
    async def main(toro):
        async def fail():
            raise KeyError("in a task")

        toro.spawn(fail)

    assert "in a task" in str(explore(main).failure.error)


def test_tasks_that_poll_for_ever_are_found():
    async def main(toro):
        async def poll():
            while True:
                await toro.checkpoint()

        async with toro.create_task_group() as group:
            group.start_soon(poll)
            group.start_soon(poll)

    for strategy in (Exhaustive(), Random()):
        failure = explore(main, strategy=strategy, max_steps=200).failure
        assert isinstance(failure.error, toro_sim.Endless)


def test_an_unfair_schedule_is_not_called_endless():
    async def main(toro):
        done = False

        async def poll():
            while not done:
                await toro.checkpoint()

        async def finish():
            nonlocal done
            await toro.checkpoint()
            done = True

        async with toro.create_task_group() as group:
            group.start_soon(poll)
            group.start_soon(finish)

    report = explore(main).check()
    assert report.exhaustive
    assert report.covered == "every schedule that ends"


def test_whether_unfair_ways_mix_into_a_fair_one_is_left_open():
    async def main(toro):
        door = "closed"
        done = False

        async def looks():
            nonlocal done
            while not done:
                await toro.checkpoint()
                done = door == "open"

        async def opens_and_closes():
            nonlocal door
            while not done:
                door = "open"
                await toro.checkpoint()
                door = "closed"
                await toro.checkpoint()

        async with toro.create_task_group() as group:
            group.start_soon(looks)
            group.start_soon(opens_and_closes)

    assert explore(main).check().covered == "every schedule that ends"


# Faults.


def cancellable(releases_in_finally):
    async def main(toro):
        lock = toro.Lock()

        async def work():
            await lock.acquire()
            try:
                await toro.checkpoint()
            except toro.Cancelled:
                if releases_in_finally:
                    lock.release()
                raise
            lock.release()

        async with toro.create_task_group() as group:
            group.start_soon(work)
            group.start_soon(work)

    return main


@pytest.mark.parametrize("strategy", [Exhaustive(), Random(), PCT()], ids=repr)
def test_a_cancellation_at_each_await(strategy):
    explore(cancellable(False), strategy=strategy, schedules=200).check()
    failure = explore(cancellable(False), strategy=strategy, cancellations=1).failure
    assert failure is not None
    assert ":c" in str(failure.schedule)
    assert "is cancelled" in str(failure.trace)
    explore(cancellable(True), strategy=strategy, cancellations=1, schedules=200).check()


def test_cancellations_in_pairs():
    async def main(toro):
        async def work():
            try:
                await toro.sleep(1)
            except toro.Cancelled:
                state.append("cleaning")
                await toro.sleep(1)
                state.append("clean")
                raise

        state = []
        task = toro.spawn(work)
        try:
            await task.join()
        except toro.TaskCancelled:
            assert state in ([], ["cleaning", "clean"])

    explore(main, cancellations=1).check()
    failure = explore(main, cancellations=2).failure
    assert failure is not None
    assert len(failure.schedule.choices) == 2


def test_a_clock_that_moves_while_tasks_are_ready():
    async def main(toro):
        queue = toro.Queue()

        async def consume():
            assert await queue.get(timeout=5) == "item"

        async def produce():
            for _ in range(3):
                await toro.checkpoint()
            await queue.put("item")

        async with toro.create_task_group() as group:
            group.start_soon(consume)
            group.start_soon(produce)

    explore(main).check()
    for strategy in (Exhaustive(), Random(), PCT()):
        failure = explore(main, strategy=strategy, timeouts=1).failure
        assert failure is not None
        assert str(failure.schedule).endswith(":clock")
        assert "the clock moves on to 5s" in str(failure.trace)


def test_main_is_not_cancelled():
    async def main(toro):
        for _ in range(3):
            await toro.checkpoint()

    assert explore(main, cancellations=2).check().exhaustive


def test_a_cancellation_is_tried_when_everybody_sleeps():
    async def main(toro):
        async def work():
            await toro.sleep(1)
            await toro.sleep(1)
            ended.append(toro.now())

        ended = []
        task = toro.spawn(work)
        try:
            await task.join()
        except toro.TaskCancelled:
            times.add(toro.now())

    times = set()
    explore(main, cancellations=1, like="trio").check()
    assert times == {0, 1}


# Counting.


def test_it_says_whether_it_was_exhaustive():
    whole = explore(correct)
    assert whole.exhaustive
    assert whole.covered == "every schedule"
    assert whole.states > 0
    part = explore(correct, schedules=3)
    assert not part.exhaustive
    assert part.schedules == 3
    bounded = explore(cancellable(True), strategy=Exhaustive(preemptions=0), cancellations=1)
    assert bounded.covered == "every schedule with up to 0 preemptions and up to 1 cancellation"
    assert not explore(correct, strategy=Random(), schedules=5).exhaustive


def test_a_bound_that_was_not_needed_is_not_mentioned():
    assert explore(correct, strategy=Exhaustive(preemptions=50)).covered == "every schedule"


def test_without_a_bound_every_order_is_tried():
    async def main(toro):
        order = []

        async def work(name):
            order.append(name)

        async with toro.create_task_group() as group:
            for name in "abc":
                group.start_soon(work, name)
        orders.add("".join(order))

    for strategy in (Exhaustive(), Exhaustive(merge=False), Exhaustive(preemptions=2)):
        orders = set()
        assert explore(main, strategy=strategy).check().exhaustive
        assert orders == {"abc", "acb", "bac", "bca", "cab", "cba"}
    orders = set()
    explore(main, strategy=Exhaustive(preemptions=1)).check()
    assert orders == {"abc", "acb", "bac", "cab"}


@pytest.mark.parametrize("strategy", [Random(1), PCT(1)], ids=repr)
def test_a_seed_repeats_itself(strategy):
    one, again = (explore(lost_update, strategy=strategy) for _ in range(2))
    assert one.schedules == again.schedules
    assert one.failure.schedule == again.failure.schedule


def test_progress_is_told():
    told = []
    ticks = iter(range(10_000))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("time.perf_counter", lambda: float(next(ticks)))
        explore(correct, strategy=Random(), schedules=200, progress=lambda *all: told.append(all))
    assert [schedules for schedules, _, _ in told] == [64, 128, 192]


def test_progress_is_written_to_a_terminal(capsys, monkeypatch):
    import sys

    ticks = iter(range(10_000))
    monkeypatch.setattr("time.perf_counter", lambda: float(next(ticks)))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    explore(correct, strategy=Random(), schedules=100)
    assert "\rtoro_sim: 64 schedules" in capsys.readouterr().err


def test_elsewhere_nothing_is_written(capsys):
    explore(correct, strategy=Random(), schedules=100)
    assert capsys.readouterr() == ("", "")


# Repeating.


def test_a_trace_tells_who_did_what_when():
    async def main(toro):
        lock = toro.Lock(name="till")

        async def work():
            async with lock:
                await toro.sleep(2)

        async with toro.create_task_group() as group:
            group.start_soon(work, name="ada")
            group.start_soon(work, name="bob")

    trace = replay(main, "asyncio 1:2")
    told = [(at.time, at.task, at.what.partition(" (")[0], at.chosen) for at in trace.steps]
    assert told == [
        (0, "main", "begins; starts ada, bob; waits for the tasks of its group", False),
        (0, "bob", "begins; waits for the clock to read 2s", True),
        (0, "ada", "begins; waits for <Lock 'till' locked waiters[1]>", False),
        (2, "bob", "goes on; wakes ada; ends", False),
        (2, "ada", "goes on; waits for the clock to read 4s", False),
        (4, "ada", "goes on; wakes main; ends", False),
        (4, "main", "goes on; ends", False),
    ]


def test_a_trace_can_be_replayed_as_it_is():
    trace = replay(correct, "asyncio 1:3 2:2")
    assert replay(correct, trace) == trace
    assert [line[0] for line in str(trace).splitlines()].count(">") == 2


def test_a_schedule_that_does_not_fit_is_refused():
    with pytest.raises(toro_sim.NonDeterministic, match="cannot be done at step 2"):
        replay(correct, "asyncio 2:9")
    with pytest.raises(toro_sim.NonDeterministic):
        replay(correct, "asyncio 2:c9")
    with pytest.raises(toro_sim.NonDeterministic):
        replay(correct, "asyncio 2:clock")


@pytest.mark.parametrize("text", ["asyncio", "trio 4:2 7:c3 9:clock"])
def test_a_schedule_is_text(text):
    assert str(Schedule.parse(text)) == text


@pytest.mark.parametrize("text", ["curio 1:2", "asyncio 12", "asyncio x:1", "asyncio 1:cc"])
def test_what_is_not_a_schedule_is_refused(text):
    with pytest.raises(ValueError, match="is not a"):
        Schedule.parse(text)


def test_a_program_that_depends_on_what_ran_before_is_found_out():
    runs = []

    async def main(toro):
        runs.append(None)
        async with toro.create_task_group() as group:
            for _ in range(2 + len(runs) % 2):
                group.start_soon(toro.checkpoint)

    with pytest.raises(toro_sim.NonDeterministic, match="inside the async function"):
        explore(main)


@pytest.mark.parametrize("strategy", [Exhaustive(), Random()], ids=repr)
def test_a_failure_that_does_not_repeat_is_found_out(strategy):
    runs = []

    async def main(toro):
        runs.append(None)
        await toro.checkpoint()
        assert len(runs) != 1

    with pytest.raises(toro_sim.NonDeterministic, match="did not when that was repeated"):
        explore(main, strategy=strategy)


# What can be explored.


def test_main_may_take_arguments_or_nothing():
    async def nothing():
        await toro_sim.checkpoint()

    async def with_arguments(toro, a, b=0):
        assert toro is toro_sim
        assert (a, b) == (1, 0)

    async def without_the_namespace(a):
        assert a == 1

    explore(nothing).check()
    explore(with_arguments, 1).check()
    explore(without_the_namespace, 1).check()


@pytest.mark.parametrize("like", ["asyncio", "trio"])
def test_seeded_random_generators_and_iterators_are_no_obstacle(like):
    async def main(toro):
        rng = random.Random(1)
        queue = toro.Queue(1)

        async def produce():
            for item in [rng.random() for _ in range(2)]:
                await queue.put(item)
            queue.shutdown()

        async def consume():
            seen.extend([item async for item in queue])

        seen = []
        async with toro.create_task_group() as group:
            group.start_soon(produce)
            group.start_soon(consume)
        assert len(seen) == 2

    report = explore(main, cancellations=0, like=like).check()
    assert report.exhaustive
    assert not report.opaque


# As a test.


@explored(exhaustive=True)
async def test_a_decorator_is_all_it_takes(toro):
    await correct(toro)


@explored()
async def test_without_a_parameter():
    await toro_sim.checkpoint()


@pytest.mark.parametrize("value", [1, 2])
@explored(cancellations=1)
async def test_fixtures_and_parameters_come_through(toro, value, tmp_path):
    await toro.checkpoint()
    assert value in (1, 2)
    assert tmp_path.is_dir()


def test_a_decorated_test_is_an_ordinary_function():
    @explored()
    async def test(toro):
        """What it is about."""
        await lost_update(toro)

    assert not asyncio.iscoroutinefunction(test)
    assert test.__doc__ == "What it is about."
    with pytest.raises(toro_sim.ScheduleFailed):
        test()


def test_a_decorated_test_can_insist_on_every_schedule():
    @explored(exhaustive=True, schedules=2)
    async def test(toro):
        await correct(toro)

    with pytest.raises(AssertionError, match="not every schedule was tried"):
        test()
