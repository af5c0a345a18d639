"""Which of its backends toro_anyio takes to be running."""

from __future__ import annotations

import asyncio
import sys
import types
from typing import Any

import pytest

import toro_anyio


def test_while_another_thread_imports_trio_none_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        lock, queue = toro_anyio.Lock(), toro_anyio.Queue[int](1)
        monkeypatch.setitem(sys.modules, "trio", types.ModuleType("trio"))
        for call in (lock.acquire_nowait, lambda: queue.put_nowait(1), queue.get_nowait):
            asyncio.get_running_loop().call_soon(call)
        await asyncio.sleep(0)
        assert lock.locked()
        assert queue.unfinished_tasks == 1
        assert queue.empty()
        with pytest.raises(TypeError):
            toro_anyio.AsyncResult[Any]().set_exception(asyncio.CancelledError)

    asyncio.run(main())
