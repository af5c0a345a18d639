"""Shut down without cutting off a request, by taking the lock that every request holds.

A program polls a slow web page. In the middle of one of its requests it is told to stop: it waits
for the lock, and once it has it no request is under way and none can begin. The server, which
notices a client that hangs up, says whether that worked.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

import _backends
from _http import Client
from _site import Site


class Poller:
    """Asks for a page again and again, one request at a time."""

    def __init__(self, toro: ModuleType, client: Client, url: str, stop_during: int) -> None:
        self.told_to_stop: Any = toro.Event()
        self.answers = 0
        self._lock = toro.Lock()
        self._stopped: Any = None  # the guard of the lock, kept, so that it is seen to be meant
        self._client = client
        self._url = url
        self._stop_during = stop_during

    async def poll(self) -> None:
        while True:
            async with self._lock:
                if self.answers + 1 == self._stop_during:
                    self.told_to_stop.set()
                await self._client.get(self._url, timeout=10)
                self.answers += 1

    async def shut_down(self) -> None:
        """Return when no request is under way; none begins after that."""
        self._stopped = await self._lock.acquire(timeout=10)


async def main(toro: ModuleType, loop: _backends.Loop, site: Site, stop_during: int) -> int:
    async with loop.http_client() as client, loop.group() as group:
        poller = Poller(toro, client, f"{site.url}/slow", stop_during)
        stop_polling = group.spawn(poller.poll)
        await poller.told_to_stop.wait(timeout=60)
        print(f"told to stop during request {stop_during}, after {poller.answers} answers")
        await poller.shut_down()
        stop_polling()
        print(f"stopped after {poller.answers} answers")
    return poller.answers


def cli(argv: list[str] | None = None) -> int:
    parser = _backends.arguments(__doc__)
    parser.add_argument("--delay", type=float, default=0.2, help="seconds for the slow page")
    parser.add_argument("--stop-during", type=int, default=3, help="the request to stop in")
    options = parser.parse_args(argv)
    toro, loop = _backends.load(options.backend, http=True)
    with Site(options.delay) as site:
        loop.run(lambda: main(toro, loop, site, options.stop_during))
    begun, answered, cut_off = (site.count(e).total() for e in ("begun", "answered", "cut off"))
    print(f"the server's log: {begun} requests begun, {answered} answered, {cut_off} cut off")
    return 1 if cut_off else 0


if __name__ == "__main__":
    _backends.script(cli)
