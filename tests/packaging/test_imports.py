"""Who imports what. Each import runs in an interpreter of its own."""

import json
import subprocess
import sys

import pytest

LOOPS = {"asyncio", "tornado", "trio", "anyio", "sniffio", "uvloop"}

WHAT_IT_BRINGS = """
import sys
before = set(sys.modules)
import {module}
import json
print(json.dumps(sorted(set(sys.modules) - before)))
"""

WITHOUT = """
import sys
sys.modules["{loop}"] = None
try:
    import {module}
except ModuleNotFoundError as error:
    print(error)
"""


def run(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def what_it_brings(module: str) -> set[str]:
    return set(json.loads(run(WHAT_IT_BRINGS.format(module=module))))


def roots(modules: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in modules}


@pytest.mark.parametrize("module", ["toro_core", "toro_core.machines", "toro_core.coroutines"])
def test_the_core_imports_no_event_loop(module: str) -> None:
    assert not roots(what_it_brings(module)) & LOOPS


def test_the_core_imports_little() -> None:
    """`dataclasses` and `inspect` cost more time than all of the core."""
    brought = what_it_brings("toro_core")
    assert not brought & {"dataclasses", "inspect", "logging", "typing_extensions"}


def test_records_are_imported_when_they_are_asked_for() -> None:
    """Making their classes costs as much as a fifth of an adapter's import."""
    assert "toro_core.records" not in what_it_brings("toro_asyncio")
    asked = "toro_asyncio\ntoro_asyncio.Lock().statistics()"
    assert "toro_core.records" in what_it_brings(asked)


@pytest.mark.parametrize(
    ("module", "needed", "allowed"),
    [
        ("toro_asyncio", "asyncio", {"asyncio"}),
        ("toro_trio", "trio", {"trio", "sniffio"}),
        ("toro_anyio", "anyio", {"anyio", "asyncio", "sniffio"}),
        ("toro_tornado", "tornado", {"tornado", "asyncio"}),
        ("toro_sim", None, set()),
        ("toro_conformance", None, set()),
    ],
)
def test_an_adapter_imports_its_own_loop_and_no_other(
    module: str, needed: str | None, allowed: set[str]
) -> None:
    if needed:
        pytest.importorskip(needed)
    brought = roots(what_it_brings(module))
    assert brought & LOOPS <= allowed
    others = {name for name in brought if name.startswith("toro_")} - {module, "toro_core"}
    on_asyncio = module in ("toro_anyio", "toro_tornado")
    assert others <= ({"toro_asyncio"} if on_asyncio else set())


@pytest.mark.parametrize("loop", ["trio", "anyio", "tornado"])
def test_without_its_loop_an_adapter_says_what_to_install(loop: str) -> None:
    said = run(WITHOUT.format(loop=loop, module=f"toro_{loop}"))
    assert f"toro-sync[{loop}]" in said


def test_pytest_is_not_needed_to_import_the_suite() -> None:
    assert "pytest" not in roots(what_it_brings("toro_conformance"))
