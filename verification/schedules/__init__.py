"""Every order in which a loop could run a few tasks, on the loops themselves.

A loop that permutes its ready queue and cancels anywhere runs small scenarios over and over: first
in every order up to a stated number of deviations from the stock order and of cancellations, then
at random.  It finds what load, another loop or other code can bring about, and the bugs that are
live in other libraries show that it can find something.
"""
