"""Run the campaigns one after the other; fail if one fails."""

from __future__ import annotations

import os
import subprocess
import sys

from . import ROOT, explore


def stories(examples: int) -> int:
    """The stories that Hypothesis writes, more of them than in the test suite."""
    command = [sys.executable, "-m", "pytest", "-q", "tests/core/test_against_the_specification.py"]
    environment = {**os.environ, "TORO_EXAMPLES": str(examples)}
    print(f"{examples} stories of each primitive", flush=True)
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def main(arguments: list[str]) -> int:
    full = "--full" in arguments
    return explore.main(arguments) or stories(20_000 if full else 300)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
