"""AnyIO on asyncio, under a cancel scope and under asyncio's own cancellation."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

import anyio
import anyio.lowlevel

import toro_anyio
from toro_conformance.driver import Cancel, Native
from toro_conformance.drivers.on_asyncio import SHUT_DOWN, VirtualDriver
from toro_conformance.virtual import VirtualLoop

if TYPE_CHECKING:
    from toro_conformance.driver import Body

NATIVE: dict[str, tuple[type[BaseException], ...]] = {
    "WouldBlock": (anyio.WouldBlock,),
    "Empty": (anyio.WouldBlock,),
    "Full": (anyio.WouldBlock,),
    **SHUT_DOWN,
}


class PatientLoop(VirtualLoop):
    """AnyIO delivers a cancellation once a pass until it is accepted: that is no progress."""

    def counts(self, callback: Callable[..., object]) -> bool:
        return getattr(callback, "__name__", "") != "_deliver_cancellation"


class AnyioNativeCancelDriver(VirtualDriver):
    """Cancelled as asyncio cancels: an exception thrown once into the task."""

    name = "anyio-asyncio-native"
    toro = toro_anyio
    native: Native = NATIVE
    checkpoints = True
    new_loop: ClassVar[type[Any]] = PatientLoop

    async def checkpoint(self) -> None:
        await anyio.lowlevel.checkpoint()


class AnyioAsyncioDriver(AnyioNativeCancelDriver):
    """Cancelled by a cancel scope, which lets a grant stand."""

    name = "anyio-asyncio"
    undoes_grants = False
    cancels_again = True
    cancel_messages = False

    def spawn(self, body: Body) -> Cancel:
        scope = anyio.CancelScope()

        async def task() -> None:
            with scope:
                await body()

        super().spawn(task)
        return scope.cancel
