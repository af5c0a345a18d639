"""A pool of connections, on whichever event loop its user has."""

from ._pool import Closed, Connection, Pool

__all__ = ["Closed", "Connection", "Pool"]
