"""Bad arguments get a clear error before anything changes; the same one on every loop."""

from __future__ import annotations

import math
from typing import Any, TypeGuard

__all__ = ["check_exception", "check_max_readers", "check_maxsize", "check_n", "check_value"]


def _is_int(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def check_value(value: object) -> int:
    """The initial value of a semaphore."""
    if not _is_int(value):
        raise TypeError(f"value must be an int, not {value!r}")
    if value < 0:
        raise ValueError(f"value must be 0 or more, not {value!r}")
    return value


def check_max_readers(max_readers: object) -> int | None:
    """None for no limit."""
    if max_readers is None:
        return None
    if not _is_int(max_readers):
        raise TypeError(f"max_readers must be an int or None for no limit, not {max_readers!r}")
    if max_readers < 1:
        raise ValueError(
            f"max_readers must be 1 or more, or None for no limit, not {max_readers!r}"
        )
    return max_readers


def check_n(n: object) -> int:
    """How many to notify."""
    if not _is_int(n):
        raise TypeError(f"n must be an int, not {n!r}")
    if n < 0:
        raise ValueError(f"n must be 0 or more, not {n!r}")
    return n


def check_maxsize(maxsize: object, items: int = 0) -> int:
    """0 is no limit; a fraction is rounded up, as 1.3 items fill a second slot."""
    if isinstance(maxsize, bool) or not isinstance(maxsize, (int, float)):
        raise TypeError(f"maxsize must be a number, 0 for no limit, not {maxsize!r}")
    if maxsize != maxsize or maxsize < 0:
        raise ValueError(f"maxsize must be 0 (no limit) or more, not {maxsize!r}")
    size = 0 if maxsize == math.inf else math.ceil(maxsize)
    if size and items > size:
        raise ValueError(f"{items} initial items do not fit in a queue of maxsize {size}")
    return size


def check_exception(error: object, cancellations: tuple[type[BaseException], ...]) -> BaseException:
    """An exception that may be stored and raised in whoever asks for it."""
    if isinstance(error, type) and issubclass(error, BaseException):
        error = error()
    if not isinstance(error, BaseException):
        raise TypeError(f"set_exception() takes an exception, not {error!r}")
    if isinstance(error, cancellations):
        raise TypeError(
            f"{type(error).__name__} cannot be the result:"
            " those who get it could not tell it from a cancellation of their own"
        )
    return error


def reraise(error: BaseException, traceback: Any) -> None:
    """Raise *error* for one of many readers, with the traceback it was stored with.

    Each raise would else lengthen the traceback for the next, and tell it what the reader before
    was handling.
    """
    context = error.__context__
    try:
        raise as_raised(error).with_traceback(traceback)
    finally:
        object.__setattr__(error, "__context__", context)  # it may be of a frozen class
        del error, traceback, context  # a frame in the traceback must not hold the exception


def as_raised(error: BaseException) -> BaseException:
    """*error*, or what stands for it where it would end the coroutine that gets it."""
    if not isinstance(error, (StopIteration, GeneratorExit)):
        return error
    stand_in = RuntimeError(f"the result is a {type(error).__name__}")
    stand_in.__cause__ = error
    return stand_in
