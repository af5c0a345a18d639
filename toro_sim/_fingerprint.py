"""Telling whether two runs are in the same state.

A state is everything that decides how a run can go on: the tasks with their suspended frames,
which of them are ready, the timers and the clock, and every object that can be reached from
there.  It is written down as a stream of numbers and constants from which the graph of objects
could be built again, and hashed to 128 bits.  Objects are numbered as they are met, so that the
stream does not depend on addresses: equal streams mean isomorphic graphs, and isomorphic
graphs go on in the same ways.

That holds for programs that do not look at addresses, at the order of sets of objects, or at
tracebacks, and that keep no changing state in modules, in classes or in objects made before the
run.  Exploration needs all of that anyway, since it runs a program again and again.

The names and numbers of tasks are left out, and tasks are written in the order in which they
are met from elsewhere.  So states that differ only in which of several like tasks is where
count as one, which saves a factor of up to n! for n of them.  A program that looks at the names
of its tasks should be explored without merging.  Where preemptions are bounded, the order of
tasks says what costs a preemption; then it is written, too.

An object that cannot be looked into, such as a random generator written in C, makes its state
unlike any other.  Nothing is merged then, and the report names the type.

A suspended frame is its code, its position and what the garbage collector sees in it, which is
its variables and its value stack; names of variables are added where some are not set.
"""

from __future__ import annotations

import collections
import contextvars
import datetime
import decimal
import enum
import functools
import gc
import itertools
import logging
import marshal
import operator
import random
import re
import types
import typing
import weakref
from collections.abc import AsyncGenerator, Callable
from hashlib import blake2b
from typing import Any

from ._groups import TaskGroup
from ._loop import Loop
from ._scopes import CancelScope
from ._task import Task
from ._waits import park, pause

__all__ = ["Fingerprints"]

Put = Callable[[Any], None]
Writer = Callable[["_Stream", Any], None]


class Fingerprints:
    """Makes fingerprints of the states of one program's runs.

    *ordered* says whether the order of tasks belongs to a state; it does not where any of those
    that are ready may go first.
    """

    __slots__ = ("_ambient", "_ordered", "_stream")

    def __init__(self, ordered: bool) -> None:
        self._ordered = ordered
        self._ambient = contextvars.copy_context()
        self._stream = _Stream(self._ambient)

    @property
    def opaque(self) -> set[str]:
        """Types that were met and could not be looked into."""
        return self._stream.opaque

    def of(self, loop: Loop) -> bytes:
        """The fingerprint of the state that *loop* is in, between two steps."""
        roots = (
            loop.now,
            loop.idlers,
            loop.failed,
            loop.locks,
            loop.timers(),
            loop.tasks.get(0),
            (list(loop.ready), list(loop.tasks.values())) if self._ordered else None,
        )
        return self._stream.digest(roots, loop)


class _Stream:
    """The stream of one state, and what is kept from one state to the next."""

    __slots__ = (
        "_ambient",
        "_kinds",
        "_pinned",
        "_unlike",
        "numbers",
        "opaque",
        "out",
        "ready",
        "todo",
    )

    def __init__(self, ambient: contextvars.Context) -> None:
        self._ambient = ambient
        self._kinds: dict[type, tuple[int, Writer]] = {}
        self._pinned: dict[int, Any] = {}  # what is known by its address stays where it is
        self._unlike = 0
        self.opaque: set[str] = set()
        self.out: list[Any] = []
        self.todo: list[Any] = []
        self.numbers: dict[int, int] = {}
        self.ready: list[Task] = []

    def digest(self, roots: Any, loop: Loop) -> bytes:
        self.out, self.todo, self.numbers = [], [roots], {id(roots): 0}
        self.ready = loop.ready
        try:
            written = self._write(0)
            others = [task for task in loop.tasks.values() if id(task) not in self.numbers]
            others.sort(key=_place)
            self.refer(others)
            self._write(written)
            # Version 2: later ones depend on how often a constant is referred to.
            return blake2b(marshal.dumps(self.out, 2), digest_size=16).digest()
        finally:
            self.out, self.todo, self.numbers, self.ready = [], [], {}, []

    def _write(self, start: int) -> int:
        """Write what has been referred to, and what that refers to; return how much it was."""
        put, todo, kinds = self.out.append, self.todo, self._kinds
        for thing in itertools.islice(todo, start, None):  # grows meanwhile
            kind = type(thing)
            try:
                number, write = kinds[kind]
            except KeyError:
                number, write = kinds[kind] = (len(kinds), writer_for(kind))
            put(number)
            write(self, thing)
        return len(todo)

    def refer(self, things: Any) -> None:
        """Write a sequence: constants as they are, others as references to their numbers."""
        out, numbers, todo = self.out, self.numbers, self.todo
        put = out.append
        put(len(things))
        for thing in things:
            if type(thing) in _CONSTANTS:
                put(thing)
                continue
            key = id(thing)
            if key in numbers:
                put((numbers[key],))
            else:
                number = numbers[key] = len(todo)
                todo.append(thing)
                put((number,))

    def by_address(self, thing: Any) -> None:
        """Write something that lives as long as the program."""
        self._pinned[id(thing)] = thing
        self.out.append(id(thing))

    def unlike_any(self, thing: Any) -> None:
        """Write something that cannot be looked into."""
        self.opaque.add(f"{type(thing).__module__}.{type(thing).__qualname__}")
        self._unlike += 1
        self.out.append(self._unlike)

    def changed_variables(self, context: contextvars.Context) -> list[Any]:
        """The context variables that differ from what they were before the run."""
        ambient = self._ambient
        if not len(context):
            return []
        return [
            part
            for variable, value in context.items()
            if ambient.get(variable, _ABSENT) is not value
            for part in (variable, value)
        ]


