"""Toro on a simulated loop: ``import toro_sim as toro``, in tests.

The loop is deterministic, its time is virtual, and ``explore`` runs a program under many
schedules, cancellations and timeouts, to find one under which it fails.
"""

from ._decorator import explored
from ._errors import (
    Cancelled,
    Deadlock,
    Endless,
    Leftover,
    NonDeterministic,
    NotSimulated,
    ScheduleFailed,
    StillHeld,
    TaskCancelled,
)
from ._exceptions import AlreadySet, Empty, Full, NotReady, ShutDown, Timeout, WouldBlock
from ._exhaustive import Exhaustive
from ._explore import explore
from ._groups import TaskGroup, create_task_group, spawn
from ._primitives import (
    AsyncResult,
    BoundedSemaphore,
    Condition,
    Event,
    JoinableQueue,
    LifoQueue,
    Lock,
    PriorityQueue,
    Queue,
    RWLock,
    Semaphore,
)
from ._program import replay
from ._random import PCT, Random
from ._report import Failure, Report
from ._run import run
from ._schedule import Schedule
from ._scopes import CancelScope, fail_after, move_on_after
from ._state import current_task
from ._strategies import Strategy
from ._task import Task
from ._trace import Step, Trace
from ._waits import (
    checkpoint,
    current_time,
    now,
    park,
    settle,
    sleep,
    sleep_forever,
    sleep_until,
    unpark,
)

__all__ = [
    "PCT",
    "AlreadySet",
    "AsyncResult",
    "BoundedSemaphore",
    "CancelScope",
    "Cancelled",
    "Condition",
    "Deadlock",
    "Empty",
    "Endless",
    "Event",
    "Exhaustive",
    "Failure",
    "Full",
    "JoinableQueue",
    "Leftover",
    "LifoQueue",
    "Lock",
    "NonDeterministic",
    "NotReady",
    "NotSimulated",
    "PriorityQueue",
    "Queue",
    "RWLock",
    "Random",
    "Report",
    "Schedule",
    "ScheduleFailed",
    "Semaphore",
    "ShutDown",
    "Step",
    "StillHeld",
    "Strategy",
    "Task",
    "TaskCancelled",
    "TaskGroup",
    "Timeout",
    "Trace",
    "WouldBlock",
    "checkpoint",
    "create_task_group",
    "current_task",
    "current_time",
    "explore",
    "explored",
    "fail_after",
    "move_on_after",
    "now",
    "park",
    "replay",
    "run",
    "settle",
    "sleep",
    "sleep_forever",
    "sleep_until",
    "spawn",
    "unpark",
]
