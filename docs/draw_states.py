"""Draw the states of waiters and machines, by running the machines.

    python docs/draw_states.py            draw docs/_static/states/*.svg
    python docs/draw_states.py --check    fail if a drawing is not what the code does

Each machine is explored with two clients: everything that can be called is called in every state
that can be reached.  What is drawn is what was seen; nothing is written down here but where on the
paper a state belongs and what to call it.
"""

from __future__ import annotations

import copy
import math
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from toro_core import State, Waiter, machines
from toro_core.machines import GET, READ, WRITE, Machine, Put

FOLDER = Path(__file__).parent / "_static" / "states"

COLOURS = {
    "asks": "#3b82f6",
    "ends": "#16a34a",
    "gives up": "#d97706",
    "comes": "#a855f7",
    "undo": "#dc2626",
}


class Snapshot(NamedTuple):
    """A machine and its two clients, at one moment."""

    machine: Machine
    clients: tuple[Waiter, ...]

    def key(self) -> Any:
        return (self.machine.snapshot(), tuple(client.snapshot() for client in self.clients))

    def count(self, state: State, request: Any = None) -> int:
        return sum(
            client.state is state and (request is None or client.request == request)
            for client in self.clients
        )


Operation = Callable[[Any], object]


class Subject(NamedTuple):
    """One machine to draw."""

    title: str
    make: Callable[[], Machine]
    requests: tuple[Any, Any]
    operations: dict[str, tuple[str, Operation]]  # name: kind, what others may do to it
    place: Callable[[Snapshot], tuple[int, int] | None]  # column and row; None is not drawn
    columns: list[str]
    rows: list[str]


class Move(NamedTuple):
    before: Snapshot
    name: str
    kind: str
    client: int | None
    after: Snapshot


def explore(subject: Subject) -> Iterator[Move]:
    """Every move in every state that can be reached."""
    start = Snapshot(subject.make(), tuple(Waiter(None, r) for r in subject.requests))
    seen, todo = {repr(start.key())}, [start]
    while todo:
        before = todo.pop()
        for name, kind, client in possible(subject, before):
            after = copy.deepcopy(before)
            if not perform(subject, after, name, client):
                continue
            yield Move(before, name, kind, client, after)
            if repr(after.key()) not in seen and small(after):
                seen.add(repr(after.key()))
                todo.append(after)


def possible(subject: Subject, now: Snapshot) -> Iterator[tuple[str, str, int | None]]:
    for number, client in enumerate(now.clients):
        if client.state is State.NEW:
            yield "enter", "asks", number
        if client.state in (State.WAITING, State.GRANTED):
            yield "leave", "gives up", number
        if client.state is State.WAITING:
            yield "expire", "gives up", number
        if client.state is State.GRANTED:
            yield "collect", "comes", number
    for name, (kind, _) in subject.operations.items():
        yield name, kind, None


def perform(subject: Subject, now: Snapshot, name: str, client: int | None) -> bool:
    """False if it is refused."""
    try:
        if client is not None:
            getattr(now.machine, name)(now.clients[client])
        else:
            subject.operations[name][1](now.machine)
    except Exception:  # a shut queue has nothing more special to raise
        return False
    return True


def small(now: Snapshot) -> bool:
    """A semaphore or a queue could count for ever."""
    machine: Any = now.machine
    if isinstance(machine, machines.Semaphore):
        return machine.value <= machine.initial
    return not isinstance(machine, machines.Queue) or machine.unfinished <= 2


# Where on the paper.


def waiting(now: Snapshot) -> int:
    return now.count(State.WAITING)


def place_lock(now: Snapshot) -> tuple[int, int]:
    machine: Any = now.machine
    column = 0 if not machine.held else 1 if now.count(State.GRANTED) else 2
    return column, waiting(now)


def place_semaphore(now: Snapshot) -> tuple[int, int] | None:
    machine: Any = now.machine
    if machine.value > machine.initial:
        return None
    return machine.initial - machine.value, waiting(now)


def place_rwlock(now: Snapshot) -> tuple[int, int]:
    machine: Any = now.machine
    column = 3 if machine.writing else machine.readers
    first = next(iter(machine.line or ()), None)
    return column, 0 if first is None else 2 if first.request is WRITE else 1


def place_event(now: Snapshot) -> tuple[int, int]:
    machine: Any = now.machine
    return int(machine.flag), waiting(now)


