"""Every sequence of moves up to a depth, the shortest first, unless it leads nowhere new."""

from __future__ import annotations

import gc
from typing import NamedTuple

from .operations import Move
from .worlds import WORLDS, World

__all__ = ["Search", "search"]

Path = tuple[Move, ...]


class Search(NamedTuple):
    """How much was looked at, and the shortest sequence that goes wrong, with its end."""

    states: int
    sequences: int
    error: str | None = None
    path: Path = ()

    def __str__(self) -> str:
        steps = [" ".join(map(str, move)).replace("_", " ") for move in self.path]
        return "\n    ".join([self.error or "clean", *steps])


def search(name: str, depth: int, waiting: int = 2) -> Search:
    """Make up to *depth* moves after the first, with so many operations that may have to wait."""
    searcher = Searcher(name, waiting)
    paths = [searcher.first]
    error, made = None, []
    gc.disable()  # a finalizer runs where the last reference goes, and nowhere else
    try:
        for _ in range(depth + 1):
            paths = [longer for path in paths for longer in searcher.visit(path)]
    except Exception as wrong:
        error, made = f"{type(wrong).__name__}: {wrong}", searcher.world.made[:]
    finally:
        searcher.world.close()
        gc.enable()
    return Search(len(searcher.seen), searcher.sequences, error, tuple(made))


class Searcher:
    def __init__(self, name: str, waiting: int) -> None:
        self.make, first = WORLDS[name]
        self.first: Path = tuple(("start", kind) for kind in first)
        self.most = len(first) + waiting
        self.seen: set[bytes] = set()
        self.sequences = 0
        self.world = self.make(self.most)

    def visit(self, path: Path) -> list[Path]:
        """If *path* leads to a new state, finish there in each way, and say what can follow."""
        self.sequences += 1
        if self.sequences % 1000 == 0:
            gc.collect()
        world = self.play(path)
        state = world.portrait()
        if state in self.seen:
            return []
        self.seen.add(state)
        following = [(*path, move) for move in world.moves()]
        world.finish_by_looking()
        self.play(path).finish_by_leaving()
        return following

    def play(self, path: Path) -> World:
        self.world.close()
        self.world = self.make(self.most)
        for move in path:
            self.world.make(*move)
        return self.world
