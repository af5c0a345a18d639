"""Each machine and its specification live through the same story, step for step.

Hypothesis writes the stories: people ask, wait in two steps or promptly, collect,
give up, and have deadlines on a clock of whole seconds; items are equal, hostile or
cannot be compared.  Both sides must say the same at each step.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    precondition,
    rule,
    run_state_machine_as_test,
)
from spec import (
    AsyncResultSpec,
    Back,
    BoundedSemaphoreSpec,
    ConditionSpec,
    DeadlinesSpec,
    EventSpec,
    Fate,
    FifoSpec,
    LifoSpec,
    LockSpec,
    MonitorSpec,
    PrioritySpec,
    RWLockSpec,
    SemaphoreSpec,
    Settled,
)
from spec.locks import ACQUIRE, LOOK
from spec.locks import READ as TO_READ
from spec.locks import WRITE as TO_WRITE
from spec.queues import SaysEmpty, SaysFull, SaysNo, SaysShutDown

from toro_core import Deadlines, PromptWaiter, State, Waiter
from toro_core.machines import (
    GET,
    JOIN,
    READ,
    WATCH,
    WRITE,
    AsyncResult,
    BoundedSemaphore,
    Condition,
    Event,
    LifoQueue,
    Lock,
    Monitor,
    PriorityQueue,
    Put,
    Queue,
    RWLock,
    Semaphore,
)

FATES = {
    State.GRANTED: Fate.GRANTED,
    State.COLLECTED: Fate.GRANTED,
    State.EXPIRED: Fate.EXPIRED,
    State.REFUSED: Fate.REFUSED,
}
# A long session asks for more: python -m verification --full.
EXAMPLES = int(os.environ.get("TORO_EXAMPLES", "60"))
WAITS = st.sampled_from([None, None, -1, 0, 1, 1, 2, 5])
ANYBODY = st.integers(0, 50)


def attempt(call: Callable[[Any], Any], subject: Any) -> Any:
    """What *call* returns, or the exception it raises."""
    try:
        return call(subject)
    except Exception as error:
        return error


class Story(RuleBasedStateMachine):
    """People with deadlines; what they ask for is up to the subclass."""

    machine: Any
    spec: Any
    prompt_too = True

    def __init__(self) -> None:
        super().__init__()
        self.now = 0
        self.deadlines, self.spec_deadlines = Deadlines(), DeadlinesSpec()
        self.people: list[Waiter] = []
        self.entries: dict[int, Any] = {}
        self.make()

    def make(self) -> None:
        raise NotImplementedError

    # What both sides are told.

    def asks(self, request: Any, asked: Any, prompt: bool, wait: int | None) -> None:
        name = len(self.people)
        kind = PromptWaiter if prompt and self.prompt_too else Waiter
        waiter = kind(name, request, None if wait is None else self.now + wait)
        self.people.append(waiter)
        settled = self.machine.enter(waiter)
        self.learn()
        self.agree(settled, self.spec.enter(name, asked, prompt=waiter.prompt))
        if waiter.state is State.WAITING and waiter.deadline is not None:
            self.entries[name] = self.deadlines.add(waiter, self.machine)
            self.spec_deadlines.add(name, waiter.deadline)

    def tell(self, call: Callable[[Any], Any], spec_call: Callable[[Any], Any]) -> None:
        """Do the same to both, who must answer or refuse alike."""
        result = attempt(call, self.machine)
        self.learn(result)
        said = attempt(spec_call, self.spec)
        if isinstance(said, list) and isinstance(result, tuple):
            self.agree(result, said)
        elif isinstance(said, Exception):
            assert type(result) is type(said)
        else:
            assert result == said
        self.look()

    def learn(self, result: Any = None) -> None:
        """What only the machine can know, such as what it compared."""

    def person(self, number: int) -> Waiter:
        return self.people[number % len(self.people)]

    def name(self, waiter: Waiter) -> int:
        """Its handle, unless the machine has let go of that."""
        return next(name for name, each in enumerate(self.people) if each is waiter)

    @precondition(lambda self: self.people)
    @rule(number=ANYBODY)
    def leaves(self, number: int) -> None:
        waiter = self.person(number)
        settled = self.machine.leave(waiter)
        self.learn()
        self.agree(settled, self.spec.leave(self.name(waiter)))

    @precondition(lambda self: self.people)
    @rule(number=ANYBODY)
    def collects(self, number: int) -> None:
        waiter = self.person(number)
        settled = self.machine.collect(waiter)
        self.learn()
        self.agree(settled, self.spec.collect(self.name(waiter)))

    @precondition(lambda self: self.entries)
    @rule(number=ANYBODY)
    def stops_the_timer(self, number: int) -> None:
        name = list(self.entries)[number % len(self.entries)]
        entry = self.entries.pop(name)
        self.deadlines.discard(entry)
        self.deadlines.discard(entry)
        self.spec_deadlines.forget(name)
        self.look()

    @rule(seconds=st.sampled_from([0, 1, 1, 3]))
    def time_passes(self, seconds: int) -> None:
        self.now += seconds
        settled: list[Waiter] = []
        for machine, some in self.deadlines.expire(self.now):
            assert machine is self.machine
            settled += some
        self.learn()
        said: list[Settled] = []
        for name in self.spec_deadlines.due(self.now):
            said += self.spec.expire(name)
            self.spec_deadlines.forget(name)
            self.entries.pop(name, None)
        self.agree(settled, said)

    # What both sides say.

    def agree(self, settled: Any, said: list[Settled]) -> None:
        assert [self.answer(waiter) for waiter in settled] == [self.said(each) for each in said]
        self.look()

    def answer(self, waiter: Waiter) -> Any:
        fate = FATES[waiter.state]
        value = type(waiter.value) if fate is Fate.REFUSED else id(waiter.value)
        return (waiter.handle, fate, value)

    def said(self, each: Settled) -> Any:
        value = type(each.value) if each.fate is Fate.REFUSED else id(each.value)
        return (each.name, each.fate, value)

    def look(self) -> None:
        assert self.machine.waiting == len(self.spec.waiting)
        assert self.deadlines.next_deadline() == self.spec_deadlines.next_deadline()
        assert len(self.deadlines) == len(self.spec_deadlines.entries)
        assert repr(self.machine)
        assert self.machine == self.machine

    def teardown(self) -> None:
        """When all have left, nothing is left of them."""
        for waiter in self.people:
            self.machine.leave(waiter)
        assert list(self.machine.everyone()) == []


class LockStory(Story):
    def make(self) -> None:
        self.machine, self.spec = Lock(), LockSpec()

    @rule(prompt=st.booleans(), wait=WAITS)
    def acquires(self, prompt: bool, wait: int | None) -> None:
        self.asks(None, None, prompt, wait)

    @rule()
    def tries(self) -> None:
        self.tell(lambda m: m.try_acquire(), lambda s: s.acquire_nowait())

    @rule()
    def releases(self) -> None:
        self.tell(lambda m: m.release(), lambda s: s.release())

    def look(self) -> None:
        super().look()
        assert bool(self.machine.held) == self.spec.held


class SemaphoreStory(LockStory):
    def make(self) -> None:
        self.machine, self.spec = Semaphore(2), SemaphoreSpec(2)

    @rule(prompt=st.booleans(), wait=WAITS)
    def acquires(self, prompt: bool, wait: int | None) -> None:
        self.asks(None, ACQUIRE, prompt, wait)

    @rule(prompt=st.booleans(), wait=WAITS)
    def waits(self, prompt: bool, wait: int | None) -> None:
        self.asks(WATCH, LOOK, prompt, wait)

    def look(self) -> None:
        Story.look(self)
        assert self.machine.value == self.spec.counter


class BoundedSemaphoreStory(SemaphoreStory):
    def make(self) -> None:
        self.machine, self.spec = BoundedSemaphore(2), BoundedSemaphoreSpec(2)


class RWLockStory(Story):
    def make(self) -> None:
        self.machine, self.spec = RWLock(2), RWLockSpec(2)

    @rule(prompt=st.booleans(), wait=WAITS)
    def wants_to_read(self, prompt: bool, wait: int | None) -> None:
        self.asks(READ, TO_READ, prompt, wait)

    @rule(prompt=st.booleans(), wait=WAITS)
    def wants_to_write(self, prompt: bool, wait: int | None) -> None:
        self.asks(WRITE, TO_WRITE, prompt, wait)

    @rule(write=st.booleans())
    def tries(self, write: bool) -> None:
        if write:
            self.tell(lambda m: m.try_acquire_write(), lambda s: s.acquire_nowait(TO_WRITE))
        else:
            self.tell(lambda m: m.try_acquire_read(), lambda s: s.acquire_nowait(TO_READ))

    @rule(write=st.booleans())
    def releases(self, write: bool) -> None:
        if write:
            self.tell(lambda m: m.release_write(), lambda s: s.release(TO_WRITE))
        else:
            self.tell(lambda m: m.release_read(), lambda s: s.release(TO_READ))

    def look(self) -> None:
        super().look()
        assert (self.machine.readers, self.machine.writing) == (
            self.spec.readers,
            self.spec.writing,
        )


class UnlimitedRWLockStory(RWLockStory):
    def make(self) -> None:
        self.machine, self.spec = RWLock(None), RWLockSpec(None)


class EventStory(Story):
    def make(self) -> None:
        self.machine, self.spec = Event(), EventSpec()

    @rule(prompt=st.booleans(), wait=WAITS)
    def waits(self, prompt: bool, wait: int | None) -> None:
        self.asks(None, None, prompt, wait)

    @rule(flag=st.booleans())
    def sets_or_clears(self, flag: bool) -> None:
        if flag:
            self.tell(lambda m: m.set(), lambda s: s.set())
        else:
            self.tell(lambda m: m.clear(), lambda s: s.clear())

    def look(self) -> None:
        super().look()
        assert self.machine.flag == self.spec.is_set


class AsyncResultStory(Story):
    def make(self) -> None:
        self.machine, self.spec = AsyncResult(), AsyncResultSpec()

    @rule(prompt=st.booleans(), wait=WAITS)
    def gets(self, prompt: bool, wait: int | None) -> None:
        self.asks(None, None, prompt, wait)

    @precondition(lambda self: not self.spec.ready())
    @rule(value=st.sampled_from([None, 0, "value", float("nan")]))
    def arrives(self, value: Any) -> None:
        self.tell(lambda m: m.set(value), lambda s: s.set(value))

    @precondition(lambda self: not self.spec.ready())
    @rule()
    def fails(self) -> None:
        error = LookupError()
        self.tell(lambda m: m.set_exception(error), lambda s: s.set(error, Fate.REFUSED))

    def look(self) -> None:
        super().look()
        assert self.machine.ready == self.spec.ready()


class ConditionStory(Story):
    def make(self) -> None:
        self.machine, self.spec = Condition(), ConditionSpec()

    @rule(prompt=st.booleans(), wait=WAITS)
    def waits(self, prompt: bool, wait: int | None) -> None:
        self.asks(None, None, prompt, wait)

    @rule(n=st.integers(-1, 4))
    def notifies(self, n: int) -> None:
        self.tell(lambda m: m.notify(n), lambda s: s.notify(max(n, 0)))

    @rule()
    def notifies_all(self) -> None:
        self.tell(lambda m: m.notify_all(), lambda s: s.notify_all())


class MonitorStory(Story):
    """The lock has people of its own, who take it in two steps."""

    def make(self) -> None:
        self.lock, lock_spec = Lock(), LockSpec()
        self.lockers: list[Waiter] = []
        self.machine, self.spec = Monitor(self.lock), MonitorSpec(lock_spec)

    @rule(wait=WAITS)
    def waits(self, wait: int | None) -> None:
        name = len(self.people)
        waiter = Waiter(name, None, None if wait is None else self.now + wait)
        if not self.lock.held:
            self.tell(lambda m: m.enter(waiter), lambda s: s.wait(name))
            return
        self.people.append(waiter)
        self.agree(self.machine.enter(waiter), self.spec.wait(name))
        if waiter.deadline is not None:
            self.entries[name] = self.deadlines.add(waiter, self.machine)
            self.spec_deadlines.add(name, waiter.deadline)

    @rule(prompt=st.booleans())
    def acquires(self, prompt: bool) -> None:
        waiter = (PromptWaiter if prompt else Waiter)(f"lock {len(self.lockers)}")
        self.lockers.append(waiter)
        settled = self.lock.enter(waiter)
        self.agree(settled, self.spec.lock.enter(waiter.handle, prompt=prompt))

    @precondition(lambda self: self.lockers)
    @rule(number=ANYBODY, leaves=st.booleans())
    def takes_the_lock_or_leaves_it(self, number: int, leaves: bool) -> None:
        waiter = self.lockers[number % len(self.lockers)]
        if leaves:
            self.agree(self.lock.leave(waiter), self.spec.lock.leave(waiter.handle))
        else:
            self.agree(self.lock.collect(waiter), self.spec.lock.collect(waiter.handle))

    @rule()
    def releases(self) -> None:
        self.tell(lambda m: m.lock.release(), lambda s: s.lock.release())

    @rule(n=st.integers(-1, 3))
    def notifies(self, n: int) -> None:
        self.tell(lambda m: m.notify(n), lambda s: s.notify(n))

    @rule()
    def notifies_all(self) -> None:
        self.tell(lambda m: m.notify_all(), lambda s: s.notify_all())

    def said(self, each: Settled) -> Any:
        if isinstance(each.name, Back):
            return (each.name.name if each.name.asleep else None, each.fate, id(None))
        return super().said(each)

    def look(self) -> None:
        assert self.machine.waiting == len(self.spec.line)
        assert self.lock.waiting == len(self.spec.lock.waiting)
        assert bool(self.lock.held) == self.spec.lock.held
        assert self.deadlines.next_deadline() == self.spec_deadlines.next_deadline()

    def teardown(self) -> None:
        """When all have left, each notification has been used or passed on, and the lock too."""
        for waiter in self.people:
            self.machine.leave(waiter)
        for waiter in self.lockers:
            self.lock.leave(waiter)
        while self.lock.held:
            self.lock.release()
        assert list(self.machine.everyone()) == list(self.lock.everyone()) == []


class Odd:
    """An item that will not be looked at: it neither equals nor hashes nor prints."""

    def __eq__(self, other: object) -> bool:
        raise ArithmeticError

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return "<Odd>"


class QueueStory(Story):
    maxsize = 2
    items: st.SearchStrategy[Any] = st.one_of(
        st.sampled_from([0, 1, None, float("nan"), [], "same", "same"]), st.builds(Odd)
    )

    def make(self) -> None:
        self.machine, self.spec = Queue(self.maxsize), FifoSpec(self.maxsize)
        self.machine.shutdown_error = SaysShutDown

    @rule(prompt=st.booleans(), wait=WAITS)
    def gets(self, prompt: bool, wait: int | None) -> None:
        self.asks(GET, ("get",), prompt, wait)

    def draw_item(self, data: st.DataObject) -> Any:
        return data.draw(self.items)

    @rule(data=st.data(), prompt=st.booleans(), wait=WAITS)
    def puts(self, data: st.DataObject, prompt: bool, wait: int | None) -> None:
        item = data.draw(self.items)
        self.asks(Put(item), ("put", item), prompt, wait)

    @rule(prompt=st.booleans(), wait=WAITS)
    def joins(self, prompt: bool, wait: int | None) -> None:
        self.asks(JOIN, ("join",), prompt, wait)

    @rule()
    def gets_at_once(self) -> None:
        self.tell(self.try_get, self.spec_get)

    def try_get(self, machine: Any) -> Any:
        got = machine.try_get()
        if got is None:
            raise SaysEmpty
        item, settled = got
        return id(item), [self.answer(waiter) for waiter in settled]

    def spec_get(self, spec: Any) -> Any:
        item, settled = spec.get_nowait()
        return id(item), [self.said(each) for each in settled]

    @rule(data=st.data())
    def puts_at_once(self, data: st.DataObject) -> None:
        self.item = self.draw_item(data)
        self.tell(
            lambda machine: self.try_put(machine, self.item),
            lambda spec: spec.put_nowait(self.item),
        )

    def try_put(self, machine: Any, item: Any) -> Any:
        settled = machine.try_put(item)
        if settled is None:
            raise SaysFull
        return settled

    @rule()
    def reports_done(self) -> None:
        self.tell(lambda m: m.task_done(), lambda s: s.task_done())

    @precondition(lambda self: len(self.people) > 8)
    @rule(immediate=st.booleans())
    def shuts(self, immediate: bool) -> None:
        self.tell(lambda m: m.shutdown(immediate), lambda s: s.shutdown(immediate))

    def look(self) -> None:
        super().look()
        machine, spec = self.machine, self.spec
        assert machine.size == spec.qsize()
        assert machine.full == (not spec.has_room())
        assert machine.empty == (spec.candidate() is None)
        assert machine.unfinished == spec.unfinished
        assert not self.maxsize or machine.size <= self.maxsize

    def teardown(self) -> None:
        """All that was put and not taken can still be had, in order."""
        super().teardown()
        for name in range(len(self.people)):
            self.spec.leave(name)
        left = []
        while (got := self.machine.try_get() if not self.machine.empty else None) is not None:
            left.append(id(got[0]))
        assert left == [id(self.spec.get_nowait()[0]) for _ in range(self.spec.qsize())]


class UnboundedQueueStory(QueueStory):
    maxsize = 0


class LifoQueueStory(QueueStory):
    def make(self) -> None:
        self.machine, self.spec = LifoQueue(self.maxsize), LifoSpec(self.maxsize)
        self.machine.shutdown_error = SaysShutDown


class Ranked:
    """It compares by rank alone, and equals nothing."""

    def __init__(self, rank: int) -> None:
        self.rank = rank

    def __lt__(self, other: Ranked) -> bool:
        return self.rank < other.rank

    def __repr__(self) -> str:
        return f"Ranked({self.rank})"


class Poison(Ranked):
    """It can be compared with nothing."""

    def __init__(self) -> None:
        super().__init__(0)

    def __lt__(self, other: Ranked) -> bool:
        raise SaysNo

    def __getattribute__(self, name: str) -> Any:
        if name == "rank":
            raise SaysNo
        return super().__getattribute__(name)

    def __repr__(self) -> str:
        return "Poison()"


class PriorityQueueStory(QueueStory):
    """An item that cannot be compared is refused where there is one to compare it with."""

    maxsize = 3
    items = ranked = st.builds(Ranked, st.integers(0, 2))

    def make(self) -> None:
        self.machine, self.spec = PriorityQueue(self.maxsize), PrioritySpec(self.maxsize)
        self.machine.shutdown_error = SaysShutDown

    def draw_item(self, data: st.DataObject) -> Any:
        if any(place.free for place in self.spec.places):
            return data.draw(st.one_of(self.ranked, st.builds(Poison)))
        return data.draw(self.ranked)

    def learn(self, result: Any = None) -> None:
        if isinstance(result, SaysNo):
            assert isinstance(self.item, Poison)
            self.spec.unwelcome.append(self.item)


STORIES = [
    LockStory,
    SemaphoreStory,
    BoundedSemaphoreStory,
    RWLockStory,
    UnlimitedRWLockStory,
    EventStory,
    AsyncResultStory,
    ConditionStory,
    MonitorStory,
    QueueStory,
    UnboundedQueueStory,
    LifoQueueStory,
    PriorityQueueStory,
]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_machine_and_specification_agree(story: type[Story]) -> None:
    run_state_machine_as_test(
        story,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=40,
            derandomize=True,
            deadline=None,
            database=None,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
