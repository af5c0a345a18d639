"""How the suite drives plainloop: all that the author of an adapter writes for it."""

from __future__ import annotations

import types

import plainloop
import toro_plainloop
from toro_conformance import Driver


class PlainloopDriver(Driver):
    name = "plainloop"
    toro = toro_plainloop
    cancelled = plainloop.Cancelled
    native = types.MappingProxyType({"Timeout": (plainloop.TooLate,)})
    undoes_grants = True
    runs_in_order = True
    orders_timers = True
    shows_timers = True
    abandons_tasks = True

    def __init__(self):
        self.time = 1000.0
        self.loop = plainloop.Loop(clock=self.now)

    def run(self, main):
        self.loop.run(main())

    def spawn(self, body):
        return plainloop.Task(self.loop, body()).cancel

    async def settle(self):
        while self.loop.ready or self.loop.poll() or self.loop.ready:
            await plainloop.checkpoint()

    def now(self):
        return self.time

    def tick(self, seconds):
        self.time += seconds

    async def checkpoint(self):
        await plainloop.checkpoint()

    def call_at(self, when, callback):
        self.loop.call_at(when, callback)

    def timer_armed(self):
        return any(timer.callback for _, _, timer in self.loop.timers)

    def abandon(self, main):
        self.loop.run(main(), cancel_others=False)
