"""The commands that workflows and pages name: is there such a session, on such a Python?"""

import ast
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PAGES = [path for pattern in ("*.md", "*/README.md", "docs/**/*.md") for path in ROOT.glob(pattern)]
NOXFILE = ast.parse((ROOT / "noxfile.py").read_text("utf-8"))
NAME = re.compile(r"(?P<session>\w+)(-(?P<python>3\.\d+))?(\((?P<id>[\w-]+)\))?")


if not WORKFLOWS:
    pytest.skip("not in the sdist", allow_module_level=True)


def sessions() -> dict[str, set[str]]:
    """The sessions of noxfile.py, each with the ids of what it is parametrized by."""
    constants = {
        node.targets[0].id: node.value
        for node in NOXFILE.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    return {
        node.name: {key for name in parameters(node) for key in ast.literal_eval(constants[name])}
        for node in NOXFILE.body
        if isinstance(node, ast.FunctionDef) and "nox.session" in ast.unparse(node)
    }


def parameters(session: ast.FunctionDef) -> list[str]:
    """The tables that its ids are the keys of."""
    decorators = map(ast.unparse, session.decorator_list)
    return [name for text in decorators for name in re.findall(r"ids=list\((\w+)\)", text)]


def named_in(text: str) -> list[str]:
    """The sessions that the commands in a text ask for."""
    commands = re.findall(r"\bnox (?:-s|--session) ([^`\n]+)", text)
    return [
        name
        for command in commands
        for name in shlex.split(command.partition(" -- ")[0], comments=True)
    ]


def supported(pyproject: dict[str, Any]) -> list[str]:
    classifiers = "\n".join(pyproject["project"]["classifiers"])
    return re.findall(r":: Python :: (3\.\d+)$", classifiers, re.M)


def named() -> list[tuple[str, str]]:
    files = [*WORKFLOWS, *PAGES]
    return [(path.name, name) for path in files for name in named_in(path.read_text("utf-8"))]


@pytest.mark.parametrize(("file", "name"), named())
def test_a_session_that_is_named_exists(file: str, name: str, pyproject: dict[str, Any]) -> None:
    asked = NAME.fullmatch(name)
    assert asked, name
    ids = sessions().get(asked["session"])
    assert ids is not None, f"no session {asked['session']}"
    assert asked["id"] is None or asked["id"] in ids
    assert asked["python"] is None or asked["python"] in supported(pyproject)


def test_they_are_named_in_workflows_and_in_pages() -> None:
    assert {file for file, _ in named()} >= {
        "ci.yml",
        "publish.yml",
        "CONTRIBUTING.md",
        "README.md",
    }


def test_ci_runs_on_every_python_that_is_supported(pyproject: dict[str, Any]) -> None:
    matrix = re.findall(r"^ +python: (\[.*\])$", WORKFLOWS[0].read_text("utf-8"), re.M)
    assert list(map(ast.literal_eval, matrix)) == [supported(pyproject)]
