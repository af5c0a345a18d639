"""Putting observing methods in place of the adapters' own, and taking them away again.

While insight is off nothing of this is there: the classes are as they were defined.  Only the
classes that adapters define are touched; those that users derive inherit.  An adapter that is
imported later is seen when the first object of it is made.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any

from .. import _guard, _statistics, plain
from ._futures import observe_futures
from ._observe import observed
from ._operations import operations_of
from ._patches import Patches
from ._places import place_of_caller
from ._state import adapter_of
from ._watch import Watch

__all__ = ["Installation"]


class Installation:
    """A Watch, and what is changed so that it sees."""

    def __init__(self, watch: Watch) -> None:
        self.watch = watch
        self._patches = Patches()
        self._seen: set[str] = set()  # adapters
        self._replace(plain.Bound, "__init__", self._observed_init)
        self._observe_guards()
        for cls in _subclasses(plain.Bound):
            if adapter_of(cls) != "toro_core":
                self._see(adapter_of(cls))
        _statistics.insight = watch

    def remove(self) -> None:
        self.watch.on = False
        _statistics.insight = None
        self._patches.restore()
        self.watch.ends.stop()

    def _see(self, adapter: str) -> None:
        """Observe the classes of *adapter*."""
        if adapter in self._seen:
            return
        self._seen.add(adapter)
        originals = list(_methods(adapter))  # before any is replaced: one inherits another's
        for cls, name, operation, original in originals:
            self._put(cls, name, observed(self.watch, original, operation), adapter)
        if adapter == "toro_tornado":
            place = sys.modules["toro_tornado._place"].Place
            monitor_place = sys.modules["toro_tornado._monitor_place"].MonitorPlace
            observe_futures(self._patches, [place, monitor_place])

    def _put(self, cls: type, name: str, method: Any, adapter: str) -> None:
        if adapter == "toro_trio":
            # Like the methods it stands for, it must not be torn by a KeyboardInterrupt.
            method = sys.modules["trio"].lowlevel.enable_ki_protection(method)
        self._patches.replace(cls, name, method)

    def _replace(self, cls: type, name: str, wrap: Callable[[Any], Any]) -> None:
        self._patches.replace(cls, name, wrap(vars(cls).get(name)))

    # Primitives that are made.

    def _observed_init(self, original: Any) -> Any:
        @functools.wraps(original)
        def __init__(primitive: Any, *args: Any, **kwargs: Any) -> None:
            original(primitive, *args, **kwargs)
            if self.watch.on:
                try:
                    self._see(adapter_of(type(primitive)))
                    self.watch.entry(primitive, place_of_caller())
                except Exception as error:
                    self.watch.failed(error)

        return __init__

    # Guards.

    def _observe_guards(self) -> None:
        watch, guard = self.watch, _guard.Guard

        def init(_: Any) -> Any:
            def __init__(self: Any) -> None:
                watch.guards[id(self)] = None
                watch.inside.guard = id(self)

            return __init__

        def enter(original: Any) -> Any:
            @functools.wraps(original)
            def __enter__(self: Any) -> None:
                original(self)
                _quietly(watch, _entered, watch, id(self))

            return __enter__

        def exit_(original: Any) -> Any:
            @functools.wraps(original)
            def __exit__(self: Any, *exc_info: object) -> None:
                watch.inside.releasing = watch.guards.get(id(self))
                try:
                    original(self, *exc_info)
                finally:
                    watch.inside.releasing = None

            return __exit__

        def dropped(_: Any) -> Any:
            def __del__(self: Any) -> None:
                _quietly(watch, watch.guard_dropped, id(self))

            return __del__

        self._replace(guard, "__init__", init)
        self._replace(guard, "__enter__", enter)
        self._replace(guard, "__exit__", exit_)
        self._replace(guard, "__del__", dropped)


def _entered(watch: Watch, key: int) -> None:
    hold = watch.guards.get(key)
    if hold is not None and watch.on:
        watch.moved(hold)


def _quietly(watch: Watch, function: Callable[..., object], *args: Any) -> None:
    try:
        function(*args)
    except Exception as error:
        watch.failed(error)


def _methods(adapter: str) -> Iterator[tuple[type, str, Any, Any]]:
    for cls in _subclasses(plain.Bound):
        if cls.__module__.partition(".")[0] != adapter:
            continue
        for name, operation in operations_of(cls).items():
            original = next((vars(base)[name] for base in cls.__mro__ if name in vars(base)), None)
            if isinstance(original, FunctionType):
                yield cls, name, operation, original


def _subclasses(cls: type) -> list[type]:
    found: dict[type, None] = dict.fromkeys(cls.__subclasses__())
    for child in list(found):
        found.update(dict.fromkeys(_subclasses(child)))
    return list(found)
