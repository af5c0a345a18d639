"""The programs of the guides to testing and to deadlocks, with annotations."""

import asyncio
from collections.abc import Callable

from toro_conformance.virtual import VirtualLoop

import toro_sim
import toro_tornado
from toro_core.typing import Condition, Lock, Queue, Toro


async def keep_alive(queue: Queue[str], ping: Callable[[], object]) -> None:
    while True:
        try:
            await queue.get(timeout=30)
        except TimeoutError:
            ping()


async def simulated() -> None:
    pings: list[float] = []
    queue: Queue[str] = toro_sim.Queue()
    with toro_sim.move_on_after(100):
        await keep_alive(queue, lambda: pings.append(toro_sim.now()))
    print(pings)


async def virtual() -> None:
    loop, pings = asyncio.get_running_loop(), list[str]()
    assert isinstance(loop, VirtualLoop)
    task = asyncio.create_task(keep_alive(toro_tornado.Queue(), lambda: pings.append("ping")))
    await loop.settle()
    for _ in range(10):
        loop.tick(10)
        await loop.settle()
    task.cancel()
    print(len(pings), "pings in 100 seconds")


class Pool:
    def __init__(self, toro: Toro) -> None:
        self.idle = ["connection"]
        self.returned: Condition = toro.Condition()

    async def take(self) -> str:
        await self.returned.wait_for(lambda: self.idle)
        return self.idle.pop()

    def give_back(self, connection: str) -> None:
        self.idle.append(connection)
        self.returned.notify()


async def day(toro: Toro) -> None:
    pool = Pool(toro)

    async def customer() -> None:
        connection = await pool.take()
        await toro_sim.checkpoint()
        pool.give_back(connection)

    async with toro_sim.create_task_group() as group:
        group.start_soon(customer)
        group.start_soon(customer)
    assert pool.idle == ["connection"], "a connection was lost"


@toro_sim.explored(cancellations=1)
async def test_pool(toro: Toro) -> None:
    await day(toro)


async def transfer(accounts: Lock, log: Lock) -> None:
    async with accounts:
        await toro_sim.checkpoint()
        async with log:
            pass


async def transfers(toro: Toro) -> None:
    async with toro_sim.create_task_group() as group:
        group.start_soon(transfer, toro.Lock(name="accounts"), toro.Lock(name="log"))


def main() -> None:
    toro_sim.run(simulated)
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(virtual())
    assert toro_sim.explore(transfers).failure is None
    failure = toro_sim.explore(day, cancellations=1).failure
    assert failure is not None
    print(type(failure.error).__name__)
