"""Every case, for a test module of one's own.

::

    from toro_conformance.suite import *
    from mylib.testing import MyDriver

    driver = MyDriver  # or a list of several
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from typing import Any

import pytest

from toro_conformance import cases
from toro_conformance.plugin import pytest_generate_tests as _generate_tests


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Found by pytest in whatever module imports this one's names."""
    if not metafunc.config.pluginmanager.has_plugin("toro_conformance.plugin"):
        _generate_tests(metafunc)


def _collect() -> dict[str, Callable[..., Any]]:
    """All cases by name; two of one name would hide each other."""
    collected: dict[str, Callable[..., Any]] = {}
    for found in pkgutil.iter_modules(cases.__path__, cases.__name__ + "."):
        module = importlib.import_module(found.name)
        for name, value in vars(module).items():
            if name.startswith("test_"):
                assert name not in collected, f"two cases are called {name}"
                collected[name] = value
    return collected


globals().update(_collect())
# A checker cannot know the names of the cases; it sees none of them here.
__all__ = [*_collect(), "pytest_generate_tests"]  # pyright: ignore[reportUnsupportedDunderAll]
