"""The documentation server that ships with Python, for as long as a ``with`` block lasts."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager

# The server imports what it documents, and importing these runs tests, opens windows or starts
# programs.
PROGRAMS = re.compile(r"\b(__main__|tests?|idlelib|turtledemo|antigravity)\b")


@contextmanager
def documentation_server() -> Iterator[str]:
    """Start it on a free port of 127.0.0.1, with the standard library only; gives its URL."""
    command = [sys.executable, "-I", "-S", "-u", "-m", "pydoc", "-n", "127.0.0.1", "-p", "0"]
    with (
        tempfile.TemporaryDirectory() as empty,  # the server also documents its folder
        subprocess.Popen(
            command,
            cwd=empty,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as server,
    ):
        assert server.stdout is not None
        ready = server.stdout.readline()
        if not ready:
            raise SystemExit("Python's documentation server does not start")
        reader = threading.Thread(target=server.stdout.read)
        reader.start()  # what modules print on import must not fill the pipe
        try:
            yield ready.split()[-1]
        finally:
            server.terminate()
            reader.join()
