"""The table of all waits in the reference has all of them."""

from __future__ import annotations

import inspect
import re

import toro_asyncio

from .pages import DOCS


def waits() -> set[str]:
    """Every public method of asyncio's flavour that is a coroutine function."""
    return {
        f"{kind}.{name}"
        for kind in toro_asyncio.__all__
        for name, method in inspect.getmembers(getattr(toro_asyncio, kind))
        if inspect.iscoroutinefunction(method) and not name.startswith("_")
    }


def test_every_wait_is_in_the_table() -> None:
    text = (DOCS / "reference" / "index.md").read_text("utf-8")
    cells = re.findall(r"^\| (`\w+\.\w+`[^|]*) \|", text, re.M)
    assert {name for cell in cells for name in re.findall(r"`([^`]+)`", cell)} == waits()