_ABSENT = object()
_CONSTANTS = frozenset({type(None), bool, int, float, complex, str, bytes})


# How each kind of object is written.


def _sequence(stream: _Stream, thing: Any) -> None:
    stream.refer(thing)


def _dict(stream: _Stream, thing: Any) -> None:
    stream.refer(thing.keys())
    stream.refer(thing.values())


def _set(stream: _Stream, thing: Any) -> None:
    kinds = {type(item) for item in thing}
    if len(kinds) == 1 and kinds & {int, str, bytes}:
        stream.refer(sorted(thing))
    else:
        numbers = stream.numbers
        stream.refer(sorted(thing, key=lambda item: numbers.get(id(item), len(numbers))))


def _deque(stream: _Stream, thing: Any) -> None:
    stream.out.append(thing.maxlen)
    stream.refer(thing)


def _by_repr(stream: _Stream, thing: Any) -> None:
    stream.out.append(repr(thing))


def _by_reduce(stream: _Stream, thing: Any) -> None:
    """Iterators: what remains, without moving them."""
    stream.refer(thing.__reduce__())


def _range_iterator(stream: _Stream, thing: Any) -> None:
    _, (whole,), at = thing.__reduce__()
    stream.out += (whole.start, whole.stop, whole.step, at)


def _function(stream: _Stream, thing: Any) -> None:
    stream.by_address(thing.__code__)
    for part in (thing.__closure__, thing.__defaults__, (thing.__kwdefaults__,)):
        stream.refer(part or ())


def _cell(stream: _Stream, thing: Any) -> None:
    try:
        stream.refer((thing.cell_contents,))
    except ValueError:
        stream.out.append(-1)


def _method(stream: _Stream, thing: Any) -> None:
    stream.refer((thing.__func__, thing.__self__))


def _builtin(stream: _Stream, thing: Any) -> None:
    owner = thing.__self__
    if owner is None or isinstance(owner, (types.ModuleType, type)):
        stream.by_address(thing)
    else:
        stream.refer((thing.__name__, owner))


def _wrapper(stream: _Stream, thing: Any) -> None:
    stream.refer((thing.__name__, thing.__self__))


def _partial(stream: _Stream, thing: Any) -> None:
    stream.refer((thing.func, thing.args, thing.keywords))


def _by_address(stream: _Stream, thing: Any) -> None:
    stream.by_address(thing)


def _opaque(stream: _Stream, thing: Any) -> None:
    stream.unlike_any(thing)


def _weakref(stream: _Stream, thing: Any) -> None:
    stream.refer((thing(),))


def _exception(stream: _Stream, thing: Any) -> None:
    state = thing.__dict__ or None
    stream.refer((thing.args, state, thing.__cause__, thing.__context__))


def _visited(stream: _Stream, thing: Any) -> None:
    """Small helpers of the interpreter, which are no more than what they refer to."""
    stream.refer(gc.get_referents(thing))


def _coroutine(stream: _Stream, thing: Any) -> None:
    _frame(stream, thing, thing.cr_frame, thing.cr_code)


