"""The machines of ``toro_core`` beside their specifications, ready to be explored."""

from .base import Disagreement, Model, Move
from .locks import bounded_semaphore, lock, rwlock, semaphore
from .signals import async_result, condition, event

__all__ = [
    "Disagreement",
    "Model",
    "Move",
    "async_result",
    "bounded_semaphore",
    "condition",
    "event",
    "lock",
    "rwlock",
    "semaphore",
]
