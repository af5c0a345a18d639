"""Finding tasks that wait for each other.

**The rule.**  There is a deadlock when tasks stand in a circle, each waiting for a Lock or an
RWLock that the next one holds, and nothing can end any of these waits but a release:

* A lock is expected to be released by the task that holds it: the one that acquired it, or the
  one that entered its guard.  A lock that another task was ever seen to release is left out from
  then on.
* A wait with a deadline is no part of a circle, nor is one in an ``asyncio.timeout``, or in a
  cancel scope that had a deadline when the wait began.
* Permits of a semaphore may come from anyone, and so may notifications, results and items, so
  waiting for these is no part of a circle.  A task that has been notified and waits for the
  condition's lock waits for a lock.
* A reader waits for the writer, and for writers in line before it; a writer waits for all who
  hold the lock.  A reader that waits because ``max_readers`` read is no part of a circle.
* What was acquired before insight was on, or outside of any task, is not known.  A generator of
  Tornado's ``gen.coroutine`` is not a task.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from .. import plain
from .._waiter import WAITING, Waiter
from ..machines import WRITE
from ._errors import Link
from ._places import Place
from ._state import Entry
from ._tasks import Who, cancelled_by_a_timer

if TYPE_CHECKING:
    from ._watch import Watch

__all__ = ["closed_by", "deadlocks"]

Cycle = tuple[Link, ...]


class Request(NamedTuple):
    """*who* cannot go on before *entry* is its."""

    who: Who
    entry: Entry
    mode: str
    where: Place | None
    waiter: Waiter | None
    """Where it is in line, if it is; only a reader is asked that."""


class Obstacle(NamedTuple):
    """*who* is in the way."""

    who: Who
    held_as: str
    where: Place | None


def closed_by(
    watch: Watch,
    entry: Entry,
    mode: str,
    who: Who,
    where: Place | None,
    waiter: Waiter | None = None,
) -> Cycle | None:
    """The circle that *who* closes by waiting for *entry* now, if it is to wait."""
    if not would_wait(entry.primitive(), mode):
        return None
    found = _cycle(watch, Request(who, entry, mode, where, waiter))
    return None if found is None or cancelled_by_a_timer(found[1]) else found[0]


def deadlocks(watch: Watch) -> list[Cycle]:
    """All circles there are now, each once."""
    found: dict[frozenset[Any], Cycle] = {}
    for wait in list(watch.waits.values()):
        request = None if wait.who is None else _request_of(wait.who)
        cycle = None if request is None else _cycle(watch, request)
        if cycle is not None and not cancelled_by_a_timer(cycle[1]):
            found.setdefault(frozenset(cycle[1]), cycle[0])
    return list(found.values())


def would_wait(primitive: Any, mode: str) -> bool:
    if mode == "write":
        machine = primitive._machine
        return bool(machine.writing or machine.readers)
    kind = plain.RWLock if mode == "read" else plain.Lock
    return bool(kind.locked(primitive))


def _cycle(watch: Watch, first: Request) -> tuple[Cycle, set[Any]] | None:
    """The shortest way from *first* back to its task; as links, and the tasks themselves."""
    reached: dict[int, tuple[Link, Request]] = {}  # by the number of the task
    todo = deque([first])
    while todo:
        request = todo.popleft()
        for obstacle in _obstacles(watch, request):
            other = obstacle.who
            if other.number in reached:
                continue
            reached[other.number] = (_link(request, obstacle), request)
            if other is first.who:
                return _way_back(reached, first.who)
            following = _request_of(other)
            if following is not None:
                todo.append(following)
    return None


def _way_back(reached: dict[int, tuple[Link, Request]], end: Who) -> tuple[Cycle, set[Any]]:
    links: list[Link] = []
    tasks: set[Any] = set()
    who = end
    while True:
        link, request = reached[who.number]
        links.append(link)
        tasks.add(request.who.task())
        who = request.who
        if who is end:
            return tuple(reversed(links)), tasks


def _request_of(who: Who) -> Request | None:
    """What *who* waits for, if nothing but a release will end that."""
    wait = who.waiting()
    if wait is None or who.ended:
        return None
    lock = wait.comes_back()
    if lock is not None:
        return Request(who, lock, "acquire", wait.where, None)
    if not (wait.patient and wait.entry.exclusive and wait.waiter.state is WAITING):
        return None
    return Request(who, wait.entry, wait.mode, wait.where, wait.waiter)


def _obstacles(watch: Watch, request: Request) -> Iterator[Obstacle]:
    entry, mode = request.entry, request.mode
    if entry.handed_over:
        return
    for hold in entry.holds:
        if hold.who is not None and not (mode == hold.mode == "read"):
            yield Obstacle(hold.who, hold.mode, hold.where)
    if mode == "read":
        yield from _writers_before(watch, request)


def _writers_before(watch: Watch, request: Request) -> Iterator[Obstacle]:
    primitive = request.entry.primitive()
    line = None if primitive is None else primitive._machine.line
    for waiter in list(line or ()):
        if waiter is request.waiter:
            return
        wait = watch.waits.get(id(waiter))
        if waiter.request is WRITE and wait is not None and wait.who is not None and wait.patient:
            yield Obstacle(wait.who, "line", wait.where)


def _link(request: Request, obstacle: Obstacle) -> Link:
    return Link(
        request.who.name,
        request.entry.label,
        request.mode,
        None if request.where is None else str(request.where),
        obstacle.who.name,
        obstacle.held_as,
        None if obstacle.where is None else str(obstacle.where),
        request.who.number,
        request.entry.number,
        obstacle.who.number,
    )
