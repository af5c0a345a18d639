"""Which way objects of a class are written into a fingerprint, one's own classes included."""

from __future__ import annotations

import enum
import operator
import types
from typing import TYPE_CHECKING, Any

from ._frames import FRAMES
from ._loop import Loop
from ._values import VALUES, Writer, by_address, constant, exception, opaque

if TYPE_CHECKING:
    from ._fingerprint import Stream

__all__ = ["WRITERS", "writer_for"]

WRITERS: dict[type, Writer] = {**VALUES, **FRAMES}


def writer_for(kind: type) -> Writer:
    """How objects of *kind* are written."""
    if kind in WRITERS:
        return WRITERS[kind]
    if issubclass(kind, Loop):
        return constant
    if issubclass(kind, (type, enum.Enum)):
        return by_address
    if not _is_heap_type(kind):
        return exception if issubclass(kind, BaseException) else opaque
    return _instance_writer(kind)


def _instance_writer(kind: type) -> Writer:
    """For instances of a class written in Python: their attributes, and what they derive from."""
    base: Any = kind
    while _is_heap_type(base) and base not in WRITERS:
        if _hides_something(base):
            return opaque
        base = base.__base__
    content = _content_writer(base)
    if content is opaque:
        return opaque
    slots = _Slots(kind)
    has_dict = hasattr(kind, "__dict__") and kind.__dictoffset__ != 0

    def write(stream: Stream, thing: Any) -> None:
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
        return exception
    if base in _VALUES:
        return lambda stream, thing: _value(stream, thing, base)
    found: Writer = WRITERS.get(base, opaque)
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


_ABSENT = object()
_SLOT = types.MemberDescriptorType


def _read(slot: Any, thing: Any) -> Any:
    try:
        return slot.__get__(thing)
    except AttributeError:
        return _ABSENT


_VALUES = frozenset({int, float, complex, str, bytes})


def _value(stream: Stream, thing: Any, of: Any) -> None:
    stream.out.append(of.__repr__(thing))
