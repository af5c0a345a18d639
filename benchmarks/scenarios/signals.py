"""Events and conditions."""

import itertools

from ..kits import Kit
from ..loops import Countdown
from ..operations import Condition
from ._scenario import Log, Meter, scenario

CROWD = 1000
PARTY = 200


def all_woken_at_once(log: Log, count: int) -> bool:
    """Everybody waits before, and nobody is back before, the first set or notify_all of each
    round.
    """
    signal = "set" if log.count("set") else "notify_all"
    waiting = back = 0
    for entry in log:
        if entry.what == "waiting":
            waiting += 1
        elif entry.what == "waited":
            back += 1
        elif entry.what == signal and waiting - back != count // log.count(signal):
            return False
    return waiting == back == count


def never_waits(log: Log, count: int) -> bool:
    return log.count("waited") == count and log.had_to_wait("waiting", "waited") == 0


def to_and_fro(log: Log, count: int) -> bool:
    tasks = [entry.task for entry in log.of("waited")]
    return len(tasks) == count and all(a is not b for a, b in itertools.pairwise(tasks))


@scenario("event/set-wakes-1000", "event", unit="waiter", claim=all_woken_at_once)
async def set_wakes(kit: Kit, count: int, meter: Meter) -> int:
    rounds = max(1, count // CROWD)
    for _ in range(rounds):
        event, gate = kit.event(), kit.loop.gate()
        wait, woken = event.wait, Countdown(CROWD, gate)

        async def waiter(wait=wait, woken=woken) -> None:  # type: ignore[no-untyped-def]
            await wait()
            woken()

        async with kit.loop.tasks() as tasks:
            for _ in range(CROWD):
                tasks.start(waiter)
            await kit.loop.settle()
            with meter:
                event.set()
                await gate.passed()
    return rounds * CROWD


@scenario("event/wait-when-set", "event", unit="wait", claim=never_waits)
async def wait_when_set(kit: Kit, count: int, meter: Meter) -> None:
    event = kit.event()
    event.set()
    wait = event.wait
    with meter:
        for _ in range(count):
            await wait()


async def ping_pong(kit: Kit, condition: Condition, count: int, meter: Meter) -> int:
    """Two tasks wake each other in turn."""
    wait, notify, scope = condition.wait, condition.notify, condition.scope
    each = max(1, count // 2)

    async def player() -> None:
        for _ in range(each):
            async with scope:
                notify()
                await wait()
        async with scope:
            notify()

    async def player_without_lock() -> None:
        for _ in range(each):
            notify()
            await wait()
        notify()

    with meter:
        await kit.loop.together(*[player_without_lock if scope is None else player] * 2)
    return 2 * each


@scenario("condition/ping-pong", "condition", unit="notify and wait", claim=to_and_fro)
async def condition_ping_pong(kit: Kit, count: int, meter: Meter) -> int:
    return await ping_pong(kit, kit.condition(), count, meter)


@scenario("condition/bare/ping-pong", "bare_condition", unit="notify and wait", claim=to_and_fro)
async def bare_ping_pong(kit: Kit, count: int, meter: Meter) -> int:
    return await ping_pong(kit, kit.bare_condition(), count, meter)


async def notify_all(
    kit: Kit, condition: Condition, count: int, meter: Meter, busy: bool = False
) -> int:
    """A party waits and is notified; if `busy`, each holds the lock for one turn."""
    turn, wait, scope = kit.loop.turn, condition.wait, condition.scope
    rounds = max(1, count // PARTY)
    for _ in range(rounds):
        gate = kit.loop.gate()
        woken = Countdown(PARTY, gate)

        async def waiter(woken=woken) -> None:  # type: ignore[no-untyped-def]
            if scope is None:
                await wait()
                if busy:
                    await turn()
            else:
                async with scope:
                    await wait()
                    if busy:
                        await turn()
            woken()

        async with kit.loop.tasks() as tasks:
            for _ in range(PARTY):
                tasks.start(waiter)
            await kit.loop.settle(one_by_one=PARTY)
            with meter:
                if scope is None:
                    condition.notify_all()
                else:
                    async with scope:
                        condition.notify_all()
                await gate.passed()
    return rounds * PARTY


@scenario("condition/notify-all-200", "condition", unit="waiter", claim=all_woken_at_once)
async def condition_notify_all(kit: Kit, count: int, meter: Meter) -> int:
    return await notify_all(kit, kit.condition(), count, meter)


@scenario(
    "condition/notify-all-200-busy",
    "condition",
    unit="waiter, each holding for a turn",
    claim=all_woken_at_once,
)
async def condition_notify_all_busy(kit: Kit, count: int, meter: Meter) -> int:
    return await notify_all(kit, kit.condition(), count, meter, busy=True)


@scenario("condition/bare/notify-all-200", "bare_condition", unit="waiter", claim=all_woken_at_once)
async def bare_notify_all(kit: Kit, count: int, meter: Meter) -> int:
    return await notify_all(kit, kit.bare_condition(), count, meter)
