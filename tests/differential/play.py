"""Playing a program on an adapter and on its specification, side by side."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from toro_conformance.driver import Driver
from toro_conformance.world import Operation, World

from .programs import Cancel, Start, Take, Tick
from .stories import CANCEL, CANCELLED, EXPIRE, WAITING, Manners, Outcome, Story, unfold
from .subjects import ITEMS, Poison, Subject, SwappingLifoSpec

NAMES = ("ShutDown", "Empty", "Full", "WouldBlock", "AlreadySet", "NotReady", "Timeout")
CROWD = 5  # who may wait at once; the orders in which they may leave are many
BUILTIN = (RuntimeError, ValueError, TypeError, ArithmeticError)


def manners(driver: Driver) -> Manners:
    """AnyIO on asyncio, under its scopes, is the one that promises and does not take back."""
    return Manners(
        prompt=not driver.undoes_grants and driver.name != "anyio-asyncio",
        undoes=driver.undoes_grants,
        hands_on=driver.undoes_grants or not driver.cancels_tasks,
    )


class Player:
    """One primitive of one adapter, and every story that explains what was seen of it."""

    def __init__(self, t: World, subject: Subject) -> None:
        self.t, self.subject = t, subject
        self.thing = subject.make(t.toro)
        spec = subject.spec()
        if isinstance(spec, SwappingLifoSpec):
            spec.swaps = t.driver.eager
        self.stories: list[Story] = [subject.story(spec, manners(t.driver))]
        self.operations: dict[str, Operation] = {}
        self.deadlines: dict[str, float] = {}
        self.played: list[str] = []

    async def play(self, program: list[Any]) -> None:
        for instant in program:
            if isinstance(instant, Start):
                self.start(instant)
            else:
                for step in instant:
                    self.take(step)
            await self.t.settle()
            self.explain()

    async def leave(self) -> None:
        """Let nobody behind: who waited on a condition must have its lock before it goes."""
        for name in self.waiting():
            self.operations[name].cancel()
        await self.t.settle()
        while self.waiting():
            self.thing.release()
            await self.t.settle()

    def waiting(self) -> list[str]:
        return [name for name, operation in self.operations.items() if operation.waiting]

    # What is done.

    def start(self, start: Start) -> None:
        if len(self.waiting()) >= CROWD:
            return
        wait, (how, value) = self.subject.waits[start.wait], start.time
        arguments = self.items(start.item) if wait.takes else []
        if arguments and not self.may_put(*arguments):
            return
        name = f"{wait.method} {len(self.operations)}"
        time, due = self.time(how, value)
        self.played.append(f"start {name} {start}")
        method = getattr(self.thing, wait.method)
        self.operations[name] = self.t.start(method, *arguments, **time)
        self.deadlines[name] = due
        if how in ("senseless", "both"):
            for story in self.stories:
                story.ended[name] = ("raised", "senseless")
            return
        request = (*wait.request, *arguments) if isinstance(wait.request, tuple) else wait.request
        for story in self.stories:
            story.enter(name, request, late=due <= self.t.now())

    def time(self, how: str, value: Any) -> tuple[dict[str, Any], float]:
        """The arguments, and when the wait is over."""
        if how == "none":
            return {}, math.inf
        if how == "both":
            return {"deadline": self.t.now() + value, "timeout": value}, math.inf
        if how == "senseless":
            return {"timeout": value}, math.inf
        seconds = getattr(value, "total_seconds", lambda: value)()
        is_point = how == "deadline" and isinstance(value, (int, float))
        return {how: self.t.now() + value if is_point else value}, self.t.now() + seconds

    def items(self, name: str | None) -> list[Any]:
        return [] if name is None else [ITEMS[self.subject.items][name]()]

    def may_put(self, item: Any) -> bool:
        """One that cannot be compared, only where it is compared with something for sure."""
        if not isinstance(item, Poison):
            return True
        specs = [story.spec for story in self.stories]
        if not all(spec.has_room() and any(place.free for place in spec.places) for spec in specs):
            return False
        for spec in specs:
            spec.unwelcome.append(item)
        return True

    def take(self, step: Any) -> None:
        self.played.append(repr(step))
        if isinstance(step, Take):
            self.call(step)
        elif isinstance(step, Cancel):
            if waiting := self.waiting():
                name = waiting[step.who % len(waiting)]
                self.operations[name].cancel()
                self.leaves(name, CANCEL)
        elif isinstance(step, Tick):
            self.t.driver.tick(step.seconds)
            for name in self.waiting():
                if self.deadlines[name] <= self.t.now():
                    self.leaves(name, EXPIRE)

    def leaves(self, name: str, why: str) -> None:
        for story in self.stories:
            if (name, why) not in story.leaving:
                story.leaving.append((name, why))

    def call(self, step: Take) -> None:
        call = self.subject.calls[step.name]
        arguments = self.items(step.item) if call.takes else []
        if arguments and not self.may_put(*arguments):
            return
        answer = self.answer(lambda: call.adapter(self.thing, *arguments))
        agreeing = []
        for story in unfold(self.stories, awake=True):
            said = story.call(lambda spec: call.spec(spec, *arguments))
            if said == answer or (said[0] == answer[0] == "returned" and not self.has_value(step)):
                agreeing.append(story)
        assert agreeing, self.report(f"{step.name} gave {answer}")
        self.stories = agreeing

    def has_value(self, step: Take) -> bool:
        return step.name == "get_nowait"

    def answer(self, call: Callable[[], Any]) -> Outcome:
        try:
            return ("returned", id(call()))
        except Exception as error:
            return self.raised(error)

    def raised(self, error: BaseException) -> Outcome:
        for name in NAMES:
            if isinstance(error, getattr(self.t.toro, name)):
                return ("raised", name)
        kind = next((kind.__name__ for kind in BUILTIN if type(error) is kind), None)
        return ("raised", kind or id(error))

    # What is seen.

    def explain(self) -> None:
        seen = {name: self.seen(name) for name in self.operations}
        looks = [look(self.thing) for look, _ in self.subject.looks]
        repr(self.thing)
        str(self.thing)
        over = [story for story in unfold(self.stories, awake=False) if story.is_over()]
        agreeing = [
            story
            for story in over
            if looks == [look(story.spec) for _, look in self.subject.looks]
            and all(self.agrees(name, seen[name], story) for name in seen)
        ]
        assert agreeing, self.report(f"seen {seen}, {looks}")
        self.stories = agreeing

    def seen(self, name: str) -> Outcome:
        operation = self.operations[name]
        if operation.waiting:
            return WAITING
        if operation.cancelled:
            return CANCELLED
        if operation.returned:
            return ("returned", id(operation.value))
        return self.raised(operation.error)

    def agrees(self, name: str, seen: Outcome, story: Story) -> bool:
        said = story.outcome(name)
        if said == ("raised", "senseless"):
            return seen in (("raised", "TypeError"), ("raised", "ValueError"))
        if said[0] == seen[0] == "returned" and not name.startswith("get"):
            return True  # a guard, True or None, and nothing else to tell them apart
        return said == seen

    def report(self, what: str) -> str:
        stories = "\n".join(f"    {vars(s.spec)} {s.ended} {s.leaving}" for s in self.stories[:8])
        played = "\n".join(f"    {each}" for each in self.played)
        return (
            f"no order of events explains what was seen on {self.t.driver.name}\n"
            f"{self.subject.name}: {what}\nplayed:\n{played}\nbefore:\n{stories}"
        )