def place_result(now: Snapshot) -> tuple[int, int]:
    machine: Any = now.machine
    return int(machine.ready), waiting(now)


def place_condition(now: Snapshot) -> tuple[int, int]:
    return now.count(State.GRANTED), waiting(now)


def place_queue(now: Snapshot) -> tuple[int, int]:
    machine: Any = now.machine
    granted = [client for client in now.clients if client.state is State.GRANTED]
    if any(client.request is GET for client in granted):
        column = 3
    elif granted:
        column = 1
    else:
        column = 2 if machine.size else 0
    getting = now.count(State.WAITING, GET)
    putting = waiting(now) - getting
    return column, 1 if getting else 2 if putting else 0


def nothing_if_none(result: object) -> None:
    if result is None or result is False:
        raise RuntimeError("it would have to wait")


def attempt(name: str, *args: Any) -> Operation:
    return lambda machine: nothing_if_none(getattr(machine, name)(*args))


def call(name: str, *args: Any) -> Operation:
    return lambda machine: getattr(machine, name)(*args)


IN_LINE = ["nobody waits", "1 waits", "2 wait"]

SUBJECTS = {
    "lock": Subject(
        "Lock",
        machines.Lock,
        (None, None),
        {"acquire_nowait": ("asks", attempt("try_acquire")), "release": ("ends", call("release"))},
        place_lock,
        ["free", "promised", "held"],
        IN_LINE,
    ),
    "semaphore": Subject(
        "Semaphore(2)",
        lambda: machines.Semaphore(2),
        (None, None),
        {"acquire_nowait": ("asks", attempt("try_acquire")), "release": ("ends", call("release"))},
        place_semaphore,
        ["2 permits", "1 permit", "no permit"],
        IN_LINE,
    ),
    "rwlock": Subject(
        "RWLock(2)",
        lambda: machines.RWLock(2),
        (READ, WRITE),
        {
            "acquire_read_nowait": ("asks", attempt("try_acquire_read")),
            "acquire_write_nowait": ("asks", attempt("try_acquire_write")),
            "release_read": ("ends", call("release_read")),
            "release_write": ("ends", call("release_write")),
        },
        place_rwlock,
        ["free", "1 reads", "2 read", "1 writes"],
        ["nobody waits", "reader is first", "writer is first"],
    ),
    "event": Subject(
        "Event",
        machines.Event,
        (None, None),
        {"set": ("ends", call("set")), "clear": ("undo", call("clear"))},
        place_event,
        ["clear", "set"],
        IN_LINE,
    ),
    "result": Subject(
        "AsyncResult",
        machines.AsyncResult,
        (None, None),
        {"set": ("ends", lambda machine: machine.ready or machine.set("value"))},
        place_result,
        ["unset", "ready"],
        IN_LINE,
    ),
    "condition": Subject(
        "Condition",
        machines.Condition,
        (None, None),
        {"notify": ("ends", call("notify")), "notify_all": ("ends", call("notify_all"))},
        place_condition,
        ["no notification", "1 under way", "2 under way"],
        IN_LINE,
    ),
    "queue": Subject(
        "Queue(1)",
        lambda: machines.Queue(1),
        (GET, Put("item")),
        {
            "put_nowait": ("asks", attempt("try_put", "item")),
            "get_nowait": ("ends", attempt("try_get")),
        },
        place_queue,
        ["empty", "slot promised", "1 item", "item promised"],
        ["nobody waits", "a get waits", "a put waits"],
    ),
}

WORDS = {
    "lock": {"asks": "acquire", "ends": "release", "gives up": "leave, expire", "comes": "collect"},
    "semaphore": {
        "asks": "acquire",
        "ends": "release",
        "gives up": "leave, expire",
        "comes": "collect",
    },
    "rwlock": {
        "asks": "acquire",
        "ends": "release",
        "gives up": "leave, expire",
        "comes": "collect",
    },
    "event": {"asks": "wait", "ends": "set", "gives up": "leave, expire", "undo": "clear"},
    "result": {"asks": "get", "ends": "set", "gives up": "leave, expire"},
    "condition": {
        "asks": "wait",
        "ends": "notify",
        "gives up": "leave, expire",
        "comes": "collect",
    },
    "queue": {
        "asks": "put, enter",
        "ends": "get_nowait",
        "gives up": "leave, expire",
        "comes": "collect",
    },
}


