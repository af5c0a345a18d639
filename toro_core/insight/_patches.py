"""Replacing attributes, and putting back what was there."""

from __future__ import annotations

from typing import Any

__all__ = ["Patches"]

_MISSING = object()


class Patches:
    """What was replaced, in order."""

    def __init__(self) -> None:
        self._done: list[tuple[Any, str, Any, Any]] = []

    def __len__(self) -> int:
        return len(self._done)

    def replace(self, owner: Any, name: str, new: Any) -> None:
        self._done.append((owner, name, vars(owner).get(name, _MISSING), new))
        setattr(owner, name, new)

    def restore(self) -> None:
        """Put back everything, but where somebody else has put something over it since."""
        while self._done:
            owner, name, old, new = self._done.pop()
            if vars(owner).get(name) is not new:
                continue
            if old is _MISSING:
                delattr(owner, name)
            else:
                setattr(owner, name, old)
