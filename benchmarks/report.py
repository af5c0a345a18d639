"""The results of a run as Markdown."""

from collections.abc import Iterable, Sequence
from typing import Any

from .goals import Verdict, judge
from .measure import compare, exponent
from .shares import LAYERS

__all__ = ["goals_table", "markdown"]

LOOPS = ("asyncio", "uvloop", "tornado", "trio")
OURS = ("toro", "toro-anyio")
FLOORS = ("floor", "floor+turn", "floor+promises", "floor+turn+promises", "floor+either+promises")
NATIVE = {"asyncio": "asyncio", "uvloop": "asyncio", "tornado": "tornado", "trio": "trio"}


def markdown(results: dict[str, Any]) -> str:
    """All of it."""
    sections = [_machine(results)]
    if results["speed"]:
        sections += ["## Goals", goals_table(results["speed"])]
        sections += [part for loop in LOOPS for part in _speed(results, loop)]
    if results["crowds"]:
        sections += [part for loop in LOOPS for part in _crowds(results, loop)]
    if results["shares"]:
        sections += _shares(results)
    if results["exact"]:
        sections += _exact(results["exact"])
    if results["left_out"]:
        sections += ["## Left out", "\n".join(f"- {line}" for line in results["left_out"])]
    return "\n\n".join(sections) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(map(str, row)) + " |" for row in rows]
    return "\n".join(lines)


def _machine(results: dict[str, Any]) -> str:
    machine, plan = results["machine"], results["plan"]
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    return (
        f"Run `{results['name']}`: {machine['python']} ({machine['build']}), {machine['system']}, "
        f"{machine['cores']} cores, {machine['processor']}; {versions}. "
        f"{plan['rounds']} rounds, samples of {1e3 * plan['seconds']:.0f} ms of CPU time."
    )


def goals_table(speed: dict[str, Any]) -> str:
    """The goals by scenario and by pair: ratio, limit; bold where it is not met."""
    verdicts = judge(speed)
    missed = [verdict for verdict in verdicts if not verdict.met]
    excused = sum(verdict.promised_away for verdict in missed)
    head = (
        f"{len(verdicts) - len(missed)} of {len(verdicts)} goals are met. "
        f"Of the {len(missed)} others, {excused} are also missed by the floor that keeps the "
        "promises and does nothing else. "
        "In each cell: the median ratio, its quartiles, the goal; if it is missed, p is the ratio "
        "of that floor to the same rival."
    )
    parts = [head]
    for title, chosen in _kinds(verdicts).items():
        pairs = list(dict.fromkeys(verdict.pair for verdict in chosen))
        cells = {(verdict.goal.scenario, verdict.pair): _verdict(verdict) for verdict in chosen}
        rows = [
            [scenario, *(cells.get((scenario, pair), "") for pair in pairs)]
            for scenario in dict.fromkeys(verdict.goal.scenario for verdict in chosen)
        ]
        parts += [f"### {title}", table(["scenario", *pairs], rows)]
    return "\n\n".join(parts)


def _kinds(verdicts: list[Verdict]) -> dict[str, list[Verdict]]:
    kinds: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        kind = "the floor of the loop" if "/floor" in verdict.goal.rival else "the best known peer"
        kinds.setdefault(f"Against {kind}", []).append(verdict)
    return kinds


def _verdict(verdict: Verdict) -> str:
    ratio, limit = verdict.ratio, verdict.goal.limit
    text = f"{ratio} ({ratio.low:.2f}-{ratio.high:.2f}) ≤ {limit:.2f}"
    if verdict.met:
        return text
    least = "" if verdict.promises is None else f", p {verdict.promises}"
    return f"**{text}**{least}"


def _kits(rows: dict[str, Any], loop: str) -> list[str]:
    """The kits of a loop, in the order they were measured."""
    names: dict[str, None] = {}
    for kits in rows.values():
        names.update(dict.fromkeys(name for name in kits if name.startswith(f"{loop}/")))
    order = [
        f"{loop}/{library}" for library in FLOORS + OURS + (NATIVE[loop], "anyio", "anyio-fast")
    ]
    return sorted(names, key=lambda name: order.index(name) if name in order else len(order))


def _speed(results: dict[str, Any], loop: str) -> list[str]:
    speed = results["speed"]
    names = _kits(speed, loop)
    if not names:
        return []
    rows = [
        [scenario, *(_cell(kits, name, loop, results["yields"]) for name in names)]
        for scenario, kits in speed.items()
        if any(name in kits for name in names)
    ]
    note = (
        "Nanoseconds per operation, the best sample; in brackets the median ratio to "
        f"{NATIVE[loop]}'s own, or to the floor where {NATIVE[loop]} has none (f). "
        "Bold: a peer that is faster than ours."
    )
    return [
        f"## On {loop}",
        note,
        table(["scenario", *(name.partition("/")[2] for name in names)], rows),
    ]


