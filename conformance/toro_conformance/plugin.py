"""The pytest plugin, for `-p toro_conformance.plugin`.

It is not installed as an entry point, so it loads only where it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from toro_conformance.case import FIXTURE, missing
from toro_conformance.driver import CAPABILITIES
from toro_conformance.drivers import DRIVERS, Absent, as_drivers, installed

if TYPE_CHECKING:
    from toro_conformance.driver import Driver

FOUND = pytest.StashKey[list["type[Driver] | Absent"]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("toro conformance")
    group.addoption(
        "--toro-adapter",
        action="append",
        metavar="NAME|MODULE:ATTR",
        help=f"drivers to run the suite with: {', '.join(DRIVERS)}, or one of your own; "
        "may be given several times (default: all of ours whose loop is installed)",
    )
    group.addoption(
        "--toro-strict-skips",
        action="store_true",
        help="fail if a driver has to be left out because its loop is not installed",
    )


def found_drivers(config: pytest.Config) -> list[type[Driver] | Absent]:
    """What the command line asks for, or all of ours, loaded once."""
    if FOUND not in config.stash:
        names: Iterable[str] = config.getoption("--toro-adapter") or DRIVERS
        try:
            config.stash[FOUND] = list(installed(names))
        except ValueError as error:
            raise pytest.UsageError(str(error)) from error
    return config.stash[FOUND]


def pytest_configure(config: pytest.Config) -> None:
    asked_for = config.getoption("--toro-adapter") or config.getoption("--toro-strict-skips")
    absent = [driver for driver in found_drivers(config) if isinstance(driver, Absent)]
    if asked_for and absent:
        raise pytest.UsageError("\n".join(map(str, absent)))


def pytest_report_header(config: pytest.Config) -> Iterator[str]:
    for driver in found_drivers(config):
        if isinstance(driver, Absent):
            yield f"toro: left out: {driver}"
    names = [driver.name for driver in found_drivers(config) if isinstance(driver, type)]
    yield f"toro: running with {', '.join(names) or 'no driver'}"


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """For each driver asked for, what no case could ask of it."""
    if not config.getoption("--toro-adapter"):
        return
    for driver in found_drivers(config):
        if isinstance(driver, type):
            without = ", ".join(name for name in CAPABILITIES if not getattr(driver, name))
            terminalreporter.write_line(f"toro: {driver.name} is without {without or 'nothing'}")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each case once for each driver: the module's own, or those of the command line."""
    if FIXTURE not in metafunc.fixturenames:
        return
    own: Any = getattr(metafunc.module, "driver", None)
    found = as_drivers(own) if own is not None else found_drivers(metafunc.config)
    drivers = [driver for driver in found if isinstance(driver, type)]
    metafunc.parametrize(FIXTURE, [_parameter(metafunc.function, driver) for driver in drivers])


def _parameter(function: Callable[..., Any], driver: type[Driver]) -> Any:
    reason = missing(function, driver)
    marks = () if reason is None else pytest.mark.skip(reason=reason)
    return pytest.param(driver, id=driver.name, marks=marks)
