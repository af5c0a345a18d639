"""Type checkers accept what is right, reject what is wrong, and know every public name.

The files in `accept` and `reject` are written for asyncio; those that hold for other adapters are
checked for them as well, with the import replaced.
"""

import importlib
import json
import os
import re
import subprocess
import sys
import typing
from pathlib import Path

import pytest

import toro_asyncio

pytest.importorskip("mypy")
pytest.importorskip("basedpyright")

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
ADAPTERS = ["toro_asyncio", "toro_trio", "toro_anyio", "toro_tornado"]
COROUTINE_SHAPE = ADAPTERS[:3]
PACKAGES = ["toro_core", *ADAPTERS, "toro_sim", "toro_conformance"]

SETTINGS = {
    "typeCheckingMode": "standard",
    "reportUnusedCoroutine": "error",
    "reportGeneralTypeIssues": "error",
    "reportPrivateUsage": "none",
}

Lines = dict[str, set[int]]


@pytest.fixture(scope="session")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each file, once for each adapter that it holds for."""
    folder = tmp_path_factory.mktemp("typing")
    for source in [*HERE.glob("accept/*.py"), *HERE.glob("reject/*.py")]:
        text = source.read_text("utf-8")
        for adapter in adapters_for(source, text):
            name = f"{source.parent.name}_{source.stem}_{adapter}.py"
            (folder / name).write_text(text.replace("toro_asyncio", adapter), "utf-8")
    (folder / "pyrightconfig.json").write_text(json.dumps(SETTINGS), "utf-8")
    return folder


def adapters_for(source: Path, text: str) -> list[str]:
    if "toro_asyncio" not in text:
        return ["toro_tornado"]
    return COROUTINE_SHAPE if source.stem == "coroutines" else ADAPTERS


def marked(folder: Path, checker: str) -> Lines:
    """The lines that the checker must complain about."""
    marks = ("# rejected", f"# rejected by {checker}")
    return {
        path.name: {
            number
            for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
            if line.endswith(marks)
        }
        for path in folder.glob("*.py")
    }


def run(*command: str, cwd: Path) -> str:
    """Run a checker of this environment; its exit status only says that it found something."""
    binaries = Path(sys.executable).parent
    environment = {
        **os.environ,
        "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}",
        "VIRTUAL_ENV": str(binaries.parent),
    }
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=cwd, capture_output=True, text=True, env=environment
    )
    assert not done.stderr, done.stderr
    return done.stdout


def differences(found: Lines, expected: Lines) -> list[str]:
    """Where a checker says something it should not, or nothing where it should."""
    return [
        f"{name}:{line}: {'not rejected' if line in lines else 'wrongly rejected'}"
        for name, lines in sorted(expected.items())
        for line in sorted(lines ^ found.get(name, set()))
    ]


def test_mypy(checked: Path) -> None:
    expected = marked(checked, "mypy")
    config = str(ROOT / "pyproject.toml")
    said = run("mypy", "--config-file", config, "--no-error-summary", *expected, cwd=checked)
    found: Lines = {}
    for name, line in re.findall(r"^(\S+?):(\d+): error:", said, re.M):
        found.setdefault(name, set()).add(int(line))
    wrong = differences(found, expected)
    assert not wrong, "\n".join([*wrong, said])


def test_pyright(checked: Path) -> None:
    expected = marked(checked, "pyright")
    report = json.loads(run("basedpyright", "--outputjson", *expected, cwd=checked))
    found: Lines = {}
    for complaint in report["generalDiagnostics"]:
        line = complaint["range"]["start"]["line"] + 1
        found.setdefault(Path(complaint["file"]).name, set()).add(line)
    assert report["summary"]["filesAnalyzed"] == len(expected)
    wrong = differences(found, expected)
    assert not wrong, "\n".join([*wrong, json.dumps(report["generalDiagnostics"], indent=1)])


def test_there_is_something_to_reject(checked: Path) -> None:
    assert sum(map(len, marked(checked, "mypy").values())) > 50


@pytest.mark.parametrize("package", PACKAGES)
def test_every_public_name_has_a_known_type(package: str, tmp_path: Path) -> None:
    arguments = ("--verifytypes", package, "--ignoreexternal", "--outputjson")
    report = json.loads(run("basedpyright", *arguments, cwd=tmp_path))["typeCompleteness"]
    counts = report["exportedSymbolCounts"]
    assert counts["withKnownType"] > 10, "no symbols found: is another interpreter looked at?"
    unknown = [symbol["name"] for symbol in report["symbols"] if not symbol["isTypeKnown"]]
    assert not unknown, "\n".join(unknown)
    assert report["completenessScore"] == 1


class Jobs(toro_asyncio.Queue[str]):
    limit: int = 3


def test_what_subclasses_and_classes_say_of_themselves_can_be_evaluated() -> None:
    """As libraries do it that check or fill in by annotations, along all base classes."""
    assert typing.get_type_hints(Jobs)["limit"] is int
    for package in [*ADAPTERS, "toro_core", "toro_sim"]:
        for name in importlib.import_module(package).__all__:
            public = getattr(importlib.import_module(package), name)
            if isinstance(public, type):
                typing.get_type_hints(public)