def _cell(kits: dict[str, list[float]], name: str, loop: str, yields: dict[str, bool]) -> str:
    if name not in kits:
        return ""
    native = f"{loop}/{NATIVE[loop]}"
    reference, mark = (native, "") if native in kits else (_floor(name, loop, yields), "f")
    ratio = (
        f" ({compare(kits[name], kits[reference])}{mark})"
        if reference in kits and reference != name
        else ""
    )
    text = f"{min(kits[name]):.0f}{ratio}"
    return f"**{text}**" if _wins(kits, name, loop, yields) else text


def _floor(name: str, loop: str, yields: dict[str, bool]) -> str:
    return f"{loop}/floor+turn" if yields.get(name) and loop != "tornado" else f"{loop}/floor"


def _wins(kits: dict[str, list[float]], name: str, loop: str, yields: dict[str, bool]) -> bool:
    """Is this a peer, doing the same as ours, and faster by the median of ratios?"""
    library = name.partition("/")[2]
    if library in OURS + FLOORS:
        return False
    rivals = [f"{loop}/{ours}" for ours in OURS if f"{loop}/{ours}" in kits]
    alike = [ours for ours in rivals if yields.get(ours) == yields.get(name)]
    return any(compare(kits[name], kits[ours]).median < 0.98 for ours in alike)


def _crowds(results: dict[str, Any], loop: str) -> list[str]:
    crowds = results["crowds"]
    names = _kits(crowds, loop)
    if not names:
        return []
    rows = [
        [scenario.removeprefix("crowd/"), *(_growth(kits.get(name), results) for name in names)]
        for scenario, kits in crowds.items()
        if any(name in kits for name in names)
    ]
    sizes = " / ".join(f"{n:,}".replace(",", " ") for n in results["plan"]["crowds"])
    note = (
        f"Microseconds per waiter at n = {sizes}; in brackets how the whole grows between the two "
        "largest. -: would have taken too long."
    )
    return [
        f"## Crowds on {loop}",
        note,
        table(["", *(name.partition("/")[2] for name in names)], rows),
    ]


def _growth(known: dict[str, list[float]] | None, results: dict[str, Any]) -> str:
    if not known:
        return ""
    sizes = results["plan"]["crowds"]
    times = [f"{min(known[str(n)]) / 1e3:.1f}" if str(n) in known else "-" for n in sizes]
    growth = f" (n^{exponent({int(n): v for n, v in known.items()}):.2f})" if len(known) > 1 else ""
    return " / ".join(times) + growth


def _shares(results: dict[str, Any]) -> list[str]:
    """For each of ours, whose time it was, and how much of it is beyond the floor."""
    note = (
        "Shares of CPU time, by sampling: the loop; the machines of the core; the public classes "
        "of its shape; the host of the loop; the scenario itself. The last column is by "
        "subtraction: how much longer ours takes than the floor of its loop."
    )
    parts = ["## Where the time goes", note]
    ours = list(dict.fromkeys(kit for kits in results["shares"].values() for kit in kits))
    for kit in ours:
        rows = [
            [
                scenario,
                *(f"{kits[kit][layer]:.0%}" for layer in LAYERS),
                _beyond(results, scenario, kit),
            ]
            for scenario, kits in results["shares"].items()
            if kit in kits
        ]
        parts += [f"### {kit}", table(["scenario", *LAYERS, "beyond the floor"], rows)]
    return parts


def _beyond(results: dict[str, Any], scenario: str, kit: str) -> str:
    kits = results["speed"].get(scenario, {})
    floor = _floor(kit, kit.partition("/")[0], results["yields"])
    if kit not in kits or floor not in kits:
        return ""
    return f"{compare(kits[kit], kits[floor]).median - 1:+.0%}"


def _exact(exact: dict[str, Any]) -> list[str]:
    parts = ["## Exact figures"]
    kits = list(dict.fromkeys(kit for row in exact["calls"].values() for kit in row))
    parts += [
        "Python frames entered + functions of C called, per operation.",
        table(
            ["kit", *exact["calls"]],
            [
                [kit, *(_pair(row.get(kit), "{0:g}+{1:g}") for row in exact["calls"].values())]
                for kit in kits
            ],
        ),
    ]
    parts += [
        "Bytes and objects of the garbage collector per waiter, with its task.",
        _by_kit(exact["waiters"], lambda value: _pair(value, "{0:.0f} B, {1:g}")),
        "Bytes of an idle object with all it owns.",
        _by_kit(exact["idle"], lambda value: "" if value is None else f"{value:.0f}"),
        "Objects left to the garbage collector, per operation.",
        _by_kit(exact["garbage"], lambda value: "" if value is None else f"{value:g}"),
        "Import, beyond what the loop has imported already: CPU time and modules.",
        table(
            ["module", "milliseconds", "new modules"],
            [(module, *values) for module, values in exact["imports"].items()],
        ),
    ]
    return parts


def _pair(value: Sequence[float] | None, form: str) -> str:
    return "" if value is None else form.format(*value)


def _by_kit(rows: dict[str, dict[str, Any]], show: Any) -> str:
    columns = list(dict.fromkeys(column for row in rows.values() for column in row))
    return table(
        ["kit", *columns],
        [[kit, *(show(row.get(column)) for column in columns)] for kit, row in rows.items() if row],
    )
