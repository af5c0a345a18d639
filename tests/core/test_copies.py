"""A machine with people in line can be pickled, copied, printed and compared."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from toro_core import PromptWaiter, State, Waiter
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
    Machine,
    Monitor,
    PriorityQueue,
    Put,
    Queue,
    RWLock,
    Semaphore,
)


def enter(machine: Machine, *requests: Any) -> None:
    for request in requests:
        machine.enter(Waiter(None, request, 5.0))


def busy_lock() -> Machine:
    lock = Lock()
    enter(lock, None, None)
    lock.enter(PromptWaiter())
    return lock


def busy_semaphore() -> Machine:
    semaphore = Semaphore(1)
    enter(semaphore, None, None, WATCH, WATCH)
    return semaphore


def busy_bounded_semaphore() -> Machine:
    semaphore = BoundedSemaphore(2)
    enter(semaphore, None, None, None)
    return semaphore


def busy_rwlock() -> Machine:
    lock = RWLock(2)
    enter(lock, READ, WRITE, READ)
    return lock


def busy_event() -> Machine:
    event = Event()
    enter(event, None, None)
    return event


def busy_result() -> Machine:
    result = AsyncResult()
    enter(result, None)
    return result


def busy_condition() -> Machine:
    condition = Condition()
    enter(condition, None, None)
    condition.notify()
    return condition


def busy_monitor() -> Machine:
    monitor = Monitor(Lock())
    for _ in range(3):
        monitor.lock.try_acquire()
        enter(monitor, None)
    monitor.lock.try_acquire()
    monitor.notify()
    return monitor


def busy_queue(kind: type[Queue] = Queue) -> Machine:
    queue = kind(4)
    for item in (2, 1, 3):
        queue.try_put(item)
    a, b = Waiter(None, GET), Waiter(None, GET)
    queue.enter(a)
    queue.enter(b)
    queue.leave(a)
    enter(queue, Put(7), Put(8), JOIN)
    return queue


def late_queue() -> Machine:
    queue = Queue()
    enter(queue, Put(1))
    queue.try_put(2)
    enter(queue, GET)
    return queue


def shut_queue() -> Machine:
    queue = Queue()
    queue.try_put(1)
    enter(queue, GET, JOIN)
    queue.shutdown()
    return queue


BUSY: dict[str, Callable[[], Machine]] = {
    "lock": busy_lock,
    "semaphore": busy_semaphore,
    "bounded semaphore": busy_bounded_semaphore,
    "rwlock": busy_rwlock,
    "event": busy_event,
    "result": busy_result,
    "condition": busy_condition,
    "monitor": busy_monitor,
    "queue": busy_queue,
    "lifo queue": lambda: busy_queue(LifoQueue),
    "priority queue": lambda: busy_queue(PriorityQueue),
    "queue with a late item": late_queue,
    "queue that was shut": shut_queue,
}

COPIES: dict[str, Callable[[Any], Any]] = {
    "pickled": lambda machine: pickle.loads(pickle.dumps(machine)),
    "deep copy": copy.deepcopy,
}


@pytest.fixture(params=BUSY)
def make(request: pytest.FixtureRequest) -> Callable[[], Machine]:
    return BUSY[request.param]


@pytest.mark.parametrize("how", COPIES)
def test_a_copy_is_equal_and_its_own(make: Callable[[], Machine], how: str) -> None:
    machine = make()
    copied = COPIES[how](machine)
    assert type(copied) is type(machine)
    assert copied == machine
    assert list(copied.everyone()) != []
    assert not set(copied.everyone()) & set(machine.everyone())


@pytest.mark.parametrize("how", COPIES)
def test_a_copy_behaves_as_the_original_would(make: Callable[[], Machine], how: str) -> None:
    machine = make()
    copied = COPIES[how](machine)
    everyone, copies = list(machine.everyone()), list(copied.everyone())
    for waiter, other in zip(everyone, copies, strict=True):
        settled, others = machine.leave(waiter), copied.leave(other)
        assert [w.snapshot() for w in settled] == [w.snapshot() for w in others]
        assert machine == copied
    assert len(everyone) >= 1


def test_handles_and_home_are_left_out_of_a_copy() -> None:
    lock = Lock()
    lock.home = lambda: "this cannot be pickled"
    lock.enter(Waiter(lambda: "neither can this"))
    copied = pickle.loads(pickle.dumps(lock))
    assert copied.home is None
    assert [waiter.handle for waiter in copied.everyone()] == [None]
    assert copied == lock


def test_looking_at_it_changes_nothing(make: Callable[[], Machine]) -> None:
    machine, same = make(), make()
    assert type(machine).__name__ in repr(machine)
    assert machine.waiting >= 0
    assert machine.busy()
    assert machine == same
    assert machine.snapshot() == same.snapshot()


def test_machines_in_different_states_are_not_equal(make: Callable[[], Machine]) -> None:
    machine, other = make(), make()
    other.leave(list(other.everyone())[-1])
    assert machine != other
    assert machine != object()
    assert object() != machine


def test_machines_of_different_kinds_are_not_equal() -> None:
    assert Semaphore(1) != BoundedSemaphore(1)
    assert Queue() != LifoQueue()
    assert Lock() != Event()


def collected(machine: Machine, request: Any = None) -> Machine:
    """Somebody was let in and came."""
    waiter = Waiter(None, request)
    machine.enter(waiter)
    machine.collect(waiter)
    return machine


def promised(machine: Machine, request: Any = None) -> Machine:
    """Somebody was let in and has not come yet."""
    machine.enter(Waiter(None, request))
    return machine


def after(machine: Any, *calls: Any) -> Machine:
    """What *machine* is after these calls, each a name and its arguments."""
    for name, *arguments in calls:
        getattr(machine, name)(*arguments)
    made: Machine = machine
    return made


def with_field(machine: Machine, name: str, value: Any) -> Machine:
    setattr(machine, name, value)
    return machine


DIFFERENT: dict[str, tuple[Machine, Machine]] = {
    "lock held": (Lock(), after(Lock(), ("try_acquire",))),
    "lock promised": (collected(Lock()), promised(Lock())),
    "semaphore value": (Semaphore(2), after(Semaphore(2), ("try_acquire",))),
    "semaphore initial": (Semaphore(2), after(Semaphore(1), ("release",))),
    "semaphore promised": (collected(Semaphore(2)), promised(Semaphore(2))),
    "semaphore watchers": (Semaphore(0), promised(Semaphore(0), WATCH)),
    "semaphore line": (Semaphore(0), promised(Semaphore(0))),
    "rwlock readers": (RWLock(2), after(RWLock(2), ("try_acquire_read",))),
    "rwlock writing": (RWLock(2), after(RWLock(2), ("try_acquire_write",))),
    "rwlock max_readers": (RWLock(2), RWLock(3)),
    "rwlock promised": (collected(RWLock(2), READ), promised(RWLock(2), READ)),
    "event flag": (Event(), after(Event(), ("set",))),
    "result ready": (AsyncResult(), after(AsyncResult(), ("set", None))),
    "result value": (after(AsyncResult(), ("set", 1)), after(AsyncResult(), ("set", 2))),
    "result error": (
        after(AsyncResult(), ("set", None)),
        after(AsyncResult(), ("set_exception", ValueError())),
    ),
    "condition promised": (Condition(), after(promised(Condition()), ("notify",))),
    "monitor lock": (Monitor(Lock()), Monitor(after(Lock(), ("try_acquire",)))),  # type: ignore[arg-type]
    "queue maxsize": (Queue(1), Queue(2)),
    "queue items": (after(Queue(), ("try_put", 1)), after(Queue(), ("try_put", 2))),
    "queue putters": (
        promised(after(Queue(1), ("try_put", 1)), Put(2)),
        promised(after(Queue(1), ("try_put", 1)), Put(3)),
    ),
    "queue joiners": (
        after(Queue(), ("try_put", 1)),
        promised(after(Queue(), ("try_put", 1)), JOIN),
    ),
    "queue unfinished": (Queue(), with_field(Queue(), "unfinished", 1)),
    "queue used": (Queue(), with_field(Queue(), "used", 1)),
    "queue reserved": (Queue(), with_field(Queue(), "reserved", 1)),
    "queue arriving": (
        after(promised(Queue(), Put(1)), ("try_put", 2)),
        after(promised(Queue(), Put(1)), ("try_put", 3)),
    ),
    "queue shut": (Queue(), after(Queue(), ("shutdown",))),
    "queue shut at once": (after(Queue(), ("shutdown",)), after(Queue(), ("shutdown", True))),
    "queue promised": (
        promised(after(Queue(), ("try_put", 1)), GET),
        promised(after(Queue(), ("try_put", 2)), GET),
    ),
}


@pytest.mark.parametrize("what", DIFFERENT)
def test_all_that_a_machine_holds_is_compared(what: str) -> None:
    one, other = DIFFERENT[what]
    assert one != other


def test_notified_waiters_are_part_of_a_monitor() -> None:
    told, told_all = busy_monitor(), busy_monitor()
    assert isinstance(told, Monitor)
    assert isinstance(told_all, Monitor)
    told.notify(2)
    told_all.notify_all()
    assert told != told_all


def test_a_machine_changes_and_so_has_no_hash() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        hash(Lock())


def test_a_machine_prints_its_state_and_its_line() -> None:
    lock = Lock()
    lock.try_acquire()
    lock.enter(Waiter("a"))
    assert repr(lock) == "<Lock held=True line=[<Waiter 'a' waiting>]>"
    assert repr(Event()) == "<Event flag=False line=[]>"


def test_a_waiter_prints_what_it_is_and_only_what_it_has() -> None:
    waiter = Waiter()
    assert repr(waiter) == "<Waiter new>"
    waiter = PromptWaiter("a", GET, 5)
    waiter.state, waiter.value = State.COLLECTED, "item"
    assert repr(waiter) == "<PromptWaiter 'a' collected request=GET deadline=5 value='item'>"
    assert repr(State.WAITING) == "WAITING"
    assert repr((READ, WRITE, WATCH)) == "(READ, WRITE, WATCH)"


def test_a_waiter_says_what_it_is_in_a_snapshot() -> None:
    waiter = PromptWaiter("a", GET, 5)
    assert waiter.snapshot() == (True, GET, 5, State.NEW, None)
    assert Waiter("b").snapshot() == (False, None, None, State.NEW, None)


def test_a_long_line_can_be_pickled() -> None:
    lock = Lock()
    lock.try_acquire()
    for _ in range(5000):
        lock.enter(Waiter())
    assert pickle.loads(pickle.dumps(lock)).waiting == 5000
