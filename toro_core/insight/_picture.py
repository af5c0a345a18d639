"""A timeline as an SVG picture, with nothing but the standard library."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

__all__ = ["picture"]

Strip = tuple[str, float, float, str]
"""Its kind, where it starts and ends, and what it says when one points at it."""

_WIDTH, _MARGIN, _ROW, _BAR, _TOP = 960, 150, 22, 14, 44
_COLORS = {"wait": "#e8a33d", "hold": "#3d7ea6"}
_STEPS = (1, 2, 5)


def picture(tracks: Sequence[tuple[str, Sequence[Strip]]], end: float, title: str) -> str:
    """One row for each track, from 0 to *end* seconds."""
    height = _TOP + _ROW * len(tracks) + 30
    scale = (_WIDTH - _MARGIN - 20) / (end or 1.0)
    size = f'viewBox="0 0 {_WIDTH} {height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="11">',
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="10" y="20" font-size="14" fill="#222222">{escape(title)}</text>',
        *_legend(),
        *_axis(end, scale, height),
    ]
    for row, (name, strips) in enumerate(tracks):
        parts += _track(name, strips, _TOP + row * _ROW, scale)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _legend() -> list[str]:
    parts = []
    for index, (kind, color) in enumerate(_COLORS.items()):
        x = _WIDTH - 160 + index * 80
        parts.append(f'<rect x="{x}" y="11" width="12" height="12" fill="{color}"/>')
        parts.append(f'<text x="{x + 17}" y="21" fill="#222222">{kind}s</text>')
    return parts


def _axis(end: float, scale: float, height: int) -> list[str]:
    parts = []
    step = _step(end)
    number = 0
    while number * step <= end:
        x = _MARGIN + number * step * scale
        parts.append(
            f'<path d="M{x:.1f} {_TOP - 6}V{height - 24}" stroke="#dddddd"/>'
            f'<text x="{x:.1f}" y="{height - 10}" text-anchor="middle" fill="#666666">'
            f"{number * step:.6g} s</text>"
        )
        number += 1
    return parts


def _step(end: float) -> float:
    """A round number of seconds, so that there are at most ten of them."""
    size = 1e-6
    while True:
        for step in _STEPS:
            if size * step * 10 >= end:
                return size * step
        size *= 10


def _track(name: str, strips: Sequence[Strip], y: int, scale: float) -> list[str]:
    middle = y + _BAR - 3
    short = name if len(name) <= 22 else f"{name[:21]}…"
    style = 'text-anchor="end" fill="#222222"'
    parts = [f'<text x="{_MARGIN - 8}" y="{middle}" {style}>{escape(short)}</text>']
    for kind, start, stop, words in strips:
        parts.append(
            f'<rect x="{_MARGIN + start * scale:.1f}" y="{y}"'
            f' width="{max(1.0, (stop - start) * scale):.1f}" height="{_BAR}" rx="2"'
            f' fill="{_COLORS[kind]}" fill-opacity="0.9"><title>{escape(words)}</title></rect>'
        )
    return parts
