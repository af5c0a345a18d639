"""Three downloads, at most two at a time, on uvloop: as on asyncio, but for the last line."""

import asyncio

import uvloop

import toro_asyncio as toro

two_at_a_time = toro.BoundedSemaphore(2)


async def download(name: str) -> None:
    async with two_at_a_time:
        print(f"{name} begins")
        await asyncio.sleep(0.01)
        print(f"{name} ends")


async def main() -> None:
    await asyncio.gather(*map(download, ["a", "b", "c"]))
    try:
        await toro.Event().wait(timeout=0.01)
    except toro.Timeout:
        print("nothing happened in time")


uvloop.run(main())
