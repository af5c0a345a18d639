"""Refusing what only the real world can do, with the advice what to do instead."""

from __future__ import annotations

import functools
import sys
import time
from typing import TYPE_CHECKING, Any

from ._errors import NotSimulated
from ._state import running

if TYPE_CHECKING:
    from ._loop import Loop

__all__ = ["advise", "foreign", "guard_against_the_real_world"]

_IO = "give it a stand-in whose calls await toro_sim.sleep(…) or toro_sim.checkpoint()"

# Audit events of Python, and the advice.
_REFUSED = {
    "time.sleep": "await toro_sim.sleep(…), which costs no real time",
    "socket.__new__": _IO,
    "socket.getaddrinfo": _IO,
    "subprocess.Popen": _IO,
    "os.system": _IO,
    "_thread.start_new_thread": "start a task with toro_sim.spawn(…) or a task group",
    "_thread.start_joinable_thread": "start a task with toro_sim.spawn(…) or a task group",
}


def foreign(trap: object) -> NotSimulated:
    """The error for a task that awaited another loop's thing."""
    module = type(trap).__module__.partition(".")[0].lstrip("_")
    if trap is None:
        what = "a bare yield, such as asyncio.sleep(0)"
    else:
        what = f"{trap!r}" + (f" of {module}" if module != "builtins" else "")
    return NotSimulated(
        f"a task awaited {what}, which toro_sim cannot simulate; pass the namespace to your code"
        " and await its sleep(), checkpoint(), primitives and task groups instead"
    )


def advise(error: BaseException) -> None:
    """Add advice to the error that another library raises when its loop does not run."""
    text = str(error)
    if isinstance(error, RuntimeError) and (
        "no running event loop" in text or "must be called from async context" in text
    ):
        error.add_note(
            "toro_sim: that is a call of a real event loop; pass the namespace to your code and"
            " use its sleep(), current_time(), spawn() and task groups instead"
        )


def _hook(event: str, args: tuple[Any, ...]) -> None:  # pragma: no cover - Python traces no hooks
    advice = _REFUSED.get(event)
    if advice is not None:
        loop = running.loop
        if loop is not None and loop.guarded and loop.current is not None and not loop.closed:
            raise NotSimulated(f"a simulated task called {event}: {advice}")


def guard_against_the_real_world(loop: Loop) -> None:
    """Guard *loop*.  The hook is installed once, as it cannot be taken out, and minds no other."""
    global _installed
    loop.guarded = True
    if not _installed:
        _installed = True
        sys.addaudithook(_hook)
        if sys.version_info < (3, 13):  # pragma: no cover - it has no audit event
            time.sleep = _audited(time.sleep, "time.sleep")


def _audited(function: Any, event: str) -> Any:  # pragma: no cover - for older Pythons
    @functools.wraps(function)
    def audited(*args: Any) -> Any:
        sys.audit(event, *args)
        return function(*args)

    return audited


_installed = False
