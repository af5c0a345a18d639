"""Run the campaigns one after the other; fail if one fails."""

from __future__ import annotations

import os
import subprocess
import sys

from . import ROOT, explore

STORIES = "tests/core/test_against_the_specification.py"
PROGRAMS = "tests/differential/test_adapters.py"


def run(*command: str, **environment: str) -> int:
    print("$ python", *command, flush=True)
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env={**os.environ, **environment}, check=False
    ).returncode


def main(arguments: list[str]) -> int:
    full = "--full" in arguments
    size = ["--full"] if full else []
    return (
        explore.main(size)
        # The stories that Hypothesis writes, more of them than in the test suite.
        or run("-m", "pytest", "-q", STORIES, TORO_EXAMPLES="20000" if full else "300")
        or run("-m", "pytest", "-q", PROGRAMS, TORO_EXAMPLES="2000" if full else "40")
        or run("-m", "verification.schedules", *size)
        or run("-m", "verification.futures", *size)
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
