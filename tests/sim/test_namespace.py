"""What the package offers."""

import pathlib
import runpy

import pytest

import toro_sim

PATH = pathlib.Path(__file__).parents[2] / "examples" / "sim" / "speed.py"


def test_everything_public_is_exported():
    public = {name for name in vars(toro_sim) if not name.startswith("_")}
    assert public == set(toro_sim.__all__)


@pytest.mark.parametrize("name", toro_sim.__all__)
def test_everything_public_is_documented(name):
    assert getattr(toro_sim, name).__doc__


def test_the_program_of_the_figures_is_correct():
    six_tasks = runpy.run_path(str(PATH))["six_tasks"]
    for like in ("asyncio", "trio"):
        report = toro_sim.explore(six_tasks, like=like).check()
        assert report.exhaustive
        assert report.states < 1_000
