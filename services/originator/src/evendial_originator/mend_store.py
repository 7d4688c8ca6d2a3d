"""What the ledger knows of itself, and the statements by which it learns again what it has forgotten."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

import msgspec
from evendial_chassis.database import TRANSIENT
from evendial_chassis.outbox import Connection
from evendial_contracts.calls import CallEnded
from evendial_contracts.claims import AttemptClaimed
from evendial_contracts.dialing import NumberDialVoided

from evendial_originator.core.epoch import Epochs, Reason
from evendial_originator.outside import End, Places

SLICE = 1000
"""Rows given to the server at one go."""

_LOCK = 0x65706F63
"""Advisory lock of the originator that compares ("epoc")."""

_TAKE_LOCK = "select pg_advisory_lock($1)"
_FREE_LOCK = "select pg_advisory_unlock($1)"
_SERVER = """
select system_identifier as system_id, pg_postmaster_start_time() as started_at,
    case when pg_is_in_recovery() then 0
         else ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::integer end as timeline
from pg_control_system()
"""
_NOTE = "select claims_made_at, claims_seq, events_made_at, events_seq from outside"
_KEEP_NOTE = """
insert into outside(claims_made_at, claims_seq, events_made_at, events_seq) values ($1, $2, $3, $4)
on conflict (one) do update set claims_made_at = excluded.claims_made_at, claims_seq = excluded.claims_seq,
    events_made_at = excluded.events_made_at, events_seq = excluded.events_seq
where (outside.claims_seq, outside.events_seq) <> (excluded.claims_seq, excluded.events_seq)
    or (outside.claims_made_at, outside.events_made_at) <> (excluded.claims_made_at, excluded.events_made_at)
"""
_LAST_EPOCH = "select system_id, timeline from epoch order by epoch desc limit 1"
_OPEN_EPOCH = "insert into epoch(reason, system_id, timeline) values ($1, $2, $3)"
_EPOCHS = """
select max(opened_at) filter (where reason <> 'first') as opened_at,
    max(opened_at) filter (where reason = 'unwitnessed') as unwitnessed_at
from epoch
"""
_USED = "select exists (select from command)"
_KNOWN = "select command_id from command where command_id = any($1::uuid[])"

_VOIDED = "insert into command(command_id) values ($1) on conflict do nothing"
_CLAIMED = """
with known as (insert into command(command_id) values ($1) on conflict do nothing returning true)
insert into attempt(
    command_id, campaign_id, owner_id, number_id, generation, attempt_no, slot_at, reference, account_code,
    device_id, trunk_id, ring_timeout_s, max_call_s, asterisk, boot_id, forgotten_at, person, live, held)
select $1::uuid, $2::uuid, $3::uuid, $4::bigint, $5::integer, $6::integer, $7::timestamptz, $8::text,
    $9::text, $10::uuid, $11::uuid, $12::integer, $13::integer, $14::text, $15::text, $16::timestamptz,
    $17::bytea, $18::boolean, $19::boolean
from known on conflict do nothing
"""
_ENDED = """
with decided as (
    insert into outcome(command_id, disposition, void_reason, ended_at)
    select $1::uuid, $2::text, $3::text, $4::timestamptz
    where exists (select from command where command_id = $1) on conflict do nothing returning command_id),
uncounted as (
    delete from person_attempt using decided where person_attempt.command_id = decided.command_id and not $5)
update attempt set live = false, held = held and $5, person = null
from decided where attempt.command_id = decided.command_id
"""
"""No row goes to the outbox: this end has been said."""

_COUNTED = """
insert into person_attempt(command_id, person, slot_at, kept_until)
values ($1, $2, $3, $4) on conflict do nothing
"""
_RECENT = """
select command_id, campaign_id, owner_id, number_id, generation, attempt_no, attempt.slot_at, reference,
    account_code, device_id, trunk_id, ring_timeout_s, max_call_s, asterisk, boot_id, forgotten_at,
    coalesce(attempt.person, counted.person) as person, kept_until as counted_until
