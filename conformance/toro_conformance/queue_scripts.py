"""Random scripts on queues, judged by what must hold in every order of events.

Where an item is in the middle of an instant is the adapter's business.  What has
to be true when all is settled is not: each item accepted is delivered once or
still there, no item of a put that raised is ever seen, the queue never holds more
than it may, nobody waits who could go on, and items come out as they went in.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from typing import Any

from toro_conformance.world import Operation, World

Step = tuple[Any, ...]


class QueuePlayer:
    """Plays a script on a queue and keeps books."""

    def __init__(self, t: World, kind: str, maxsize: int) -> None:
        self.t = t
        self.kind = kind
        self.maxsize = maxsize
        self.queue: Any = getattr(t.toro, kind)(maxsize=maxsize)
        self.puts: dict[int, Operation] = {}
        self.gets: dict[int, Operation] = {}
        self.accepted: set[int] = set()
        self.delivered: list[int] = []
        self.collected: set[int] = set()
        self.script: list[list[Step]] = []

    async def play(self, script: list[list[Step]]) -> None:
        for instant in script:
            await self.instant(instant)

    async def leave(self) -> None:
        """Cancel everyone who still waits."""
        steps: list[Step] = [("cancel put", item) for item in waiting_in(self.puts)]
        steps += [("cancel get", name) for name in waiting_in(self.gets)]
        await self.instant(steps)
        assert not waiting_in(self.puts)
        assert not waiting_in(self.gets)

    async def instant(self, steps: list[Step]) -> None:
        """Take the steps in one instant, let everything settle, and look at the books."""
        self.script.append(steps)
        seen = len(self.delivered)
        cancelled = sum(step[0] == "cancel get" for step in steps)
        for step in steps:
            self._take(step)
            self._holds(not self.maxsize or self.queue.qsize() <= self.maxsize, "too many items")
        by_nowait = self.delivered[seen:]
        await self.t.settle()
        self._collect()
        self._balance()
        if self.kind == "Queue":
            there = sorted(self.accepted - set(self.delivered[:seen]))
            by_getters = self.delivered[seen + len(by_nowait) :]
            self._in_order(there, by_nowait, by_getters, cancelled)

    def _take(self, step: Step) -> None:
        verb, *rest = step
        if verb == "put":
            self.puts[rest[0]] = self.t.start(self.queue.put, rest[0], timeout=rest[1])
        elif verb == "get":
            self.gets[rest[0]] = self.t.start(self.queue.get, timeout=rest[1])
        elif verb == "put_nowait":
            if self._told(lambda: self.queue.put_nowait(rest[0])) == "ok":
                self.accepted.add(rest[0])
        elif verb == "get_nowait":
            self._told(lambda: self.delivered.append(self.queue.get_nowait()))
        elif verb == "cancel put":
            self.puts[rest[0]].cancel()
        elif verb == "cancel get":
            self.gets[rest[0]].cancel()
        elif verb == "tick":
            self.t.driver.tick(rest[0])
        elif verb == "shutdown":
            self.queue.shutdown()

    def _told(self, call: Callable[[], object]) -> str:
        try:
            call()
        except (self.t.toro.Empty, self.t.toro.Full, self.t.toro.ShutDown) as error:
            return type(error).__name__
        return "ok"

    def _collect(self) -> None:
        """Enter what operations have ended with."""
        for item, operation in self.puts.items():
            if operation.returned:
                self.accepted.add(item)
        for name, operation in self.gets.items():
            if operation.returned and name not in self.collected:
                self.collected.add(name)
                self.delivered.append(operation.value)

    def _balance(self) -> None:
        queue, delivered = self.queue, self.delivered
        left = len(self.accepted) - len(delivered)
        self._holds(len(set(delivered)) == len(delivered), "an item was delivered twice")
        self._holds(set(delivered) <= self.accepted, "an item came out that never went in")
        self._holds(queue.qsize() == left, "items were lost or made up")
        self._holds(queue.unfinished_tasks == len(self.accepted), "the count of tasks is wrong")
        self._holds(queue.empty() == (left == 0), "empty() is wrong")
        getters, putters = len(waiting_in(self.gets)), len(waiting_in(self.puts))
        self._holds(not (getters and left), "a getter waits although there is an item")
        self._holds(not putters or left == self.maxsize, "a putter waits although there is room")
        self._holds(queue.statistics().tasks_waiting == getters + putters, "the waiters are wrong")

    def _in_order(
        self, there: list[int], by_nowait: list[int], by_getters: list[int], cancelled: int
    ) -> None:
        """Items leave in the order in which they came, save where one was given back."""
        taken = by_nowait + by_getters
        for item in taken:
            self._holds(there.index(item) < len(taken) + cancelled, f"item {item} came too early")
        if not cancelled:
            for some in (by_nowait, by_getters):
                self._holds(some == sorted(some), "items came out in another order")

    def _holds(self, condition: bool, otherwise: str) -> None:
        assert condition, (
            f"{otherwise}\nobject: {self.kind}(maxsize={self.maxsize}) {self.queue}\n"
            f"played: {self.script}\ndelivered: {self.delivered}"
        )


def waiting_in(operations: dict[int, Operation]) -> list[int]:
    """Which of these still wait."""
    return [name for name, operation in operations.items() if operation.waiting]


class QueueAuthor:
    """Writes scripts at random, always the same ones for the same seed."""

    def __init__(self, player: QueuePlayer, seed: int) -> None:
        self.player = player
        self.random: random.Random = random.Random(f"{player.kind} {player.maxsize} {seed}")
        self.numbers: itertools.count[int] = itertools.count()

    async def play(self, instants: int) -> None:
        for _ in range(instants):
            if self.random.random() < 0.45:
                verb = self.random.choice(["put", "get"])
                timeout = self.random.choice([None, None, 1.0])
                await self.player.instant([(verb, next(self.numbers), timeout)])
            else:
                await self.player.instant(self.burst())

    def burst(self) -> list[Step]:
        verbs = self.random.choices(["put_nowait", "get_nowait"], k=self.random.randint(1, 4))
        steps: list[Step] = [(verb,) for verb in verbs]
        steps += self._departures("cancel put", self.player.puts)
        steps += self._departures("cancel get", self.player.gets)
        self.random.shuffle(steps)
        if self.random.random() < 0.15:
            steps.insert(self.random.randrange(len(steps) + 1), ("tick", 1.0))
        # Numbered last: items that are put later have greater numbers.
        return [(*step, next(self.numbers)) if step == ("put_nowait",) else step for step in steps]

    def _departures(self, verb: str, operations: dict[int, Operation]) -> list[Step]:
        waiting = waiting_in(operations)
        number = min(len(waiting), self.random.choice([0, 0, 1, 2]))
        return [(verb, name) for name in self.random.sample(waiting, number)]
