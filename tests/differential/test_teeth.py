"""The programs have teeth: they convict adapters that are broken on purpose.

The faults are those of ``tests/conformance/test_teeth.py``, and some that only items which
cannot be compared bring to light.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import Phase
from toro_conformance.drivers.on_asyncio import AsyncioDriver

from toro_core import machines

from .subjects import SUBJECTS, Subject
from .test_adapters import campaign

ENOUGH = 60  # programs
CONFORMANCE = Path(__file__).parents[1] / "conformance" / "test_teeth.py"


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("faults_of_the_suite", path)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TEETH = load(CONFORMANCE)
FAULTS: dict[str, Any] = {each.values[0].story: each.values[0] for each in TEETH.FAULTS}

CONVICTED = {
    "a lock is kept by one who was cancelled": "Lock",
    "a cancelled get loses its item": "Queue(0)",
    "nobody is let in after a departure": "RWLock(2)",
    "the last to come is the first to go": "Lock",
    "a reader overtakes a waiting writer": "RWLock(2)",
    "a bool is taken for a number": "Lock",
    "a condition comes back without its lock": "Condition(Lock)",
    "an event that is cleared strands who waited": "Event",
    "a bounded semaphore has no bound": "BoundedSemaphore(2)",
    "a result can be set twice": "AsyncResult",
    "a shutdown forgets to count what it drops": "Queue(0)",
    "a queue holds one too many": "Queue(1)",
}


def called(name: str) -> Subject:
    return next(subject for subject in SUBJECTS if subject.name == name)


def convicts(driver: Any, subject: str) -> bool:
    try:
        campaign(driver, called(subject), ENOUGH, phases=[Phase.generate])
    except Exception:
        return True
    return False


@pytest.mark.parametrize("story", CONVICTED)
def test_a_broken_adapter_is_convicted(story: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not convicts(TEETH.BrokenDriver, CONVICTED[story])
    FAULTS[story].patch(monkeypatch)
    assert convicts(TEETH.BrokenDriver, CONVICTED[story])


def test_an_item_that_is_kept_although_its_put_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    store = type(machines.PriorityQueue().store)
    insert = store.insert

    def broken(self: Any, item: Any) -> None:
        try:
            insert(self, item)
        except ArithmeticError:
            self.restore(0, item)
            raise

    monkeypatch.setattr(store, "insert", broken)
    assert convicts(AsyncioDriver, "PriorityQueue(0)")
