"""A caching HTTP proxy: one Event for each page, and one fetch however many want it.

Whoever asks first for a page has it fetched; everybody, the first included, waits for the page's
Event. The fetch belongs to the cache and not to the client who began it, so a client that hangs up
takes nothing from the others.

To show it, clients crowd the proxy for one page, the first of them hangs up while all are waiting,
and only then does the origin answer.
"""

from __future__ import annotations

import socket
from collections import Counter
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import _backends
from _http import Client, NoAnswer, Page
from _site import Site


class Entry:
    """A page, once it is ready."""

    def __init__(self, ready: Any) -> None:
        self.ready = ready
        self.page = Page(502, b"")


class Cache:
    def __init__(
        self, toro: ModuleType, group: _backends.Group, client: Client, origin: str
    ) -> None:
        self._toro = toro
        self._group = group
        self._client = client
        self._origin = origin
        self._entries: dict[str, Entry] = {}
        self._waiting = 0
        self._crowd: Any = toro.Condition()

    async def get(self, path: str) -> Page:
        """The page, fetched or remembered; 502 if the origin does not answer."""
        entry = self._entries.get(path)
        if entry is None:
            entry = self._entries[path] = Entry(self._toro.Event())
            self._group.spawn(self._fetch, path, entry)
        self._count(+1)
        try:
            await entry.ready.wait()  # not for ever: the fetch has its time limit
        finally:
            self._count(-1)
        return entry.page

    async def _fetch(self, path: str, entry: Entry) -> None:
        try:
            entry.page = await self._client.get(self._origin + path, timeout=10)
        except NoAnswer:
            del self._entries[path]  # those who wait get the 502; the next one may have more luck
        entry.ready.set()

    async def crowd(self, size: int) -> None:
        """Wait until exactly so many clients are waiting for a page."""
        await self._crowd.wait_for(lambda: self._waiting == size, timeout=30)

    def _count(self, change: int) -> None:
        self._waiting += change
        self._crowd.notify_all()


async def main(
    toro: ModuleType, loop: _backends.Loop, origin: Site, clients: int, pages: int
) -> int:
    paths = [f"/page/{number}" for number in range(pages)]
    served: Counter[int] = Counter()

    async def visit(proxy: str) -> None:
        for path in paths:
            page = await client.get(proxy + path, timeout=30)
            served[page.status] += 1

    async with (
        loop.group() as group,
        loop.http_client() as client,
        loop.http_client() as upstream,
    ):
        cache = Cache(toro, group, upstream, origin.url)
        async with loop.http_server(cache.get) as proxy, loop.group() as visitors:
            first = ask_and_do_not_wait(proxy, paths[0])
            await cache.crowd(1)
            for _ in range(clients - 1):
                visitors.spawn(visit, proxy)
            await cache.crowd(clients)
            print(f"{clients} clients are waiting for one page")
            first.close()
            await cache.crowd(clients - 1)
            print("the first of them, who had it fetched, hung up")
            origin.hurry()

    good = served[200]
    asked = origin.count("begun").total()
    print(f"{good} answers went to the other {clients - 1}, who asked for {pages} pages each")
    print(f"the origin was asked {asked} times")
    return 0 if good == (clients - 1) * pages and asked == pages else 1


def ask_and_do_not_wait(url: str, path: str) -> socket.socket:
    """A client that can hang up at any time, the same on every loop."""
    address = urlsplit(url)
    connection = socket.create_connection((address.hostname, address.port))
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: proxy\r\n\r\n".encode())
    return connection


def cli(argv: list[str] | None = None) -> int:
    parser = _backends.arguments(__doc__)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--pages", type=int, default=3)
    options = parser.parse_args(argv)
    toro, loop = _backends.load(options.backend, http=True)
    with Site(delay=30) as origin:
        return loop.run(lambda: main(toro, loop, origin, options.clients, options.pages))


if __name__ == "__main__":
    _backends.script(cli)
