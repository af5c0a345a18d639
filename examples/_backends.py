"""What the examples need from an event loop, in four flavours.

Every example is written once, against two parameters:

``toro``
    the namespace with the locks and queues: `toro_asyncio`, `toro_trio`, `toro_anyio` or
    `toro_tornado`. They export the same names with the same promises.
``loop``
    the rest of what a program wants from its loop: tasks, time and HTTP. Toro has no opinion about
    those, so the examples bring their own: a `Loop`, of which there is one in each ``_on_*.py``.

A library of yours does the same with only the parts it uses; many need no more than ``toro``.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from types import ModuleType
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from _http import Client, Handler

if TYPE_CHECKING:
    import _on_anyio
    import _on_asyncio
    import _on_tornado
    import _on_trio

    loops: tuple[Loop, ...] = (_on_anyio, _on_asyncio, _on_tornado, _on_trio)

T = TypeVar("T")

NAMES = ("asyncio", "trio", "anyio", "tornado")

Cancel = Callable[[], None]


class Group(Protocol):
    """Tasks that end before the ``async with`` block does."""

    def spawn(self, function: Callable[..., Coroutine[Any, Any, None]], *args: Any) -> Cancel:
        """Start a task; what is returned cancels it."""
        ...


class Loop(Protocol):
    """An event loop, as far as the examples care; a module can be one."""

    def run(self, main: Callable[[], Coroutine[Any, Any, T]]) -> T: ...

    def time(self) -> float:
        """The clock that Toro's deadlines are read on."""
        ...

    def sleep(self, seconds: float) -> Awaitable[None]: ...

    def group(self) -> AbstractAsyncContextManager[Group]: ...

    def http_client(self) -> AbstractAsyncContextManager[Client]: ...

    def http_server(self, handler: Handler) -> AbstractAsyncContextManager[str]:
        """Serve on a free port of 127.0.0.1; the context is the server's URL, without a slash.

        A client that hangs up before it has its answer cancels the handler working on it.
        """
        ...


def load(name: str, *, http: bool = False) -> tuple[ModuleType, Loop]:
    """Import Toro and the loop of that name, and nothing of the other three."""
    try:
        toro = importlib.import_module(f"toro_{name}")
        loop = importlib.import_module(f"_on_{name}")
        if http and name != "tornado":
            importlib.import_module("httpx")
    except ModuleNotFoundError as error:
        extra = "" if name == "asyncio" else f"[{name}]"
        client = " httpx" if http and name != "tornado" else ""
        sys.exit(
            f"the {name} backend needs {error.name}: "
            f"python -m pip install 'toro-sync{extra}'{client}"
        )
    return toro, cast(Loop, loop)


def arguments(description: str | None, *, everything: bool = False) -> argparse.ArgumentParser:
    """A parser with ``--backend``; with ``all`` among its choices if everything is on offer."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = (*NAMES, "all") if everything else NAMES
    parser.add_argument("--backend", choices=names, default="asyncio", help="default: asyncio")
    return parser


def script(program: Callable[[], int]) -> None:
    """Run a program to its exit status; the interrupt key ends it without a traceback."""
    status = 130
    try:
        status = program()
    except* KeyboardInterrupt:  # some loops raise it in a group
        print("interrupted", file=sys.stderr)
    sys.exit(status)
