"""The spider sees the same pages on every loop, keeps to its bounds, and says what went wrong."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import threading
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest

Example = Callable[[str], ModuleType]
Capture = pytest.CaptureFixture[str]
Answer = Callable[[str], tuple[int, dict[str, str], bytes]]

SCRIPT = Path(__file__).parents[2] / "examples" / "spider.py"


@contextmanager
def served(answer: Answer) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = answer(self.path)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = False
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def endless() -> Iterator[Callable[[], object]]:
    """A wait that lasts as long as the block."""
    over = threading.Event()
    try:
        yield over.wait
    finally:
        over.set()


def html(*links: str) -> tuple[int, dict[str, str], bytes]:
    body = "".join(f'<a class="x" href="{link}">to</a>' for link in links)
    return 200, {"Content-Type": "text/html"}, body.encode()


def pages(**linked: list[str]) -> Answer:
    """A site of pages that link to each other; "root" is the first, what is unknown is a 404."""

    def answer(path: str) -> tuple[int, dict[str, str], bytes]:
        name = path.removeprefix("/") or "root"
        return html(*linked[name]) if name in linked else (404, {}, b"")

    return answer


def crawl(example: Example, backend: str, url: str, **changes: float) -> Any:
    """The report of one crawl."""
    spider, (toro, loop) = example("spider"), example("_backends").load(backend)
    options = {"url": url, "concurrency": 4, "max_pages": 300, "deadline": 60, **changes}
    return spider.crawl(backend, toro, loop, Namespace(**options))


@pytest.fixture
def dead_url() -> Iterator[str]:
    with socket.socket() as nobody_listens:
        nobody_listens.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{nobody_listens.getsockname()[1]}/"


def test_all_backends_see_the_same_documentation(example: Example, capsys: Capture) -> None:
    for needed in ("httpx", "trio", "anyio", "tornado"):
        pytest.importorskip(needed)
    assert example("spider").cli(["--backend", "all", "--max-pages", "30"]) == 0
    printed = capsys.readouterr().out
    assert printed.endswith("asyncio, trio, anyio, tornado: the same 30 pages\n")
    summary = r"^(\w+): 30 pages, 0\.\d MB, 0 errors in [\d.]+ s, \d+ pages/s$"
    assert re.findall(summary, printed, re.MULTILINE) == ["asyncio", "trio", "anyio", "tornado"]
    assert printed.count("most linked: index.html, from 30 pages") == 4


def test_the_program_runs_from_its_file(backend: str) -> None:
    command = [sys.executable, "-W", "error", str(SCRIPT), "--backend", backend]
    run = subprocess.run(
        [*command, "--max-pages", "5"], capture_output=True, text=True, check=False
    )
    assert run.stderr == ""
    assert run.stdout.startswith(f"{backend}: 5 pages")
    assert run.returncode == 0


def test_the_documentation_server_is_stopped(example: Example) -> None:
    with example("_pydoc").documentation_server() as url:
        assert b"pydoc" in urlopen(url).read()
    with pytest.raises(URLError):
        urlopen(url)


def test_links_are_followed_within_the_host_only(
    example: Example, backend: str, dead_url: str
) -> None:
    def answer(path: str) -> tuple[int, dict[str, str], bytes]:
        if path == "/moved":
            return 302, {"Location": "/there?a=1&b=2"}, b""
        if path == "/image":
            return 200, {"Content-Type": "image/png"}, b'<a href="/not-a-link">'
        if path == "/broken":
            return 500, {}, b""
        return site(path)

    elsewhere = [dead_url, "mailto:someone@here", "http://[bad", "ftp://127.0.0.1/", "//other/"]
    site = pages(
        root=["one#part", "moved", "image", "broken", "gone", *elsewhere],
        one=["./#top", " /one ", "there?a=1&amp;b=2", "\u00e9t\u00e9 1"],
        **{"there?a=1&b=2": ["/"], "%C3%A9t%C3%A9%201": []},
    )
    with served(answer) as url:
        report = crawl(example, backend, url)
    there, summer = "there?a=1&b=2", "%C3%A9t%C3%A9%201"
    assert set(report.sizes) == {"/", "one", "moved", "image", there, summer}
    assert report.errors == {"broken": "HTTP 500", "gone": "HTTP 404"}
    assert report.linked[there] == 2
    assert report.linked["one"] == 2
    assert report.unvisited == 0


def test_a_limit_keeps_the_first_pages_of_a_level(example: Example, backend: str) -> None:
    site = pages(root=["c", "a", "d", "b"], a=["z"], b=["y"], c=["x"], d=[], x=[], y=[], z=[])
    with served(site) as url:
        assert set(crawl(example, backend, url, max_pages=4).sizes) == {"/", "a", "b", "c"}
        assert set(crawl(example, backend, url, max_pages=6).sizes) == {*"/abcd", "x"}


def test_so_many_pages_at_once_and_no_more(example: Example, backend: str) -> None:
    pair = threading.Barrier(2, timeout=30)
    inside: list[str] = []
    most: list[int] = []

    def answer(path: str) -> tuple[int, dict[str, str], bytes]:
        if path != "/":
            inside.append(path)
            most.append(len(inside))
            pair.wait()
            inside.remove(path)
        return site(path)

    site = pages(root=["a", "b", "c", "d"], a=[], b=[], c=[], d=[])
    with served(answer) as url:
        report = crawl(example, backend, url, concurrency=2)
    assert len(report.sizes) == 5
    assert max(most) == 2


def test_the_deadline_ends_the_crawl(example: Example, backend: str, capsys: Capture) -> None:
    def answer(path: str) -> tuple[int, dict[str, str], bytes]:
        if path == "/slow":
            wait()
        return site(path)

    site = pages(root=["a", "slow"], a=[], slow=[])
    with served(answer) as url, endless() as wait:
        options = ["--backend", backend, "--url", url, "--deadline", "2"]
        status = example("spider").cli(options)
    printed = capsys.readouterr().out
    assert status == 1
    assert "2 pages, 0.0 MB, 0 errors" in printed
    assert "stopped after 2 s with 1 pages not visited" in printed


@pytest.mark.parametrize(
    ("page_timeout", "deadline", "reason"), [(0.1, 60, "timed out"), (60, 0.1, "out of time")]
)
def test_a_site_that_does_not_answer_is_an_error(
    example: Example,
    backend: str,
    monkeypatch: pytest.MonkeyPatch,
    page_timeout: float,
    deadline: float,
    reason: str,
) -> None:
    def answer(path: str) -> tuple[int, dict[str, str], bytes]:
        wait()
        return html()

    monkeypatch.setattr(example("spider"), "PAGE_TIMEOUT", page_timeout)
    with served(answer) as url, endless() as wait, pytest.raises(SystemExit) as stop:
        crawl(example, backend, url, deadline=deadline)
    assert stop.value.code == f"{backend}: cannot crawl {url}: {reason}"


def test_a_dead_site_is_an_error(example: Example, backend: str, dead_url: str) -> None:
    with pytest.raises(SystemExit) as stop:
        example("spider").cli(["--backend", backend, "--url", dead_url])
    assert stop.value.code == f"{backend}: cannot crawl {dead_url}: no answer"


def test_a_site_without_its_first_page_is_an_error(example: Example, backend: str) -> None:
    with served(pages()) as url, pytest.raises(SystemExit) as stop:
        example("spider").cli(["--backend", backend, "--url", url])
    assert stop.value.code == f"{backend}: cannot crawl {url}: HTTP 404"


@pytest.mark.parametrize(
    "url", ["foo", "http://", "http:///x", "ftp://host/", "http://host:99999/", "http://[x/"]
)
def test_a_bad_url_is_refused(example: Example, url: str, capsys: Capture) -> None:
    with pytest.raises(SystemExit) as stop:
        example("spider").cli(["--url", url])
    assert stop.value.code == 2
    assert f"argument --url: not an http URL: {url!r}" in capsys.readouterr().err


def test_different_pages_are_found_out(example: Example, capsys: Capture) -> None:
    report = example("_report")
    one, other = report.Report(sizes={"a": 1, "b": 1}), report.Report(sizes={"a": 1, "c": 1})
    assert not report.same_pages({"asyncio": one, "trio": other})
    assert capsys.readouterr().out == "only asyncio saw b\nonly trio saw c\n"


def test_different_errors_are_found_out(example: Example, capsys: Capture) -> None:
    report = example("_report")
    one, other = report.Report(errors={"a": "HTTP 404"}), report.Report(sizes={"a": 1})
    assert not report.same_pages({"asyncio": one, "trio": other})
    assert capsys.readouterr().out == "asyncio and trio saw different errors\n"


def test_progress_is_modest_where_nobody_watches(example: Example, capsys: Capture) -> None:
    report = example("_report")
    progress = report.Progress("asyncio")
    seen = report.Report()
    for number in range(250):
        seen.sizes[str(number)] = 1
        progress.show(seen, 300)
    progress.end()
    assert capsys.readouterr().err.splitlines() == [
        "asyncio: 100 of 300 pages found so far",
        "asyncio: 200 of 300 pages found so far",
    ]
