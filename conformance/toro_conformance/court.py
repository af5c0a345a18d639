"""Running single cases of the suite in this process, to see which of them a driver fails."""

from __future__ import annotations

import importlib
import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from toro_conformance import Driver
from toro_conformance.case import FIXTURE, missing

__all__ = ["accusers", "find", "parametrizations"]


def find(name: str) -> Callable[..., None]:
    """The case called ``module.test_name``."""
    module, _, case = name.partition(".")
    found: Callable[..., None] = getattr(
        importlib.import_module(f"toro_conformance.cases.{module}"), case
    )
    return found


def accusers(driver: type[Driver], name: str) -> list[str]:
    """With which parameters the case fails; it must apply to the driver."""
    case = find(name)
    assert missing(case, driver) is None, f"{name} does not apply to {driver.name}"
    return [
        str(arguments) for arguments in parametrizations(case) if _fails(case, driver, arguments)
    ]


def _fails(case: Callable[..., None], driver: type[Driver], arguments: dict[str, Any]) -> bool:
    try:
        case(**{FIXTURE: driver}, **arguments)
    except (Exception, pytest.fail.Exception):
        return True
    return False


def parametrizations(case: Callable[..., None]) -> Iterator[dict[str, Any]]:
    """What pytest would make of the case's parametrize marks."""
    choices = [
        [dict(zip(*_names_and_values(mark.args[0], value), strict=True)) for value in mark.args[1]]
        for mark in getattr(case, "pytestmark", [])
        if mark.name == "parametrize"
    ]
    for choice in itertools.product(*choices):
        yield {name: value for part in choice for name, value in part.items()}


def _names_and_values(names: Any, value: Any) -> tuple[Any, Any]:
    if isinstance(names, str):
        return (names,), (value,)
    return names, value
