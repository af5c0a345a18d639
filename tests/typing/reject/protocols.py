"""Mistakes of libraries for every loop. Type checkers must complain about the lines marked."""

import asyncio

import toro_asyncio
from toro_core.typing import Event, Lock, Queue, Toro


def typed_against(toro: Toro) -> None:
    lock: Lock = toro.Lock()
    with lock:  # rejected
        pass
    event: Event = toro.Lock()  # rejected
    event.set("now")  # rejected
    toro.Semaphore("3")  # rejected
    toro.Locks()  # rejected


async def waits(queue: Queue[int]) -> None:
    await queue.put("x")  # rejected
    text: str = await queue.get()  # rejected
    print(text)
    await queue.get(timeout="1")  # rejected


def records(lock: Lock, queue: Queue[int]) -> None:
    print(lock.statistics().size)  # rejected
    print(queue.statistics().locked)  # rejected


words: Queue[int] = toro_asyncio.Queue[str]()  # rejected
theirs: Queue[int] = asyncio.Queue[int]()  # rejected
typed_against(asyncio)  # rejected
