"""Who waits for whom: a graph of tasks and primitives, as data, Mermaid and Graphviz."""

from __future__ import annotations

import itertools
from typing import Any, NamedTuple

__all__ = ["Edge", "Graph", "Node"]


class Node(NamedTuple):
    id: str
    kind: str
    """task or primitive."""
    label: str


class Edge(NamedTuple):
    """From who waits to what it waits for, or from what is held to who holds it."""

    source: str
    target: str
    label: str
    in_deadlock: bool


class Graph(NamedTuple):
    """Tasks and primitives of which somebody waits or holds something."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    @classmethod
    def of(cls, data: dict[str, Any]) -> Graph:
        """The graph in a dump."""
        nodes: dict[str, Node] = {}
        edges = []
        stuck = _stuck(data["deadlocks"])
        for primitive in data["primitives"]:
            label, own = primitive["label"], f"p{primitive['number']}"
            for relation in ("waits", "holds"):
                for index, each in enumerate(primitive[relation]):
                    task = _task_node(each, f"{own}{relation[0]}{index}")
                    nodes.setdefault(own, Node(own, "primitive", label))
                    nodes.setdefault(task.id, task)
                    edges.append(_edge(relation, own, task.id, each["mode"], stuck))
        return cls(tuple(nodes.values()), tuple(edges))

    def to_dict(self) -> dict[str, Any]:
        """Its nodes and edges, fit for JSON."""
        return {
            "nodes": [node._asdict() for node in self.nodes],
            "edges": [edge._asdict() for edge in self.edges],
        }

    def __str__(self) -> str:
        """A line for each edge."""
        labels = {node.id: node.label for node in self.nodes}
        return "\n".join(
            f"{labels[edge.source]} --({edge.label})--> {labels[edge.target]}"
            + ("   DEADLOCK" if edge.in_deadlock else "")
            for edge in self.edges
        )

    def mermaid(self) -> str:
        """For a Markdown document, in a fenced block whose language is ``mermaid``."""
        lines = ["flowchart LR"]
        for node in self.nodes:
            left, right = ("([", "])") if node.kind == "task" else ("[", "]")
            lines.append(f'    {node.id}{left}"{_escaped(node.label)}"{right}')
        lines += [
            f'    {edge.source} -->|"{_escaped(edge.label)}"| {edge.target}' for edge in self.edges
        ]
        stuck = [str(i) for i, edge in enumerate(self.edges) if edge.in_deadlock]
        if stuck:
            lines.append(f"    linkStyle {','.join(stuck)} stroke:#c0392b,stroke-width:3px")
        return "\n".join(lines) + "\n"

    def dot(self) -> str:
        """For Graphviz."""
        lines = ["digraph toro {", "    rankdir=LR;"]
        for node in self.nodes:
            shape = "ellipse" if node.kind == "task" else "box"
            lines.append(f'    {node.id} [label="{_quoted(node.label)}", shape={shape}];')
        for edge in self.edges:
            color = ', color="#c0392b", penwidth=2' if edge.in_deadlock else ""
            lines.append(
                f'    {edge.source} -> {edge.target} [label="{_quoted(edge.label)}"{color}];'
            )
        return "\n".join([*lines, "}"]) + "\n"


def _stuck(cycles: list[list[dict[str, Any]]]) -> set[tuple[str, str]]:
    """From where to where the edges lead that are in a deadlock."""
    found = set()
    for link in itertools.chain.from_iterable(cycles):
        primitive = f"p{link['primitive_number']}"
        found.add((f"t{link['task_number']}", primitive))
        found.add((primitive, f"t{link['holder_number']}"))
    return found


def _task_node(each: dict[str, Any], otherwise: str) -> Node:
    if each["task_number"] is None:
        return Node(otherwise, "task", "no task" if each["where"] else "unknown")
    return Node(f"t{each['task_number']}", "task", each["task"])


def _edge(relation: str, own: str, task: str, mode: str, stuck: set[tuple[str, str]]) -> Edge:
    if relation == "waits":
        words = "waits" if mode == "wait" else f"waits to {mode}"
        return Edge(task, own, words, (task, own) in stuck)
    words = {"read": "read by", "write": "written by"}.get(mode, "held by")
    return Edge(own, task, words, (own, task) in stuck)


def _escaped(label: str) -> str:
    """Mermaid knows HTML's entities."""
    return label.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")


def _quoted(label: str) -> str:
    return label.replace("\\", "\\\\").replace('"', '\\"')
