"""How tasks, their suspended frames, groups and scopes are written into a fingerprint."""

from __future__ import annotations

import gc
import types
from typing import TYPE_CHECKING, Any

from ._groups import TaskGroup
from ._scopes import CancelScope
from ._task import Task
from ._waits import park, pause

if TYPE_CHECKING:
    from ._fingerprint import Stream
    from ._values import Writer

__all__ = ["FRAMES", "place_of"]


def _coroutine(stream: Stream, thing: Any) -> None:
    _frame(stream, thing, thing.cr_frame, thing.cr_code)


def _generator(stream: Stream, thing: Any) -> None:
    _frame(stream, thing, thing.gi_frame, thing.gi_code)


def _async_generator(stream: Stream, thing: Any) -> None:
    _frame(stream, thing, thing.ag_frame, thing.ag_code)


def _frame(stream: Stream, owner: Any, frame: Any, code: types.CodeType) -> None:
    put = stream.out.append
    put(id(code))
    known = _codes.get(id(code))
    if known is None:
        known = _codes[id(code)] = _Code(code)
    if frame is None:
        return put(-2)
    put(frame.f_lasti)
    if known.parks:
        return None  # its task says all that there is to it
    variables = frame.f_locals
    if len(variables) != known.variables:
        put("\0".join(variables))
    seen = gc.get_referents(owner)
    known.remove_what_never_changes(seen)
    if seen and seen[-1] is None:
        # The exception being handled: None if there was one before.  What stands before it is
        # what is awaited, so this cannot be a value of the frame.
        del seen[-1]
    stream.refer(seen)
    return None


class _Code:
    """What is known of a frame by its code.  Hashing a code object would cost more."""

    __slots__ = ("_behind", "_code", "parks", "variables")

    def __init__(self, code: types.CodeType) -> None:
        self._code = code
        self._behind = 0
        self.parks = code is park.__code__ or code is pause.__code__
        self.variables = len({*code.co_varnames, *code.co_cellvars, *code.co_freevars})

    def remove_what_never_changes(self, seen: list[Any]) -> None:
        """The collector sees names, the function and its code first; then comes the rest."""
        behind = self._behind
        if not (0 < behind <= len(seen) and seen[behind - 1] is self._code):
            for index, thing in enumerate(seen):  # pragma: no branch - it is among them
                if type(thing) is types.FunctionType and thing.__code__ is self._code:
                    behind = self._behind = index + 2
                    break
        del seen[:behind]


_codes: dict[int, _Code] = {}  # by address; each keeps its code where it is


def _task(stream: Stream, task: Any) -> None:
    flags = (
        task.daemon
        + 2 * task.done
        + 4 * task.cancelled
        + 8 * task.joined
        + 16 * task.parked
        + 32 * task.interruptible
        + 64 * (task in stream.ready)
    )
    own = task.own_scope
    plain = not own.cancel_called  # then it says no more than its task does
    stream.refer(
        (
            flags,
            task.coro,
            task.abort,
            task.value,
            task.error,
            None if plain and task.scope is own else task.scope,
            None if plain else own,
            task.delivered or None,
            task.group,
            task._result,
            task._exception,
            task._joiners or None,
            stream.changed_variables(task.context) or None,
        )
    )


def place_of(task: Task) -> tuple[Any, ...]:
    """Where *task* is, so that tasks that do the same come in the same order."""
    coro: Any = task.coro
    frame = coro.cr_frame
    inner = coro.cr_await
    return (
        id(coro.cr_code),
        -1 if frame is None else frame.f_lasti,
        id(getattr(inner, "cr_code", None)),
        task.parked,
        task.number,
    )


def _group(stream: Stream, group: Any) -> None:
    """Its tasks refer to it; the order in which they were started makes no difference."""
    stream.refer((group.cancel_scope, len(group._children), group._errors, group._waiting))


def _scope(stream: Stream, scope: Any) -> None:
    flags = scope.shield + 2 * scope.cancel_called + 4 * scope.cancelled_caught
    stream.refer((scope.deadline, flags, scope._parent, scope._task, scope._timer))


FRAMES: dict[type, Writer] = {
    types.CoroutineType: _coroutine,
    types.GeneratorType: _generator,
    types.AsyncGeneratorType: _async_generator,
    Task: _task,
    CancelScope: _scope,
    TaskGroup: _group,
}
