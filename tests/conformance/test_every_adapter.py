"""The whole suite, on every adapter of ours whose loop is installed here."""

from toro_conformance.drivers import Absent, installed
from toro_conformance.suite import *  # noqa: F403

driver = [found for found in installed() if not isinstance(found, Absent)]


def test_some_adapter_is_installed() -> None:
    assert driver
