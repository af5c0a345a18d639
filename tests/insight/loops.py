"""What a case can do on the loop it runs on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

__all__ = ["Loop", "Main"]

Main = Callable[["Loop"], Awaitable[None]]


class Loop:
    """One run of a case."""

    driver: Any  # made when it runs, with its loop

    def __init__(self, kind: Any) -> None:
        self.kind = kind
        self.toro = kind.toro
        self.errors: list[BaseException] = []

    def run(self, main: Main) -> None:
        self.driver = self.kind()
        self.driver.run(lambda: main(self))

    def spawn(self, function: Callable[..., Awaitable[Any]], *args: Any) -> Callable[[], object]:
        """Start a task; what it raises is kept in ``errors``.  Returns what cancels it."""

        async def body() -> None:
            try:
                await function(*args)
            except Exception as error:
                self.errors.append(error)

        cancel: Callable[[], object] = self.driver.spawn(body)
        return cancel

    async def settle(self) -> None:
        """Until all others wait."""
        await self.driver.settle()
