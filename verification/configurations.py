"""What is explored: in CI, and in the long session besides.

In each the number of clients in line, with a promise or holding something is bounded,
and so is the number of permits or items; all else is unlimited.
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
    lambda: QueueModel(FIFO, 2, 2, 3),
    lambda: QueueModel(FIFO, 3, 1, 3),
    lambda: QueueModel(LIFO, 2, 1, 2),
    lambda: QueueModel(PRIORITY, 2, 1, 2),
]

# The largest first, so that the processes finish together.
CI: list[Configuration] = [
    lambda: MonitorModel(6),
    lambda: QueueModel(PRIORITY, 3, 3, 5),
    lambda: QueueModel(FIFO, 4, 0, 5),
    lambda: rwlock(6, 2),
    lambda: QueueModel(PRIORITY, 3, 0, 4),
    lambda: lock(9),
    lambda: QueueModel(FIFO, 5, 2, 4),
    lambda: QueueModel(LIFO, 5, 2, 4),
    lambda: QueueModel(LIFO, 4, 0, 5),
    lambda: condition(8),
    lambda: bounded_semaphore(7, 2),
    lambda: event(8),
    lambda: async_result(7),
    lambda: semaphore(6, 2, 4),
    lambda: rwlock(5, None),
]

# The smallest first: a session that is cut short has done the most.
FULL: list[Configuration] = [
    lambda: condition(11),
    lambda: event(12),
    lambda: semaphore(10, 2, 5),
    lambda: bounded_semaphore(11, 3),
    lambda: lock(13),
    lambda: QueueModel(FIFO, 5, 3, 6),
    lambda: QueueModel(LIFO, 5, 3, 6),
    lambda: QueueModel(LIFO, 6, 0, 6),
    lambda: rwlock(8, None),
    lambda: rwlock(8, 3),
    lambda: MonitorModel(8),
    lambda: QueueModel(FIFO, 7, 0, 6),
    lambda: QueueModel(PRIORITY, 4, 3, 6),
    lambda: QueueModel(PRIORITY, 4, 0, 5),
    lambda: QueueModel(PRIORITY, 3, 0, 6),
    lambda: rwlock(9, 2),
    lambda: QueueModel(PRIORITY, 5, 0, 5),
    lambda: QueueModel(PRIORITY, 4, 0, 6),
    lambda: MonitorModel(9),
]
