"""The example of a library for every loop: one set of tests, run on all of them."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from toro_conformance import Driver, Operation, World, perform
from toro_conformance.drivers import Absent, load

import toro_core
import toro_sim

LIBRARY = Path(__file__).parents[2] / "examples" / "library"
sys.path.append(str(LIBRARY))

from anypool import Closed, Pool

LOOPS = ["asyncio", "trio", "anyio-asyncio", "anyio-trio", "tornado", "sim", "sim-trio"]
Story = Callable[[World], Awaitable[None]]


class Connection:
    """It can be used by one at a time, and until it is closed."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.closed = False
        self.busy = False

    async def use(self, gate: Any) -> int:
        assert not self.closed
        assert not self.busy
        self.busy = True
        try:
            await gate.wait()
        finally:
            self.busy = False
        return self.number

    def close(self) -> None:
        assert not self.closed
        self.closed = True


class Office:
    """A pool, what connects it, and customers who keep their connection until told."""

    def __init__(self, toro: Any, size: int) -> None:
        self.toro = toro
        self.made: list[Connection] = []
        self.pool: Pool[Connection] = Pool(toro, self.connect, size)

    async def connect(self) -> Connection:
        self.made.append(Connection(len(self.made)))
        return self.made[-1]

    def customer(self, gate: Any, timeout: float | None = None) -> Callable[[], Awaitable[int]]:
        async def visit() -> int:
            async with self.pool.connection(timeout) as connection:
                return await connection.use(gate)

        return visit

    def gates(self, count: int) -> list[Any]:
        return [self.toro.Event() for _ in range(count)]


async def come(t: World, body: Callable[[], Awaitable[object]]) -> Operation:
    """Start a task and see it wait, or end: Trio starts tasks in any order."""
    operation = t.spawn(body)
    await t.settle()
    return operation


@pytest.fixture(params=LOOPS)
def driver(request: pytest.FixtureRequest) -> type[Driver]:
    try:
        (found,) = load(request.param)
    except Absent as absent:
        pytest.skip(str(absent))
    return found


async def customers_are_served_in_order(t: World) -> None:
    office = Office(t.toro, size=2)
    gates = office.gates(4)
    customers = [await come(t, office.customer(gate)) for gate in gates]
    await t.settle()
    assert len(office.made) == 2
    gates[1].set()
    await t.settle()
    gates[2].set()  # the third has the second one's connection
    await t.settle()
    assert [customer.returned for customer in customers] == [False, True, True, False]
    gates[0].set()
    gates[3].set()
    await t.settle()
    assert [customer.value for customer in customers] == [0, 1, 1, 1]
    assert len(office.made) == 2


async def the_one_used_last_is_used_next(t: World) -> None:
    office = Office(t.toro, size=2)
    gates = office.gates(3)
    first, second = [await come(t, office.customer(gate)) for gate in gates[:2]]
    await t.settle()
    gates[1].set()
    await t.settle()
    gates[0].set()
    await t.settle()
    gates[2].set()
    third = await come(t, office.customer(gates[2]))
    assert (first.value, second.value, third.value) == (0, 1, 0)


async def who_gives_up_has_taken_nothing(t: World) -> None:
    office = Office(t.toro, size=1)
    gates = office.gates(4)
    busy = await come(t, office.customer(gates[0]))
    late = await come(t, office.customer(gates[1], timeout=5))
    gone = await come(t, office.customer(gates[2]))
    last = await come(t, office.customer(gates[3]))
    await t.advance(5)
    assert late.raised(toro_core.Timeout)
    gone.cancel()
    await t.settle()
    assert gone.cancelled
    gates[0].set()
    gates[3].set()
    await t.settle()
    assert busy.value == last.value == 0
    assert not office.made[0].closed


async def a_connection_whose_block_raised_is_not_used_again(t: World) -> None:
    office = Office(t.toro, size=1)
    gates = office.gates(2)
    cancelled = await come(t, office.customer(gates[0]))
    cancelled.cancel()
    await t.settle()
    assert cancelled.cancelled
    assert office.made[0].closed
    gates[1].set()
    other = await come(t, office.customer(gates[1]))
    assert other.value == 1


