"""A dump as text, JSON and graphs; on a signal, from a thread, from another process."""

from __future__ import annotations

import asyncio
import io
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import toro_asyncio
from toro_core import insight
from toro_core.__main__ import main as command

from .loops import Loop


@pytest.fixture
def _on(clock: Any) -> Iterator[None]:
    with insight.enable(deadlock="ignore", order=False, clock=clock):
        yield


async def stuck(loop: Loop) -> insight.Dump:
    """Two tasks wait for each other, one more for a full queue."""
    a, b = loop.toro.Lock(name="a"), loop.toro.Lock(name='b "quoted"')
    queue = loop.toro.Queue(1, name="jobs")
    await queue.put("x")
    turn = loop.toro.Event()

    async def hold(first: Any, second: Any) -> None:
        async with first:
            await turn.wait()
            async with second:
                pass

    cancels = [loop.spawn(hold, a, b), loop.spawn(hold, b, a), loop.spawn(queue.put, "y")]
    await loop.settle()
    turn.set()
    await loop.settle()
    dump = insight.dump()
    for cancel in cancels:
        cancel()
    await loop.settle()
    queue.shutdown()
    return dump


@pytest.fixture
def dump(_on: None, loop: Loop) -> insight.Dump:
    dumps: list[insight.Dump] = []

    async def main(loop: Loop) -> None:
        dumps.append(await stuck(loop))

    loop.run(main)
    return dumps[0]


def test_text(dump: insight.Dump) -> None:
    text = str(dump)
    assert "DEADLOCK: these tasks wait for each other" in text
    assert "Queue 'jobs'" in text
    assert "waits to put" in text
    assert "test_dumps.py" in text


def test_json_goes_there_and_back(dump: insight.Dump) -> None:
    again = insight.Dump.from_json(dump.to_json())
    assert again.to_dict() == dump.to_dict()
    assert str(again) == str(dump)
    assert again.graph == dump.graph


def test_graph(dump: insight.Dump) -> None:
    graph = dump.graph
    assert [node.label for node in graph.nodes if node.kind == "primitive"] == [
        "Lock 'a'",
        "Lock 'b \"quoted\"'",
        "Queue 'jobs'",
    ]
    assert sorted(edge.label for edge in graph.edges) == [
        "held by", "held by", "waits to acquire", "waits to acquire", "waits to put",
    ]  # fmt: skip
    assert sum(edge.in_deadlock for edge in graph.edges) == 4
    mermaid = graph.mermaid()
    assert mermaid.startswith("flowchart LR\n")
    assert "&quot;quoted&quot;" in mermaid
    assert mermaid.count("-->") == len(graph.edges)
    dot = graph.dot()
    assert dot.startswith("digraph")
    assert '\\"quoted\\"' in dot
    assert dot.count("->") == len(graph.edges)
    assert json.dumps(graph.to_dict())
    assert str(graph).count("DEADLOCK") == 4


