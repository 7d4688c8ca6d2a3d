"""Numbers that nobody may call: which entry keeps each from being called, and what becomes of it without."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from evendial_chassis import outbox
from evendial_chassis.bus import sealed
from evendial_contracts.requests import EndCommand
from evendial_contracts.suppressions import SuppressionRemoved, SuppressionsDelisted

from evendial_scheduler.core.facts import fact_id, lifted
from evendial_scheduler.settings import SERVICE
from evendial_scheduler.store import Connection

# State numbers as in core/state.py: 0 free, 1 waiting for a retry, 8 suppressed.

_ONE_AT_A_TIME = """
select pg_advisory_xact_lock(1937076336, key) from (
    select distinct hashtext(id::text) & 63 as key from unnest($1::uuid[]) as id order by key) as keys
"""
"""One lock for many entries: a list that is taken back has more of them than there is room for locks."""
_LIFTED = "select suppression_id from lifted_suppression where suppression_id = any($1::uuid[])"
_LIFT = "insert into lifted_suppression(suppression_id) select unnest($1::uuid[]) on conflict do nothing"
_RELEASE = """
update number set suppression_id = null, due_at = greatest(due_at, $2),
    state = case when attempts > 0 or system_failures > 0 then 1 else 0 end
from campaign
where campaign.campaign_id = number.campaign_id and state = 8 and suppression_id = any($1::uuid[])
returning command_id, number.campaign_id, owner_id, number_id, generation, attempts + 1 as attempt_no,
    slot_at, reference
"""


async def lifted_among(connection: Connection, suppressions: Iterable[UUID | None]) -> set[UUID]:
    """Which of these are gone; until the transaction ends none of the others goes."""
    ids = [each for each in suppressions if each]
    if not ids:
        return set()
    await connection.execute(_ONE_AT_A_TIME, ids)
    return {row["suppression_id"] for row in await connection.fetch(_LIFTED, ids)}


Removed = SuppressionRemoved | SuppressionsDelisted


async def lift(connection: Connection, ids: Sequence[UUID], now: datetime) -> set[UUID]:
    """These entries are gone: lets the numbers be called again that they kept from it, and says so.

    Returns the campaigns of those numbers.
    """
    if not ids:
        return set()
    await connection.execute(_ONE_AT_A_TIME, ids)
    await connection.execute(_LIFT, ids)
    rows = await connection.fetch(_RELEASE, ids, now)
    facts = [lifted(msgspec.convert(dict(row), EndCommand)) for row in rows]
    await outbox.store(connection, [sealed(fact, SERVICE, id=fact_id(fact)) for fact in facts])
    return {fact.campaign_id for fact in facts}
