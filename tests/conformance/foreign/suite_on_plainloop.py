"""The whole test module of somebody who has written an adapter and a driver for it."""

from plainloop_driver import PlainloopDriver
from toro_conformance.suite import *  # noqa: F403

driver = PlainloopDriver
