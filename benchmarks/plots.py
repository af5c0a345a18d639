"""The results of a run as SVG, the same bytes for the same results."""

from pathlib import Path
from typing import Any

from .measure import compare
from .report import FLOORS, LOOPS, NATIVE, OURS
from .shares import LAYERS

__all__ = ["draw"]

COLOURS = {
    "toro": "#0b6e4f",
    "toro-anyio": "#3fa34d",
    "floor": "#b0b0b0",
    "floor+turn": "#d0d0d0",
    "floor+promises": "#909090",
    "floor+turn+promises": "#909090",
    "floor+either+promises": "#909090",
    "asyncio": "#c8553d",
    "tornado": "#c8553d",
    "trio": "#c8553d",
    "anyio": "#588b8b",
    "anyio-fast": "#8fb8b8",
}
OTHER = "#f28f3b"
LAYER_COLOURS = dict(
    zip(LAYERS, ("#b0b0b0", "#0b6e4f", "#3fa34d", "#f28f3b", "#e6e6e6"), strict=True)
)


def draw(results: dict[str, Any], folder: Path) -> None:
    """Write what there is to see."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "toro", "svg.fonttype": "none", "font.size": 9})
    for loop in LOOPS:
        _speed(results, loop, folder)
        _growth(results, loop, folder)
    _shares(results, folder)


def _save(figure: Any, path: Path) -> None:
    from matplotlib import pyplot

    figure.savefig(path, metadata={"Date": None, "Creator": None}, bbox_inches="tight")
    pyplot.close(figure)


def _speed(results: dict[str, Any], loop: str, folder: Path) -> None:
    """Every kit's time over that of the loop's own, on a logarithmic axis; left is faster."""
    from matplotlib import pyplot

    native = f"{loop}/{NATIVE[loop]}"
    rows = {name: kits for name, kits in results["speed"].items() if native in kits}
    if not rows:
        return
    figure, axes = pyplot.subplots(figsize=(8, 0.28 * len(rows) + 1))
    labelled = set()
    for place, kits in enumerate(rows.values()):
        for name, times in kits.items():
            library = name.partition("/")[2]
            if not name.startswith(f"{loop}/") or name == native:
                continue
            ratio = compare(times, kits[native])
            ours = library in OURS
            axes.plot(
                [ratio.median],
                [place],
                marker="D" if ours else "|" if library in FLOORS else "o",
                markersize=6 if ours else 5,
                linestyle="",
                color=COLOURS.get(library, OTHER),
                zorder=3 if ours else 2,
                label=None if library in labelled else library,
            )
            labelled.add(library)
    axes.axvline(1, color=COLOURS[NATIVE[loop]], linewidth=1)
    axes.set_xscale("log")
    axes.set_xticks(
        [0.1, 0.2, 0.5, 1, 2, 5, 10, 20], ["0.1", "0.2", "0.5", "1", "2", "5", "10", "20"]
    )
    axes.set_yticks(range(len(rows)), rows)
    axes.invert_yaxis()
    axes.grid(axis="x", linewidth=0.3)
    axes.set_xlabel(f"time, as a multiple of {NATIVE[loop]}'s own on {loop}; less is better")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
    _save(figure, folder / f"speed-{loop}.svg")


def _growth(results: dict[str, Any], loop: str, folder: Path) -> None:
    """Cost of a waiter against the size of the crowd: what is linear is flat."""
    from matplotlib import pyplot

    chosen = ("crowd/cancel/lock/newest-first", "crowd/expire/lock/random", "crowd/burst/semaphore")
    rows = {name: results["crowds"][name] for name in chosen if name in results["crowds"]}
    if not any(name.startswith(f"{loop}/") for kits in rows.values() for name in kits):
        return
    figure, panels = pyplot.subplots(1, len(rows), figsize=(10, 3), sharey=True, squeeze=False)
    for axes, (title, kits) in zip(panels[0], rows.items(), strict=True):
        for name, known in kits.items():
            library = name.partition("/")[2]
            if name.startswith(f"{loop}/") and known:
                sizes = [int(n) for n in known]
                times = [min(values) / 1e3 for values in known.values()]
                axes.plot(
                    sizes, times, marker=".", color=COLOURS.get(library, OTHER), label=library
                )
        axes.set(xscale="log", yscale="log", title=title.removeprefix("crowd/"), xlabel="waiters")
        axes.grid(linewidth=0.3)
    panels[0][0].set_ylabel("µs per waiter")
    panels[0][-1].legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
    _save(figure, folder / f"crowds-{loop}.svg")


def _shares(results: dict[str, Any], folder: Path) -> None:
    from matplotlib import pyplot

    ours = list(dict.fromkeys(kit for kits in results["shares"].values() for kit in kits))
    for kit in ours:
        rows = {name: kits[kit] for name, kits in results["shares"].items() if kit in kits}
        figure, axes = pyplot.subplots(figsize=(7, 0.28 * len(rows) + 1))
        left = [0.0] * len(rows)
        for layer in LAYERS:
            widths = [row[layer] for row in rows.values()]
            axes.barh(list(rows), widths, left=left, color=LAYER_COLOURS[layer], label=layer)
            left = [a + b for a, b in zip(left, widths, strict=True)]
        axes.invert_yaxis()
        axes.set_xlim(0, 1)
        axes.set_xlabel(f"share of CPU time, {kit}")
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
        _save(figure, folder / f"shares-{kit.replace('/', '-')}.svg")
