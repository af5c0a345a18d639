"""Names that users give to primitives: ``name=``, shown in ``repr`` and in errors."""

from __future__ import annotations

import weakref

__all__ = ["name_of", "set_name"]

# Beside the objects rather than in them: most have no name, and stay 8 bytes smaller.
_names: weakref.WeakKeyDictionary[object, str] = weakref.WeakKeyDictionary()


def set_name(primitive: object, name: str | None) -> None:
    if name is None:
        return
    if not isinstance(name, str):
        raise TypeError(f"name must be a str or None, not {name!r}")
    _names[primitive] = name


def name_of(primitive: object) -> str | None:
    return _names.get(primitive)
