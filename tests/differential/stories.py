"""What may have happened, as far as the specification knows."""

from __future__ import annotations

import copy
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Any

from spec import Back, Fate, MonitorSpec, QueueSpec, Settled
from spec.line import Person, find
from spec.queues import PUT, Place, SaysEmpty, SaysFull, SaysNo, SaysShutDown

CANCEL = "cancel"
EXPIRE = "expire"

Departure = tuple[Any, str]  # who is about to leave, and why
Outcome = tuple[Any, ...]

WAITING: Outcome = ("waiting",)
CANCELLED: Outcome = ("cancelled",)
TIMEOUT: Outcome = ("raised", "Timeout")


class Manners:
    """How a loop treats those who were granted something and have not come yet."""

    def __init__(self, *, prompt: bool, undoes: bool, hands_on: bool) -> None:
        self.prompt = prompt  # a grant is collected in the same step
        self.undoes = undoes  # a cancellation undoes a grant that nobody has collected
        self.hands_on = hands_on  # and a notification, while its waiter has not got the lock


class Story:
    """One state of the specification, with those who have finished or are about to leave."""

    def __init__(self, spec: Any, manners: Manners) -> None:
        self.spec = spec
        self.manners = manners
        self.ended: dict[Any, Outcome] = {}
        self.leaving: list[Departure] = []

    def fork(self) -> Story:
        other = copy.copy(self)
        other.spec, other.ended, other.leaving = clone(self.spec), {**self.ended}, [*self.leaving]
        return other

    def print(self) -> Hashable:
        """The same for stories that differ in nothing."""
        return (mark(self.spec), mark(self.ended), tuple(sorted(self.leaving)))

    # What is done to it.

    def enter(self, name: Any, request: Any, *, late: bool) -> None:
        """Somebody asks; *late*, and who would have to wait is turned away."""
        if late:
            self.leaving.append((name, EXPIRE))
        self.note(self.spec.enter(name, request, prompt=self.manners.prompt))

    def call(self, spec_call: Callable[[Any], Any]) -> Outcome:
        """Take a step that does not wait; what it answers."""
        try:
            said = spec_call(self.spec)
        except Exception as error:
            return refused(error)
        value = None
        if isinstance(said, tuple):
            value, said = said
        if said is False:
            return ("raised", "WouldBlock")
        self.note(said if isinstance(said, list) else [])
        return ("returned", id(value))

    def note(self, settled: list[Settled]) -> None:
        for each in settled:
            if each.fate is Fate.EXPIRED:
                self.ended[each.name] = TIMEOUT
            elif each.fate is Fate.REFUSED:
                self.ended[each.name] = refused(each.value)
            else:
                self.ended[each.name] = ("returned", id(each.value))

    # What may happen by itself.

    def events(self, *, awake: bool) -> Iterator[Story]:
        """Each way in which it may go on; tasks wake only while nobody else is *awake*."""
        for departure in self.leaving:
            other = self.fork()
            other.leaving.remove(departure)
            if self.may_stay(*departure):
                yield other.fork()
            other.depart(*departure)
            yield other
        if not awake:
            for name in self.comers()[:1]:  # tasks wake in the order of their grants
                other = self.fork()
                other.come(name)
                yield other

    def may_stay(self, name: Any, why: str) -> bool:
        """May it be that this is only heard of when the wait is over?"""
        return False

    def depart(self, name: Any, why: str) -> None:
        if why == EXPIRE:
            self.note(self.spec.expire(name))
            return
        if self.manners.undoes or find(self.spec.waiting, name) is not None:
            self.ended[name] = CANCELLED  # also one who was refused, and is not awake yet
            self.note(self.spec.leave(name))

    def comers(self) -> list[Any]:
        """Who may come now for what they were promised."""
        return [person.name for person in self.spec.promised if not self.is_doomed(person.name)]

    def is_doomed(self, name: Any) -> bool:
        """Will it surely leave, and not collect?"""
        return self.manners.undoes and (name, CANCEL) in self.leaving

    def come(self, name: Any) -> None:
        person = find(self.spec.promised, name)
        if is_refused(self.spec, person):
            self.ended[name] = refused(SaysNo())
        self.note(self.spec.collect(name))

    def is_over(self) -> bool:
        return not self.leaving and not self.comers()

    def outcome(self, name: Any) -> Outcome:
        return self.ended.get(name, WAITING)


