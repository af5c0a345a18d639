"""RWLock: many readers or one writer, strictly first come, first served."""

from __future__ import annotations

from typing import Any

import pytest

from toro_conformance.case import case, fault, lacks, needs
from toro_conformance.world import World, waiting


def readers(lock: Any) -> int:
    """How many hold it to read, found by releasing all and taking it again; nobody may wait."""
    assert waiting(lock) == 0
    count = 0
    while True:
        try:
            lock.release_read()
        except RuntimeError:
            break
        count += 1
    for _ in range(count):
        lock.acquire_read_nowait()
    return count


@case
async def test_readers_share_up_to_the_limit(t: World) -> None:
    lock = t.toro.RWLock(max_readers=3)
    for _ in range(3):
        assert not lock.locked()
        await t.finish(lock.acquire_read)
    assert lock.locked()
    fourth = await t.park(lock.acquire_read)
    lock.release_read()
    await t.settle()
    assert fourth.returned


@case
async def test_one_reader_is_the_default(t: World) -> None:
    lock = t.toro.RWLock()
    await t.finish(lock.acquire_read)
    assert lock.locked()
    await t.park(lock.acquire_read)


@case
async def test_a_writer_is_alone(t: World) -> None:
    lock = t.toro.RWLock(max_readers=10)
    await t.finish(lock.acquire_write)
    assert lock.locked()
    writer = await t.park(lock.acquire_write)
    reader = await t.park(lock.acquire_read)
    lock.release_write()
    await t.settle()
    assert writer.returned
    assert reader.waiting
    lock.release_write()
    await t.settle()
    assert reader.returned
    assert not lock.locked()


@fault(93)
@case
async def test_max_readers_is_at_least_one_or_no_limit(t: World) -> None:
    for refused in (0, -1):
        with pytest.raises(ValueError):
            t.toro.RWLock(max_readers=refused)
    wrong: list[Any] = [1.5, True, "1"]
    for refused in wrong:
        with pytest.raises((TypeError, ValueError)):
            t.toro.RWLock(max_readers=refused)
    lock = t.toro.RWLock(max_readers=None)
    for _ in range(1000):
        lock.acquire_read_nowait()
    assert not lock.locked()
    writer = await t.park(lock.acquire_write)
    for _ in range(1000):
        lock.release_read()
    await t.settle()
    assert writer.returned


@case
async def test_nowait_takes_what_is_free_and_no_more(t: World) -> None:
    lock = t.toro.RWLock(max_readers=2)
    assert lock.acquire_read_nowait()
    assert lock.acquire_read_nowait()
    for refused in (lock.acquire_read_nowait, lock.acquire_write_nowait):
        with pytest.raises(t.toro.WouldBlock):
            refused()
    lock.release_read()
    with pytest.raises(t.toro.WouldBlock):
        lock.acquire_write_nowait()
    lock.release_read()
    assert lock.acquire_write_nowait()
    for refused in (lock.acquire_read_nowait, lock.acquire_write_nowait):
        with pytest.raises(t.toro.WouldBlock):
            refused()
    assert waiting(lock) == 0
    lock.release_write()
    assert not lock.locked()


@fault(89)
@case
async def test_releasing_what_is_not_held_that_way_is_an_error(t: World) -> None:
    lock = t.toro.RWLock(max_readers=2)
    for release in (lock.release_read, lock.release_write):
        with pytest.raises(RuntimeError):
            release()
    lock.acquire_read_nowait()
    lock.acquire_read_nowait()
    writer = await t.park(lock.acquire_write)
    with pytest.raises(RuntimeError):
        lock.release_write()
    await t.settle()
    assert writer.waiting
    lock.release_read()
    await t.settle()
    assert writer.waiting
    lock.release_read()
    await t.settle()
    assert writer.returned
    with pytest.raises(RuntimeError):
        lock.release_read()
    assert lock.locked()
    lock.release_write()
    assert not lock.locked()


