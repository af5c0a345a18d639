"""The little HTTP that the examples share: pages, who fetches them, and how to answer for them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from _backends import Group


@dataclass(frozen=True)
class Page:
    """An answer: redirections and errors are answers too."""

    status: int
    body: bytes
    content_type: str = "text/html"
    location: str = ""


class NoAnswer(Exception):
    """There was no answer, or not within the time allowed; says which."""


class Client(Protocol):
    async def get(self, url: str, timeout: float) -> Page:
        """Fetch one page without following redirections, or raise `NoAnswer`."""
        ...


Handler = Callable[[str], Awaitable[Page]]


class Stream(Protocol):
    async def receive(self) -> bytes:
        """Some bytes; none once the other side has hung up."""
        ...

    async def send(self, data: bytes) -> None: ...


async def converse(
    group: Callable[[], AbstractAsyncContextManager[Group]], stream: Stream, handler: Handler
) -> None:
    """Answer one request. A client that hangs up first cancels the handler."""
    head = b""
    while b"\r\n\r\n" not in head:
        received = await stream.receive()
        if not received:
            return
        head += received
    _, path, *_ = f"{head.decode('latin-1')}  ".split(" ")

    async def answer() -> None:
        page = await handler(path)
        stop_watching()
        await stream.send(encoded(page))

    async def watch() -> None:
        await stream.receive()  # one who waits for an answer sends nothing: this is the end
        stop_answering()

    async with group() as tasks:
        stop_answering = tasks.spawn(answer)
        stop_watching = tasks.spawn(watch)


def encoded(page: Page) -> bytes:
    """The page as it goes over the wire."""
    head = (
        f"HTTP/1.1 {page.status} {HTTPStatus(page.status).phrase}\r\n"
        f"Content-Type: {page.content_type}\r\n"
        f"Content-Length: {len(page.body)}\r\n"
        "Connection: close\r\n\r\n"
    )
    return head.encode() + page.body
