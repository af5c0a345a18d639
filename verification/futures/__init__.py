"""Every short life of a Future that waits in a primitive of ``toro_tornado``.

A Future can be left alone, looked at, listened to, awaited by tasks, cancelled, dropped, and all of
it in any mixture, between any two callbacks of the loop.  All sequences of such moves are made, up
to a depth; after each, everybody finishes in two ways, and nothing may be lost, doubled or left.
"""
