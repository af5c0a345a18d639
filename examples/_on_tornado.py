"""The examples' `Loop` on Tornado.

A native coroutine on Tornado is an asyncio task, so tasks and sleeping are asyncio's; the clock,
the HTTP client and the HTTP server are Tornado's own.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any, TypeVar, cast

from tornado.http1connection import HTTP1Connection
from tornado.httpclient import AsyncHTTPClient, HTTPClientError
from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPHeaders, HTTPServerRequest, ResponseStartLine
from tornado.ioloop import IOLoop
from tornado.netutil import bind_sockets
from tornado.simple_httpclient import HTTPTimeoutError

from _http import Handler, NoAnswer, Page
from _tasks import group, sleep

__all__ = ["group", "http_client", "http_server", "run", "sleep", "time"]

T = TypeVar("T")


def run(main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    loop = IOLoop(make_current=False)
    try:
        result: T = loop.run_sync(main)
    finally:
        loop.close()
    return result


def time() -> float:
    return IOLoop.current().time()


class TornadoClient:
    def __init__(self, client: AsyncHTTPClient) -> None:
        self._client = client

    async def get(self, url: str, timeout: float) -> Page:
        try:
            response = await self._client.fetch(
                url,
                raise_error=False,
                follow_redirects=False,
                connect_timeout=timeout,
                request_timeout=timeout,
            )
        except HTTPTimeoutError as error:
            raise NoAnswer("timed out") from error
        except (HTTPClientError, OSError, ValueError) as error:
            raise NoAnswer("no answer") from error
        headers = response.headers
        return Page(
            response.code,
            response.body,
            headers.get("Content-Type", ""),
            headers.get("Location", ""),
        )


@asynccontextmanager
async def http_client() -> AsyncIterator[TornadoClient]:
    client = AsyncHTTPClient(force_instance=True, max_clients=100)
    try:
        yield TornadoClient(client)
    finally:
        client.close()


@asynccontextmanager
async def http_server(handler: Handler) -> AsyncIterator[str]:
    async def answer(path: str, connection: HTTP1Connection) -> None:
        page = await handler(path)
        start = ResponseStartLine("HTTP/1.1", page.status, HTTPStatus(page.status).phrase)
        headers = HTTPHeaders({"Content-Type": page.content_type})
        headers["Content-Length"] = str(len(page.body))
        await connection.write_headers(start, headers, page.body)
        connection.finish()

    async with group() as tasks:

        def begin(request: HTTPServerRequest) -> None:
            connection = cast(HTTP1Connection, request.connection)
            cancel = tasks.spawn(answer, request.path, connection)
            connection.set_close_callback(cancel)

        server = HTTPServer(begin)
        sockets = bind_sockets(0, "127.0.0.1")
        server.add_sockets(sockets)
        host, port = sockets[0].getsockname()
        yield f"http://{host}:{port}"
        server.stop()
        await server.close_all_connections()
