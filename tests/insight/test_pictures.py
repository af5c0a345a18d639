"""The picture of a timeline and its summary, to the letter."""

from __future__ import annotations

from typing import Any

import pytest

from toro_core.insight._picture import picture
from toro_core.insight._summary import summary
from toro_core.insight._timeline import Bar, Timeline

AXIS = ' stroke="#dddddd"/><text x="%s" y="%s" text-anchor="middle" fill="#666666">%s s</text>'
LEGEND = """\
<rect x="800" y="11" width="12" height="12" fill="#e8a33d"/>
<text x="817" y="21" fill="#222222">waits</text>
<rect x="880" y="11" width="12" height="12" fill="#3d7ea6"/>
<text x="897" y="21" fill="#222222">holds</text>
"""


def bars_of(*bars: tuple[Any, ...]) -> tuple[Bar, ...]:
    """Of each kind, task, its number, label, start and end."""
    return tuple(
        Bar(kind, task, number, label, "", float(start), float(end), "", None)
        for kind, task, number, label, start, end in bars
    )


def ticks(height: int, *ticks: tuple[str, str]) -> str:
    return "".join(
        f'<path d="M{x} 38V{height - 24}"{AXIS % (x, height - 10, seconds)}\n'
        for x, seconds in ticks
    )


def test_a_picture_has_a_row_for_each_track() -> None:
    tracks: list[Any] = [
        ("<a>", [("wait", 0.0, 1.5, "wait Lock 'a' & <b>"), ("hold", 1.5, 1.501, "hold c")]),
        ("x" * 22, []),
        ("y" * 23, [("hold", 0.5, 5.0, "hold d")]),
    ]
    assert picture(tracks, 5.0, "<title>") == (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 140" font-family="sans-serif"'
        ' font-size="11">\n'
        '<rect width="960" height="140" fill="#ffffff"/>\n'
        '<text x="10" y="20" font-size="14" fill="#222222">&lt;title&gt;</text>\n'
        f"{LEGEND}"
        + ticks(
            140,
            *(("150.0", "0"), ("229.0", "0.5"), ("308.0", "1"), ("387.0", "1.5")),
            *(("466.0", "2"), ("545.0", "2.5"), ("624.0", "3"), ("703.0", "3.5")),
            *(("782.0", "4"), ("861.0", "4.5"), ("940.0", "5")),
        )
        + '<text x="142" y="55" text-anchor="end" fill="#222222">&lt;a&gt;</text>\n'
        '<rect x="150.0" y="44" width="237.0" height="14" rx="2" fill="#e8a33d"'
        " fill-opacity=\"0.9\"><title>wait Lock 'a' &amp; &lt;b&gt;</title></rect>\n"
        '<rect x="387.0" y="44" width="1.0" height="14" rx="2" fill="#3d7ea6"'
        ' fill-opacity="0.9"><title>hold c</title></rect>\n'
        '<text x="142" y="77" text-anchor="end" fill="#222222">xxxxxxxxxxxxxxxxxxxxxx</text>\n'
        '<text x="142" y="99" text-anchor="end" fill="#222222">yyyyyyyyyyyyyyyyyyyyy…</text>\n'
        '<rect x="229.0" y="88" width="711.0" height="14" rx="2" fill="#3d7ea6"'
        ' fill-opacity="0.9"><title>hold d</title></rect>\n'
        "</svg>\n"
    )


def test_a_picture_of_nothing() -> None:
    assert picture([], 0.0, "") == (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 74" font-family="sans-serif"'
        ' font-size="11">\n'
        '<rect width="960" height="74" fill="#ffffff"/>\n'
        '<text x="10" y="20" font-size="14" fill="#222222"></text>\n'
        f"{LEGEND}{ticks(74, ('150.0', '0'))}</svg>\n"
    )


@pytest.mark.parametrize(
    ("end", "number", "last"),
    [(1e-6, 2, "1e-06"), (3e-6, 4, "3e-06"), (9.5, 10, "9"), (10.0, 11, "10"), (20.0, 11, "20"),
     (20.5, 5, "20"), (50.0, 11, "50"), (60.0, 7, "60"), (12345.0, 7, "12000")],
)  # fmt: skip
def test_a_picture_has_an_axis_of_round_seconds(end: float, number: int, last: str) -> None:
    told = picture([], end, "")
    assert told.count("<path ") == number
    assert told.rstrip().endswith(f">{last} s</text>\n</svg>")


def test_a_summary_has_what_took_longest_first_and_a_line_for_each_task() -> None:
    bars = bars_of(
        ("hold", "baker", 1, "Lock 'oven'", 0, 6),
        ("wait", "clerk", 2, "Lock 'oven'", 1, 6),
        ("wait", "a task whose name is long", 3, f"Queue {'q' * 40!r}", 2, 2),
        ("wait", "baker", 1, "Lock 'a'", 5, 6),
        ("wait", "clerk", 2, "Event #3", 5, 8),
        ("hold", "clerk", 2, "Lock 'oven'", 6, 9),
        ("hold", "baker", 1, "Lock 'a'", 7, 7.5),
        ("hold", "baker", 1, "Lock 'b'", 7.5, 8),
        ("hold", "baker", 1, "Lock 'b'", 7.75, 10),
    )
    assert summary(Timeline(bars, 10.0)) == (
        "10 s, 4 waits, 5 holds\n"
        "\n"
        "Waited for                         times      total    longest\n"
        "  Lock 'oven'                          1        5 s        5 s\n"
        "  Event #3                             1        3 s        3 s\n"
        "  Lock 'a'                             1        1 s        1 s\n"
        "  Queue 'qqqqqqqqqqqqqqqqqqqqqqq       1       0 us       0 us\n"
        "\n"
        "Held                               times      total    longest\n"
        "  Lock 'oven'                          2        9 s        6 s\n"
        "  Lock 'b'                             2     2.75 s     2.25 s\n"
        "  Lock 'a'                             1     500 ms     500 ms\n"
        "\n"
        "Each task from the start to the end: - waits, # holds, + both\n"
        "               baker |##############################+++++++     ##################|\n"
        "               clerk |      ------------------------------+++++++++++++######     |\n"
        "a task whose name is |            -                                               |"
    )


def test_a_summary_of_one_moment() -> None:
    assert summary(Timeline(bars_of(("hold", "baker", 1, "Lock 'a'", 0, 0)), 0.0)) == (
        "0 us, 0 waits, 1 hold\n"
        "\n"
        "Held                               times      total    longest\n"
        "  Lock 'a'                             1       0 us       0 us\n"
        "\n"
        "Each task from the start to the end: - waits, # holds, + both\n"
        "               baker |#                                                           |"
    )
