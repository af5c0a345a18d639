"""The limit that a primitive was made with can be asked for."""

from __future__ import annotations

import pytest

from toro_conformance.driver import Driver


@pytest.mark.parametrize("limit", [1, 3, None])
def test_an_rwlock_tells_how_many_may_read(toro_driver: type[Driver], limit: int | None) -> None:
    assert toro_driver.toro.RWLock(max_readers=limit).max_readers == limit
    assert toro_driver.toro.RWLock().max_readers == 1
