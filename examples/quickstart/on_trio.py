"""Three downloads, at most two at a time, on Trio."""

import trio

import toro_trio as toro

two_at_a_time = toro.BoundedSemaphore(2)


async def download(name: str) -> None:
    async with two_at_a_time:
        print(f"{name} begins")
        await trio.sleep(0.01)
        print(f"{name} ends")


async def main() -> None:
    async with trio.open_nursery() as nursery:
        for name in ["a", "b", "c"]:
            nursery.start_soon(download, name)
    try:
        await toro.Event().wait(timeout=0.01)
    except toro.Timeout:
        print("nothing happened in time")


trio.run(main)
