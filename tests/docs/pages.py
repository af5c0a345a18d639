"""The programs in the pages of docs/.

A ``python`` block is a program.  In a section with tabs the blocks outside them are what all tabs
share: each tab's program is those, then the tab's own.  In a section without, all blocks are one
program.  A ``text`` block after a program, or after the tabs, is what it prints.  ``pycon`` blocks
are doctests; those of a page share their names.  A block with ``:class: fragment`` is only parsed.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[2] / "docs"
FENCE = re.compile(r"^(`{3,})(\{code-block\} )?([\w{} ./-]*)$")


@dataclass
class Block:
    """A fenced block of a page."""

    page: str
    line: int
    section: int  # the number of the heading it is under
    tab: str | None
    language: str
    text: str
    options: str


@dataclass
class Program:
    """What is run, and what it must print; None if nothing is said about that."""

    name: str
    source: str
    output: str | None


@dataclass
class _Section:
    shared: list[Block] = field(default_factory=list)
    tabs: list[Block] = field(default_factory=list)
    outputs: list[Block] = field(default_factory=list)


def script(name: str) -> Any:
    """A script of docs/, as a module."""
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pages() -> list[Path]:
    return sorted(path for path in DOCS.rglob("*.md") if "_build" not in path.parts)


def blocks(path: Path) -> Iterator[Block]:
    page = path.relative_to(DOCS).as_posix()
    section, tab, opened = 0, None, None
    body: list[str] = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if opened is not None:
            if line.rstrip() == opened[0]:
                yield Block(page, opened[1], section, tab, opened[2], *_split(body))
                opened = None
            else:
                body.append(line)
        elif line.startswith("#"):
            section += 1
        elif tab is None and (start := re.match(r"^````+\{tab\} (.*)$", line)):
            tab = start[1]
        elif re.match(r"^````+$", line):
            tab = None
        elif match := FENCE.match(line):
            opened, body = (match[1], number, match[3].strip()), []


def _split(body: list[str]) -> tuple[str, str]:
    """The text of a block, and the options at its head."""
    options = []
    while body and re.match(r"^:[\w-]+:", body[0]):
        options.append(body.pop(0))
    return "\n".join(body).strip("\n") + "\n", "\n".join(options)


def programs(path: Path) -> Iterator[Program]:
    sections: dict[int, _Section] = {}
    for block in blocks(path):
        here = sections.setdefault(block.section, _Section())
        if block.language == "python" and "fragment" not in block.options:
            (here.shared if block.tab is None else here.tabs).append(block)
        elif block.language == "text" and (here.shared or here.tabs):
            here.outputs.append(block)
    for section in sections.values():
        yield from _programs_of(section)


def _programs_of(section: _Section) -> Iterator[Program]:
    shared = "".join(block.text + "\n\n" for block in section.shared)
    common = "".join(block.text for block in section.outputs if block.tab is None)
    own = {block.tab: block.text for block in section.outputs if block.tab is not None}
    for block in section.tabs:
        name = f"{block.page}:{block.line} {block.tab}"
        yield Program(name, shared + block.text, own.get(block.tab) or common or None)
    if section.shared and not section.tabs:
        first = section.shared[0]
        yield Program(f"{first.page}:{first.line}", shared, common or None)
