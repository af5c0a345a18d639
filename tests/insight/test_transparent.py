"""The conformance suite holds with insight on: it changes nothing, and keeps nothing alive."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CASES = Path(__file__).parents[2] / "conformance" / "toro_conformance" / "cases"


@pytest.mark.parametrize("adapter", ["asyncio", "trio", "tornado"])
@pytest.mark.parametrize("cases", ["test_leaks.py", "test_queue_cancellation.py"])
def test_the_suite_passes(adapter: str, cases: str) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    command += ["-p", "toro_conformance.plugin", "--toro-adapter", adapter]
    # Cases forget locks and close circles on purpose.
    command += ["-W", "ignore::toro_core.insight._errors.InsightWarning", str(CASES / cases)]
    done = subprocess.run(
        command,
        env={**os.environ, "TORO_INSIGHT": "warn"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert " passed" in done.stdout
