"""Names that users give to primitives: ``name=``, shown in ``repr`` and in errors."""

from __future__ import annotations

import functools
import weakref

__all__ = ["name_of", "set_name"]

# Beside the objects rather than in them: most have no name, and stay 8 bytes smaller.  By id, which
# is free again only after the reference has removed the name: a subclass may compare as it likes.
_names: dict[int, tuple[weakref.ref[object], str]] = {}


def set_name(primitive: object, name: str | None) -> None:
    if name is None:
        return
    if not isinstance(name, str):
        raise TypeError(f"name must be a str or None, not {name!r}")
    key = id(primitive)
    # In C, where no KeyboardInterrupt strikes; pop takes the reference for what is to come of none.
    _names[key] = (weakref.ref(primitive, functools.partial(_names.pop, key)), name)


def name_of(primitive: object) -> str | None:
    known = _names.get(id(primitive))
    return None if known is None else known[1]
