"""Every state that can be reached, breadth first, and whether all lead back to rest."""

from __future__ import annotations

import marshal
from array import array
from collections.abc import Callable
from typing import Any, NamedTuple

from .models import Disagreement, Model, Move


class Figures(NamedTuple):
    """What an exploration saw; *stuck* states have no way back to rest."""

    states: int
    transitions: int
    depth: int
    stuck: int


Progress = Callable[[int, int], None]


def explore(model: Model, progress: Progress = lambda states, transitions: None) -> Figures:
    """Play every move in every state that can be reached; raise Disagreement with a trace."""
    found = Found(model)
    transitions = depth = 0
    here = 0
    while here < len(found.states):
        level = len(found.states)
        depth += 1
        while here < level:
            transitions += expand(model, found, here)
            here += 1
            if here % 5000 == 0:
                progress(len(found.states), transitions)
    progress(len(found.states), transitions)
    return Figures(len(found.states), transitions, depth - 1, found.stuck())


def expand(model: Model, found: Found, here: int) -> int:
    """Play all moves of one state; give their number."""
    key = marshal.loads(found.states[here])
    move: Move | None = None
    try:
        model.look(key)
        moves = model.moves(key)
        for move in moves:
            after, helps = model.play(key, move)
            found.add(here, move, after, helps)
    except Exception as error:
        raise Disagreement(found.story(here, move, error)) from error
    return len(moves)


class Found:
    """The states found so far, by number, and how each was reached."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.numbers: dict[bytes, int] = {}
        self.states: list[bytes] = []
        self.parents = array("I")
        self.came_by: list[Move | None] = []
        # The moves of those on their way out, as two columns.
        self.sources = array("I")
        self.targets = array("I")
        self.known_moves: dict[Move, Move] = {}
        self.add(0, None, model.start(), helps=False)

    def add(self, here: int, move: Move | None, after: Any, helps: bool) -> None:
        # Version 2 of marshal: equal states give equal bytes.
        packed = marshal.dumps(after, 2)
        number = self.numbers.setdefault(packed, len(self.states))
        if number == len(self.states):
            self.states.append(packed)
            self.parents.append(here)
            self.came_by.append(None if move is None else self.known_moves.setdefault(move, move))
        if helps and number != here:
            self.sources.append(here)
            self.targets.append(number)

    def stuck(self) -> int:
        """From how many states do the moves of those on their way out not lead to rest?"""
        before = predecessors(self.sources, self.targets, len(self.states))
        back = bytearray(len(self.states))
        todo = [n for n, s in enumerate(self.states) if self.model.at_rest(marshal.loads(s))]
        for number in todo:
            back[number] = 1
        while todo:
            for number in before(todo.pop()):
                if not back[number]:
                    back[number] = 1
                    todo.append(number)
        return back.count(0)

    def story(self, here: int, move: Move | None, error: BaseException) -> str:
        """The shortest way to a disagreement."""
        moves = [move]
        while here:
            moves.append(self.came_by[here])
            here = self.parents[here]
        lines = [f"{self.model.name}: {error}", "reached by"]
        key = self.model.start()
        for each in reversed(moves):
            lines.append(f"    {key}  {each}")
            if each is not moves[0] and each is not None:
                key = self.model.play(key, each).key
        return "\n".join(lines)


def predecessors(
    sources: array[int], targets: array[int], states: int
) -> Callable[[int], array[int]]:
    """From the columns of a list of edges to what leads to a state."""
    starts = array("I", bytes(4 * (states + 1)))
    for target in targets:
        starts[target + 1] += 1
    for number in range(states):
        starts[number + 1] += starts[number]
    filled = array("I", starts)
    by_target = array("I", bytes(4 * len(sources)))
    for source, target in zip(sources, targets, strict=True):
        by_target[filled[target]] = source
        filled[target] += 1
    return lambda target: by_target[starts[target] : starts[target + 1]]
