"""What importing an adapter takes, beside what it needs and as many modules that are empty."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from ..exact import in_child

__all__ = ["table"]

# Of the standard library: queue.Empty, timedelta, the order of a priority queue, annotations.
_NEEDED = "queue, datetime, bisect, __future__"

# The classes of each module that an adapter brings.
_COUNT = f"""
import asyncio, sys, {_NEEDED}
before = set(sys.modules)
import toro_asyncio
for name in set(sys.modules) - before:
    own = [each for each in vars(sys.modules[name]).values() if isinstance(each, type)]
    print(sum(each.__module__ == name for each in own))
"""

_IMPORT = """
import {given}, sys, time
sys.path.insert(0, {folder!r})
start = time.process_time()
import {module}
print(1e3 * (time.process_time() - start))
"""


def table(times: int = 15) -> str:
    """Milliseconds of CPU time, the medians of interleaved runs."""
    classes = [int(word) for word in _words(_COUNT)]
    rungs = {
        "what it needs of the standard library": ("asyncio", _NEEDED),
        f"and {len(classes)} modules that are empty": ("asyncio", f"{_NEEDED}, empty"),
        f"and {sum(classes)} classes in them, which are empty": (
            "asyncio",
            f"{_NEEDED}, classes",
        ),
        "`toro_asyncio`": ("asyncio", "toro_asyncio"),
        "`asyncio` itself": ("sys", "asyncio"),
    }
    taken: dict[str, list[float]] = {name: [] for name in rungs}
    with tempfile.TemporaryDirectory() as folder:
        _write(Path(folder, "empty"), [0] * (len(classes) - 1))
        _write(Path(folder, "classes"), classes[1:])
        for again in range(times + 1):
            for name, (given, module) in rungs.items():
                (word,) = _words(_IMPORT.format(folder=folder, given=given, module=module))
                if again:  # the first has compiled them
                    taken[name].append(float(word))
    lines = ["| importing | ms |", "|---|---|"]
    lines += [f"| {name} | {median(each):.1f} |" for name, each in taken.items()]
    return "\n".join(lines)


def _words(script: str) -> list[str]:
    words = in_child(script)
    assert words is not None, script
    return words


def _write(package: Path, classes: Sequence[int]) -> None:
    """A package of modules with so many classes each."""
    package.mkdir()
    names = [f"_{place}" for place in range(len(classes))]
    for name, count in zip(names, classes, strict=True):
        text = "".join(f"class C{each}:\n    __slots__ = ()\n" for each in range(count))
        package.joinpath(f"{name}.py").write_text(text)
    package.joinpath("__init__.py").write_text(f"from . import {', '.join(names)}\n")