@fault(91)
@case
async def test_each_read_held_can_be_released_once(t: World) -> None:
    lock = t.toro.RWLock(max_readers=10)
    for _ in range(5):
        await t.finish(lock.acquire_read)
    for _ in range(5):
        lock.release_read()
    with pytest.raises(RuntimeError):
        lock.release_read()
    await t.finish(lock.acquire_write)


@fault(87)
@case
async def test_a_waiting_writer_holds_back_later_readers(t: World) -> None:
    lock = t.toro.RWLock(max_readers=10)
    await t.finish(lock.acquire_read)
    writer = await t.park(lock.acquire_write)
    assert lock.locked()
    reader = await t.park(lock.acquire_read)
    with pytest.raises(t.toro.WouldBlock):
        lock.acquire_read_nowait()
    lock.release_read()
    await t.settle()
    assert writer.returned
    assert reader.waiting
    lock.release_write()
    await t.settle()
    assert reader.returned


@fault(87)
@case
async def test_a_stream_of_writers_does_not_starve_a_reader(t: World) -> None:
    lock = t.toro.RWLock(max_readers=10)
    await t.finish(lock.acquire_write)
    before = await t.park(lock.acquire_write)
    reader = await t.park(lock.acquire_read)
    after = await t.park(lock.acquire_write)
    lock.release_write()
    await t.settle()
    assert (before.returned, reader.returned, after.returned) == (True, False, False)
    lock.release_write()
    await t.settle()
    assert (reader.returned, after.returned) == (True, False)
    lock.release_read()
    await t.settle()
    assert after.returned


@case
async def test_readers_in_a_row_enter_together_up_to_the_limit(t: World) -> None:
    lock = t.toro.RWLock(max_readers=2)
    lock.acquire_write_nowait()
    row = [await t.park(lock.acquire_read) for _ in range(3)]
    lock.release_write()
    await t.settle()
    assert [reader.returned for reader in row] == [True, True, False]
    assert waiting(lock) == 1


@case
async def test_readers_that_enter_together_have_a_guard_each(t: World) -> None:
    lock = t.toro.RWLock(max_readers=2)
    with lock.acquire_write_nowait():
        row = [await t.park(lock.acquire_read) for _ in range(2)]
    await t.settle()
    for held, reader in ((2, row[0]), (1, row[1])):
        with reader.value:
            assert readers(lock) == held
    assert readers(lock) == 0
    with lock.acquire_write_nowait():
        assert lock.locked()


@fault(73)
@case
async def test_a_writer_that_comes_while_readers_are_woken_waits_for_them(t: World) -> None:
    lock = t.toro.RWLock(max_readers=5)
    lock.acquire_write_nowait()
    b, c = [await t.park(lock.acquire_read) for _ in range(2)]
    lock.release_write()
    with pytest.raises(t.toro.WouldBlock):
        lock.acquire_write_nowait()
    writer = t.start(lock.acquire_write)
    await t.settle()
    assert b.returned
    assert c.returned
    assert writer.waiting
    lock.release_read()
    await t.settle()
    assert writer.waiting
    lock.release_read()
    await t.settle()
    assert writer.returned


@fault(75)
@case
async def test_a_reader_cancelled_in_line_was_never_counted(t: World) -> None:
    lock = t.toro.RWLock(max_readers=5)
    lock.acquire_write_nowait()
    b, c = [await t.park(lock.acquire_read) for _ in range(2)]
    c.cancel()
    await t.settle()
    lock.release_write()
    await t.settle()
    assert b.returned
    assert readers(lock) == 1
    lock.release_read()
    await t.finish(lock.acquire_write)


