"""What a crawl has seen, while it goes on and when it is over."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Report:
    """Pages with their sizes, errors, and how many pages link to each."""

    sizes: dict[str, int] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    linked: Counter[str] = field(default_factory=Counter)
    unvisited: int = 0
    seconds: float = 0.0

    def seen(self) -> set[str]:
        return {*self.sizes, *self.errors}


def failure(report: Report) -> str:
    """Why there is not one page."""
    return next(iter(report.errors.values()), "out of time")


def summary(backend: str, report: Report, deadline: float) -> str:
    pages, errors = len(report.sizes), len(report.errors)
    megabytes = sum(report.sizes.values()) / 1e6
    speed = pages / report.seconds
    seen = f"{pages} pages, {megabytes:.1f} MB, {errors} errors"
    lines = [f"{backend}: {seen} in {report.seconds:.1f} s, {speed:.0f} pages/s"]
    if report.linked:
        most = min(report.linked, key=lambda name: (-report.linked[name], name))
        lines.append(f"  most linked: {most}, from {report.linked[most]} pages")
    lines += [f"  error: {name}: {what}" for name, what in sorted(report.errors.items())]
    if report.unvisited:
        lines.append(f"  stopped after {deadline:g} s with {report.unvisited} pages not visited")
    return "\n".join(lines)


class Progress:
    """One line that changes on a terminal; elsewhere a line for every hundred pages."""

    def __init__(self, backend: str) -> None:
        self._backend = backend
        self._changes = sys.stderr.isatty()

    def show(self, report: Report, queued: int) -> None:
        done = len(report.seen())
        line = f"{self._backend}: {done} of {queued} pages found so far"
        if self._changes:
            print(f"\r{line}", end="\x1b[K", file=sys.stderr, flush=True)
        elif done % 100 == 0:
            print(line, file=sys.stderr, flush=True)

    def end(self) -> None:
        if self._changes:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def same_pages(reports: dict[str, Report]) -> bool:
    """Did every backend see the same pages, and the same errors? Says so."""
    (first, expected), *others = reports.items()
    same = True
    for name, report in others:
        for page in sorted(expected.seen() ^ report.seen()):
            print(f"only {first if page in expected.seen() else name} saw {page}")
            same = False
        if report.errors != expected.errors:
            print(f"{first} and {name} saw different errors")
            same = False
    if same:
        print(f"{', '.join(reports)}: the same {len(expected.seen())} pages")
    return same
