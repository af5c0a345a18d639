"""The pictures of states in the documentation are what the machines do."""

from __future__ import annotations

from .pages import script

draw_states = script("draw_states")


def test_every_picture_is_what_the_code_does() -> None:
    drawn = dict(draw_states.drawings())
    kept = {path.stem: path.read_text("utf-8") for path in draw_states.FOLDER.glob("*.svg")}
    assert drawn == kept


def test_every_state_of_a_waiter_is_reached() -> None:
    _, edges = draw_states.life_of_a_waiter()
    reached = {end for _, end, _ in edges}
    assert reached == set(draw_states.LIFE.values()) - {draw_states.LIFE[draw_states.State.NEW]}
