"""A parallel web spider: a queue of pages to visit, and a semaphore that bounds the visits.

By default it crawls the documentation server that ships with Python, which it starts on a free
port of this machine and stops at the end. With --url it crawls any other site. It never leaves the
host it began on.

It goes level by level: the first page, then what that links to, and so on, each level in the order
of its URLs until there are --max-pages. So every backend visits the same pages, whatever finishes
first, and ``--backend all`` checks that they did.
"""

from __future__ import annotations

import argparse
import html
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import _backends
from _http import Client, NoAnswer, Page
from _pydoc import PROGRAMS, documentation_server

PAGE_TIMEOUT = 30
LINK = re.compile(r"""<a\s[^>]*?\bhref\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)
NOTHING = re.compile(r"(?!)")


@dataclass(frozen=True)
class Plan:
    """What to crawl, and how much of it."""

    url: str
    skip: re.Pattern[str]
    concurrency: int
    max_pages: int
    seconds: float


@dataclass
class Report:
    """What was seen; pages go by their URL without the site's own part."""

    sizes: dict[str, int] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    linked: Counter[str] = field(default_factory=Counter)
    unvisited: int = 0
    seconds: float = 0.0

    def seen(self) -> set[str]:
        return {*self.sizes, *self.errors}


class Spider:
    """One crawl."""

    def __init__(
        self,
        toro: ModuleType,
        loop: _backends.Loop,
        client: Client,
        plan: Plan,
        progress: Callable[[Report, int], None],
    ) -> None:
        self.report = Report()
        self._toro = toro
        self._loop = loop
        self._client = client
        self._plan = plan
        self._progress = progress
        self._deadline = loop.time() + plan.seconds
        self._queue: Any = toro.JoinableQueue()
        self._permits: Any = toro.BoundedSemaphore(plan.concurrency)
        self._found = {plan.url}
        self._queued: set[str] = set()

    async def crawl(self) -> Report:
        began = self._loop.time()
        async with self._loop.group() as group:
            group.spawn(self._dispatch, group)
            try:
                while self._queue_next_level():
                    await self._queue.join(deadline=self._deadline)
            except self._toro.Timeout:
                pass  # the report says what was left out
            self._queue.shutdown(immediate=True)
        self.report.unvisited = len(self._queued) - len(self.report.seen())
        self.report.seconds = self._loop.time() - began
        return self.report

    def _queue_next_level(self) -> bool:
        room = self._plan.max_pages - len(self._queued)
        level = sorted(self._found - self._queued)[:room]
        self._queued.update(level)
        for url in level:
            self._queue.put_nowait(url)
        return bool(level)

    async def _dispatch(self, group: _backends.Group) -> None:
        async for url in self._queue:
            permit = await self._permits.acquire()
            group.spawn(self._visit, url, permit)

    async def _visit(self, url: str, permit: Any) -> None:
        with permit:
            time_left = self._deadline - self._loop.time()
            if time_left > 0:
                await self._fetch(url, min(time_left, PAGE_TIMEOUT))
        self._queue.task_done()

    async def _fetch(self, url: str, timeout: float) -> None:
        name = self._name(url)
        try:
            page = await self._client.get(url, timeout)
        except NoAnswer as error:
            self.report.errors[name] = str(error)
        else:
            if page.status >= 400:
                self.report.errors[name] = f"HTTP {page.status}"
            else:
                self.report.sizes[name] = len(page.body)
                self._follow(links(url, page))
        self._progress(self.report, len(self._queued))

    def _follow(self, urls: set[str]) -> None:
        site = urljoin(self._plan.url, "/")
        ours = {url for url in urls if url.startswith(site) and not self._plan.skip.search(url)}
        self._found |= ours
        self.report.linked.update(map(self._name, ours))

    def _name(self, url: str) -> str:
        return url.removeprefix(urljoin(self._plan.url, "/")) or "/"


def links(url: str, page: Page) -> set[str]:
    """The URLs that a page links to."""
    found = [page.location] if page.location else []
    if page.content_type.startswith("text/html"):
        found += map(html.unescape, LINK.findall(page.body.decode(errors="replace")))
    return set(absolute(url, found))


def absolute(base: str, urls: list[str]) -> Iterator[str]:
    for url in urls:
        try:
            yield urldefrag(urljoin(base, url)).url
        except ValueError:  # such as the port in http://host:port/
            continue


async def main(
    toro: ModuleType, loop: _backends.Loop, plan: Plan, progress: Callable[[Report, int], None]
) -> Report:
    async with loop.http_client() as client:
        return await Spider(toro, loop, client, plan, progress).crawl()


@contextmanager
def site(url: str | None) -> Iterator[tuple[str, re.Pattern[str]]]:
    """The site to crawl, and which of its URLs to leave alone."""
    if url:
        yield url, NOTHING
    else:
        with documentation_server() as documentation:
            yield documentation, PROGRAMS


def crawl(backend: str, options: argparse.Namespace) -> Report:
    """One crawl on one backend, with its progress and its summary."""
    toro, loop = _backends.load(backend)
    progress = Progress(backend)
    with site(options.url) as (url, skip):
        plan = Plan(url, skip, options.concurrency, options.max_pages, options.deadline)
        report = loop.run(lambda: main(toro, loop, plan, progress.show))
    progress.end()
    if not report.sizes:
        raise SystemExit(f"{backend}: cannot crawl {url}: {failure(report)}")
    print(summary(backend, report, options.deadline))
    return report


def failure(report: Report) -> str:
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


def http_url(text: str) -> str:
    try:
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise argparse.ArgumentTypeError(f"not an http URL: {text!r}")
    return urljoin(text, parts.path or "/")


def positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def cli(argv: list[str] | None = None) -> int:
    parser = _backends.arguments(__doc__, everything=True)
    parser.add_argument("--url", type=http_url, help="default: Python's documentation server")
    parser.add_argument(
        "--concurrency",
        type=positive,
        default=4,
        help="visits at a time; default: 4 (the documentation server serves one, and lets 5 wait)",
    )
    parser.add_argument("--max-pages", type=positive, default=300, help="default: 300")
    parser.add_argument(
        "--deadline", type=float, default=120, help="seconds for the whole crawl; default: 120"
    )
    options = parser.parse_args(argv)
    names = _backends.NAMES if options.backend == "all" else (options.backend,)
    reports = {name: crawl(name, options) for name in names}
    complete = not any(report.unvisited for report in reports.values())
    same = len(reports) == 1 or same_pages(reports)
    return 0 if complete and same else 1


if __name__ == "__main__":
    raise SystemExit(cli())
