"""Reading a dump while the loop is idle or blocked: on a signal, and from another process."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from ._dump import Dump

__all__ = ["Server", "SignalDump"]

Take = Callable[[], Dump]


class SignalDump:
    """Dumps when the process gets a signal.  Python runs the handler in the main thread, between
    two instructions of whatever runs there, or when a system call it waits in is interrupted.
    """

    _installed: dict[int, SignalDump] = {}  # noqa: RUF012  # by the number of the signal

    def __init__(self, take: Take, signum: int | None, file: str | os.PathLike[str] | None) -> None:
        import signal

        number = getattr(signal, "SIGUSR1", None) if signum is None else signum
        if number is None:
            raise ValueError("this system has no SIGUSR1: say which signal to dump on")
        if number in self._installed:
            raise RuntimeError(
                f"a dump on {signal.Signals(number).name} is installed already: remove() it first"
            )
        self._take = take
        self._file = file
        self._number = number
        self._before = signal.signal(number, self._dump)
        self._installed[number] = self

    def _dump(self, _signum: int, _frame: Any) -> None:
        try:
            dump = self._take()
            if self._file is None:
                print(dump, file=sys.stderr, flush=True)
            else:
                _write(self._file, dump.to_json())
        except Exception as error:  # whatever runs here now has not asked for anything
            print(f"toro_core.insight cannot dump: {error}", file=sys.stderr)

    def remove(self) -> None:
        """Put back the handler that was there before."""
        import signal

        if self._installed.pop(self._number, None) is not None:
            signal.signal(self._number, self._before)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.remove()


class Server:
    """Gives a dump, as JSON, to whoever connects to a Unix socket.

    It has a thread, so the loop need not run; ``python -m toro_core PATH`` shows what comes.
    """

    def __init__(self, take: Take, path: str | os.PathLike[str]) -> None:
        import socket

        self._take: Take | None = take  # None: it is to stop
        self.path: str = os.fspath(path)
        _remove_if_nobody_listens(self.path)
        self._socket = socket.socket(socket.AF_UNIX)
        try:
            self._socket.bind(self.path)
            os.chmod(self.path, 0o600)
            self._socket.listen()
        except OSError:
            self._socket.close()
            raise
        self._thread = threading.Thread(target=self._serve, name="toro insight", daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            connection, _ = self._socket.accept()
            with connection:
                if (take := self._take) is None:
                    return
                try:
                    connection.sendall(take().to_json().encode())
                except ConnectionError:
                    continue  # whoever asked has gone
                except Exception as error:
                    print(f"toro_core.insight cannot dump: {error}", file=sys.stderr)

    def close(self) -> None:
        """Stop, and remove the socket."""
        import socket

        if self._take is None:
            return
        self._take = None
        with socket.socket(socket.AF_UNIX) as last:
            last.connect(self.path)
        self._thread.join()
        self._socket.close()
        os.unlink(self.path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def _remove_if_nobody_listens(path: str) -> None:
    """A process that was killed leaves its socket behind."""
    import socket

    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.connect(path)
        except ConnectionRefusedError:
            os.unlink(path)
        except FileNotFoundError:
            pass
        except OSError as error:
            if error.errno is None:  # refused before anything was asked
                raise OSError(f"{path} is longer than a Unix socket's path may be") from error
            raise
        else:
            raise OSError(f"{path} is served already, by this process or another")


def _write(path: str | os.PathLike[str], content: str) -> None:
    """All of it or nothing, for somebody may be reading."""
    temporary = f"{os.fspath(path)}.{os.getpid()}"
    with open(temporary, "w", encoding="utf-8") as file:
        file.write(content)
    os.replace(temporary, path)
