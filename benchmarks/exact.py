"""What needs no quiet machine: calls, bytes, garbage and imported modules. Two runs give the same
figures.

Construction and import are timed as well, because they belong here; those two are as noisy as any
timing.
"""

import gc
import inspect
import os
import subprocess
import sys
import tracemalloc
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from .kits import Kit
from .meters import Calls
from .scenarios import SCENARIOS, Scenario
from .watch import Unmetered

__all__ = ["calls", "garbage", "idle", "imports", "in_child", "waiters"]

# Where the calls are counted: enough to see every layer.
COUNTED = (
    "lock/free/explicit",
    "lock/free/async-with",
    "lock/free/deadline",
    "lock/contended/2",
    "condition/ping-pong",
    "queue/free",
    "queue/maxsize-1/1-to-1",
    "rwlock/free/read",
)


def calls(kits: Sequence[Kit]) -> dict[str, dict[str, tuple[float, float]]]:
    """Python frames entered and functions of C called per operation, by scenario and kit."""
    table: dict[str, dict[str, tuple[float, float]]] = {}
    for scenario in map(SCENARIOS.__getitem__, COUNTED):
        able = [kit for kit in kits if kit.offers(*scenario.needs)]
        table[scenario.name] = {kit.name: _calls_per_operation(scenario, kit) for kit in able}
    return table


def _calls_per_operation(scenario: Scenario, kit: Kit) -> tuple[float, float]:
    """The difference between two runs, so that what a run costs once does not count."""
    few, many = Calls(), Calls()
    low = kit.loop.run(scenario.body, kit, 500, few) or 500
    high = kit.loop.run(scenario.body, kit, 1000, many) or 1000
    frames = (many.frames - few.frames) / (high - low)
    return round(frames, 1), round((many.c_calls - few.c_calls) / (high - low), 1)


def waiters(kit: Kit, n: int = 1000) -> dict[str, tuple[float, float]]:
    """Bytes and objects known to the garbage collector for each task that waits, its task
    included.
    """
    kinds: dict[str, tuple[str, Callable[[Kit], Awaitable[Any]]]] = {
        "Lock.acquire": ("lock", _held_lock),
        "Event.wait": ("event", _unset_event),
        "Queue.get": ("queue", _empty_queue),
    }
    return {
        name: kit.loop.run(_weigh_waiters, kit, prepare, n)
        for name, (needs, prepare) in kinds.items()
        if kit.offers(needs)
    }


async def _held_lock(kit: Kit) -> Any:
    lock = kit.lock()
    await lock.acquire()
    return lock.acquire


async def _unset_event(kit: Kit) -> Any:
    return kit.event().wait


async def _empty_queue(kit: Kit) -> Any:
    return kit.queue(0).get


async def _weigh_waiters(kit: Kit, prepare: Any, n: int) -> tuple[float, float]:
    wait = await prepare(kit)
    if not inspect.iscoroutinefunction(wait) and kit.loop.name == "trio":
        wait = _coroutine_function(wait)
    async with kit.loop.tasks() as tasks:
        for _ in range(n):  # the first pay for what is made once
            tasks.start(wait)
        await kit.loop.settle()
        gc.collect()
        objects = len(gc.get_objects())
        tracemalloc.start()
        for _ in range(n):
            tasks.start(wait)
        await kit.loop.settle()
        gc.collect()
        size, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        added = len(gc.get_objects()) - objects
        tasks.cancel_all()
    return round(size / n), round(added / n, 1)


def _coroutine_function(wait: Callable[[], Awaitable[Any]]) -> Callable[[], Awaitable[Any]]:
    """As Trio wants it for a task; it adds a coroutine to what is weighed."""

    async def waiter() -> None:
        await wait()

    return waiter


def idle(kit: Kit, n: int = 1000) -> dict[str, float]:
    """Bytes of an object nobody uses, with all it owns."""
    return {name: kit.loop.run(_weigh_idle, make, n) for name, make in kit.makes.items()}


async def _weigh_idle(make: Callable[[], Any], n: int) -> float:
    make()
    kept: list[Any] = [None] * n
    tracemalloc.start()
    for place in range(n):
        kept[place] = make()
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return size // n


def garbage(kit: Kit) -> dict[str, float]:
    """Objects that only the garbage collector could free, per operation."""
    names = (
        "lock/contended/2",
        "crowd/cancel/lock/random",
        "crowd/expire/lock/random",
        "queue/maxsize-1/1-to-1",
    )
    return {
        name: _garbage_per_operation(SCENARIOS[name], kit)
        for name in names
        if kit.offers(*SCENARIOS[name].needs)
    }


def _garbage_per_operation(scenario: Scenario, kit: Kit) -> float:
    def left_by(count: int) -> int:
        gc.collect()
        gc.disable()
        try:
            kit.loop.run(scenario.body, kit, count, Unmetered())
            return gc.collect()
        finally:
            gc.enable()

    left_by(100)
    return round((left_by(300) - left_by(100)) / 200, 2)


# module: what is imported already.  First the loops themselves.
IMPORTS = {
    "asyncio": "sys",
    "tornado.ioloop": "asyncio",
    "trio": "sys",
    "toro_core": "sys",
    "toro_asyncio": "asyncio",
    "toro_tornado": "asyncio, tornado.ioloop",
    "toro_trio": "trio",
    "toro_anyio": "asyncio, anyio, anyio._backends._asyncio",
    "tornado.locks": "asyncio, tornado.ioloop",
    "anyio": "asyncio",
    "aiologic": "asyncio",
    "culsans": "asyncio",
    "janus": "asyncio",
    "aiorwlock": "asyncio",
}

_IMPORT = """
import {given}, sys, time
before, start = set(sys.modules), time.process_time()
import {module}
print(time.process_time() - start, len(set(sys.modules) - before))
"""


def imports(times: int) -> dict[str, tuple[float, int]]:
    """Milliseconds of CPU time, the least of several, and modules imported, beyond what is there
    already.  All from compiled modules, as an installed package is imported.
    """
    table = {}
    for module, given in IMPORTS.items():
        answers = [_import(module, given) for _ in range(times)]
        if None not in answers:
            table[module] = (round(1e3 * min(answer[0] for answer in answers), 2), answers[0][1])
    return table


def _import(module: str, given: str) -> Any:
    answer = in_child(_IMPORT.format(module=module, given=given))
    if answer is None:
        return None
    seconds, modules = answer
    return float(seconds), int(modules)


def in_child(script: str) -> list[str] | None:
    """The words that *script* prints in an interpreter of its own; None if it fails."""
    compiled = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    answer = subprocess.run(
        [sys.executable, "-c", script], env=compiled, capture_output=True, text=True, check=False
    )
    return None if answer.returncode else answer.stdout.split()
