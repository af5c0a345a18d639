"""The machines of ``toro_core`` beside their specifications, ready to be explored."""

from .base import NO, YES, Disagreement, Key, Model, Move, Step
from .lines import LineModel
from .locks import bounded_semaphore, lock, rwlock, semaphore
from .monitors import MonitorModel
from .queues import FIFO, LIFO, PRIORITY, QueueModel
from .signals import async_result, condition, event

__all__ = [
    "FIFO",
    "LIFO",
    "NO",
    "PRIORITY",
    "YES",
    "Disagreement",
    "Key",
    "LineModel",
    "Model",
    "MonitorModel",
    "Move",
    "QueueModel",
    "Step",
    "async_result",
    "bounded_semaphore",
    "condition",
    "event",
    "lock",
    "rwlock",
    "semaphore",
]
