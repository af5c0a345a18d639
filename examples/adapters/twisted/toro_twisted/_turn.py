"""Resuming tasks in the reactor's next turn, in order.

``Deferred.callback`` runs whoever waits for it there and then, in the middle of whatever the
caller was doing; and a reactor does not promise the order of two ``callLater(0, …)``.
"""

from __future__ import annotations

import weakref
from collections import deque

from twisted.internet.defer import Deferred

from toro_core.machines import Machine, Settled

from ._reactor import Reactor

__all__ = ["wake"]

Turn = deque[Deferred[None]]

_turns: weakref.WeakKeyDictionary[Reactor, Turn] = weakref.WeakKeyDictionary()


def wake(machine: Machine, settled: Settled) -> None:
    """Resume the tasks of *settled*, in order: a waiter's handle is a Deferred."""
    for waiter in settled:
        if waiter.handle is not None:  # else its task is awake
            _fire_soon(machine.home, waiter.handle)


def _fire_soon(reactor: Reactor, deferred: Deferred[None]) -> None:
    turn = _turns.setdefault(reactor, deque())
    turn.append(deferred)
    if len(turn) == 1:
        reactor.callLater(0, _take, turn)


def _take(turn: Turn) -> None:
    """Fire those who are in it now.  Who joins meanwhile has the turn after."""
    ready = list(turn)
    turn.clear()
    ready.reverse()
    while ready:
        deferred = ready.pop()
        if not deferred.called:  # else its task was cancelled in between
            deferred.callback(None)
