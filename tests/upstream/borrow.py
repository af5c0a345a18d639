"""Run another project's tests against Toro's classes.

The tests are read from where that project is installed, so nothing of theirs is copied here.
`borrow` loads a private copy of a test module in which some names mean ours; `cases` turns its
`unittest` classes into parameters of one pytest test. A test that cannot hold for Toro is listed by
name with the reason and expected to fail: one that starts to pass fails the run, so that no list
grows stale.
"""

import ast
import importlib
import importlib.util
import unittest
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest


class StandIn(ModuleType):
    """A module of theirs in which some names are ours."""

    def __init__(self, original: ModuleType, **ours: Any) -> None:
        super().__init__(original.__name__, original.__doc__)
        self._original = original
        self.__dict__.update(ours)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._original, name)


def borrow(name: str, **ours: Any) -> ModuleType:
    """A private copy of module `name`, in which `ours` stand for what it imports by these names."""
    original = importlib.util.find_spec(name)
    if original is None or original.origin is None:
        pytest.skip(f"{name} is not installed here", allow_module_level=True)
    importlib.import_module(name)  # So that what it imports in turn is loaded with its own names.
    module = importlib.util.module_from_spec(original)
    module.__dict__.update(ours)
    source = Path(original.origin).read_text("utf-8")
    tree = _without_imports_of(set(ours), ast.parse(source))
    exec(compile(tree, original.origin, "exec"), module.__dict__)
    return module


def _without_imports_of(names: set[str], tree: ast.Module) -> ast.Module:
    for node in list(tree.body):
        if isinstance(node, ast.Import | ast.ImportFrom):
            node.names = [
                alias for alias in node.names if (alias.asname or alias.name) not in names
            ]
            if not node.names:
                tree.body.remove(node)
    return tree


def cases(module: ModuleType, *, cannot_hold: dict[str, str], not_ours: str = "") -> list[Any]:
    """Each test of the module's `unittest` classes, as a parameter for `run`.

    `cannot_hold` maps a name, with or without its class, to the reason. `not_ours` is the name of a
    class that tests nothing of ours.
    """
    return [
        pytest.param(
            case, method, id=f"{case.__name__}.{method}", marks=_marks(case, method, cannot_hold)
        )
        for case in _test_classes(module)
        if case.__name__ != not_ours
        for method in unittest.defaultTestLoader.getTestCaseNames(case)
    ]


def _test_classes(module: ModuleType) -> Iterator[type[unittest.TestCase]]:
    for value in vars(module).values():
        a_test_class = isinstance(value, type) and issubclass(value, unittest.TestCase)
        if a_test_class and value.__module__ == module.__name__:
            yield value


def _marks(case: type, method: str, cannot_hold: dict[str, str]) -> list[Any]:
    reason = cannot_hold.get(f"{case.__name__}.{method}") or cannot_hold.get(method)
    return [pytest.mark.xfail(reason=reason, strict=True)] if reason else []


def run(case: type[unittest.TestCase], method: str) -> None:
    """Run one test of theirs; whatever it reports is this test's outcome."""
    result = unittest.TestResult()
    case(method).run(result)
    for _, reason in result.skipped:
        pytest.skip(reason)
    for _, report in result.failures + result.errors:
        pytest.fail(report, pytrace=False)