@needs("undoes_grants")
@fault(77)
@case
async def test_a_writer_granted_and_cancelled_hands_on_to_the_next(t: World) -> None:
    lock = t.toro.RWLock()
    lock.acquire_read_nowait()
    b, c = [await t.park(lock.acquire_write) for _ in range(2)]
    await t.at_once(lock.release_read, b.cancel)
    assert b.cancelled
    assert c.returned
    lock.release_write()
    assert not lock.locked()
    lock.acquire_write_nowait()


@lacks("undoes_grants")
@fault(77)
@case
async def test_a_writer_granted_and_cancelled_writes(t: World) -> None:
    lock = t.toro.RWLock()
    lock.acquire_read_nowait()
    b, c = [await t.park(lock.acquire_write) for _ in range(2)]
    await t.at_once(lock.release_read, b.cancel)
    assert b.returned
    assert c.waiting
    lock.release_write()
    await t.settle()
    assert c.returned


@fault(79)
@pytest.mark.parametrize("mode", ["read", "write"])
@case
async def test_whoever_is_cancelled_inside_lets_the_other_mode_in(t: World, mode: str) -> None:
    lock = t.toro.RWLock(max_readers=2)
    other = "write" if mode == "read" else "read"

    async def body() -> None:
        with await getattr(lock, f"acquire_{mode}")():
            await t.toro.Event().wait()

    holder = t.spawn(body)
    await t.settle()
    heir = await t.park(getattr(lock, f"acquire_{other}"))
    holder.cancel()
    await t.settle()
    assert holder.cancelled
    assert heir.returned
    getattr(lock, f"release_{other}")()
    assert not lock.locked()


@case
async def test_a_cancelled_writer_lets_waiting_readers_in(t: World) -> None:
    lock = t.toro.RWLock(max_readers=3)
    await t.finish(lock.acquire_read)
    writer = await t.park(lock.acquire_write)
    row = [await t.park(lock.acquire_read) for _ in range(3)]
    writer.cancel()
    await t.settle()
    assert writer.cancelled
    assert [reader.returned for reader in row] == [True, True, False]
    assert waiting(lock) == 1
    lock.release_read()
    await t.settle()
    assert row[2].returned
    assert readers(lock) == 3


@case
async def test_an_expired_writer_lets_waiting_readers_in(t: World) -> None:
    lock = t.toro.RWLock(max_readers=3)
    await t.finish(lock.acquire_read)
    writer = await t.park(lock.acquire_write, timeout=1)
    row = [await t.park(lock.acquire_read) for _ in range(2)]
    await t.advance(1)
    assert writer.raised(t.toro.Timeout)
    assert all(reader.returned for reader in row)


@needs("undoes_grants")
@case
async def test_a_writer_granted_and_cancelled_lets_waiting_readers_in(t: World) -> None:
    lock = t.toro.RWLock(max_readers=3)
    await t.finish(lock.acquire_read)
    writer = await t.park(lock.acquire_write)
    row = [await t.park(lock.acquire_read) for _ in range(2)]
    await t.at_once(lock.release_read, writer.cancel)
    assert writer.cancelled
    assert all(reader.returned for reader in row)
    assert readers(lock) == 2


@fault(81)
@case
async def test_but_not_while_another_writer_is_in_line(t: World) -> None:
    lock = t.toro.RWLock(max_readers=3)
    await t.finish(lock.acquire_read)
    first, second = [await t.park(lock.acquire_write) for _ in range(2)]
    reader = await t.park(lock.acquire_read)
    first.cancel()
    await t.settle()
    assert reader.waiting
    lock.release_read()
    await t.settle()
    assert second.returned
    assert reader.waiting
    lock.release_write()
    await t.settle()
    assert reader.returned


@fault(83)
@pytest.mark.parametrize("how", ["cancelled", "expired"])
@case
async def test_a_writer_that_is_gone_blocks_nobody(t: World, how: str) -> None:
    lock = t.toro.RWLock(max_readers=3)
    await t.finish(lock.acquire_read)
    writer = await t.park(lock.acquire_write, timeout=None if how == "cancelled" else 1)
    if how == "cancelled":
        writer.cancel()
        await t.settle()
    else:
        await t.advance(1)
    assert waiting(lock) == 0
    lock.release_read()
    await t.finish(lock.acquire_read)
    lock.acquire_read_nowait()
    assert readers(lock) == 2


