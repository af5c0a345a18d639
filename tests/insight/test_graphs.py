"""Graphs of who waits for whom, to the letter."""

from __future__ import annotations

from typing import Any

import pytest

import toro_asyncio
from toro_core import insight
from toro_core.insight import Edge, Graph, Node

from .loops import Loop

STUCK = Graph(
    (Node("p1", "primitive", 'Lock "a" & <b>'), Node("t1", "task", "C:\\baker")),
    (
        Edge("t1", "p1", "waits to acquire", False),
        Edge("p1", "t1", 'held "by"', True),
        Edge("t1", "p1", "waits to acquire", True),
    ),
)
FREE = Graph(STUCK.nodes, STUCK.edges[:1])


def test_as_mermaid() -> None:
    assert STUCK.mermaid() == (
        "flowchart LR\n"
        '    p1["Lock &quot;a&quot; &amp; &lt;b>"]\n'
        '    t1(["C:\\baker"])\n'
        '    t1 -->|"waits to acquire"| p1\n'
        '    p1 -->|"held &quot;by&quot;"| t1\n'
        '    t1 -->|"waits to acquire"| p1\n'
        "    linkStyle 1,2 stroke:#c0392b,stroke-width:3px\n"
    )
    assert FREE.mermaid() == (
        "flowchart LR\n"
        '    p1["Lock &quot;a&quot; &amp; &lt;b>"]\n'
        '    t1(["C:\\baker"])\n'
        '    t1 -->|"waits to acquire"| p1\n'
    )


def test_for_graphviz() -> None:
    assert STUCK.dot() == (
        "digraph toro {\n"
        "    rankdir=LR;\n"
        '    p1 [label="Lock \\"a\\" & <b>", shape=box];\n'
        '    t1 [label="C:\\\\baker", shape=ellipse];\n'
        '    t1 -> p1 [label="waits to acquire"];\n'
        '    p1 -> t1 [label="held \\"by\\"", color="#c0392b", penwidth=2];\n'
        '    t1 -> p1 [label="waits to acquire", color="#c0392b", penwidth=2];\n'
        "}\n"
    )


def test_as_lines() -> None:
    assert str(STUCK) == (
        'C:\\baker --(waits to acquire)--> Lock "a" & <b>\n'
        'Lock "a" & <b> --(held "by")--> C:\\baker   DEADLOCK\n'
        'C:\\baker --(waits to acquire)--> Lock "a" & <b>   DEADLOCK'
    )


def test_as_data() -> None:
    assert FREE.to_dict() == {
        "nodes": [
            {"id": "p1", "kind": "primitive", "label": 'Lock "a" & <b>'},
            {"id": "t1", "kind": "task", "label": "C:\\baker"},
        ],
        "edges": [
            {"source": "t1", "target": "p1", "label": "waits to acquire", "in_deadlock": False}
        ],
    }


@pytest.mark.parametrize("graph", [Graph((), ()), Graph.of({"primitives": [], "deadlocks": []})])
def test_of_nothing(graph: Graph) -> None:
    assert graph == ((), ())
    assert str(graph) == ""
    assert graph.mermaid() == "flowchart LR\n"
    assert graph.dot() == "digraph toro {\n    rankdir=LR;\n}\n"
    assert graph.to_dict() == {"nodes": [], "edges": []}


def seen(loop: Loop, main: Any) -> Graph:
    """The graph when *main* has done its part; then all that it started is cancelled."""
    graphs: list[Graph] = []
    cancels: list[Any] = []

    async def look(loop: Loop) -> None:
        async def start(function: Any, *args: Any) -> None:
            cancels.append(loop.spawn(function, *args))
            await loop.settle()

        await main(loop.toro, start)
        graphs.append(insight.graph())
        for cancel in cancels:
            cancel()
        await loop.settle()

    with insight.enable(deadlock="ignore", order=False):
        loop.run(look)
    return graphs[0]


def test_only_what_is_in_the_circle_is_in_a_deadlock(loop: Loop) -> None:
    async def main(toro: Any, start: Any) -> None:
        named, nameless, table = toro.Lock(name="a"), toro.Lock(), toro.RWLock(None, name="table")
        go = toro.Event(name="go")

        async def one() -> None:
            async with table.reader, named:
                await go.wait()
                async with nameless:
                    pass

        async def other() -> None:
            async with nameless, named:
                pass

        async def waits(lock: Any) -> None:
            async with lock:
                pass

        await start(one)
        await start(other)
        go.set()
        await start(waits, named)
        await start(waits, nameless)
        await start(waits, table.writer)
        await start(toro.Event(name="never").wait)

    graph = seen(loop, main)
    assert [(node.id, node.kind) for node in graph.nodes] == [
        ("p1", "primitive"), ("t2", "task"), ("t3", "task"), ("t1", "task"),
        ("p2", "primitive"), ("t4", "task"),
        ("p3", "primitive"), ("t5", "task"),
        ("p5", "primitive"), ("t6", "task"),
    ]  # fmt: skip
    assert [node.label for node in graph.nodes if node.kind == "primitive"] == [
        "Lock 'a'", "Lock #2", "RWLock 'table'", "Event 'never'",
    ]  # fmt: skip
    assert graph.edges == (
        Edge("t2", "p1", "waits to acquire", True),
        Edge("t3", "p1", "waits to acquire", False),
        Edge("p1", "t1", "held by", True),
        Edge("t1", "p2", "waits to acquire", True),
        Edge("t4", "p2", "waits to acquire", False),
        Edge("p2", "t2", "held by", True),
        Edge("t5", "p3", "waits to write", False),
        Edge("p3", "t1", "read by", False),
        Edge("t6", "p5", "waits", False),
    )


def test_tasks_of_one_name_are_not_one(loop: Loop) -> None:
    async def main(toro: Any, start: Any) -> None:
        lock = toro.Lock(name="a")

        async def twice() -> None:
            async with lock, lock:
                pass

        for _ in range(2):  # the first waits for itself, and the second for the first
            await start(twice)

    graph = seen(loop, main)
    assert graph.edges == (
        Edge("t1", "p1", "waits to acquire", True),
        Edge("t2", "p1", "waits to acquire", False),
        Edge("p1", "t1", "held by", True),
    )


def test_what_is_held_outside_of_any_task() -> None:
    lock = toro_asyncio.Lock(name="db")
    with insight.enable():
        lock.acquire_nowait()
        assert insight.graph() == (
            (Node("p1", "primitive", "Lock 'db'"), Node("p1h0", "task", "no task")),
            (Edge("p1", "p1h0", "held by", False),),
        )


def test_who_waits_since_before_it_was_on(loop: Loop) -> None:
    async def main(loop: Loop) -> None:
        event = loop.toro.Event(name="go")
        for _ in range(2):
            loop.spawn(event.wait)
        await loop.settle()
        with insight.enable():
            assert insight.dump(event).graph == (
                (
                    Node("p1", "primitive", "Event 'go'"),
                    Node("p1w0", "task", "unknown"),
                    Node("p1w1", "task", "unknown"),
                ),
                (Edge("p1w0", "p1", "waits", False), Edge("p1w1", "p1", "waits", False)),
            )
        event.set()
        await loop.settle()

    loop.run(main)
