"""A timeline summed up for a terminal."""

from __future__ import annotations

from collections import defaultdict

from ._report import counted, duration
from ._timeline import Bar, Timeline, lanes

__all__ = ["summary"]

_COLUMNS = 60


def summary(timeline: Timeline) -> str:
    """How long was waited for what, the longest first, and a line for each task."""
    waits, holds = _sorted_by_label(timeline, "wait"), _sorted_by_label(timeline, "hold")
    totals = [
        counted(sum(map(len, groups.values())), noun)
        for noun, groups in (("wait", waits), ("hold", holds))
    ]
    lines = [", ".join([duration(timeline.end), *totals])]
    for title, groups in (("Waited for", waits), ("Held", holds)):
        if groups:
            lines += ["", f"{title:<32} {'times':>7} {'total':>10} {'longest':>10}"]
            lines += [_row(label, bars) for label, bars in groups.items()]
    lines += ["", "Each task from the start to the end: - waits, # holds, + both"]
    lines += [f"{name[:20]:>20} |{_strip(bars, timeline.end)}|" for name, bars in _tasks(timeline)]
    return "\n".join(lines)


def _sorted_by_label(timeline: Timeline, kind: str) -> dict[str, list[Bar]]:
    groups: defaultdict[str, list[Bar]] = defaultdict(list)
    for bar in timeline.bars:
        if bar.kind == kind:
            groups[bar.label].append(bar)
    return dict(sorted(groups.items(), key=lambda item: -_total(item[1])))


def _row(label: str, bars: list[Bar]) -> str:
    longest = max(bar.end - bar.start for bar in bars)
    return f"  {label[:30]:<30} {len(bars):>7} {duration(_total(bars)):>10} {duration(longest):>10}"


def _total(bars: list[Bar]) -> float:
    return sum(bar.end - bar.start for bar in bars)


def _tasks(timeline: Timeline) -> list[tuple[str, list[Bar]]]:
    tasks: dict[int, tuple[str, list[Bar]]] = {}
    for _, bars in lanes(timeline.bars):
        for bar in bars:
            tasks.setdefault(bar.task_number, (bar.task, []))[1].append(bar)
    return list(tasks.values())


def _strip(bars: list[Bar], end: float) -> str:
    cells: list[set[str]] = [set() for _ in range(_COLUMNS)]
    for bar in bars:
        first = _column(bar.start, end)
        for column in range(first, max(first, _column(bar.end, end)) + 1):
            cells[column].add(bar.kind)
    return "".join("+" if len(cell) == 2 else _SIGNS[min(cell, default="")] for cell in cells)


_SIGNS = {"": " ", "wait": "-", "hold": "#"}


def _column(at: float, end: float) -> int:
    return min(_COLUMNS - 1, int(at / end * _COLUMNS)) if end else 0
