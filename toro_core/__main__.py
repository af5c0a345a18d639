"""``python -m toro_core``: look at what ``toro_core.insight`` has written.

A dump is shown as text; a timeline as a summary.  What is named may be a file, the Unix socket of
a program that serves dumps, or ``-`` for standard input.
"""

from __future__ import annotations

import argparse
import json
import os
import stat
import sys
from collections.abc import Sequence
from typing import Any

from .insight._dump import FORMAT, Dump
from .insight._summary import summary
from .insight._timeline import Timeline

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit status: 0, 1 if there is a deadlock in the dump, 2 if it cannot be read."""
    options = _parser().parse_args(arguments)
    try:
        data = _parsed(_read(options.source))
        if isinstance(data, dict) and data.get("format") == FORMAT:
            return _show_dump(Dump(data), options.as_)
        if not isinstance(data, dict) or "traceEvents" not in data:
            raise ValueError("neither a dump nor a timeline of toro_core.insight")
        _show_timeline(Timeline.from_trace(data), options.as_)
    except (OSError, ValueError) as error:
        print(f"python -m toro_core: {options.source}: {error}", file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m toro_core", description=__doc__)
    parser.add_argument("source", help="a file, a socket, or - for standard input")
    parser.add_argument(
        "--as",
        dest="as_",
        choices=("text", "graph", "mermaid", "dot", "svg", "json"),
        default="text",
        help="graph: who waits for whom, as lines; mermaid, dot: the same to be drawn; svg: the"
        " picture of a timeline (default: text)",
    )
    return parser


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None


def _read(source: str) -> bytes:
    if source == "-":
        return sys.stdin.buffer.read()
    if stat.S_ISSOCK(os.stat(source).st_mode):
        return _read_socket(source)
    with open(source, "rb") as file:
        return file.read()


def _read_socket(path: str) -> bytes:
    import socket

    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(path)
        with connection.makefile("rb") as file:
            return file.read()


def _show_dump(dump: Dump, as_: str) -> int:
    shown: dict[str, Any] = {
        "text": lambda: str(dump),
        "graph": lambda: str(dump.graph),
        "mermaid": lambda: dump.graph.mermaid(),
        "dot": lambda: dump.graph.dot(),
        "json": dump.to_json,
    }
    if as_ not in shown:
        raise ValueError(f"a dump cannot be shown as {as_}")
    try:
        picture, deadlocks = shown[as_](), dump.data["deadlocks"]
    except (AttributeError, LookupError, TypeError):
        raise ValueError("a dump of toro_core.insight that is damaged") from None
    print(picture.rstrip("\n"))
    return 1 if deadlocks else 0


def _show_timeline(timeline: Timeline, as_: str) -> None:
    shown: dict[str, Any] = {
        "text": lambda: summary(timeline),
        "svg": timeline.svg,
        "json": lambda: json.dumps(timeline.trace()),
    }
    if as_ not in shown:
        raise ValueError(f"a timeline cannot be shown as {as_}")
    print(shown[as_]().rstrip("\n"))


if __name__ == "__main__":
    sys.exit(main())
