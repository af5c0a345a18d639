"""The HTTP client for asyncio, Trio and AnyIO: httpx, with the loop's own way to limit time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import httpx

from _http import NoAnswer, Page

Within = Callable[[float], AbstractAsyncContextManager[object]]


class HttpxClient:
    def __init__(self, client: httpx.AsyncClient, within: Within) -> None:
        self._client = client
        self._within = within

    async def get(self, url: str, timeout: float) -> Page:
        try:
            async with self._within(timeout):
                response = await self._client.get(url)
        except TimeoutError as error:
            raise NoAnswer("timed out") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise NoAnswer("no answer") from error
        headers = response.headers
        return Page(
            response.status_code,
            response.content,
            headers.get("content-type", ""),
            headers.get("location", ""),
        )


@asynccontextmanager
async def http_client(within: Within) -> AsyncIterator[HttpxClient]:
    async with httpx.AsyncClient(timeout=None, trust_env=False) as client:
        yield HttpxClient(client, within)
