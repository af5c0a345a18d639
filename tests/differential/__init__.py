"""Every adapter against the specification, by programs that Hypothesis writes.

A *program* is a list of instants.  In each, one operation is started, or one task makes some
calls, cancels others and moves the clock, without a pause; then everything settles.  The same
program is played on the naive specification in ``tests/spec``.  In what order the end of a
time, a cancellation and a task that wakes take effect within an instant is a matter of the
loop, so the specification is asked for every order (`stories`), and whoever has finished
with what, every answer and everything that can be looked at must agree with one of them.
"""