def _generator(stream: _Stream, thing: Any) -> None:
    _frame(stream, thing, thing.gi_frame, thing.gi_code)


def _async_generator(stream: _Stream, thing: Any) -> None:
    _frame(stream, thing, thing.ag_frame, thing.ag_code)


def _frame(stream: _Stream, owner: Any, frame: Any, code: types.CodeType) -> None:
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
            for index, thing in enumerate(seen):
                if type(thing) is types.FunctionType and thing.__code__ is self._code:
                    behind = self._behind = index + 2
                    break
        del seen[:behind]


_codes: dict[int, _Code] = {}  # by address; each keeps its code where it is


def _task(stream: _Stream, task: Any) -> None:
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


def _place(task: Task) -> tuple[Any, ...]:
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


def _group(stream: _Stream, group: Any) -> None:
    """Its tasks refer to it; the order in which they were started makes no difference."""
    stream.refer((group.cancel_scope, len(group._children), group._errors, group._waiting))


def _scope(stream: _Stream, scope: Any) -> None:
    flags = scope.shield + 2 * scope.cancel_called + 4 * scope.cancelled_caught
    stream.refer((scope.deadline, flags, scope._parent, scope._task, scope._timer))


def _constant(stream: _Stream, thing: Any) -> None:
    """What makes no difference: the loop, of which there is one, and tracebacks."""


WRITERS: dict[type, Writer] = {
    tuple: _sequence,
    list: _sequence,
    dict: _dict,
    collections.OrderedDict: _dict,
    set: _set,
    frozenset: _set,
    collections.deque: _deque,
    bytearray: _by_repr,
    range: _by_repr,
    slice: _by_repr,
    decimal.Decimal: _by_repr,
    datetime.datetime: _by_repr,
    datetime.date: _by_repr,
    datetime.time: _by_repr,
    datetime.timedelta: _by_repr,
    datetime.timezone: _by_repr,
    itertools.count: _by_repr,
    type(Ellipsis): _by_repr,
    type(NotImplemented): _by_repr,
    types.FunctionType: _function,
    types.CellType: _cell,
    types.MethodType: _method,
    types.BuiltinFunctionType: _builtin,
    types.MethodWrapperType: _wrapper,
    functools.partial: _partial,
    types.CodeType: _by_address,
    types.ModuleType: _by_address,
    contextvars.ContextVar: _by_address,
    types.WrapperDescriptorType: _by_address,
    types.MethodDescriptorType: _by_address,
    types.ClassMethodDescriptorType: _by_address,
    types.GetSetDescriptorType: _by_address,
    types.MemberDescriptorType: _by_address,
    object: _by_address,
    weakref.ReferenceType: _weakref,
    types.TracebackType: _constant,
    types.CoroutineType: _coroutine,
    types.GeneratorType: _generator,
    types.AsyncGeneratorType: _async_generator,
    Task: _task,
    CancelScope: _scope,
    TaskGroup: _group,
}


def _random(stream: _Stream, thing: Any) -> None:
    stream.out.append(repr(thing.getstate()))


def _attributes(stream: _Stream, thing: Any) -> None:
    stream.refer((vars(thing),))


# Types that come from C under a name of their own only in some versions of Python.
WRITERS[random.Random.__mro__[1]] = _random
WRITERS[logging.Logger] = _by_address
WRITERS[re.Pattern] = _by_repr
WRITERS[types.SimpleNamespace] = _attributes
WRITERS[types.MappingProxyType] = _visited
WRITERS[operator.attrgetter] = _by_reduce
WRITERS[operator.itemgetter] = _by_reduce
WRITERS[operator.methodcaller] = _by_reduce
WRITERS[types.GenericAlias] = _by_repr
WRITERS[type(int | str)] = _by_repr
WRITERS[type(typing.Generic[typing.AnyStr])] = _by_repr  # type: ignore[index]
WRITERS[typing.TypeVar] = _by_address
WRITERS[typing.ParamSpec] = _by_address
WRITERS[typing.TypeVarTuple] = _by_address
WRITERS[type(functools.cache(len))] = _by_address


async def _sample() -> AsyncGenerator[None]:
    yield None


