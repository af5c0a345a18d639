"""Toro beside every peer, in one run.

``python -m benchmarks --quick`` takes less than a minute; without ``--quick`` the figures are
steadier and the crowds go up to 100 000 waiters. See README.md in this folder for the method and
for how far to trust it.

The rooms::

    loops.py       how to run a task on each event loop
    kits/          what each library's operations are called; floors.py is the least a loop allows
    scenarios/     what is measured, written once for every kit
    meters.py      what can be read while a scenario runs: CPU time, calls
    watch.py       a kit that writes down what happens: is the scenario what it claims to be?
    selftest.py    no kit is timed before it has shown that it works
    measure.py     interleaved samples, medians of per-round ratios
    exact.py       what needs no quiet machine: calls, bytes, garbage, imported modules
    shares.py      where the time goes
    goals.py       what was promised, and whether it holds
    report.py, plots.py      Markdown and SVG out of the JSON
"""
