"""Ways through the simulator that a program seldom takes."""

import contextvars
import io
import socket

import pytest

import toro_sim as toro
from toro_sim import Schedule, run
from toro_sim._loop import Loop
from toro_sim._schedule import FollowSchedule
from toro_sim._shrink import shrink

# Waits.


def test_who_sleeps_for_ever_and_is_unparked_is_told():
    async def main():
        task = toro.spawn(toro.sleep_forever)
        await toro.checkpoint()
        toro.unpark(task)
        with pytest.raises(RuntimeError, match="sleeps for ever was unparked"):
            await task.join()

    run(main)


def test_when_the_run_is_over_nobody_is_unparked():
    async def main():
        return toro.current_task()

    task = run(main)
    toro.unpark(task)
    assert not task.loop.ready


def test_who_waits_for_a_task_may_be_closed_before_it():
    closed = []

    async def waits():
        try:
            await waited_for[0].join()
        finally:
            closed.append("who waits")

    async def is_waited_for():
        try:
            await toro.sleep_forever()
        finally:
            closed.append("who is waited for")

    async def main():
        toro.spawn(waits, daemon=True)
        waited_for.append(toro.spawn(is_waited_for, daemon=True))
        await toro.settle()

    waited_for = []
    run(main)
    assert closed == ["who waits", "who is waited for"]


# Schedules.


def test_where_nobody_is_ready_what_cannot_be_done_is_skipped():
    async def main():
        await toro.sleep(1)
        return toro.current_time()

    chooser = FollowSchedule(Schedule.parse("asyncio 1:c7 1:c8"), strict=False)
    assert Loop("asyncio", chooser).run(main) == 1
    assert not chooser.taken


def test_a_choice_whose_step_is_over_cannot_be_made():
    async def main():
        for _ in range(5):
            await toro.checkpoint()

    with pytest.raises(toro.NonDeterministic, match="2:0, which cannot be done at step 4"):
        toro.replay(main, "asyncio 3:0 2:0")


def test_a_schedule_is_shrunk_no_more_than_so_many_times():
    tried = []

    def never_fails(schedule):
        tried.append(schedule)
        return schedule, None

    schedule = Schedule("asyncio", tuple((step, 0) for step in range(8)))
    assert shrink(schedule, KeyError(), never_fails, most=1) == schedule
    assert len(tried) == 1


def test_a_cycle_that_only_its_schedule_goes_round_is_told_with_the_way_into_it():
    async def main(toro):
        door = "closed"
        done = blinks = False

        async def looks():
            nonlocal done, blinks
            while not done:
                blinks = not blinks
                await toro.checkpoint()
                done = door == "open"

        async def opens_and_closes():
            nonlocal door
            while not done:
                await toro.checkpoint()
                door = "open"
                await toro.checkpoint()
                door = "closed"

        async with toro.create_task_group() as group:
            group.start_soon(looks)
            group.start_soon(opens_and_closes)

    failure = toro.explore(main).failure
    assert isinstance(failure.error, toro.Endless)
    assert failure.schedule.choices
    assert toro.replay(main, failure.schedule)  # it leads into the cycle, and then out of it


# Fingerprints.


def test_tasks_that_do_the_same_are_alike_in_an_empty_context_too():
    async def main(toro):
        async with toro.create_task_group() as group:
            for _ in range(3):
                group.start_soon(toro.checkpoint)

    here = toro.explore(main).check()
    empty = contextvars.Context().run(lambda: toro.explore(main).check())
    assert (empty.states, empty.schedules) == (here.states, here.schedules)


class Notes(io.StringIO):
    """Written in Python, and what it derives from hides what it holds."""


class Described(property):
    """So does this, which is built in."""


@pytest.mark.parametrize("kind", [Notes, Described])
def test_what_derives_from_something_that_hides_its_state_hides_it_too(kind):
    async def main(toro):
        made = kind()
        async with toro.create_task_group() as group:
            for _ in range(2):
                group.start_soon(toro.checkpoint)
        return made

    report = toro.explore(main).check()
    assert report.opaque == {f"{__name__}.{kind.__name__}"}


# The real world.


def test_a_loop_of_ones_own_leaves_the_real_world_alone():
    """As a driver of the conformance suite needs it, whatever has run in this process before."""

    async def main():
        socket.socket().close()

    with pytest.raises(toro.NotSimulated, match="socket"):
        run(main)
    Loop().run(main)
    assert isinstance(toro.explore(main).failure.error, toro.NotSimulated)
