"""A third party's adapter for a loop of its own, tested from outside the checkout."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

FOREIGN = Path(__file__).parent / "foreign"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder with nothing in it but the third party's files."""
    for file in FOREIGN.glob("*.py"):
        name = file.name.replace("suite_on_", "test_")
        shutil.copyfile(file, tmp_path / name)
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\naddopts = --strict-markers\nfilterwarnings = error\n"
    )
    return tmp_path


def run(folder: Path, *command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *command, "-q", "-p", "no:cacheprovider"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
    )
    return f"{done.stdout}{done.stderr}\nexit status {done.returncode}"


def passed(output: str) -> int:
    found = re.search(r"(\d+) passed", output)
    return int(found[1]) if found and output.endswith("exit status 0") else 0


def test_a_module_of_three_lines_runs_the_whole_suite(elsewhere: Path) -> None:
    output = run(elsewhere, "pytest", "test_plainloop.py")
    assert passed(output) > 900, output[-4000:]


def test_the_command_runs_it_without_any_test_file(elsewhere: Path) -> None:
    adapter = "--toro-adapter=plainloop_driver:PlainloopDriver"
    output = run(elsewhere, "toro_conformance", adapter, "-k", "test_lock or fault_095")
    assert passed(output) > 20, output[-4000:]
    assert "toro: plainloop is without cancels_again, eager, " in output


def test_a_fault_in_it_is_told_and_a_skip_says_what_is_missing(elsewhere: Path) -> None:
    adapter = elsewhere / "toro_plainloop.py"
    sound = adapter.read_text()
    broken = sound.replace("heirs += machine.leave(waiter)", "pass")
    assert broken != sound
    adapter.write_text(broken)
    some = "fault_003 or wall_clock"
    output = run(elsewhere, "pytest", "test_plainloop.py", "-k", some, "-rs", "--tb=short")
    assert "1 failed" in output
    assert "fault 3: a newcomer queues behind" in output
    assert "plainloop has no wall_clock: the loop's own clock is a wall clock" in output


def test_a_driver_that_cannot_be_loaded_is_an_error(elsewhere: Path) -> None:
    for name in ("no_such_module:Driver", "plainloop_driver:NoSuchDriver", "no_such_driver"):
        output = run(elsewhere, "toro_conformance", f"--toro-adapter={name}")
        assert f"ERROR: {name}" in output.replace("'", "")
        assert passed(output) == 0
