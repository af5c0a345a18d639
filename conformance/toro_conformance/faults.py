"""Faults that other libraries had, by number: what a case that carries the number would find.

The numbers are those of a longer catalogue and have gaps.  Where a fault was
reported in public, the report is named.
"""

from __future__ import annotations

FAULTS: dict[int, str] = {
    # Lock
    1: "release meets a first waiter that is cancelled already (bpo-27585)",
    3: "a newcomer queues behind waiters that are all cancelled (anyio#1145)",
    5: "a cancelled waiter lets the next one in although nobody released (micropython#5332)",
    7: "a newcomer slips in between release and hand-over (anyio#1170, gh-90155)",
    9: "whoever releases and acquires again at once starves the line (gevent#1487)",
    11: "acquiring again what one holds (anyio#798)",
    13: "a task ends without releasing (trio#3035)",
    15: "the Future nobody awaits takes the grant (tokio#6450)",
    17: "the timer of a wait that was served fires later (Wizcorp/locks#2)",
    19: "a waiter that is merely stepped falls through (Adafruit_CircuitPython_asyncio#29)",
    21: "waking on the releaser's stack recurses once for each waiter (kotlinx.coroutines#80)",
    # Semaphore
    23: "one unlucky cancellation blocks the semaphore for ever (gh-90155)",
    25: "a newcomer overtakes a waiter that was woken (bpo-45997)",
    27: "waiters that are cancelled swallow the release (python/asyncio#393)",
    29: "of several permits only the first is handed on (gh-111693)",
    31: "release and cancellation together make two permits (kotlinx.coroutines#1477)",
    33: "more holders than permits (anyio#1170)",
    37: "an acquisition taken in parts leaks those parts (cats-effect#403)",
    39: "an acquire that timed out spoils the counter (gevent#39)",
    41: "the initial value is ignored (kotlinx.coroutines#1422)",
    # Condition
    43: "cancelled while acquiring the lock again, wait ends without it (bpo-22970)",
    45: "a cancellation is swallowed while the lock is acquired again (bpo-32841)",
    47: "the notification of a cancelled waiter is lost (gh-112202, anyio#1075)",
    49: "a deadline and a notification at one moment (gh-112202)",
    51: "another cancellation than the one delivered is raised (gh-111693)",
    53: "waiters that are gone use up notify(n)",
    55: "a notification passed on skips those who were waiting (tokio#5404)",
    57: "waiting for a predicate starts its time anew at each notification (culsans 0.10.0)",
    # Event
    59: "set and clear in one step strand those who waited (bpo-13502, gevent#771)",
    61: "clearing a clear event orphans those who wait",
    63: "a wait begun before set and awaited afterwards misses it (curio#86)",
    65: "set at the moment when a deadline passes",
    # AsyncResult
    67: "one exception read by many grows a traceback (gh-90082)",
    69: "StopIteration as the result hangs the one who waits (gh-112182)",
    71: "one getter's deadline or cancellation settles the result for all (tornado#2189)",
    # RWLock
    73: "a writer arrives while readers are being woken (iotdb#11453)",
    75: "cancelling a reader that waits decrements the readers (aiorwlock#514)",
    77: "release and cancellation of the first writer at once (aiorwlock#39)",
    79: "cancelled after acquiring, at the yield (aiorwlock#170)",
    81: "a writer departs and readers pass the next one (vs-threading#259)",
    83: "a writer that is gone still blocks later readers (rustfs#2795)",
    85: "a nested read behind a waiting writer (tokio#3389)",
    87: "overlapping readers starve the writer (futures-rs#2082)",
    89: "release_write succeeds while readers hold (toro 1.0.1)",
    91: "release_read is refused although a read is held (toro#15)",
    93: "max_readers of zero makes a lock nobody can enter (toro#13)",
    # Queue
    95: "the item goes to a getter whose cancellation is pending (anyio#728)",
    97: "giving an item back exceeds maxsize or is refused (anyio#147)",
    99: "put raises although its item was taken (anyio#536)",
    101: "put meets a getter whose timer has just fired (eventlet#495)",
    103: "get_nowait does not move the waiting putter up (anyio#143)",
    105: "a getter that was woken loses its place (python/asyncio#269)",
    107: "an item is lost at the checkpoint after a successful get (culsans 0.9.0)",
    109: "a fractional maxsize is no limit (bpo-21723)",
    111: "put raises in a comparison but leaves the item in (gh-75328)",
    113: "equal priorities compare what they carry (gh-75328)",
    115: "initial items are not ordered or not counted (gevent#554)",
    # task_done, join, shutdown
    117: "join blocks on a queue that never had an item (gevent#45)",
    119: "one of the ways in does not count the item (janus#75)",
    121: "giving an item back counts it twice (tornado#3689)",
    123: "several joiners, some of them gone",
    125: "shutdown leaves putters and joiners asleep (janus#237)",
    127: "shutdown turns a delivered item into an error (moonbitlang/async#377)",
    129: "calls made after shutdown wait, or reopen the queue (tokio#4867)",
    # Deadlines and cancellation
    131: "a cancellation at the moment of the deadline is turned into Timeout (bpo-37658)",
    133: "an expired deadline swallows a pending cancellation (gh-134471)",
    135: "a deadline of zero means for ever (tornado#3271)",
    137: "odd deadlines: negative, infinite, NaN, huge, of a wrong type (gevent#750)",
    139: "an expired Future that nobody awaits is reported as never retrieved",
    141: "absolute and relative times mixed up (tornado#2370)",
    # Loops
    143: "works in a second run until contended (bpo-42392)",
    147: "a waiter is rescheduled twice (trio#553)",
    149: "destructors and comparisons call back in (aiologic 0.15.0)",
    151: "looking at a fresh or busy object fails or changes it (chia-blockchain#13638)",
    153: "a waiter resumes in its waker's context",
    # Leaks and cost
    155: "puts that timed out keep their items (bpo-32574)",
    157: "waiters that are gone pile up behind a live one (AsyncSemaphore#566)",
    159: "a burst of releases is quadratic (gevent#1488)",
    161: "removal on the way to success is linear (aiologic#5)",
    163: "timers are left armed (tornado#1381)",
    165: "items delivered or withdrawn are kept alive (kotlinx.coroutines#3197)",
    167: "stored exceptions keep frames alive (gh-124858)",
}
