"""The examples are scripts that import each other, so they are imported from their own folder."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
BACKENDS = {"asyncio": None, "trio": "trio", "anyio": "anyio", "tornado": "tornado"}


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    pytest.importorskip("httpx")
    if needed := BACKENDS[name]:
        pytest.importorskip(needed)
    return name


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ModuleType]:
    monkeypatch.syspath_prepend(EXAMPLES)
    return importlib.import_module