class MonitorStory(Story):
    """Who waits ends when it has the lock again; the names in the lock's line are its own."""

    def __init__(self, spec: MonitorSpec, manners: Manners) -> None:
        super().__init__(spec, manners)
        self.bound_for: dict[Any, Outcome] = {}  # with what those will end who come back

    def fork(self) -> MonitorStory:
        other = super().fork()
        assert isinstance(other, MonitorStory)
        other.bound_for = {**self.bound_for}
        return other

    def print(self) -> Hashable:
        return (super().print(), mark(self.bound_for))

    def enter(self, name: Any, request: Any, *, late: bool) -> None:
        if request == "lock":
            if late:
                self.leaving.append((name, EXPIRE))
            self.note(self.spec.lock.enter(name, prompt=self.manners.prompt))
            return
        if late and self.spec.lock.locked():
            self.ended[name] = TIMEOUT  # it does not even give up the lock
            return
        try:
            self.note(self.spec.wait(name))
        except RuntimeError:
            self.ended[name] = ("raised", "RuntimeError")

    def note(self, settled: list[Settled]) -> None:
        for each in settled:
            if isinstance(each.name, Back):
                name = each.name.name
                self.ended[name] = self.bound_for.get(name, ("returned", id(None)))
            else:
                super().note([each])

    def may_stay(self, name: Any, why: str) -> bool:
        return why == CANCEL and not self.manners.undoes and self.comes_back(name)

    def depart(self, name: Any, why: str) -> None:
        spec = self.spec
        if name in spec.line:
            self.bound_for[name] = TIMEOUT if why == EXPIRE else CANCELLED
            self.note(getattr(spec, "expire" if why == EXPIRE else "leave")(name))
        elif why == EXPIRE:
            self.note(spec.lock.expire(name))
        elif name in spec.told:
            if self.manners.undoes or (self.manners.hands_on and name not in self.ended):
                self.cancel_told(name)
        elif self.comes_back(name):
            self.bound_for[name] = CANCELLED
        else:
            self.cancel_in_lock(name)

    def cancel_told(self, name: Any) -> None:
        if name in self.ended:
            self.ended[name] = CANCELLED
        self.bound_for[name] = CANCELLED
        self.note(self.spec.leave(name))

    def comes_back(self, name: Any) -> bool:
        return any(
            isinstance(person.name, Back) and person.name.name == name
            for person in self.spec.lock.waiting
        )

    def cancel_in_lock(self, name: Any) -> None:
        lock = self.spec.lock
        if self.manners.undoes or find(lock.waiting, name) is not None:
            self.ended[name] = CANCELLED
            self.note(lock.leave(name))

    def comers(self) -> list[Any]:
        promised = [person.name for person in self.spec.lock.promised]
        told = [name for name in self.spec.told if name in self.ended]
        return [name for name in [*promised, *told] if not self.is_doomed(name)]

    def come(self, name: Any) -> None:
        owner = self.spec if name in self.spec.told else self.spec.lock
        self.note(owner.collect(name))


def unfold(stories: Iterable[Story], *, awake: bool) -> list[Story]:
    """These stories, and all that they may lead to by themselves."""
    found: dict[Hashable, Story] = {}
    todo = list(stories)
    while todo:
        story = todo.pop()
        if found.setdefault(story.print(), story) is story:
            todo += story.events(awake=awake)
    return list(found.values())


# What adapters say where the specification says this.
WORDS = {
    SaysFull: "Full",
    SaysEmpty: "Empty",
    SaysShutDown: "ShutDown",
    SaysNo: "ArithmeticError",
    KeyError: "NotReady",
    LookupError: "AlreadySet",
    RuntimeError: "RuntimeError",
    ValueError: "ValueError",
}


def refused(error: BaseException) -> Outcome:
    return ("raised", WORDS.get(type(error)) or id(error))


def is_refused(spec: Any, person: Person) -> bool:
    """Will the put of *person* turn out to be one that cannot be?"""
    return (
        isinstance(spec, QueueSpec)
        and person.request[0] == PUT
        and spec.is_unwelcome(person.request[1])
        and not spec.dropping
    )


def clone(spec: Any) -> Any:
    """A copy that shares items and nothing else."""
    other = copy.copy(spec)
    for name, value in vars(spec).items():
        if isinstance(value, list):
            each = [copy.copy(one) if isinstance(one, Place) else one for one in value]
            setattr(other, name, each)
        elif hasattr(value, "waiting"):  # the lock of a monitor
            setattr(other, name, clone(value))
    return other


def mark(value: Any) -> Hashable:
    """Plain data that tells two states apart, whatever the items in them do when compared."""
    if type(value) in (str, int, bool, type(None)):
        return (type(value).__name__, value)
    if isinstance(value, Fate):
        return value
    if isinstance(value, (tuple, list)):
        return tuple([mark(each) for each in value])
    if isinstance(value, dict):
        return tuple(sorted([(name, mark(each)) for name, each in value.items()]))
    if isinstance(value, Place):
        return ("place", id(value.item), value.getter, value.putter)
    if hasattr(value, "waiting") or hasattr(value, "told"):
        return mark(vars(value))
    return id(value)
