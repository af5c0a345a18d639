"""Three downloads, at most two at a time, on Tornado, with native coroutines."""

import asyncio

from tornado import gen

import toro_tornado as toro

two_at_a_time = toro.BoundedSemaphore(2)


async def download(name: str) -> None:
    async with two_at_a_time:
        print(f"{name} begins")
        await gen.sleep(0.01)
        print(f"{name} ends")


async def main() -> None:
    await gen.multi([download(name) for name in ["a", "b", "c"]])
    try:
        await toro.Event().wait(timeout=0.01)
    except toro.Timeout:
        print("nothing happened in time")


asyncio.run(main())
