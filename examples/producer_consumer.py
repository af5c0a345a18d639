"""A fast producer, slow consumers, and a queue of three places between them.

``put`` waits while the queue is full, so the producer never runs far ahead. ``join`` waits until
the consumers have called ``task_done`` for everything. One deadline holds for all of it.
``shutdown`` then ends the consumers' ``async for``: nobody is left behind, nobody is cancelled.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

import _backends

PLACES = 3


class Factory:
    """A queue, and a tally of what went through it."""

    def __init__(self, toro: ModuleType, loop: _backends.Loop, work: float) -> None:
        self.queue: Any = toro.JoinableQueue(PLACES)
        self.consumed: list[int] = []
        self.held_back = 0
        self.most_waiting = 0
        self._loop = loop
        self._work = work

    async def produce(self, items: int, deadline: float) -> None:
        for item in range(items):
            self.held_back += self.queue.full()
            await self.queue.put(item, deadline=deadline)
            self.most_waiting = max(self.most_waiting, self.queue.qsize())
        await self.queue.join(deadline=deadline)

    async def consume(self) -> None:
        async for item in self.queue:
            await self._loop.sleep(self._work)
            self.consumed.append(item)
            self.queue.task_done()


async def main(
    toro: ModuleType, loop: _backends.Loop, items: int, consumers: int, work: float, seconds: float
) -> int:
    factory = Factory(toro, loop, work)
    in_time = True
    async with loop.group() as group:
        for _ in range(consumers):
            group.spawn(factory.consume)
        try:
            await factory.produce(items, deadline=loop.time() + seconds)
        except toro.Timeout:
            in_time = False
        factory.queue.shutdown(immediate=True)

    print(f"{len(factory.consumed)} of {items} items consumed by {consumers} consumers")
    print(f"the producer was held back {factory.held_back} times")
    print(f"the queue never held more than {factory.most_waiting} items")
    if not in_time:
        print(f"gave up after {seconds:g} seconds")
    return 0 if in_time else 1


def cli(argv: list[str] | None = None) -> int:
    parser = _backends.arguments(__doc__)
    parser.add_argument("--items", type=int, default=20)
    parser.add_argument("--consumers", type=int, default=2)
    parser.add_argument("--work", type=float, default=0.01, help="seconds for an item")
    parser.add_argument("--deadline", type=float, default=10, help="seconds for everything")
    options = parser.parse_args(argv)
    toro, loop = _backends.load(options.backend)
    return loop.run(
        lambda: main(toro, loop, options.items, options.consumers, options.work, options.deadline)
    )


if __name__ == "__main__":
    _backends.script(cli)
