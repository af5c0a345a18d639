"""Each program on each loop proves what it says, and its proof can fail."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

Example = Callable[[str], ModuleType]
Capture = pytest.CaptureFixture[str]


def test_the_producer_is_held_back(example: Example, backend: str, capsys: Capture) -> None:
    program = example("producer_consumer")
    assert program.cli(["--backend", backend, "--work", "0.001"]) == 0
    printed = capsys.readouterr().out
    assert "20 of 20 items consumed by 2 consumers" in printed
    assert "the queue never held more than 3 items" in printed
    held_back = re.search(r"held back (\d+) times", printed)
    assert held_back
    assert int(held_back[1]) > 0


def test_producing_ends_at_the_deadline(example: Example, backend: str, capsys: Capture) -> None:
    program = example("producer_consumer")
    assert program.cli(["--backend", backend, "--work", "0.2", "--deadline", "0.1"]) == 1
    printed = capsys.readouterr().out
    assert "2 of 20 items consumed" in printed
    assert "gave up after 0.1 seconds" in printed


def test_joining_ends_at_the_deadline(example: Example, backend: str, capsys: Capture) -> None:
    program = example("producer_consumer")
    options = ["--backend", backend, "--items", "2", "--work", "0.2", "--deadline", "0.1"]
    assert program.cli(options) == 1
    assert "gave up after 0.1 seconds" in capsys.readouterr().out


def test_a_shutdown_cuts_no_request_off(example: Example, backend: str, capsys: Capture) -> None:
    program = example("graceful_shutdown")
    assert program.cli(["--backend", backend, "--delay", "0.02"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "told to stop during request 3, after 2 answers",
        "stopped after 3 answers",
        "the server's log: 3 requests begun, 3 answered, 0 cut off",
    ]


def test_a_shutdown_without_the_lock_cuts_a_request_off(
    example: Example, backend: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    if backend == "tornado":
        pytest.skip("Tornado's client finishes a request whose caller was cancelled")
    program = example("graceful_shutdown")

    async def shut_down(self: Any) -> None:
        while not site.count("begun"):
            await loop.sleep(0.001)

    monkeypatch.setattr(program.Poller, "shut_down", shut_down)
    toro, loop = example("_backends").load(backend)
    with example("_site").Site(delay=60) as site:
        assert loop.run(lambda: program.main(toro, loop, site, 1)) == 0
    assert site.log == [("begun", "/slow"), ("cut off", "/slow")]


def test_a_page_is_fetched_once_and_outlives_its_first_client(
    example: Example, backend: str, capsys: Capture
) -> None:
    program = example("caching_proxy")
    assert program.cli(["--backend", backend, "--clients", "20"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "20 clients are waiting for one page",
        "the first of them, who had it fetched, hung up",
        "57 answers went to the other 19, who asked for 3 pages each",
        "the origin was asked 3 times",
    ]


def test_a_proxy_that_forgets_is_found_out(
    example: Example, backend: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Forgetful(dict[str, Any]):
        def get(self, key: str, default: Any = None) -> Any:
            return default

    program = example("caching_proxy")
    begin = program.Cache.__init__

    def forget(self: Any, *args: Any) -> None:
        begin(self, *args)
        self._entries = Forgetful()

    monkeypatch.setattr(program.Cache, "__init__", forget)
    assert program.cli(["--backend", backend, "--clients", "4", "--pages", "2"]) == 1
    assert "the origin was asked 7 times" in capsys.readouterr().out


def test_a_page_that_did_not_come_is_not_remembered(example: Example, backend: str) -> None:
    program = example("caching_proxy")
    toro, loop = example("_backends").load(backend)

    async def ask_twice(origin: str) -> list[int]:
        async with loop.http_client() as client, loop.group() as group:
            cache = program.Cache(toro, group, client, origin)
            down = await cache.get("/page")
            cache._origin = site.url
            return [down.status, (await cache.get("/page")).status]

    with example("_site").Site(delay=0) as site, socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        assert loop.run(lambda: ask_twice(dead)) == [502, 200]


def test_what_is_missing_is_named(
    example: Example, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    backends = example("_backends")

    def import_module(name: str) -> ModuleType:
        raise ModuleNotFoundError(name="trio")

    monkeypatch.setattr(backends.importlib, "import_module", import_module)
    with pytest.raises(SystemExit) as stop:
        example("producer_consumer").cli(["--backend", "trio"])
    wanted = "the trio backend needs trio: python -m pip install 'toro-sync[trio]'"
    assert stop.value.code == wanted


def test_an_interrupt_ends_a_program_without_a_traceback(
    example: Example, backend: str, capsys: Capture
) -> None:
    backends = example("_backends")
    _, loop = backends.load(backend)

    async def interrupted() -> int:
        async with loop.group():
            raise KeyboardInterrupt

    with pytest.raises(SystemExit) as stop:
        backends.script(lambda: loop.run(interrupted))
    assert stop.value.code == 130
    assert capsys.readouterr().err == "interrupted\n"
