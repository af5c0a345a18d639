"""A small, slow web site in threads of its own, which keeps a log of what it saw."""

from __future__ import annotations

import select
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self


class Site:
    """Each page takes *delay* seconds, or until `hurry` is called.

    ``log`` has an entry when a request has begun, and when it was answered or cut off.
    """

    def __init__(self, delay: float) -> None:
        self.log: list[tuple[str, str]] = []
        self._delay = delay
        self._hurry = threading.Event()
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def hurry(self) -> None:
        """Answer at once from now on."""
        self._hurry.set()

    def count(self, event: str) -> Counter[str]:
        """How often each page was begun, answered or cut off."""
        return Counter(path for happened, path in self.log if happened == event)

    def answer(self, request: _Request) -> None:
        self.log.append(("begun", request.path))
        if self._client_stays(request):
            self.log.append(("answered", request.path))
            request.reply(f"<title>{request.path}</title>".encode())
        else:
            self.log.append(("cut off", request.path))

    def _client_stays(self, request: _Request) -> bool:
        end = time.monotonic() + self._delay
        while True:
            ready = time.monotonic() >= end or self._hurry.is_set()
            # One who waits for an answer sends nothing, so what there is to read is the end.
            hung_up, _, _ = select.select([request.connection], [], [], 0 if ready else 0.01)
            if ready or hung_up:
                return not hung_up

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.hurry()
        self._server.shutdown()
        self._server.server_close()  # waits for the requests under way
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    request_queue_size = 100

    def __init__(self, site: Site) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.site = site


class _Request(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, _Server)
        self.server.site.answer(self)

    def reply(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """The site keeps its own log."""
