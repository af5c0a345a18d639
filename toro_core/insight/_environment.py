"""The environment variable TORO_INSIGHT: insight without a change to the program.

Words separated by commas; ``1`` alone is enough:

==================  =================================================================
``1``, ``on``       on
``0``, ``off``      off, whatever else is said
``warn``            on; a deadlock is a warning instead of an exception
``signal``          on; SIGUSR1 dumps as text to standard error
``signal=FILE``     on; SIGUSR1 dumps as JSON to the file
``serve=PATH``      on; a dump for whoever connects to this Unix socket
``timeline=FILE``   on; at the end, the file gets the timeline: a picture if it ends in
                    ``.svg``, else JSON for Perfetto
==================  =================================================================
"""

from __future__ import annotations

import atexit
from typing import Any

from . import Recorder, disable, dump_on_signal, enable, serve
from ._warnings import warn

__all__ = ["apply", "parse"]

_FLAGS = {"1", "on", "warn", "signal"}
_SETTINGS = {"signal", "serve", "timeline"}


def parse(value: str) -> dict[str, str] | None:
    """What *value* asks for; None for nothing.  ValueError if it cannot be understood."""
    wanted: dict[str, str] = {}
    for word in filter(None, (word.strip() for word in value.split(","))):
        name, equals, setting = word.partition("=")
        if word in ("0", "off"):
            return None
        if not (name in _SETTINGS and setting if equals else name in _FLAGS):
            raise ValueError(
                f"TORO_INSIGHT: {word!r} is unknown; it may be 1, 0, warn, signal, signal=FILE,"
                " serve=PATH, timeline=FILE, or several of these with commas between them"
            )
        wanted[name] = setting
    return wanted or None


def apply(value: str) -> None:
    """Do as the environment says; what cannot be done is warned of, and the program goes on."""
    try:
        wanted = parse(value)
        if wanted is not None:
            _switch_on(wanted)
    except (ValueError, OSError) as error:
        disable()
        warn(f"insight stays off: {error}")


def _switch_on(wanted: dict[str, str]) -> None:
    hooks: list[Any] = []
    if "timeline" in wanted:
        recorder = Recorder()
        atexit.register(recorder.save, wanted["timeline"])
        hooks.append(recorder)
    on = enable(deadlock="warn" if "warn" in wanted else "raise", hooks=hooks)
    on._switched_on = ", switched on by TORO_INSIGHT in the environment"
    if "signal" in wanted:
        dump_on_signal(file=wanted["signal"] or None)
    if "serve" in wanted:
        atexit.register(serve(wanted["serve"]).close)
