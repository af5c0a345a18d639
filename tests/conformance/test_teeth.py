"""The suite has teeth: each of these faults, put into a sound adapter, is convicted.

A fault is a change to a machine, a host or a class of `toro_asyncio`, and the
case that has to notice it.  That the same case passes without the fault is what
the suite itself shows.
"""

from __future__ import annotations

import dataclasses
import sys
import types
from collections.abc import Callable
from typing import Any

import pytest
from toro_conformance.court import accusers
from toro_conformance.drivers.on_asyncio import AsyncioDriver

import toro_asyncio
from toro_core import Deadlines, State, machines

Patch = Callable[[pytest.MonkeyPatch], None]
FAULTS: list[Any] = []


@dataclasses.dataclass
class Fault:
    """A way to break something, and the cases that must tell."""

    story: str
    patch: Patch
    cases: tuple[str, ...]


def fault(*cases: str) -> Callable[[Patch], Patch]:
    def record(patch: Patch) -> Patch:
        story = patch.__name__.replace("_", " ")
        FAULTS.append(pytest.param(Fault(story, patch, cases), id=story))
        return patch

    return record


def namespace(**replaced: type) -> types.SimpleNamespace:
    """`toro_asyncio`, with some classes replaced."""
    names = {name: getattr(toro_asyncio, name) for name in toro_asyncio.__all__}
    return types.SimpleNamespace(__all__=toro_asyncio.__all__, **{**names, **replaced})


class BrokenDriver(AsyncioDriver):
    """Drives `toro_asyncio` while it is broken."""

    name = "broken"


