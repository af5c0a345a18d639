"""Public counts under the private names that other projects' tests look at.

`len(lock._waiters)` in those tests asks how many wait; Toro says so in public. A test that does
more with a private attribute than count it is listed as one that cannot hold.
"""

import re
from typing import Any


class Waiters:
    __slots__ = ()

    statistics: Any

    @property
    def _waiters(self) -> range:
        return range(self.statistics().tasks_waiting)


class Value:
    __slots__ = ()

    counter: int

    @property
    def _value(self) -> int:
        return self.counter


class GettersAndPutters:
    __slots__ = ()

    @property
    def _getters(self) -> range:
        return range(_count("getters", str(self)))

    @property
    def _putters(self) -> range:
        return range(_count("putters", str(self)))


def _count(word: str, text: str) -> int:
    found = re.search(rf"\b{word}\[(\d+)\]", text)
    return int(found[1]) if found else 0