async def a_connection_that_cannot_be_made_costs_no_slot(t: World) -> None:
    async def refuse() -> Connection:
        raise OSError("refused")

    pool: Pool[Connection] = Pool(t.toro, refuse, size=1)

    async def visit() -> None:
        async with pool.connection(timeout=1):
            raise AssertionError("never reached")

    for _ in range(3):
        customer = await come(t, visit)
        assert customer.raised(OSError)


async def closing_waits_for_those_who_have_one(t: World) -> None:
    office = Office(t.toro, size=2)
    gates = office.gates(4)
    busy = await come(t, office.customer(gates[0]))
    idle = await come(t, office.customer(gates[1]))
    gates[1].set()
    await t.settle()
    assert idle.returned
    closing = await come(t, office.pool.close)
    assert closing.waiting
    assert [connection.closed for connection in office.made] == [False, True]
    too_late = await come(t, office.customer(gates[2]))
    assert too_late.raised(Closed)
    gates[0].set()
    await t.settle()
    assert busy.value == 0
    assert closing.returned
    assert all(connection.closed for connection in office.made)


async def closing_turns_away_those_in_line(t: World) -> None:
    office = Office(t.toro, size=1)
    gates = office.gates(2)
    busy = await come(t, office.customer(gates[0]))
    in_line = await come(t, office.customer(gates[1]))
    closing = await come(t, office.pool.close)
    assert in_line.raised(Closed)
    gates[0].set()
    await t.settle()
    assert busy.returned
    assert closing.returned


async def closing_while_the_next_customer_is_cancelled(t: World) -> None:
    """A slot that was promised comes back to a pool that is closed already."""
    office = Office(t.toro, size=1)
    gates = office.gates(2)
    busy = await come(t, office.customer(gates[0]))
    last: Operation
    closing: Operation

    async def hurry() -> None:
        await gates[1].wait()
        last.cancel()
        await office.pool.close()

    last = await come(t, office.customer(gates[0]))
    closing = await come(t, hurry)
    gates[0].set()
    gates[1].set()
    await t.settle()
    assert busy.value == 0
    assert last.cancelled
    assert closing.returned
    assert all(connection.closed for connection in office.made)


STORIES: list[Story] = [
    customers_are_served_in_order,
    the_one_used_last_is_used_next,
    who_gives_up_has_taken_nothing,
    a_connection_whose_block_raised_is_not_used_again,
    a_connection_that_cannot_be_made_costs_no_slot,
    closing_waits_for_those_who_have_one,
    closing_turns_away_those_in_line,
    closing_while_the_next_customer_is_cancelled,
]


@pytest.mark.parametrize("story", STORIES)
def test_on_every_loop(driver: type[Driver], story: Any) -> None:
    perform(driver, story)


class UnderExploration(Office):
    """Its customers come and go with a checkpoint between, or find it closed."""

    def __init__(self) -> None:
        super().__init__(toro_sim, size=1)

    async def visit(self) -> None:
        try:
            async with self.pool.connection() as connection:
                await connection.use(self)
        except Closed:
            pass

    async def wait(self) -> None:
        await toro_sim.checkpoint()


@pytest.mark.parametrize("like", ["asyncio", "trio"])
def test_no_order_of_events_and_no_cancellation_breaks_it(like: Any) -> None:
    async def busy_day() -> None:
        office = UnderExploration()
        async with toro_sim.create_task_group() as tasks:
            for _ in range(3):
                tasks.start_soon(office.visit)
        await office.pool.close()
        assert all(connection.closed for connection in office.made)

    report = toro_sim.explore(busy_day, cancellations=1, like=like).check()
    assert report.exhaustive
    assert report.schedules > 10


@pytest.mark.parametrize("like", ["asyncio", "trio"])
def test_it_can_be_closed_while_customers_come(like: Any) -> None:
    async def last_day() -> None:
        office = UnderExploration()
        async with toro_sim.create_task_group() as tasks:
            for _ in range(2):
                tasks.start_soon(office.visit)
            tasks.start_soon(office.pool.close)
        await office.pool.close()  # again, as the first may have been cancelled
        assert all(connection.closed for connection in office.made)

    report = toro_sim.explore(last_day, cancellations=1, like=like).check()
    assert report.exhaustive
    assert report.schedules > 10