@pytest.mark.parametrize("broken", FAULTS)
def test_it_is_convicted(broken: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    for case in broken.cases:
        assert not accusers(AsyncioDriver, case), f"{case} fails without the fault"
    broken.patch(monkeypatch)
    for case in broken.cases:
        assert accusers(BrokenDriver, case), f"{case} did not notice: {broken.story}"


def test_there_are_many_faults() -> None:
    assert len(FAULTS) >= 25


def break_wake(patcher: pytest.MonkeyPatch, broken: Callable[[Any, Any], None]) -> None:
    patcher.setattr(toro_asyncio.Lock._host, "wake", broken)
    patcher.setattr("toro_asyncio._wait.wake", broken)
    patcher.setattr("toro_asyncio._locks.wake", broken)


# Cancellation.


def keep_what_was_granted(patcher: pytest.MonkeyPatch, machine: Any) -> None:
    """Whoever is cancelled after the grant keeps it all the same."""
    leave = machine.leave

    def broken(self: Any, waiter: Any) -> Any:
        if waiter.state is State.GRANTED:
            return self.collect(waiter)
        return leave(self, waiter)

    patcher.setattr(machine, "leave", broken)


@fault(
    "test_leaving.test_granted_and_then_cancelled_passes_the_grant_on",
    "test_leaving.test_all_but_the_last_are_cancelled_as_one_is_served",
    "test_scripts.test_a_script_once_found",
)
def a_lock_is_kept_by_one_who_was_cancelled(patcher: pytest.MonkeyPatch) -> None:
    keep_what_was_granted(patcher, machines.Lock)


@fault(
    "test_semaphore.test_release_and_cancellation_at_once_make_one_permit",
    "test_scripts.test_scripts_at_random_are_explained",
)
def a_permit_is_lost_with_one_who_was_cancelled(patcher: pytest.MonkeyPatch) -> None:
    keep_what_was_granted(patcher, machines.Semaphore)


@fault(
    "test_queue_cancellation.test_an_item_given_and_not_taken_stays",
    "test_queue_scripts.test_queue_scripts_at_random_balance",
)
def a_cancelled_get_loses_its_item(patcher: pytest.MonkeyPatch) -> None:
    keep_what_was_granted(patcher, machines.Queue)


@fault(
    "test_queue_cancellation.test_a_put_that_is_cancelled_has_not_delivered",
    "test_queue_scripts.test_a_queue_script_once_found",
)
def a_cancelled_put_delivers_its_item(patcher: pytest.MonkeyPatch) -> None:
    leave = machines.Queue.leave

    def broken(self: Any, waiter: Any) -> Any:
        if waiter.state is State.GRANTED and waiter.request is not machines.GET:
            return self.collect(waiter)
        return leave(self, waiter)

    patcher.setattr(machines.Queue, "leave", broken)


@fault("test_condition.test_a_notification_whose_waiter_was_cancelled_goes_to_the_next")
def a_notification_is_lost(patcher: pytest.MonkeyPatch) -> None:
    keep_what_was_granted(patcher, machines.Condition)


@fault("test_leaving.test_a_cancelled_waiter_lets_nobody_in")
def whoever_leaves_is_taken_for_a_notification(patcher: pytest.MonkeyPatch) -> None:
    leave = machines.Condition.leave

    def broken(self: Any, waiter: Any) -> Any:
        leave(self, waiter)
        return self.notify()

    patcher.setattr(machines.Condition, "leave", broken)


@fault("test_leaving.test_after_a_cancelled_wait_all_is_as_before")
def the_core_is_not_told_of_a_cancellation(patcher: pytest.MonkeyPatch) -> None:
    for machine in (machines.Lock, machines.Event, machines.Condition):
        patcher.setattr(machine, "leave", lambda self, waiter: ())


@fault("test_rwlock.test_a_cancelled_writer_lets_waiting_readers_in")
def nobody_is_let_in_after_a_departure(patcher: pytest.MonkeyPatch) -> None:
    leave = machines.RWLock.leave

    def broken(self: Any, waiter: Any) -> Any:
        if waiter.state is State.WAITING:
            del self.line[waiter]
            waiter.state = State.CANCELLED
            return ()
        return leave(self, waiter)

    patcher.setattr(machines.RWLock, "leave", broken)


@fault("test_rwlock.test_an_expired_writer_lets_waiting_readers_in")
def nobody_is_let_in_after_a_timeout(patcher: pytest.MonkeyPatch) -> None:
    def broken(self: Any, waiter: Any) -> Any:
        del self.line[waiter]
        waiter.state = State.EXPIRED
        return (waiter,)

    patcher.setattr(machines.RWLock, "expire", broken)


@fault(
    "test_lock.test_only_cancelled_waiters_in_line_do_not_hold_up_a_newcomer",
    "test_queue_cancellation.test_the_item_is_kept_when_its_getter_is_being_cancelled",
)
def a_cancelled_head_of_the_line_swallows_the_grant(patcher: pytest.MonkeyPatch) -> None:
    def broken(machine: Any, settled: Any) -> None:
        for waiter in settled:
            if waiter.handle is not None and not waiter.handle.done():
                waiter.handle.set_result(None)

    break_wake(patcher, broken)


# Order.


@fault("test_leaving.test_waiters_are_served_in_the_order_they_came")
def the_last_to_come_is_the_first_to_go(patcher: pytest.MonkeyPatch) -> None:
    enter = machines.Lock.enter

    def broken(self: Any, waiter: Any) -> Any:
        settled = enter(self, waiter)
        if waiter.state is State.WAITING:
            self.line.rotate(1)
        return settled

    patcher.setattr(machines.Lock, "enter", broken)


@fault(
    "test_rwlock.test_a_waiting_writer_holds_back_later_readers",
    "test_scripts.test_scripts_at_random_are_explained",
)
def a_reader_overtakes_a_waiting_writer(patcher: pytest.MonkeyPatch) -> None:
    class Pushy(toro_asyncio.RWLock):
        def acquire_read_nowait(self) -> Any:
            line, self._machine.line = self._machine.line, None
            try:
                return super().acquire_read_nowait()
            finally:
                self._machine.line = line

    patcher.setattr(BrokenDriver, "toro", namespace(RWLock=Pushy))


@fault(
    "test_queue_cancellation.test_items_given_back_in_any_order_keep_their_places",
    "test_queue_scripts.test_queue_scripts_at_random_balance",
)
def an_item_given_back_goes_to_the_end(patcher: pytest.MonkeyPatch) -> None:
    store = type(machines.Queue().store)
    patcher.setattr(store, "restore", lambda self, place, item: self.insert(item))


@fault("test_queue_order.test_equal_priorities_come_in_the_order_they_were_put")
def equal_priorities_come_in_reverse(patcher: pytest.MonkeyPatch) -> None:
    class Backwards(toro_asyncio.PriorityQueue[Any]):
        def _put(self, item: Any) -> None:
            self.items.insert(0, item)
            self.items.sort(key=lambda item: item.rank)

        def _get(self) -> Any:
            return self.items.pop(0)

        def _init(self, maxsize: float) -> None:
            self.items: list[Any] = []

    patcher.setattr(BrokenDriver, "toro", namespace(PriorityQueue=Backwards))


# Deadlines.


@fault("test_leaving.test_a_grant_just_before_the_timer_wins")
def a_timer_fires_on_one_who_was_granted(patcher: pytest.MonkeyPatch) -> None:
    add, expire = Deadlines.add, Deadlines.expire
    waiters = []

    def adding(self: Any, waiter: Any, machine: Any) -> Any:
        waiters.append(waiter)
        return add(self, waiter, machine)

    def expiring(self: Any, now: float) -> Any:
        for waiter in waiters:
            if waiter.state is State.GRANTED and waiter.deadline <= now:
                waiter.state = State.EXPIRED
        return expire(self, now)

    patcher.setattr(Deadlines, "add", adding)
    patcher.setattr(Deadlines, "expire", expiring)


@fault("test_deadlines.test_a_wait_that_was_served_leaves_no_timer")
def a_timer_is_left_armed(patcher: pytest.MonkeyPatch) -> None:
    patcher.setattr("toro_asyncio._alarm.Alarm.discard", lambda self, entry: None)


@fault("test_deadlines.test_a_senseless_deadline_is_refused_before_anything_is_touched")
def a_bool_is_taken_for_a_number(patcher: pytest.MonkeyPatch) -> None:
    class Lenient(toro_asyncio.Lock):
        async def acquire(self, deadline: Any = None, *, timeout: Any = None) -> Any:
            as_number = [float(x) if isinstance(x, bool) else x for x in (deadline, timeout)]
            return await super().acquire(as_number[0], timeout=as_number[1])

    patcher.setattr(BrokenDriver, "toro", namespace(Lock=Lenient))


@fault("test_deadlines.test_what_need_not_wait_succeeds_past_its_deadline")
def a_deadline_is_looked_at_first(patcher: pytest.MonkeyPatch) -> None:
    class Hasty(toro_asyncio.Event):
        async def wait(self, deadline: Any = None, *, timeout: Any = None) -> Any:
            if timeout == 0:
                raise toro_asyncio.Timeout("too late")
            return await super().wait(deadline, timeout=timeout)

    patcher.setattr(BrokenDriver, "toro", namespace(Event=Hasty))


@fault("test_condition.test_one_deadline_covers_the_whole_of_wait_for")
def each_notification_starts_the_time_anew(patcher: pytest.MonkeyPatch) -> None:
    class Patient(toro_asyncio.Condition):
        async def wait_for(
            self, predicate: Any, deadline: Any = None, *, timeout: Any = None
        ) -> Any:
            while not (value := predicate()):
                await self.wait(deadline, timeout=timeout)
            return value

    patcher.setattr(BrokenDriver, "toro", namespace(Condition=Patient))


# Primitives.


@fault(
    "test_monitor.test_cancelled_while_waiting_it_waits_for_the_lock_to_raise",
    "test_monitor.test_a_notified_waiter_waits_for_the_lock",
)
def a_condition_comes_back_without_its_lock(patcher: pytest.MonkeyPatch) -> None:
    come_back = machines.Monitor._come_back

    def broken(self: Any, waiter: Any, handle: Any) -> Any:
        held, self.lock.held = self.lock.held, False
        settled = come_back(self, waiter, handle)
        self.lock.held = held or self.lock.held
        return settled

    patcher.setattr(machines.Monitor, "_come_back", broken)


@fault(
    "test_event.test_set_and_clear_in_one_step_wake_all_who_waited",
    "test_event.test_one_who_is_woken_and_clears_at_once_strands_nobody",
)
def an_event_that_is_cleared_strands_who_waited(patcher: pytest.MonkeyPatch) -> None:
    class Careful(toro_asyncio.Event):
        async def wait(self, deadline: Any = None, *, timeout: Any = None) -> bool:
            while True:
                await super().wait(deadline, timeout=timeout)
                if self.is_set():
                    return True

    patcher.setattr(BrokenDriver, "toro", namespace(Event=Careful))


@fault("test_leaving.test_all_who_wait_for_a_state_are_served_together")
def only_the_first_of_several_is_woken(patcher: pytest.MonkeyPatch) -> None:
    wake = toro_asyncio.Lock._host.wake
    break_wake(patcher, lambda machine, settled: wake(machine, settled[:1]))


@fault("test_wake_order.test_those_let_go_in_one_instant_go_on_in_order")
def those_woken_together_go_on_backwards(patcher: pytest.MonkeyPatch) -> None:
    wake = toro_asyncio.Lock._host.wake
    break_wake(patcher, lambda machine, settled: wake(machine, settled[::-1]))


@fault("test_semaphore.test_a_bounded_semaphore_may_not")
def a_bounded_semaphore_has_no_bound(patcher: pytest.MonkeyPatch) -> None:
    patcher.setattr(
        BrokenDriver, "toro", namespace(BoundedSemaphore=type("B", (toro_asyncio.Semaphore,), {}))
    )


@fault("test_result.test_set_twice_is_an_error")
def a_result_can_be_set_twice(patcher: pytest.MonkeyPatch) -> None:
    class Fickle(toro_asyncio.AsyncResult[Any]):
        def set(self, value: Any) -> None:
            if not self.ready():
                super().set(value)

    patcher.setattr(BrokenDriver, "toro", namespace(AsyncResult=Fickle))


@fault("test_queue.test_a_newcomer_does_not_overtake_a_waiting_putter")
def a_slot_that_is_promised_is_given_away(patcher: pytest.MonkeyPatch) -> None:
    class Generous(toro_asyncio.Queue[Any]):
        def put_nowait(self, item: Any) -> None:
            try:
                super().put_nowait(item)
            except toro_asyncio.Full:
                if self.qsize() == self.maxsize:
                    raise
                self._machine.store.insert(item)

    patcher.setattr(BrokenDriver, "toro", namespace(Queue=Generous))


@fault(
    "test_queue.test_nowait_on_an_empty_or_full_queue_raises",
    "test_queue_scripts.test_queue_scripts_at_random_balance",
)
def a_queue_holds_one_too_many(patcher: pytest.MonkeyPatch) -> None:
    class Roomy(toro_asyncio.Queue[Any]):
        def __init__(self, maxsize: float = 0, **options: Any) -> None:
            super().__init__(maxsize + 1 if maxsize else 0, **options)

        @property
        def maxsize(self) -> Any:
            return super().maxsize - 1

    patcher.setattr(BrokenDriver, "toro", namespace(Queue=Roomy))


@fault("test_queue_ends.test_an_immediate_shutdown_drops_what_is_there")
def a_shutdown_forgets_to_count_what_it_drops(patcher: pytest.MonkeyPatch) -> None:
    class Forgetful(toro_asyncio.Queue[Any]):
        def shutdown(self, immediate: bool = False) -> None:
            unfinished = self._machine.unfinished
            super().shutdown(immediate)
            self._machine.unfinished = unfinished

    patcher.setattr(BrokenDriver, "toro", namespace(Queue=Forgetful))


@fault(
    "test_queue_ends.test_shutdown_ends_every_getter_of_an_empty_queue",
    "test_queue_ends.test_what_is_put_as_the_queue_shuts_down_reaches_the_idle",
)
def a_shutdown_leaves_getters_asleep(patcher: pytest.MonkeyPatch) -> None:
    shutdown = machines.Queue.shutdown

    def broken(self: Any, immediate: bool = False) -> Any:
        return tuple(
            waiter for waiter in shutdown(self, immediate) if waiter.request is not machines.GET
        )

    patcher.setattr(machines.Queue, "shutdown", broken)


@fault("test_queue_ends.test_iteration_broken_off_and_begun_again_skips_nothing")
def iteration_takes_an_item_ahead(patcher: pytest.MonkeyPatch) -> None:
    class Hasty(toro_asyncio.Queue[Any]):
        async def __aiter__(self) -> Any:
            item = await self.get()
            while True:
                following = None if self.empty() else self.get_nowait()
                yield item
                item = following or await self.get()

    patcher.setattr(BrokenDriver, "toro", namespace(Queue=Hasty))


@fault("test_queue_ends.test_a_putter_cancelled_as_the_queue_shuts_down_puts_nothing")
def a_shutdown_lets_putters_in(patcher: pytest.MonkeyPatch) -> None:
    class Lenient(toro_asyncio.Queue[Any]):
        def shutdown(self, immediate: bool = False) -> None:
            for waiter in list(self._machine.putters or ()):
                self._machine.store.insert(waiter.request)
            super().shutdown(immediate)

    patcher.setattr(BrokenDriver, "toro", namespace(Queue=Lenient))


@fault("test_queue.test_putters_that_have_left_are_skipped_and_no_others")
def one_who_has_left_takes_the_next_along(patcher: pytest.MonkeyPatch) -> None:
    def broken(self: Any) -> None:
        while self.husks and self[0].state is not State.WAITING:
            self.popleft()
            if len(self) > 1:
                self.popleft()
            self.husks -= 1

    patcher.setattr("toro_core.machines.Line.trim", broken)


@fault(
    "test_two_conditions.test_each_condition_of_a_lock_wakes_its_own",
    "test_two_conditions.test_a_notification_stays_with_its_condition_whoever_is_cancelled",
)
def conditions_of_one_lock_share_a_line(patcher: pytest.MonkeyPatch) -> None:
    init = machines.Monitor.__init__
    lines: list[tuple[Any, Any]] = []

    def broken(self: Any, lock: Any) -> None:
        init(self, lock)
        shared = [line for other, line in lines if other is lock]
        self.line = shared[0] if shared else machines.Line()
        lines.append((lock, self.line))

    patcher.setattr(machines.Monitor, "__init__", broken)


@fault("test_two_conditions.test_a_notification_stays_with_its_condition_whoever_is_cancelled")
def a_monitors_notification_is_lost(patcher: pytest.MonkeyPatch) -> None:
    def broken(self: Any, line: Any) -> Any:
        return ()

    patcher.setattr(machines.Monitor, "_notify_first", broken)


# Blocks.


@fault(
    "test_holding.test_a_generator_that_is_closed_hands_on_what_it_held",
    "test_holding.test_a_stack_of_blocks_holds_all_and_lets_go_of_all",
    "test_holding.test_a_stack_of_blocks_that_is_cancelled_half_way_lets_go_of_all",
)
def a_block_that_raises_keeps_what_it_holds(patcher: pytest.MonkeyPatch) -> None:
    class Keeping(toro_asyncio.Lock):
        async def __aexit__(self, exc_type: object, exc: object, tb: object) -> None:
            if exc_type is None:
                self.release()

    class Condition(toro_asyncio.Condition):
        _lock_type = Keeping

    patcher.setattr(BrokenDriver, "toro", namespace(Lock=Keeping, Condition=Condition))


@fault("test_holding.test_guards_may_end_in_any_order")
def guards_end_last_come_first(patcher: pytest.MonkeyPatch) -> None:
    class Nested(toro_asyncio.Semaphore):
        async def acquire(self, *args: Any, **kwargs: Any) -> Any:
            guard = await super().acquire(*args, **kwargs)
            guards.append(guard)
            return guard

        def release(self) -> None:
            if guards.pop().of is None:
                super().release()

    guards: list[Any] = []
    patcher.setattr(BrokenDriver, "toro", namespace(Semaphore=Nested))


# Life with the loop.


@fault("test_leaks.test_a_wait_that_is_over_keeps_no_frame_alive")
def every_waiter_is_remembered(patcher: pytest.MonkeyPatch) -> None:
    enter = machines.Lock.enter
    remembered: list[types.FrameType] = []

    def broken(self: Any, waiter: Any) -> Any:
        settled = enter(self, waiter)
        frame: types.FrameType | None = sys._getframe()
        while frame is not None:  # down to the task that waits
            remembered.append(frame)
            frame = frame.f_back
        return settled

    patcher.setattr(machines.Lock, "enter", broken)


@fault("test_binding.test_a_second_loop_is_refused_while_someone_waits")
def a_second_loop_is_let_in(patcher: pytest.MonkeyPatch) -> None:
    class Free(toro_asyncio.Event):
        def _move(self, machine: Any, home: Any) -> None:
            machine.home = home

    patcher.setattr(BrokenDriver, "toro", namespace(Event=Free))


@fault("test_cost.test_serving_a_long_line_one_by_one_is_linear")
def every_release_looks_at_everyone(patcher: pytest.MonkeyPatch) -> None:
    release = machines.Lock.release

    def broken(self: Any) -> Any:
        for waiter in self.everyone():
            repr(waiter.state)
        return release(self)

    patcher.setattr(machines.Lock, "release", broken)


@fault("test_guards.test_a_plain_with_says_what_to_write_instead")
def a_plain_with_holds_nothing(patcher: pytest.MonkeyPatch) -> None:
    class Loose(toro_asyncio.Lock):
        def __enter__(self) -> Any:
            return None

        def __exit__(self, *exc: object) -> None:
            return None

    patcher.setattr(BrokenDriver, "toro", namespace(Lock=Loose))
