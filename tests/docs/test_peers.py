"""The landing page's table of what others lose is what its script measures."""

from __future__ import annotations

import pytest

from .pages import script

for peer in ("tornado", "trio", "anyio", "aiorwlock"):
    pytest.importorskip(peer)

peers_lose = script("peers_lose")


@pytest.mark.parametrize("line", peers_lose.LINES, ids=lambda line: line.when)
def test_toro_loses_nothing_on_any_loop(line: object) -> None:
    assert peers_lose.toro_loses(line) == []


def test_the_table_is_what_is_measured_with_the_versions_it_names() -> None:
    kept = peers_lose.KEPT.read_text("utf-8")
    if peers_lose.versions() in kept:
        assert peers_lose.table() == kept
    else:  # other versions may lose other things; the same lines must be there
        assert kept.count("\n| ") == len(peers_lose.LINES)
