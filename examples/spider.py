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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any
from urllib.parse import quote, urldefrag, urljoin, urlsplit

import _backends
from _http import Client, NoAnswer, Page
from _pydoc import PROGRAMS, documentation_server
from _report import Progress, Report, failure, same_pages, summary

PAGE_TIMEOUT = 30  # seconds, for one page
LINK = re.compile(r"""<a\s[^>]*?\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)
SAFE = "%/:?#[]@!$&'()*+,;="  # in a URL, beside letters and digits
NOTHING = re.compile(r"(?!)")


@dataclass(frozen=True)
class Plan:
    """What to crawl, and how much of it."""

    url: str
    skip: re.Pattern[str]
    concurrency: int
    max_pages: int
    seconds: float

    def includes(self, url: str) -> bool:
        parts = urlsplit(url)
        same_host = parts.netloc == urlsplit(self.url).netloc and parts.scheme in ("http", "https")
        return same_host and not self.skip.search(url)

    def name(self, url: str) -> str:
        """The URL without the part that all pages share, which may differ from run to run."""
        return url.removeprefix(urljoin(self.url, "/")) or "/"


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
            if self._time_left() > 0:
                await self._fetch(url)
        self._queue.task_done()

    async def _fetch(self, url: str) -> None:
        name = self._plan.name(url)
        try:
            page = await self._client.get(url, timeout=min(self._time_left(), PAGE_TIMEOUT))
        except NoAnswer as error:
            if self._time_left() > 0:  # otherwise it is the crawl that ran out of time
                self.report.errors[name] = str(error)
        else:
            if page.status < 400:
                self.report.sizes[name] = len(page.body)
                self._follow(links(url, page))
            else:
                self.report.errors[name] = f"HTTP {page.status}"
        self._progress(self.report, len(self._queued))

    def _time_left(self) -> float:
        return self._deadline - self._loop.time()

    def _follow(self, urls: set[str]) -> None:
        ours = set(filter(self._plan.includes, urls))
        self._found |= ours
        self.report.linked.update(map(self._plan.name, ours))


def links(url: str, page: Page) -> set[str]:
    """The URLs that a page links to."""
    found = [page.location] if page.location else []
    if page.content_type.startswith("text/html"):
        text = page.body.decode(errors="replace")
        found += (html.unescape("".join(quoted)) for quoted in LINK.findall(text))
    return set(absolute(url, found))


def absolute(base: str, urls: list[str]) -> Iterator[str]:
    for url in urls:
        try:
            yield quote(urldefrag(urljoin(base, url.strip())).url, safe=SAFE)
        except ValueError:  # http://[ is not a URL
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


def crawl(
    backend: str, toro: ModuleType, loop: _backends.Loop, options: argparse.Namespace
) -> Report:
    """One crawl on one backend, with its progress and its summary."""
    progress = Progress(backend)
    with site(options.url) as (url, skip):
        plan = Plan(url, skip, options.concurrency, options.max_pages, options.deadline)
        report = loop.run(lambda: main(toro, loop, plan, progress.show))
    progress.end()
    if not report.sizes:
        raise SystemExit(f"{backend}: cannot crawl {url}: {failure(report)}")
    print(summary(backend, report, options.deadline))
    return report


def http_url(text: str) -> str:
    try:
        parts = urlsplit(text)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
            raise ValueError(text)
    except ValueError:  # urlsplit and port raise it too
        raise argparse.ArgumentTypeError(f"not an http URL: {text!r}") from None
    return parts._replace(path=parts.path or "/", fragment="").geturl()


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
        "--deadline", type=float, default=300, help="seconds for the whole crawl; default: 300"
    )
    options = parser.parse_args(argv)
    names = _backends.NAMES if options.backend == "all" else (options.backend,)
    backends = {name: _backends.load(name, http=True) for name in names}
    reports = {name: crawl(name, *backend, options) for name, backend in backends.items()}
    complete = not any(report.unvisited for report in reports.values())
    same = len(reports) == 1 or same_pages(reports)
    return 0 if complete and same else 1


if __name__ == "__main__":
    _backends.script(cli)
