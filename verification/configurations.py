"""What is explored: in CI, and in the long session besides.

In each the number of clients in line, with a promise or holding something is bounded,
and so is the number of permits or items; all else is unlimited.  The largest come
first, so that the processes finish together.
"""

from __future__ import annotations

from collections.abc import Callable

from .models import (
    FIFO,
    LIFO,
    PRIORITY,
    Model,
    MonitorModel,
    QueueModel,
    async_result,
    bounded_semaphore,
    condition,
    event,
    lock,
    rwlock,
    semaphore,
)
from .models.base import PROMPT, TWO_STEP

Configuration = Callable[[], Model]

SMALL: list[Configuration] = [
    lambda: lock(3),
    lambda: semaphore(3, 1, 2),
    lambda: bounded_semaphore(3, 2),
    lambda: rwlock(3, 2),
    lambda: event(3),
    lambda: async_result(3),
    lambda: condition(3),
    lambda: MonitorModel(3),
    lambda: QueueModel(FIFO, 2, 1, 2),
    lambda: QueueModel(LIFO, 2, 1, 2),
    lambda: QueueModel(PRIORITY, 2, 1, 2),
]

CI: list[Configuration] = [
    lambda: QueueModel(FIFO, 4, 2, 3),
    lambda: QueueModel(PRIORITY, 3, 2, 3),
    lambda: QueueModel(LIFO, 4, 2, 3),
]

FULL: list[Configuration] = []
