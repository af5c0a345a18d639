"""What is published: the wheel, the sdist, and what they say of themselves."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import toro_core

from .conftest import Built, build_into

PACKAGES = {
    "toro_core",
    "toro_asyncio",
    "toro_trio",
    "toro_anyio",
    "toro_tornado",
    "toro_sim",
    "toro_conformance",
}


def test_the_wheel_holds_our_packages_and_nothing_else(built: Built) -> None:
    dist_info = f"toro_sync-{toro_core.__version__}.dist-info"
    assert {name.partition("/")[0] for name in built.in_wheel} == PACKAGES | {dist_info}


def test_the_packages_are_those_that_pyproject_lists(pyproject: dict[str, Any]) -> None:
    assert set(pyproject["tool"]["check-wheel-contents"]["toplevel"]) == PACKAGES


@pytest.mark.parametrize("package", sorted(PACKAGES))
def test_each_package_says_that_it_is_typed(built: Built, package: str) -> None:
    assert f"{package}/py.typed" in built.in_wheel


def test_the_wheel_holds_code_only(built: Built) -> None:
    code = [name for name in built.in_wheel if ".dist-info/" not in name]
    kinds = {Path(name).suffix for name in code}
    assert kinds == {".py", ".typed"}


def test_only_the_conformance_suite_brings_tests(built: Built) -> None:
    tests = [name for name in built.in_wheel if Path(name).name.startswith(("test_", "conftest"))]
    assert tests
    assert all(name.startswith("toro_conformance/cases/") for name in tests)


def test_the_licence_and_the_credit_are_in_both(built: Built) -> None:
    for name in ("LICENSE", "NOTICE"):
        assert any(path.endswith(f".dist-info/licenses/{name}") for path in built.in_wheel)
        assert name in built.in_sdist


def test_the_sdist_can_be_tested_and_built_from(built: Built) -> None:
    folders = {name.partition("/")[0] for name in built.in_sdist}
    assert {"tests", "conformance", "examples", "noxfile.py", "pyproject.toml"} <= folders
    assert not folders & {".nox", ".venv", ".git", "dist"}


def test_the_metadata_is_complete(built: Built) -> None:
    metadata = built.metadata
    assert metadata["Name"] == "toro-sync"
    assert metadata["Version"] == toro_core.__version__
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["Summary"]
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert metadata.get_payload().startswith("# Toro")
    pythons = [c for c in metadata.get_all("Classifier") if "Python :: 3." in c]
    assert [c.rpartition(" ")[2] for c in pythons] == ["3.11", "3.12", "3.13"]


def test_nothing_is_required_without_an_extra(built: Built) -> None:
    assert all("extra ==" in needed for needed in built.metadata.get_all("Requires-Dist"))


def test_each_loop_has_its_extra_and_all_has_these_and_no_more(built: Built) -> None:
    extras = set(built.metadata.get_all("Provides-Extra"))
    assert extras == {"tornado", "trio", "anyio", "conformance", "metrics", "all"}
    needed = [each for each in built.metadata.get_all("Requires-Dist") if "extra == 'all'" in each]
    names = {name for each in needed for name in re.findall(r"[a-z-]+", each.partition(";")[0])}
    assert names - {"toro-sync"} == {"tornado", "trio", "anyio"}


def test_the_citation_names_this_version() -> None:
    citation = (Path(__file__).parents[2] / "CITATION.cff").read_text("utf-8")
    assert f"\nversion: {toro_core.__version__}\n" in citation


def test_two_builds_are_the_same_to_the_byte(built: Built, tmp_path: Path) -> None:
    again = build_into(tmp_path)
    assert again.wheel.read_bytes() == built.wheel.read_bytes()
    assert again.sdist.read_bytes() == built.sdist.read_bytes()


@pytest.mark.parametrize(
    "check",
    [
        ["twine", "check", "--strict"],
        ["check_wheel_contents", "--toplevel", ",".join(sorted(PACKAGES))],
    ],
    ids=lambda check: check[0],
)
def test_the_usual_checkers_have_no_complaint(built: Built, check: list[str]) -> None:
    pytest.importorskip(check[0])
    files = [built.wheel] if check[0] != "twine" else [built.wheel, built.sdist]
    done = subprocess.run([sys.executable, "-m", *check, *files], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
