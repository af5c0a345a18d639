"""The example of an adapter, for Twisted: it passes the suite, and works on the real reactor."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("twisted", reason="Twisted is not installed")

ADAPTER = Path(__file__).parents[2] / "examples" / "adapters" / "twisted"

ON_THE_REACTOR = """
from twisted.internet import defer, task
import toro_core
import toro_twisted as toro

async def main(reactor):
    queue = toro.Queue(maxsize=1)
    got = []

    async def consume():
        async for item in queue:
            got.append(item)

    consumer = defer.ensureDeferred(consume())
    for item in range(5):
        await queue.put(item)
    queue.shutdown()
    await consumer
    assert got == [0, 1, 2, 3, 4], got

    lock = toro.Lock()
    with await lock.acquire():
        try:
            await lock.acquire(timeout=0.01)
        except defer.TimeoutError as error:
            assert isinstance(error, toro_core.Timeout)
        else:
            raise AssertionError("it was taken twice")
        given_up = defer.ensureDeferred(lock.acquire())
        given_up.cancel()
        assert lock.statistics().tasks_waiting == 0
        await given_up.addErrback(lambda failure: failure.trap(defer.CancelledError))
    assert not lock.locked()

    event = toro.Event()
    woken = []

    async def wait():
        await event.wait()
        woken.append(True)

    waiter = defer.ensureDeferred(wait())
    event.set()
    assert not woken, "set() ran somebody"
    await waiter

    waiter = defer.ensureDeferred(toro.Event().wait())
    waiter.cancel()
    await waiter.addErrback(lambda failure: failure.trap(defer.CancelledError))
    print("all is well")

task.react(lambda reactor: defer.ensureDeferred(main(reactor)))
"""

FROM_A_THREAD = """
from twisted.internet import defer, task, threads
import toro_twisted as toro

async def main(reactor):
    event = toro.Event()
    waiter = defer.ensureDeferred(event.wait())
    await task.deferLater(reactor, 0)
    try:
        await threads.deferToThread(event.set)
    except RuntimeError as error:
        assert "callFromThread" in str(error), error
    else:
        raise AssertionError("a thread set it")
    threads.deferToThread(reactor.callFromThread, event.set)
    await waiter
    print("all is well")

task.react(lambda reactor: defer.ensureDeferred(main(reactor)))
"""


def run(*command: str) -> str:
    path = os.pathsep.join([str(ADAPTER), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    environment = {**os.environ, "PYTHONPATH": path}
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ADAPTER,
        capture_output=True,
        text=True,
        timeout=300,
        env=environment,
    )
    return f"{done.stdout}{done.stderr}\nexit status {done.returncode}"


def test_it_passes_the_suite() -> None:
    adapter = "--toro-adapter=toro_twisted_driver:TwistedDriver"
    output = run("-m", "toro_conformance", adapter, "-q", "-p", "no:cacheprovider", "--tb=short")
    passed = re.search(r"(\d+) passed", output)
    assert passed, output[-4000:]
    assert output.endswith("exit status 0"), output[-4000:]
    assert int(passed[1]) > 900


@pytest.mark.parametrize("program", [ON_THE_REACTOR, FROM_A_THREAD], ids=["main", "thread"])
def test_it_works_on_the_real_reactor(program: str) -> None:
    output = run("-W", "error", "-c", program)
    assert output == "all is well\n\nexit status 0"


def test_it_has_the_names_of_every_adapter() -> None:
    names = "import toro_twisted, toro_asyncio; print(toro_twisted.__all__ == toro_asyncio.__all__)"
    assert run("-c", names).startswith("True")
