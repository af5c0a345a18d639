"""Every program in README.md runs and prints what README.md says."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", README, re.M | re.S)
FIRST, FIRST_OUTPUT = BLOCKS[0]


def shared_functions() -> str:
    """The producer and the consumer, which the other programs take from the first."""
    functions = {node.name: node for node in ast.parse(FIRST).body if hasattr(node, "name")}
    return "\n\n".join(ast.unparse(functions[name]) for name in ("producer", "consumer"))


def run(program: str) -> str:
    command = [sys.executable, "-W", "error", "-"]
    done = subprocess.run(command, input=program, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def test_the_first_program() -> None:
    assert run(FIRST) == FIRST_OUTPUT


@pytest.mark.parametrize(("program", "output"), BLOCKS[1:], ids=["trio", "anyio", "tornado"])
def test_the_programs_for_other_loops(program: str, output: str) -> None:
    assert run(f"{shared_functions()}\n\n{program}") == (output or FIRST_OUTPUT)


def test_ci_runs_the_readmes_command() -> None:
    commands = re.findall(r"^python3 -m venv .*$", README, re.M)
    assert len(commands) == 2
    assert commands[1] in (ROOT / ".ci" / "run").read_text("utf-8")


def test_what_peers_lose_is_what_was_measured() -> None:
    measured = (ROOT / "docs" / "peers.md").read_text("utf-8")
    said = re.search(r"^\| when \|.*?(?=^$)", README, re.M | re.S)
    assert said
    assert said[0] in measured


def test_relative_links_lead_somewhere() -> None:
    links = re.findall(r"\]\((?!https?:)([^)]+)\)", README)
    assert len(links) >= 8
    assert [link for link in links if not (ROOT / link).exists()] == []