from attempt left join person_attempt as counted using (command_id)
where attempt.slot_at > $1 order by attempt.slot_at, command_id
"""


class Server(msgspec.Struct, frozen=True, kw_only=True):
    """One run of one database server. Timeline 0: a standby, which takes no claims."""

    system_id: int
    timeline: int
    started_at: datetime


async def server(connection: Connection) -> Server:
    """Whom this connection has reached."""
    row = await connection.fetchrow(_SERVER)
    assert row is not None
    return msgspec.convert(dict(row), Server)


@asynccontextmanager
async def locked(connection: Connection) -> AsyncIterator[None]:
    """Meanwhile nobody else compares this ledger."""
    try:
        await connection.execute(_TAKE_LOCK, _LOCK)
        yield
    finally:
        try:
            await connection.execute(_FREE_LOCK, _LOCK)
        except TRANSIENT:
            connection.terminate()  # the lock goes with the connection


async def note(connection: Connection) -> Places | None:
    """Up to where the ledger was known to hold everything; None in one that was never compared."""
    row = await connection.fetchrow(_NOTE)
    return msgspec.convert(dict(row), Places) if row else None


async def keep_note(connection: Connection, places: Places) -> None:
    """Notes that the ledger holds all up to there."""
    await connection.execute(_KEEP_NOTE, *msgspec.structs.astuple(places))


async def moved(connection: Connection, now: Server) -> bool:
    """Whether the last epoch began on another system id or timeline."""
    row = await connection.fetchrow(_LAST_EPOCH)
    return row is not None and tuple(row) != (now.system_id, now.timeline)


async def open_epoch(connection: Connection, reason: Reason, now: Server) -> None:
    """Begins one."""
    await connection.execute(_OPEN_EPOCH, reason.value, now.system_id, now.timeline)


async def epochs(connection: Connection) -> Epochs:
    """What the epochs so far bar."""
    row = await connection.fetchrow(_EPOCHS)
    assert row is not None
    return msgspec.convert(dict(row), Epochs)


async def used(connection: Connection) -> bool:
    """Whether the ledger holds any command."""
    return bool(await connection.fetchval(_USED))


async def known(connection: Connection, commands: Sequence[UUID]) -> set[UUID]:
    """Those of the commands that the ledger holds."""
    return {row["command_id"] for row in await connection.fetch(_KNOWN, commands)}


async def put_back(connection: Connection, claims: Sequence[AttemptClaimed], ends: Sequence[End]) -> None:
    """Inserts claims that were forgotten, and the ends that were said; what is known already stays as it is.

    Ends come first, so that an attempt that was over lets go of what the next one reserved.
    """
    over = {end.command_id: end for end in ends}
    voids = [(end.command_id,) for end in ends if isinstance(end, NumberDialVoided)]
    await _many(connection, _VOIDED, voids)
    await _many(connection, _ENDED, [_ended(end) for end in ends])
    in_order = sorted(claims, key=lambda claim: claim.command_id not in over)
    await _many(connection, _CLAIMED, [_claimed(claim, over.get(claim.command_id)) for claim in in_order])
    await _many(connection, _ENDED, [_ended(end) for end in ends if isinstance(end, CallEnded)])
    await _many(connection, _COUNTED, [_counted(claim) for claim in claims if _counts(claim, over)])


async def recent(
    connection: Connection, ledger: str, since: datetime, lost_stream_at: datetime
) -> list[AttemptClaimed]:
    """The claims whose slots were after that, oldest first, as `ledger` says them again."""
    rows = await connection.fetch(_RECENT, since)
    return [AttemptClaimed(ledger=ledger, lost_stream_at=lost_stream_at, **row) for row in rows]


def _claimed(claim: AttemptClaimed, end: End | None) -> tuple[object, ...]:
    return (
        claim.command_id,
        claim.campaign_id,
        claim.owner_id,
        claim.number_id,
        claim.generation,
        claim.attempt_no,
        claim.slot_at,
        claim.reference,
        claim.account_code,
        claim.device_id,
        claim.trunk_id,
        claim.ring_timeout_s,
        claim.max_call_s,
        claim.asterisk,
        claim.boot_id,
        claim.forgotten_at,
        None if end else claim.person,
        end is None,
        end is None or _consumes(end),
    )


def _counts(claim: AttemptClaimed, over: Mapping[UUID, End]) -> bool:
    """Whether it is to be found among the attempts of its person: it is live, or was used up."""
    end = over.get(claim.command_id)
    return claim.counted_until is not None and claim.person is not None and (end is None or _consumes(end))


def _counted(claim: AttemptClaimed) -> tuple[object, ...]:
    return (claim.command_id, claim.person, claim.slot_at, claim.counted_until)


def _ended(end: End) -> tuple[object, ...]:
    if isinstance(end, CallEnded):
        return (end.command_id, end.disposition.value, None, end.ended_at, _consumes(end))
    return (end.command_id, None, end.reason.value, end.slot_at, False)


def _consumes(end: End) -> bool:
    return isinstance(end, CallEnded) and end.disposition.consumes_attempt


async def _many(connection: Connection, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
    for start in range(0, len(rows), SLICE):
        await connection.executemany(statement, rows[start : start + SLICE])
