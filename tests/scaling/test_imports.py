"""What importing an adapter brings along, beyond what its loop has imported already."""

from __future__ import annotations

import subprocess
import sys

import pytest

# adapter: what an application of its loop has imported
GIVEN = {
    "toro_core": "asyncio",
    "toro_asyncio": "asyncio",
    "toro_tornado": "asyncio, tornado.gen, tornado.locks, tornado.queues",
    "toro_trio": "trio",
    "toro_anyio": "asyncio, anyio, anyio._backends._asyncio",
}

# Of the standard library these may come along: small, and of use.
STANDARD = {
    "bisect",
    "datetime",
    "heapq",
    "math",
    "queue",
    "weakref",
}

# An adapter brings the core and itself, and those that run on asyncio its host.
ALLOWED = {
    "toro_core": {"toro_core"},
    "toro_asyncio": {"toro_core", "toro_asyncio"},
    "toro_tornado": {"toro_core", "toro_asyncio", "toro_tornado"},
    "toro_trio": {"toro_core", "toro_trio"},
    "toro_anyio": {"toro_core", "toro_asyncio", "toro_anyio"},
}

SCRIPT = """
import sys, {given}
before = set(sys.modules)
import {adapter}
print(*sorted(set(sys.modules) - before))
"""


def imported_by(adapter: str) -> set[str]:
    script = SCRIPT.format(given=GIVEN[adapter], adapter=adapter)
    answer = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(answer.stdout.split())


@pytest.mark.parametrize("adapter", GIVEN)
def test_modules(adapter: str) -> None:
    for needed in GIVEN[adapter].split(", "):
        pytest.importorskip(needed.partition(".")[0])
    new = imported_by(adapter)
    assert adapter in new, "the script saw nothing"
    ours = {name for name in new if name.startswith("toro_")}
    public = {name for name in new - ours if not name.startswith("_")}
    assert public <= STANDARD
    assert {name.partition(".")[0] for name in ours} <= ALLOWED[adapter]