# The life of a waiter, from all of these together.

LIFE = {
    State.NEW: (0, 1),
    State.WAITING: (1, 1),
    State.GRANTED: (2, 1),
    State.COLLECTED: (3, 1),
    State.CANCELLED: (2, 2),
    State.EXPIRED: (1, 2),
    State.REFUSED: (2, 0),
}

Edge = tuple[tuple[int, int], tuple[int, int], str]


def life_of_a_waiter() -> tuple[dict[tuple[int, int], str], dict[Edge, set[str]]]:
    edges: dict[Edge, set[str]] = {}
    refusing = Subject(
        "", lambda: machines.Queue(1), (GET, Put("item")),
        {"shutdown": ("ends", call("shutdown")), **SUBJECTS["queue"].operations},
        place_queue, [], [],
    )  # fmt: skip
    for subject in (*SUBJECTS.values(), refusing):
        for move in explore(subject):
            for number, (old, new) in enumerate(
                zip(move.before.clients, move.after.clients, strict=True)
            ):
                if old.state is new.state:
                    continue
                own = move.client == number
                name = move.name if own else "another's move"
                kind = move.kind if own else "ends"
                edges.setdefault((LIFE[old.state], LIFE[new.state], kind), set()).add(name)
    return {place: state.name for state, place in LIFE.items()}, edges


def moves_of(subject: Subject) -> tuple[dict[tuple[int, int], str], dict[Edge, set[str]]]:
    nodes: dict[tuple[int, int], str] = {}
    edges: dict[Edge, set[str]] = {}
    for move in explore(subject):
        before, after = subject.place(move.before), subject.place(move.after)
        for place in (before, after):
            if place is not None:
                nodes[place] = ""
        if before is not None and after is not None and before != after:
            edges.setdefault((before, after, move.kind), set()).add(move.name)
    return nodes, edges


# Drawing.

WIDTH, HEIGHT, GAP_X, GAP_Y, LEFT, TOP = 104, 38, 190, 104, 96, 78


def centre(place: tuple[int, int]) -> tuple[float, float]:
    column, row = place
    return LEFT + WIDTH / 2 + 24 + column * GAP_X, TOP + HEIGHT / 2 + row * GAP_Y


def svg(
    name: str,
    nodes: dict[tuple[int, int], str],
    edges: dict[Edge, set[str]],
    words: dict[str, str],
    columns: list[str],
    rows: list[str],
    labelled: bool = False,
) -> str:
    across = 1 + max(column for column, _ in nodes)
    down = 1 + max(row for _, row in nodes)
    words = {kind: text for kind, text in words.items() if kind in {kind for _, _, kind in edges}}
    legend = LEFT + 24 + sum(59 + 8 * len(text) for text in words.values())
    width = max(legend, LEFT + 24 + across * GAP_X - (GAP_X - WIDTH) + 30)
    height = TOP + down * GAP_Y - (GAP_Y - HEIGHT) + 62
    left, top = (0 if any(rows) else LEFT), (0 if any(columns) else TOP - 20)
    box = f"{left} {top} {width - left} {height - top}"
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" width="{width - left}" role="img"'
        f' aria-label="{name}" font-family="inherit" font-size="13">',
    ]
    ink = 'fill="var(--color-foreground-primary, #888)"'
    faint = 'fill="var(--color-foreground-muted, #888)"'
    for number, text in enumerate(columns[:across]):
        x, _ = centre((number, 0))
        out.append(f'<text x="{x:g}" y="18" text-anchor="middle" {faint}>{text}</text>')
    for number, text in enumerate(rows[:down]):
        _, y = centre((0, number))
        out.append(f'<text x="0" y="{y + 4:g}" {faint}>{text}</text>')
    kinds = list(COLOURS)
    for (start, end, kind), names in sorted(edges.items(), key=lambda edge: str(edge)):
        text = ", ".join(sorted(names)) if labelled else ""
        out += arrow(start, end, kinds.index(kind), COLOURS[kind], text, sorted(names))
    for place, text in sorted(nodes.items()):
        x, y = centre(place)
        out.append(
            f'<rect x="{x - WIDTH / 2:g}" y="{y - HEIGHT / 2:g}" width="{WIDTH}" height="{HEIGHT}"'
            ' rx="9" fill="var(--color-background-secondary, none)"'
            ' stroke="var(--color-foreground-muted, #888)"/>'
        )
        label = text or columns[place[0]]
        out.append(f'<text x="{x:g}" y="{y + 4:g}" text-anchor="middle" {ink}>{label}</text>')
    x = float(LEFT) + 24
    for kind, text in words.items():
        y = height - 12
        out.append(
            f'<path d="M{x:g} {y - 4:g}h26" stroke="{COLOURS[kind]}" stroke-width="2.5"/>'
            f'<text x="{x + 33:g}" y="{y:g}" {ink}>{text}</text>'
        )
        x += 33 + 8 * len(text) + 26
    return "\n".join([*out, "</svg>"]) + "\n"


