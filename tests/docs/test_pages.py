"""Every program in the documentation runs, and prints what the page says it prints."""

from __future__ import annotations

import ast
import doctest
import re
import subprocess
import sys
from pathlib import Path

import pytest

from .pages import DOCS, Block, Program, blocks, pages, programs

PROGRAMS = [program for page in pages() for program in programs(page)]
BLOCKS = [block for page in pages() for block in blocks(page)]
FRAGMENTS = [
    block for block in BLOCKS if block.language == "python" and "fragment" in block.options
]
LOOPS = {"asyncio", "Trio", "AnyIO", "Tornado"}


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_a_program_prints_what_the_page_says(program: Program, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-"],
        input=program.source,
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    if program.output is not None:
        assert done.stdout == program.output


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(DOCS).as_posix())
def test_sessions_at_the_prompt_are_true(page: Path) -> None:
    sessions = [block.text for block in blocks(page) if block.language == "pycon"]
    test = doctest.DocTestParser().get_doctest("\n".join(sessions), {}, page.name, str(page), 0)
    failures: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=failures.append)
    assert failures == []


@pytest.mark.parametrize("block", FRAGMENTS, ids=lambda block: f"{block.page}:{block.line}")
def test_a_fragment_is_python(block: Block) -> None:
    ast.parse(f"async def fragment():\n{_indented(block.text)}")


def _indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines())


def test_no_block_is_mistaken_for_what_lies_between_two() -> None:
    assert [(block.page, block.line) for block in BLOCKS if not block.language] == []


def test_every_guide_is_shown_on_every_loop() -> None:
    guides = [page for page in pages() if page.parent.name == "guides" and page.stem != "index"]
    assert len(guides) >= 7
    for guide in guides:
        assert {block.tab for block in blocks(guide)} >= LOOPS, guide


def test_links_between_pages_lead_somewhere() -> None:
    for page in pages():
        text = page.read_text("utf-8")
        for target in re.findall(r"\]\((?!https?:|#)([^)#\s]*\.\w+)", text):
            assert (page.parent / target).exists(), f"{page}: {target}"
