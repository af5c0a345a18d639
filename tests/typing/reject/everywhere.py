"""Mistakes. Type checkers must complain about the lines marked, and about no other."""

import asyncio

import toro_asyncio as toro
import toro_sim

numbers = toro.Queue[int]()
lock = toro.Lock()
event = toro.Event()


async def wrong_items() -> None:
    await numbers.put("x")  # rejected
    numbers.put_nowait("x")  # rejected
    text: str = await numbers.get()  # rejected
    print(text)
    numbers.put_nowait(toro.Queue(initial=[""]).get_nowait())  # rejected
    words: toro.Queue[int] = toro.Queue(initial=[""])  # rejected
    print(words)


async def after_a_get() -> None:
    await toro.Queue[int]().get()
    undeclared = toro.Queue()  # rejected by mypy
    await undeclared.get()
    numbers.put_nowait("x")  # rejected


async def wrong_wakes() -> None:
    woken: str = await event.wait()  # rejected
    woken = await toro.Condition().wait(timeout=1)  # rejected
    print(woken)


async def wrong_times() -> None:
    await lock.acquire(timeout="1")  # rejected
    await lock.acquire(None, 5)  # rejected
    await event.wait(deadline=[])  # rejected


def wrong_locks() -> None:
    toro.Condition(lock=asyncio.Lock())  # rejected
    toro.Condition(lock=toro.Semaphore())  # rejected
    toro.Condition(lock=toro_sim.Lock())  # rejected
    toro_sim.Condition(toro.Lock())  # rejected


def wrong_with() -> None:
    with lock:  # rejected
        pass


async def not_a_lock() -> None:
    async with toro.RWLock():  # rejected
        pass


def wrong_arguments() -> None:
    toro.Semaphore("3")  # rejected
    toro.Queue(None)  # rejected
    toro.RWLock(max_readers="all")  # rejected
    lock.release(1)  # rejected


def wrong_records() -> None:
    print(lock.statistics().size)  # rejected
    print(numbers.statistics().locked)  # rejected


def truth() -> None:
    if event:  # rejected by pyright
        print("always")
