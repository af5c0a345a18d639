"""Does the cost stay where it was promised?  Nothing here looks at a clock.

Work is counted (`ruler.py`), bytes are weighed, calls and imported modules are listed; so
these tests give the same answer on a busy machine as on a quiet one.
"""
