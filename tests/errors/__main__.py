"""Write the table of mistakes to docs/errors.md: `python -m tests.errors`, in the root folder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from toro_conformance.drivers import load

from .mistakes import CHAPTERS, COROUTINES, Mistake
from .telling import tell, warnings_of

PAGE = Path(__file__).parents[2] / "docs" / "errors.md"

HEAD = """\
<!-- Written by `python -m tests.errors` from tests/errors/mistakes.py, which the tests run. -->

# What errors say

Each of these is run on every loop by the tests. The messages are those of asyncio; those of other
loops differ where they name the loop. The objects have names (`toro.Lock(name="door")`), which
messages repeat; a Lock without one is "this Lock".
"""

# What is not the same each time.
VOLATILE = {
    r"0x[0-9a-f]+": "0x…",
    r"VirtualLoop": "_UnixSelectorEventLoop",
    r"\b\d{10}\.\d+": "1764000000.0",
}


def page() -> str:
    return "\n".join([HEAD, *lines()])


def lines() -> Iterator[str]:
    for title, mistakes in CHAPTERS.items():
        yield f"## {title}\n"
        yield "| you wrote | it raises | write instead |"
        yield "|---|---|---|"
        for mistake in mistakes:
            (driver,) = load(mistake.on[0])
            error = tell(driver, mistake)
            said = "<br>and warns: ".join(map(code, [stable(str(error)), *warnings_of(mistake)]))
            raised = f"{type(error).__name__}: {said}"
            cells = (written(mistake), raised, code(mistake.instead))
            yield f"| {' | '.join(cells)} |"
        yield ""


def written(mistake: Mistake) -> str:
    notes = []
    if mistake.before:
        notes.append(f"after {code(mistake.before)}")
    if mistake.asleep:
        notes.append(f"while a task is in {code(mistake.asleep)}")
    if mistake.where != "here":
        notes.append(f"in {mistake.where}")
    if mistake.on == COROUTINES:
        notes.append("not on Tornado")
    if "other." in mistake.written:
        notes.append("where `other` is the adapter of another loop")
    if mistake.on == ("tornado",):
        notes.append("on Tornado")
    text = "<br>".join(map(code, mistake.written.splitlines()))
    return f"{text}<br>{', '.join(notes)}" if notes else text


def code(text: str) -> str:
    fence = "``" if "`" in text else "`"
    space = " " if "`" in text else ""
    return f"{fence}{space}{text}{space}{fence}".replace("|", "\\|")


def stable(message: str) -> str:
    for pattern, stand_in in VOLATILE.items():
        message = re.sub(pattern, stand_in, message)
    return message


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
