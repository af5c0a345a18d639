"""Mistakes where waiting methods are coroutine functions: the `await` is forgotten."""

import toro_asyncio as toro

lock = toro.Lock()
numbers = toro.Queue[int]()


async def forgotten() -> None:
    lock.acquire()  # rejected
    numbers.put(1)  # rejected
    with lock.acquire():  # rejected
        pass
    for number in numbers:  # rejected
        print(number)
    total: int = numbers.get()  # rejected
    print(total)
