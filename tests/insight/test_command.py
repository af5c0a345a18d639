"""``python -m toro_core``: what it reads, what it shows, and how it ends."""

from __future__ import annotations

import io
import json
import runpy
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from toro_core import insight
from toro_core.__main__ import main as command
from toro_core.insight._summary import summary
from toro_core.insight._timeline import Bar, Timeline

TIMELINE = Timeline((Bar("wait", "baker", 1, "Lock 'oven'", "", 0.0, 2.0, "grant", None),), 2.0)
TRACE = json.dumps(TIMELINE.trace())


@pytest.fixture
def data(clock: Callable[[], float]) -> dict[str, Any]:
    """A dump of a program in which nothing is the matter."""
    with insight.enable(clock=clock):
        return insight.dump().data


@pytest.fixture
def dump(data: dict[str, Any]) -> str:
    return json.dumps(data)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "written.json"


@pytest.mark.parametrize("form", [[], ["--as", "text"]])
def test_a_dump_is_shown_as_text_unless_told_otherwise(
    form: list[str], dump: str, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(dump)
    assert command([str(file), *form]) == 0
    assert capsys.readouterr().out == str(insight.Dump.from_json(dump)).rstrip("\n") + "\n"


def test_a_dump_is_shown_in_other_forms(
    dump: str, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(dump)
    made = insight.Dump.from_json(dump)
    for form, shown in {
        "graph": str(made.graph),
        "mermaid": made.graph.mermaid(),
        "dot": made.graph.dot(),
        "json": made.to_json(),
    }.items():
        assert command([str(file), "--as", form]) == 0
        assert capsys.readouterr().out == shown.rstrip("\n") + "\n"
    assert command([str(file), "--as", "svg"]) == 2
    assert "a dump cannot be shown as svg" in capsys.readouterr().err


def test_a_deadlock_makes_it_end_with_1(data: dict[str, Any], file: Path) -> None:
    file.write_text(json.dumps({**data, "deadlocks": [[]]}))
    assert command([str(file), "--as", "json"]) == 1


def test_a_timeline_is_shown_as_a_summary_unless_told_otherwise(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(TRACE)
    for form, shown in {
        "text": summary(TIMELINE),
        "svg": TIMELINE.svg(),
        "json": json.dumps(TIMELINE.trace()),
    }.items():
        assert command([str(file), "--as", form]) == 0
        assert capsys.readouterr().out == shown.rstrip("\n") + "\n"
    assert command([str(file), "--as", "dot"]) == 2
    assert "a timeline cannot be shown as dot" in capsys.readouterr().err


def test_standard_input_is_a_dash(
    dump: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(dump.encode())))
    assert command(["-", "--as", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(dump)


@pytest.mark.skipif(sys.platform == "win32", reason="no Unix sockets here")
def test_a_socket_is_read_to_its_end(
    near: Path, dump: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def serve() -> None:
        connection, _ = server.accept()
        with connection:
            connection.sendall(dump.encode())

    with socket.socket(socket.AF_UNIX) as server:
        server.bind("toro")
        server.listen()
        thread = threading.Thread(target=serve)
        thread.start()
        assert command([str(near / "toro"), "--as", "json"]) == 0
        thread.join()
    assert json.loads(capsys.readouterr().out) == json.loads(dump)


@pytest.mark.parametrize("content", ["", "\xff", "[]", "3", "{}", '{"format": "other"}'])
def test_what_is_something_else_is_refused(
    content: str, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(content, encoding="latin-1")
    assert command([str(file)]) == 2
    assert capsys.readouterr().err == (
        f"python -m toro_core: {file}: neither a dump nor a timeline of toro_core.insight\n"
    )


@pytest.mark.parametrize(
    "damage",
    [
        {"primitives": 3},
        {"primitives": [{"waits": [], "holds": [], "statistics": 3}]},
        {"deadlocks": [[{}]]},
    ],
)
def test_a_damaged_dump_cannot_be_read_and_is_no_deadlock(
    damage: dict[str, Any], data: dict[str, Any], file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(json.dumps({**data, **damage}))
    assert command([str(file)]) == 2
    assert capsys.readouterr() == (
        "",
        f"python -m toro_core: {file}: a dump of toro_core.insight that is damaged\n",
    )


def test_what_is_not_there_is_said(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command([str(file)]) == 2
    assert capsys.readouterr().err.startswith(f"python -m toro_core: {file}: [Errno 2]")


def test_a_wrong_form_and_no_source_are_refused_with_a_usage(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for arguments in ([], ["written.json", "--as", "poem"]):
        with pytest.raises(SystemExit, match="2"):
            command(arguments)
        assert capsys.readouterr().err.startswith("usage: python -m toro_core [-h] [--as {text,")


def test_help_says_what_it_is_for(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        command(["--help"])
    shown = " ".join(capsys.readouterr().out.split())
    assert "look at what ``toro_core.insight`` has written." in shown
    assert "a file, a socket, or - for standard input" in shown
    assert "graph: who waits for whom, as lines;" in shown


@pytest.mark.filterwarnings("ignore:.*found in sys.modules:RuntimeWarning")
def test_its_exit_status_is_what_it_found(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(TRACE)
    monkeypatch.setattr(sys, "argv", ["toro_core", str(file)])
    with pytest.raises(SystemExit, match="0"):
        runpy.run_module("toro_core", run_name="__main__", alter_sys=True)
    assert capsys.readouterr().out == summary(TIMELINE).rstrip("\n") + "\n"
