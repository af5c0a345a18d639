"""What each primitive promises, said as simply as it can be said.

These are executable specifications, written from the contract and sharing no
code with ``toro_core``: plain lists, linear scans, nothing clever.  Each
operation gives the people it settled, in order, each with what became of them;
an illegal one raises and changes nothing.

A person in line is a name.  A grant comes in two modes, chosen by each person:

* *two steps* (asyncio, Tornado): granted, and only later collected; until then
  the grant is a promise that can be given back;
* *prompt* (Trio): what is granted is collected in the same step.
"""

from .deadlines import DeadlinesSpec
from .line import Fate, Settled, Spec
from .locks import BoundedSemaphoreSpec, LockSpec, RWLockSpec, SemaphoreSpec
from .monitors import Back, MonitorSpec
from .queues import FifoSpec, LifoSpec, PrioritySpec, QueueSpec
from .signals import AsyncResultSpec, ConditionSpec, EventSpec

__all__ = [
    "AsyncResultSpec",
    "Back",
    "BoundedSemaphoreSpec",
    "ConditionSpec",
    "DeadlinesSpec",
    "EventSpec",
    "Fate",
    "FifoSpec",
    "LifoSpec",
    "LockSpec",
    "MonitorSpec",
    "PrioritySpec",
    "QueueSpec",
    "RWLockSpec",
    "SemaphoreSpec",
    "Settled",
    "Spec",
]
