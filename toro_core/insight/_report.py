"""A dump as text for a terminal."""

from __future__ import annotations

from typing import Any

__all__ = ["counted", "duration", "text"]


def text(data: dict[str, Any]) -> str:
    """What is going on, the primitives at which nothing happens left out."""
    busy = [each for each in data["primitives"] if _is_busy(each)]
    lines = [_headline(data, len(busy))]
    for cycle in data["deadlocks"]:
        lines += ["", "DEADLOCK: these tasks wait for each other", *map(_link, cycle)]
    for primitive in busy:
        lines += ["", *_primitive(primitive)]
    if data["findings"]:
        lines += ["", "Warnings so far:"]
        lines += [f"  {each['kind']}: {_indented(each['text'])}" for each in data["findings"]]
    if data["errors"]:
        lines += ["", f"Faults within insight: {data['errors']}, the last {data['last_error']}"]
    return "\n".join(lines)


def _headline(data: dict[str, Any], busy: int) -> str:
    waiting = sum(len(each["waits"]) for each in data["primitives"])
    return (
        f"Toro {data['toro']}, process {data['pid']}, {data['when']}:"
        f" {counted(len(data['primitives']), 'primitive')}, {busy} in use,"
        f" {counted(waiting, 'wait')}, {counted(len(data['deadlocks']), 'deadlock')}"
    )


def _is_busy(primitive: dict[str, Any]) -> bool:
    statistics = primitive["statistics"]
    return bool(
        primitive["waits"]
        or primitive["holds"]
        or statistics.get("locked")
        or statistics.get("size")
        or statistics.get("unfinished_tasks")
    )


def _primitive(primitive: dict[str, Any]) -> list[str]:
    made = f", made at {primitive['made']}" if primitive["made"] else ""
    state = ", ".join(_state(primitive["statistics"]))
    lines = [f"{primitive['label']} of {primitive['adapter']}: {state}{made}"]
    lines += [f"  {_hold(each)}" for each in primitive["holds"]]
    lines += [f"  {_wait(each)}" for each in primitive["waits"]]
    return lines


def _state(statistics: dict[str, Any]) -> list[str]:
    words = []
    for key, value in statistics.items():
        if key == "locked":
            words.append("locked" if value else "unlocked")
        elif value is True:
            words.append(key.replace("_", " "))
        elif value not in (None, False) and not isinstance(value, dict):
            words.append(f"{key.replace('_', ' ')} {value}")
    return words


def _hold(hold: dict[str, Any]) -> str:
    mode = {"read": "read by", "write": "written by"}.get(hold["mode"], "held by")
    ended = ", which has ended" if hold["ended"] else ""
    return f"{mode} {_task(hold)}{ended} for {duration(hold['age'])}{_at('acquired', hold)}"


def _wait(wait: dict[str, Any]) -> str:
    age = "" if wait["age"] is None else f" for {duration(wait['age'])}"
    deadline = "" if wait["deadline"] is None else f", deadline {wait['deadline']:.3f}"
    mode = "waits" if wait["mode"] == "wait" else f"waits to {wait['mode']}"
    return f"{wait['place']}. {_task(wait)} {mode}{age}{_at('called', wait)}{deadline}"


def _link(link: dict[str, Any]) -> str:
    way = "behind" if link["held_as"] == "line" else "held by"
    where = f" at {link['where']}" if link["where"] else ""
    acquired = f", acquired at {link['acquired']}" if link["acquired"] else ""
    return (
        f"  task {link['task']!r} waits for {link['primitive']}{where}\n"
        f"    {way} task {link['holder']!r}{acquired}"
    )


def _task(each: dict[str, Any]) -> str:
    if each["task"] is not None:
        return f"task {each['task']!r}"
    return "no task" if each["where"] else "somebody"


def _at(word: str, each: dict[str, Any]) -> str:
    return f", {word} at {each['where']}" if each["where"] else ""


def _indented(lines: str) -> str:
    return lines.replace("\n", "\n  ")


def counted(number: int, noun: str) -> str:
    """``1 wait``, ``2 waits``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def duration(seconds: float) -> str:
    """In a unit that suits it."""
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-6:.3g} us"