def test_the_command_shows_a_dump(
    dump: insight.Dump, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "dump.json"
    file.write_text(dump.to_json())
    for form, shown in (
        ("text", str(dump)),
        ("graph", str(dump.graph)),
        ("mermaid", dump.graph.mermaid()),
        ("dot", dump.graph.dot()),
    ):
        assert command([str(file), "--as", form]) == 1  # there is a deadlock in it
        assert capsys.readouterr().out.rstrip("\n") == shown.rstrip("\n")
    assert command([str(file), "--as", "svg"]) == 2
    assert "cannot be shown as svg" in capsys.readouterr().err


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": "other"}', '{"traceEvents": 3}'])
def test_the_command_says_what_it_cannot_read(
    content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "foreign.json"
    file.write_text(content)
    assert command([str(file)]) == 2
    assert "timeline of toro_core.insight" in capsys.readouterr().err
    assert command([str(tmp_path / "missing")]) == 2
    assert "missing" in capsys.readouterr().err


@pytest.mark.usefixtures("_on")
def test_a_dump_of_some_and_of_something_else() -> None:
    lock, other = toro_asyncio.Lock(name="mine"), toro_asyncio.Lock(name="other")
    assert other
    labels = [each["label"] for each in insight.dump(lock).data["primitives"]]
    assert labels == ["Lock 'mine'"]
    for foreign in (asyncio.Event(), 3, None):
        with pytest.raises(TypeError, match="dump\\(\\) takes primitives of Toro's adapters, not"):
            insight.dump(foreign)
    with pytest.raises(ValueError, match="this is no dump"):
        insight.Dump({"format": "x"})


needs_signals = pytest.mark.skipif(not hasattr(signal, "SIGUSR1"), reason="no SIGUSR1 here")


@needs_signals
@pytest.mark.usefixtures("_on")
def test_a_signal_while_the_loop_is_idle_or_blocked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "dump.json"

    async def main() -> None:
        lock = toro_asyncio.Lock(name="db")
        async with lock:
            with insight.dump_on_signal(file=file):
                signal.raise_signal(signal.SIGUSR1)  # blocked: no task can run meanwhile
                assert "Lock 'db'" in str(insight.Dump.from_json(file.read_text()))
                file.unlink()
                read, write = os.pipe()
                loop, seen = asyncio.get_running_loop(), asyncio.Event()
                loop.add_reader(read, seen.set)
                thread = threading.Thread(target=interrupt, args=(file, write))
                thread.start()
                await seen.wait()  # idle: the loop sleeps in a system call
                thread.join()
                loop.remove_reader(read)
                os.close(read)
                os.close(write)

    asyncio.run(main())
    assert "Lock 'db'" in file.read_text()
    with insight.dump_on_signal():
        signal.raise_signal(signal.SIGUSR1)
    assert "0 primitives, 0 in use" in capsys.readouterr().err


def interrupt(file: Path, write: int) -> None:
    """Send the signal, and wake the loop when it has been answered."""
    os.kill(os.getpid(), signal.SIGUSR1)
    while not file.exists():
        pass
    os.write(write, b"x")


@needs_signals
@pytest.mark.usefixtures("_on")
def test_what_a_signal_asked_for_is_there_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    class Buffered(io.StringIO):
        flushed = ""

        def flush(self) -> None:
            self.flushed = self.getvalue()

    stderr = Buffered()
    monkeypatch.setattr(sys, "stderr", stderr)
    with insight.dump_on_signal():
        signal.raise_signal(signal.SIGUSR1)
    assert "0 primitives, 0 in use" in stderr.flushed


@needs_signals
@pytest.mark.usefixtures("_on")
def test_a_signal_is_installed_once_and_gives_way() -> None:
    before = signal.getsignal(signal.SIGUSR1)
    with insight.dump_on_signal():
        with pytest.raises(RuntimeError, match="SIGUSR1 is installed already"):
            insight.dump_on_signal()
        with insight.dump_on_signal(signal.SIGUSR2):
            pass
    assert signal.getsignal(signal.SIGUSR1) is before


@pytest.mark.usefixtures("_on")
def test_from_another_thread_while_the_loop_is_blocked() -> None:
    dumps: list[insight.Dump] = []

    async def main() -> None:
        async with toro_asyncio.Lock(name="db"):
            thread = threading.Thread(target=lambda: dumps.append(insight.dump()))
            thread.start()
            thread.join()  # the loop cannot run

    asyncio.run(main())
    assert "Lock 'db' of toro_asyncio: locked" in str(dumps[0])


def shown_by_another_process(path: Path) -> str:
    return subprocess.run(
        [sys.executable, "-m", "toro_core", str(path)],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    ).stdout


@pytest.mark.skipif(sys.platform == "win32", reason="no Unix sockets here")
@pytest.mark.usefixtures("_on")
def test_from_another_process_while_the_loop_is_blocked(near: Path) -> None:
    path = near / "toro"

    async def main() -> str:
        async with toro_asyncio.Lock(name="db"):
            with insight.serve(path):
                return shown_by_another_process(path)  # the loop is blocked meanwhile

    assert "Lock 'db' of toro_asyncio: locked" in asyncio.run(main())
    assert not path.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="no Unix sockets here")
@pytest.mark.usefixtures("_on")
def test_a_socket_is_served_once_and_one_that_was_left_behind_is_no_obstacle(
    near: Path,
) -> None:
    path = near / "toro"
    with socket.socket(socket.AF_UNIX) as killed:
        killed.bind(str(path))
    with insight.serve(path):
        with pytest.raises(OSError, match="is served already"):
            insight.serve(path)
        assert "0 primitives" in shown_by_another_process(path)


@pytest.mark.skipif(sys.platform == "win32", reason="no Unix sockets here")
@pytest.mark.usefixtures("_on")
def test_a_socket_is_the_users_own_and_keeps_no_program_from_ending(near: Path) -> None:
    path = near / "toro"
    with insight.serve(path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        (thread,) = [each for each in threading.enumerate() if each.name == "toro insight"]
        assert thread.daemon
    assert not thread.is_alive()
