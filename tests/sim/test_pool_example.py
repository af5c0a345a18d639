"""The example: the naive pool hangs under rare schedules, the fixed one under none."""

import asyncio
import importlib.util
import pathlib

import pytest

import toro_sim

PATH = pathlib.Path(__file__).parents[2] / "examples" / "sim" / "pool.py"


@pytest.fixture(scope="module")
def example():
    specification = importlib.util.spec_from_file_location("pool_example", PATH)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_the_naive_pool_hangs_under_one_schedule_in_a_thousand(example):
    report = toro_sim.explore(
        example.busy_day(example.NaivePool), strategy=toro_sim.Random(), cancellations=2
    )
    assert isinstance(report.failure.error, toro_sim.Deadlock)
    assert report.schedules == 349  # a failure to find it would be noticed by nothing else
    assert len([choice for _, choice in report.failure.schedule.choices if choice < 0]) == 2
    with pytest.raises(toro_sim.Deadlock):
        toro_sim.replay(example.busy_day(example.NaivePool), report.failure.schedule)


def test_an_exhaustive_search_finds_it_too(example):
    report = toro_sim.explore(example.busy_day(example.NaivePool), cancellations=2)
    assert isinstance(report.failure.error, toro_sim.Deadlock)


def test_one_cancellation_does_not_suffice(example):
    assert toro_sim.explore(example.busy_day(example.NaivePool), cancellations=1).check().exhaustive


def test_it_hangs_as_well_where_grants_stand(example):
    """A connection can be handed to a customer who is cancelled and has not run since."""
    report = toro_sim.explore(example.busy_day(example.NaivePool), cancellations=2, like="trio")
    assert isinstance(report.failure.error, toro_sim.Deadlock)


@pytest.mark.parametrize("like", ["asyncio", "trio"])
def test_the_fixed_pool_passes_every_schedule(example, like):
    report = toro_sim.explore(example.busy_day(example.Pool), cancellations=2, like=like)
    assert report.check().exhaustive


@pytest.mark.parametrize("kind", ["NaivePool", "Pool"])
def test_the_same_code_runs_on_asyncio(example, kind):
    toro_asyncio = pytest.importorskip("toro_asyncio")
    assert asyncio.run(example.on_asyncio(getattr(example, kind), toro_asyncio)) == 2


@pytest.mark.parametrize("kind", ["NaivePool", "Pool"])
def test_the_same_code_runs_on_trio(example, kind):
    trio = pytest.importorskip("trio")
    toro_trio = pytest.importorskip("toro_trio")
    assert trio.run(example.on_trio, getattr(example, kind), toro_trio) == 2
