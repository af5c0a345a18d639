"""Noticing that a task has ended, by what its loop offers for that."""

from __future__ import annotations

import functools
import sys
from typing import TYPE_CHECKING, Any

from ._patches import Patches
from ._tasks import Who

if TYPE_CHECKING:
    from ._watch import Watch

__all__ = ["TaskEnds"]


class TaskEnds:
    """A callback on asyncio, an instrument on Trio, a patch of toro_sim."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._patches = Patches()
        self._instrument = _Instrument(watch)

    def mind(self, who: Who, task: Any) -> None:
        add_done_callback = getattr(task, "add_done_callback", None)
        if add_done_callback is not None:
            add_done_callback(functools.partial(_ended, self._watch, who))
            return
        trio = sys.modules.get("trio")
        if trio is not None and isinstance(task, trio.lowlevel.Task):
            trio.lowlevel.add_instrument(self._instrument)  # nothing if it is there already
        elif not self._patches:
            self._patches.replace(type(task), "_end", _observed_end(self._watch, type(task)._end))

    def stop(self) -> None:
        self._patches.restore()


def _ended(watch: Watch, who: Who, _task: Any) -> None:
    try:
        watch.task_ended(who)
    except Exception as error:
        watch.failed(error)


def _observed_end(watch: Watch, original: Any) -> Any:
    @functools.wraps(original)
    def _end(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        who = watch.tasks.pop(id(self), None)
        if who is not None and who.task() is self:
            _ended(watch, who, self)
            who.task = _gone

    return _end


def _gone() -> None:
    return None


class _Instrument:
    """For ``trio.lowlevel.add_instrument``."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def task_exited(self, task: Any) -> None:
        if not self._watch.on:
            sys.modules["trio"].lowlevel.remove_instrument(self)
            return
        who = self._watch.tasks.get(id(task))
        if who is not None and who.task() is task:
            _ended(self._watch, who, task)