@fault(85)
@case
async def test_a_nested_read_behind_a_writer_times_out_and_changes_nothing(t: World) -> None:
    lock = t.toro.RWLock(max_readers=3)
    await t.finish(lock.acquire_read)
    writer = await t.park(lock.acquire_write)
    nested = await t.park(lock.acquire_read, timeout=1)
    await t.advance(1)
    assert nested.raised(t.toro.Timeout)
    assert writer.waiting
    assert waiting(lock) == 1
    lock.release_read()
    await t.settle()
    assert writer.returned


@fault(37)
@case
async def test_a_write_that_times_out_leaves_the_capacity_whole(t: World) -> None:
    lock = t.toro.RWLock(max_readers=3)
    await t.finish(lock.acquire_read)
    for _ in range(5):
        writer = await t.park(lock.acquire_write, timeout=1)
        await t.advance(1)
        assert writer.raised(t.toro.Timeout)
    await t.finish(lock.acquire_read)
    await t.finish(lock.acquire_read)
    assert lock.locked()
    for _ in range(3):
        lock.release_read()
    await t.finish(lock.acquire_write)


@case
async def test_a_reader_that_leaves_lets_the_writer_behind_it_come_first(t: World) -> None:
    lock = t.toro.RWLock(max_readers=1)
    await t.finish(lock.acquire_write)
    reader = await t.park(lock.acquire_read)
    writer = await t.park(lock.acquire_write)
    reader.cancel()
    await t.settle()
    lock.release_write()
    await t.settle()
    assert writer.returned


@case
async def test_the_lock_is_held_for_one_who_was_promised_it(t: World) -> None:
    lock = t.toro.RWLock(max_readers=2)
    lock.acquire_write_nowait()
    writer = await t.park(lock.acquire_write)
    lock.release_write()
    assert lock.locked()
    for refused in (lock.acquire_read_nowait, lock.acquire_write_nowait):
        with pytest.raises(t.toro.WouldBlock):
            refused()
    await t.settle()
    assert writer.returned


@case
async def test_reader_and_writer_are_context_managers(t: World) -> None:
    lock = t.toro.RWLock(max_readers=2)

    async def body() -> None:
        async with lock.reader as nothing:
            assert nothing is None
            assert readers(lock) == 1
        async with lock.writer as nothing:
            assert nothing is None
            assert lock.locked()
            assert readers(lock) == 0

    await t.finish(body)
    assert not lock.locked()


@case
async def test_a_rwlock_tells_its_state(t: World) -> None:
    lock = t.toro.RWLock(max_readers=2)
    assert "unlocked" in str(lock)
    lock.acquire_write_nowait()
    await t.park(lock.acquire_read)
    await t.park(lock.acquire_write)
    assert "unlocked" not in str(lock)
    assert "waiters[2]" in str(lock)
    assert lock.statistics().tasks_waiting == 2
    assert lock.statistics().locked is True


@pytest.mark.parametrize("timeout", [None, 5])
@case
async def test_readers_who_waited_read_together(t: World, timeout: float | None) -> None:
    rwlock = t.toro.RWLock(max_readers=None)
    rwlock.acquire_write_nowait()
    readers = [await t.park(rwlock.acquire_read, timeout=timeout) for _ in range(2)]
    writer = await t.park(rwlock.acquire_write, timeout=timeout)
    rwlock.release_write()
    await t.settle()
    assert all(reader.returned for reader in readers)
    assert rwlock.statistics().readers == 2
    rwlock.release_read()
    await t.settle()
    assert writer.waiting
    rwlock.release_read()
    await t.settle()
    assert writer.returned