def _interpreter_types() -> None:
    """Types that have no name to import them by."""

    async def coroutine() -> None: ...

    made = coroutine()
    generator = _sample()
    step = generator.__anext__()
    for helper in (made.__await__(), step, generator.athrow(KeyError), anext(generator, None)):
        WRITERS[type(helper)] = _visited
        helper.close()
    made.close()
    iterators: tuple[Any, ...] = (
        iter([]),
        reversed([]),
        iter(()),
        iter(range(1 << 70)),
        iter(""),
        iter("\xff"),
        iter(b""),
        iter(set()),
        iter({}),
        iter({}.values()),
        iter({}.items()),
        iter(collections.deque()),
        enumerate(()),
        zip(()),
        map(len, ()),
        filter(None, ()),
        reversed(()),
    )
    for iterator in iterators:
        WRITERS[type(iterator)] = _by_reduce
    WRITERS[type(iter(range(0)))] = _range_iterator
    nothing: dict[Any, Any] = {}
    for view in (nothing.keys(), nothing.values(), nothing.items()):
        WRITERS[type(view)] = _visited


_interpreter_types()


def writer_for(kind: type) -> Writer:
    """How objects of *kind* are written."""
    if kind in WRITERS:
        return WRITERS[kind]
    if issubclass(kind, (Loop, Fingerprints)):
        return _constant
    if issubclass(kind, (type, enum.Enum)):
        return _by_address
    if not _is_heap_type(kind):
        return _exception if issubclass(kind, BaseException) else _opaque
    return _instance_writer(kind)


def _instance_writer(kind: type) -> Writer:
    """For instances of a class written in Python: their attributes, and what they derive from."""
    base: Any = kind
    while _is_heap_type(base) and base not in WRITERS:
        if _hides_something(base):
            return _opaque
        base = base.__base__
    content = _content_writer(base)
    if content is _opaque:
        return _opaque
    slots = _Slots(kind)
    has_dict = hasattr(kind, "__dict__") and kind.__dictoffset__ != 0

    def write(stream: _Stream, thing: Any) -> None:
        if content is not None:
            content(stream, thing)
        stream.refer(slots(thing))
        if has_dict:
            attributes = thing.__dict__
            stream.refer(attributes.keys())
            stream.refer(attributes.values())

    return write


class _Slots:
    """Reads what instances of a class have in slots; private and shadowed ones are seen too."""

    def __init__(self, kind: type) -> None:
        parents = [parent for parent in kind.__mro__ if parent not in WRITERS]
        self._descriptors = [slot for parent in parents for slot in _descriptors(parent)]
        names = [slot.__name__ for slot in self._descriptors]
        fast = len(names) > 1 and all(_sees(kind, slot) for slot in self._descriptors)
        self._all_at_once = operator.attrgetter(*names) if fast else None

    def __call__(self, thing: Any) -> Any:
        if self._all_at_once is not None:
            try:
                return self._all_at_once(thing)
            except AttributeError:
                pass
        return [_read(slot, thing) for slot in self._descriptors]


def _sees(kind: type, slot: Any) -> bool:
    """Does an attribute of that name lead to this slot?"""
    return getattr(kind, slot.__name__, None) is slot


def _content_writer(base: type) -> Writer | None:
    """For what instances are besides their attributes, by the type that they derive from."""
    if base is object:
        return None
    if issubclass(base, BaseException):
        return _exception
    if base in _VALUES:
        return lambda stream, thing: _value(stream, thing, base)
    found: Writer = WRITERS.get(base, _opaque)
    return found


def _is_heap_type(kind: type) -> bool:
    """Made by a class statement, or in C by something like it?"""
    return bool(kind.__flags__ & 1 << 9)


def _hides_something(kind: type) -> bool:
    """Are its instances larger than its descriptors explain, as those of types written in C?"""
    names = vars(kind)
    explained = len(_descriptors(kind)) + ("__dict__" in names) + ("__weakref__" in names)
    base = kind.__base__
    return base is not None and kind.__basicsize__ - base.__basicsize__ > 8 * explained


def _descriptors(kind: type) -> list[Any]:
    """Those of its own slots; through them, private names are seen too."""
    return [value for value in vars(kind).values() if isinstance(value, _SLOT)]


_SLOT = types.MemberDescriptorType


def _read(slot: Any, thing: Any) -> Any:
    try:
        return slot.__get__(thing)
    except AttributeError:
        return _ABSENT


_VALUES = frozenset({int, float, complex, str, bytes})


def _value(stream: _Stream, thing: Any, of: Any) -> None:
    stream.out.append(of.__repr__(thing))
