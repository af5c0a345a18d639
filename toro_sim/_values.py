"""How the value of each kind of object is written into a fingerprint."""

from __future__ import annotations

import collections
import contextvars
import datetime
import decimal
import functools
import gc
import itertools
import logging
import operator
import random
import re
import types
import typing
import weakref
from collections.abc import AsyncGenerator, Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._fingerprint import Stream

__all__ = ["VALUES", "Writer", "by_address", "constant", "exception", "opaque"]

Writer = Callable[["Stream", Any], None]


def _sequence(stream: Stream, thing: Any) -> None:
    stream.refer(thing)


def _dict(stream: Stream, thing: Any) -> None:
    stream.refer(thing.keys())
    stream.refer(thing.values())


def _set(stream: Stream, thing: Any) -> None:
    kinds = {type(item) for item in thing}
    if len(kinds) == 1 and kinds & {int, str, bytes}:
        stream.refer(sorted(thing))
    else:
        numbers = stream.numbers
        stream.refer(sorted(thing, key=lambda item: numbers.get(id(item), len(numbers))))


def _deque(stream: Stream, thing: Any) -> None:
    stream.out.append(thing.maxlen)
    stream.refer(thing)


def _by_repr(stream: Stream, thing: Any) -> None:
    stream.out.append(repr(thing))


def _by_reduce(stream: Stream, thing: Any) -> None:
    """Iterators: what remains, without moving them."""
    stream.refer(thing.__reduce__())


def _range_iterator(stream: Stream, thing: Any) -> None:
    _, (whole,), at = thing.__reduce__()
    stream.out += (whole.start, whole.stop, whole.step, at)


def _function(stream: Stream, thing: Any) -> None:
    stream.by_address(thing.__code__)
    for part in (thing.__closure__, thing.__defaults__, (thing.__kwdefaults__,)):
        stream.refer(part or ())


def _cell(stream: Stream, thing: Any) -> None:
    try:
        stream.refer((thing.cell_contents,))
    except ValueError:
        stream.out.append(-1)


def _method(stream: Stream, thing: Any) -> None:
    stream.refer((thing.__func__, thing.__self__))


def _builtin(stream: Stream, thing: Any) -> None:
    owner = thing.__self__
    if owner is None or isinstance(owner, (types.ModuleType, type)):
        stream.by_address(thing)
    else:
        stream.refer((thing.__name__, owner))


def _wrapper(stream: Stream, thing: Any) -> None:
    stream.refer((thing.__name__, thing.__self__))


def _partial(stream: Stream, thing: Any) -> None:
    stream.refer((thing.func, thing.args, thing.keywords))


def by_address(stream: Stream, thing: Any) -> None:
    stream.by_address(thing)


def opaque(stream: Stream, thing: Any) -> None:
    stream.unlike_any(thing)


def _weakref(stream: Stream, thing: Any) -> None:
    stream.refer((thing(),))


def exception(stream: Stream, thing: Any) -> None:
    state = thing.__dict__ or None
    stream.refer((thing.args, state, thing.__cause__, thing.__context__))


def _visited(stream: Stream, thing: Any) -> None:
    """Small helpers of the interpreter, which are no more than what they refer to."""
    stream.refer(gc.get_referents(thing))


def constant(stream: Stream, thing: Any) -> None:
    """What makes no difference: the loop, of which there is one, and tracebacks."""


VALUES: dict[type, Writer] = {
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
    types.CodeType: by_address,
    types.ModuleType: by_address,
    contextvars.ContextVar: by_address,
    types.WrapperDescriptorType: by_address,
    types.MethodDescriptorType: by_address,
    types.ClassMethodDescriptorType: by_address,
    types.GetSetDescriptorType: by_address,
    types.MemberDescriptorType: by_address,
    object: by_address,
    weakref.ReferenceType: _weakref,
    types.TracebackType: constant,
}


def _random(stream: Stream, thing: Any) -> None:
    stream.out.append(repr(thing.getstate()))


def _attributes(stream: Stream, thing: Any) -> None:
    stream.refer((vars(thing),))


# Types that come from C under a name of their own only in some versions of Python.
VALUES[random.Random.__mro__[1]] = _random
VALUES[logging.Logger] = by_address
VALUES[re.Pattern] = _by_repr
VALUES[types.SimpleNamespace] = _attributes
VALUES[types.MappingProxyType] = _visited
VALUES[operator.attrgetter] = _by_reduce
VALUES[operator.itemgetter] = _by_reduce
VALUES[operator.methodcaller] = _by_reduce
VALUES[types.GenericAlias] = _by_repr
VALUES[type(int | str)] = _by_repr
VALUES[type(typing.Generic[typing.AnyStr])] = _by_repr  # type: ignore[index]
VALUES[typing.TypeVar] = by_address
VALUES[typing.ParamSpec] = by_address
VALUES[typing.TypeVarTuple] = by_address
VALUES[type(functools.cache(len))] = by_address


async def _sample() -> AsyncGenerator[None]:
    yield None  # pragma: no cover - of interest is its type; it is closed before it begins


def _interpreter_types() -> None:
    """Types that have no name to import them by."""

    async def coroutine() -> None: ...

    made = coroutine()
    generator = _sample()
    step = generator.__anext__()
    for helper in (made.__await__(), step, generator.athrow(KeyError), anext(generator, None)):
        VALUES[type(helper)] = _visited
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
        VALUES[type(iterator)] = _by_reduce
    VALUES[type(iter(range(0)))] = _range_iterator
    nothing: dict[Any, Any] = {}
    for view in (nothing.keys(), nothing.values(), nothing.items()):
        VALUES[type(view)] = _visited


_interpreter_types()