def arrow(
    start: tuple[int, int],
    end: tuple[int, int],
    lane: int,
    colour: str,
    text: str,
    names: list[str],
) -> list[str]:
    """A curve bent to its right, so that there and back do not meet; one lane for each kind."""
    (x1, y1), (x2, y2) = centre(start), centre(end)
    length = math.hypot(x2 - x1, y2 - y1)
    ux, uy = (x2 - x1) / length, (y2 - y1) / length
    px, py = -uy, ux
    spread = 5 + 5 * lane
    bend = spread + 14 + max(0.0, length - GAP_X) * 0.16
    x1, y1 = edge_of(x1 + px * spread, y1 + py * spread, ux, uy, x1, y1)
    x2, y2 = edge_of(x2 + px * spread, y2 + py * spread, -ux, -uy, x2, y2)
    cx, cy = (x1 + x2) / 2 + px * (bend - spread), (y1 + y2) / 2 + py * (bend - spread)
    tx, ty = x2 - cx, y2 - cy
    size = math.hypot(tx, ty)
    tx, ty = tx / size, ty / size
    bx, by = x2 - 8 * tx, y2 - 8 * ty
    head = (
        f"{x2:.1f},{y2:.1f} {bx - 4 * ty:.1f},{by + 4 * tx:.1f} {bx + 4 * ty:.1f},{by - 4 * tx:.1f}"
    )
    out = [
        f"<g><title>{', '.join(names)}</title>"
        f'<path d="M{x1:.1f} {y1:.1f}Q{cx:.1f} {cy:.1f} {bx:.1f} {by:.1f}" fill="none"'
        f' stroke="{colour}" stroke-width="1.8"/><polygon points="{head}" fill="{colour}"/></g>'
    ]
    if text:
        lx, ly = (x1 + 2 * cx + x2) / 4 + px * 9, (y1 + 2 * cy + y2) / 4 + py * 9 + 4
        anchor = "middle" if abs(ux) > abs(uy) else "start" if px > 0 else "end"
        out.append(
            f'<text x="{lx:.1f}" y="{ly:.1f}" font-size="11" text-anchor="{anchor}"'
            f' fill="{colour}">{text}</text>'
        )
    return out


def edge_of(x: float, y: float, ux: float, uy: float, mx: float, my: float) -> tuple[float, float]:
    """Where a line from (x, y), inside the box around (mx, my), leaves it."""
    away = []
    if ux:
        away.append((mx + math.copysign(WIDTH / 2 + 2, ux) - x) / ux)
    if uy:
        away.append((my + math.copysign(HEIGHT / 2 + 2, uy) - y) / uy)
    step = max(0.0, min(away))
    return x + ux * step, y + uy * step


def drawings() -> Iterator[tuple[str, str]]:
    nodes, edges = life_of_a_waiter()
    words = {
        "asks": "its own enter",
        "ends": "somebody else's move",
        "gives up": "its own leave or expire",
        "comes": "its own collect",
    }
    yield "waiter", svg("The states of a waiter", nodes, edges, words, [], [])
    for name, subject in SUBJECTS.items():
        nodes, edges = moves_of(subject)
        yield (
            name,
            svg(
                f"The states of a {subject.title}",
                nodes,
                edges,
                WORDS[name],
                subject.columns,
                subject.rows,
            ),
        )


def main() -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    stale = []
    for name, text in drawings():
        path = FOLDER / f"{name}.svg"
        if "--check" in sys.argv:
            if not path.exists() or path.read_text("utf-8") != text:
                stale.append(path.name)
        else:
            path.write_text(text, "utf-8")
    if stale:
        print("not what the code does:", ", ".join(stale), file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
