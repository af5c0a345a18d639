"""What every primitive is, whatever its waits return: a machine that stays with one loop."""

from __future__ import annotations

from collections.abc import Callable
from types import GenericAlias
from typing import TYPE_CHECKING, Any, ClassVar, Generic, NoReturn, TypeVar

from .. import _errors
from .._describe import describe, loop_name, title
from .._naming import name_of, set_name
from ..machines import Machine, Settled

__all__ = ["AsyncWith", "Bound", "NoPlainWith", "Parametrized", "known_as"]

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])


def known_as(shared: Callable[..., Any]) -> Callable[[F], F]:
    """For a method that an adapter has written anew: to its users it is the *shared* one."""

    def decorate(own: F) -> F:
        own.__doc__, own.__qualname__ = shared.__doc__, shared.__qualname__
        own.__dict__["known_as"] = shared
        return own

    return decorate


class Bound:
    """A machine bound to a loop.

    An adapter's classes set ``_host``, and the exceptions where a user of its loop
    expects others.
    """

    __slots__ = ("__weakref__", "_machine")

    _host: ClassVar[Any]
    _Timeout: ClassVar[type[_errors.Timeout]] = _errors.Timeout
    _WouldBlock: ClassVar[type[_errors.WouldBlock]] = _errors.WouldBlock

    _machine: Machine

    def __init__(self, machine: Machine, name: str | None) -> None:
        self._machine = machine
        set_name(self, name)

    @property
    def name(self) -> str | None:
        """The name given to it, or None."""
        return name_of(self)

    def _home(self) -> Any:
        """The loop whose tasks use it now; None outside of any."""
        return self._host.home()

    def _wake(self, machine: Machine, settled: Settled) -> None:
        if settled:
            self._host.wake(machine, settled)

    # One loop at a time.

    def _check_home(self, machine: Machine) -> None:
        """Before it takes nothing, or is refused: is it at home here, or does it move along?"""
        home = self._home()
        if home is None:
            self._check_caller(machine)
        elif machine.home is not home:
            self._move(machine, home)

    def _move(self, machine: Machine, home: Any) -> None:
        """Make *home* the machine's; RuntimeError if it is busy elsewhere.

        ``if machine.home is not home`` before it is a frame less.
        """
        old = machine.home
        if old is not None and old is not home and machine.busy():
            if self._host.is_gone(old):
                machine.drop_everyone()
            if machine.busy():
                raise self._in_use(old, home)
        machine.home = home

    def _in_use(self, home: Any, here: Any) -> RuntimeError:
        where = "where no loop runs" if here is None else f"on {loop_name(here)}"
        over, there = (", which is over", "here") if self._host.is_gone(home) else ("", "there")
        return RuntimeError(
            f"{title(self)} is held or waited for on {loop_name(home)}{over}, so it cannot be used"
            f" {where}: release it {there} first, or give each loop an object of its own"
        )

    def _check_caller(self, machine: Machine) -> None:
        """RuntimeError if it is in use elsewhere; if it is not, it stays where it is all the same.

        ``if self._home() is not machine.home`` before it is a frame less.
        """
        here, home = self._home(), machine.home
        if here is home or home is None or not machine.busy():
            return
        if self._host.is_gone(home):
            machine.drop_everyone()
            return
        if here is not None:
            raise self._in_use(home, here)
        try:
            self._host.check_caller(home)
        except RuntimeError as error:
            raise RuntimeError(f"{title(self)}: {error}") from None

    # Looking at it.

    def _words(self) -> tuple[str, ...]:
        waiting = self._machine.waiting
        return (f"waiters[{waiting}]",) if waiting else ()

    def __repr__(self) -> str:
        return describe(self, self._words(), address=True)

    def __str__(self) -> str:
        return describe(self, self._words(), address=False)

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            f"{title(self)} cannot be copied or pickled: tasks of one loop wait at it;"
            " make a new one where it is needed"
        )


class NoPlainWith:
    """A plain ``with`` cannot wait; say what can."""

    __slots__ = ()

    _instead: ClassVar[str] = "`async with …:`, or `with await ….acquire():`"

    def _called(self) -> str:
        return title(self)

    if not TYPE_CHECKING:  # type checkers then say so too

        def __enter__(self) -> NoReturn:
            raise RuntimeError(
                f"{self._called()} in a plain `with`, which cannot wait: write {self._instead}"
            )

        def __exit__(self, *exc_info: object) -> None:
            """Never reached; `with` looks it up before it calls __enter__."""


class AsyncWith(NoPlainWith):
    """``async with`` holds it, by what a subclass makes of ``acquire`` and ``release``.

    Where none makes anything of them it need not call them, and takes a frame less each.
    """

    __slots__ = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if _is_newer(cls, "acquire", "__aenter__"):
            cls.__aenter__ = _acquire  # type: ignore[attr-defined]
        if _is_newer(cls, "release", "__aexit__"):
            cls.__aexit__ = _release  # type: ignore[attr-defined]


def _is_newer(cls: type, method: str, other: str) -> bool:
    """Does *method* come from a class that goes before the one *other* comes from?

    One that is known as the shared one does the same as that, and is not newer.
    """
    found = (
        name
        for base in cls.__mro__
        for name in (other, method)
        if name in vars(base) and not hasattr(vars(base)[name], "known_as")
    )
    return next(found, other) is method


async def _acquire(self: Any) -> None:
    await self.acquire()


async def _release(self: Any, exc_type: object, exc: object, tb: object) -> None:
    self.release()


if TYPE_CHECKING:

    class Parametrized(Generic[T]):
        """Of items of one type: ``Queue[int]``."""

else:

    class Parametrized:
        """As asyncio's queues do it: deriving from Generic costs 20 us for each class."""

        __slots__ = ()

        __class_getitem__ = classmethod(GenericAlias)
