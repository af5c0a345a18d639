"""A connection pool that hangs under one order of events in a thousand, and one that does not.

Both are written against a Toro namespace, which is passed in, so the same code runs on the
simulator, where ``explore`` finds the hang, and on asyncio and Trio.

    python examples/sim/pool.py
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import toro_sim

RoundTrip = Callable[[], Awaitable[object]]  # whatever it takes to ask the server


class Connection:
    """A connection to a server; it can do one thing at a time."""

    def __init__(self, round_trip: RoundTrip) -> None:
        self._round_trip = round_trip
        self._busy = False

    async def query(self) -> None:
        assert not self._busy, "two tasks use one connection"
        self._busy = True
        try:
            await self._round_trip()
        finally:
            self._busy = False


class NaivePool:
    """Hands a connection that comes back straight to the customer who has waited longest.

    A customer who is cancelled after that, and before it has run again, puts the connection
    back.  The flaw: it does not look whether somebody else waits for one by then.
    """

    def __init__(self, toro: Any, connections: list[Connection]) -> None:
        self._toro = toro
        self.idle = connections
        self._customers: deque[Any] = deque()

    @contextlib.asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        connection = await self._get()
        try:
            yield connection
        finally:
            self._give_back(connection)

    async def _get(self) -> Connection:
        if self.idle:
            return self.idle.pop()
        place = self._toro.AsyncResult()
        self._customers.append(place)
        try:
            connection: Connection = await place.get()
        except BaseException:
            if place.ready():
                self.idle.append(place.value)
            else:
                self._customers.remove(place)
            raise
        return connection

    def _give_back(self, connection: Connection) -> None:
        if self._customers:
            self._customers.popleft().set(connection)
        else:
            self.idle.append(connection)


class Pool:
    """Lets the customers wait for a permit, which cannot be lost, and then take a connection."""

    def __init__(self, toro: Any, connections: list[Connection]) -> None:
        self.idle = connections
        self._permits = toro.Semaphore(len(connections))

    @contextlib.asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        async with self._permits:
            connection = self.idle.pop()
            try:
                yield connection
            finally:
                self.idle.append(connection)


def new_pool(kind: Any, toro: Any, round_trip: RoundTrip, size: int = 2) -> Any:
    return kind(toro, [Connection(round_trip) for _ in range(size)])


async def customer(pool: Any, queries: int = 2) -> None:
    """Asks a few things, each time with any connection."""
    for _ in range(queries):
        async with pool.connection() as connection:
            await connection.query()


# On the simulator.


def busy_day(kind: Any, customers: int = 5, queries: int = 1) -> Callable[[Any], Awaitable[None]]:
    """A program to explore: all connections are back when the customers have gone."""

    async def main(toro: Any) -> None:
        pool = new_pool(kind, toro, toro.checkpoint)
        async with toro.create_task_group() as group:
            for number in range(customers):
                group.start_soon(customer, pool, queries, name=f"customer-{number}")
        assert len(pool.idle) == 2, f"{2 - len(pool.idle)} of 2 connections lost"

    return main


# The same code on real loops.


async def on_asyncio(kind: Any, toro: Any) -> int:
    pool = new_pool(kind, toro, lambda: asyncio.sleep(0))
    async with asyncio.TaskGroup() as group:
        for _ in range(4):
            group.create_task(customer(pool))
    return len(pool.idle)


async def on_trio(kind: Any, toro: Any) -> int:
    import trio

    pool = new_pool(kind, toro, trio.lowlevel.checkpoint)
    async with trio.open_nursery() as nursery:
        for _ in range(4):
            nursery.start_soon(customer, pool)
    return len(pool.idle)


def main() -> None:
    print("The naive pool, at random, with two cancellations somewhere:")
    report = toro_sim.explore(busy_day(NaivePool), strategy=toro_sim.Random(), cancellations=2)
    print(report, report.failure, sep="\n\n")

    print("\nThe fixed pool, every schedule, with up to two cancellations:")
    print(toro_sim.explore(busy_day(Pool), cancellations=2).check())

    import trio

    import toro_asyncio
    import toro_trio

    print("\nThe fixed pool on asyncio and on Trio:")
    print(asyncio.run(on_asyncio(Pool, toro_asyncio)), "connections are back")
    print(trio.run(on_trio, Pool, toro_trio), "connections are back")


if __name__ == "__main__":
    main()
