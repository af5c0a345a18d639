"""The quickstarts run as they are, in an interpreter that treats warnings as errors."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

QUICKSTART = Path(__file__).parents[2] / "examples" / "quickstart"
NEEDED = {
    "on_asyncio": [],
    "on_uvloop": ["uvloop"],
    "on_trio": ["trio"],
    "on_anyio": ["anyio", "trio"],
    "on_tornado": ["tornado"],
    "on_tornado_generators": ["tornado"],
}


def test_every_quickstart_is_tested() -> None:
    assert {file.stem for file in QUICKSTART.glob("*.py")} == set(NEEDED)


@pytest.mark.parametrize("name", NEEDED)
def test_two_downloads_at_a_time(name: str) -> None:
    for module in NEEDED[name]:
        pytest.importorskip(module)
    lines = printed(QUICKSTART / f"{name}.py").splitlines()
    assert lines.pop() == "nothing happened in time"
    for first in range(0, len(lines), 7):  # AnyIO's does it twice
        assert most_at_once(lines[first : first + 6]) == 2


def printed(script: Path) -> str:
    command = [sys.executable, "-W", "error", str(script)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def most_at_once(lines: list[str]) -> int:
    assert sorted(lines) == [f"{name} {what}" for name in "abc" for what in ("begins", "ends")]
    now, most = 0, 0
    for line in lines:
        now += 1 if line.endswith("begins") else -1
        most = max(most, now)
    return most
