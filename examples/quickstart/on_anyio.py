"""Three downloads, at most two at a time, on AnyIO: once on asyncio, once on Trio."""

import anyio

import toro_anyio as toro

two_at_a_time = toro.BoundedSemaphore(2)


async def download(name: str) -> None:
    async with two_at_a_time:
        print(f"{name} begins")
        await anyio.sleep(0.01)
        print(f"{name} ends")


async def main() -> None:
    async with anyio.create_task_group() as tasks:
        for name in ["a", "b", "c"]:
            tasks.start_soon(download, name)
    try:
        await toro.Event().wait(timeout=0.01)
    except toro.Timeout:
        print("nothing happened in time")


anyio.run(main, backend="asyncio")
anyio.run(main, backend="trio")
