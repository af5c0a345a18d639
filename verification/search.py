"""Every state that can be reached, breadth first, and whether all lead back to rest."""

from __future__ import annotations

import marshal
from array import array
from collections.abc import Callable
from typing import Any, NamedTuple

from .models import NO, YES, Disagreement, Model, Move


class Figures(NamedTuple):
    """What an exploration saw.

    *stuck* states have no way back to rest; *marked* is how many states there would be if
    a state said whose task was told to stop and has not cleaned up.
    """

    states: int
    transitions: int
    depth: int
    stuck: int
    marked: int


Progress = Callable[[int, int], None]


def explore(model: Model, progress: Progress = lambda states, transitions: None) -> Figures:
    """Play every move in every state that can be reached; raise Disagreement with a trace."""
    found = Found(model)
    transitions = depth = here = 0
    while here < len(found.states):
        level = len(found.states)
        depth += 1
        while here < level:
            transitions += expand(model, found, here)
            here += 1
            if here % 1000 == 0:
                progress(len(found.states), transitions)
    progress(len(found.states), transitions)
    return Figures(len(found.states), transitions, depth - 1, found.stuck(), found.marked())


def expand(model: Model, found: Found, here: int) -> int:
    """Play all moves of one state; give their number."""
    key = marshal.loads(found.states[here])
    move: Move | None = None
    choices: dict[int, int] = {}  # where one move of a client with a promise leads
    try:
        model.look(key)
        moves = model.moves(key)
        for move in moves:
            after, helps = model.play(key, move)
            number = found.add(here, move, after)
            if helps == YES:
                found.way_back(here, number, number)
            elif helps in choices:
                found.way_back(here, choices[helps], number)
            elif helps != NO:
                choices[helps] = number
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
        # Ways back, as three columns: from a state, surely to one of two.
        self.sources = array("I")
        self.firsts = array("I")
        self.seconds = array("I")
        self.known_moves: dict[Move, Move] = {}
        self.add(0, None, model.start())

    def add(self, here: int, move: Move | None, after: Any) -> int:
        # Version 2 of marshal: equal states give equal bytes.
        packed = marshal.dumps(after, 2)
        number = self.numbers.setdefault(packed, len(self.states))
        if number == len(self.states):
            self.states.append(packed)
            self.parents.append(here)
            self.came_by.append(None if move is None else self.known_moves.setdefault(move, move))
        return number

    def way_back(self, here: int, first: int, second: int) -> None:
        if here not in (first, second):
            self.sources.append(here)
            self.firsts.append(first)
            self.seconds.append(second)

    def stuck(self) -> int:
        """From how many states is there no way back to rest, whoever leaves?"""
        back = bytearray([self.model.at_rest(marshal.loads(state)) for state in self.states])
        reached = 0
        while reached != (reached := back.count(1)):
            for here, first, second in zip(self.sources, self.firsts, self.seconds, strict=True):
                if back[first] and back[second]:
                    back[here] = 1
        return back.count(0)

    def marked(self) -> int:
        return sum(self.model.marked(marshal.loads(state)) for state in self.states)

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
