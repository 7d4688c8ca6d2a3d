"""What the reasons follow from: one campaign whatever its state, how its numbers stand, single numbers."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec
from evendial_contracts.calls import Disposition
from evendial_contracts.campaigns import CampaignRules

from evendial_scheduler.core.blockers import Known
from evendial_scheduler.core.breaker import Health
from evendial_scheduler.core.reasons import Standing
from evendial_scheduler.core.roster import Device, Trunk
from evendial_scheduler.core.state import State
from evendial_scheduler.store import Connection

FOLD_S = 5.0
RETRIES_TIMEOUT_S = 0.4
"""Longer than a million takes; a count that takes longer would hold back the vacuum of the list."""

_CAMPAIGN = """
select campaign.campaign_id, campaign.owner_id, epoch, active, sequence_version, rules, last_slot_at,
    refilled_to is not null as refilling,
    owner_limits.max_concurrent_calls as owner_cap,
    to_jsonb(device) as device, to_jsonb(trunk) as trunk, trunk_health.health
from campaign left join owner_limits using (owner_id)
left join device on device.device_id = campaign.device_id and not device.deleted
left join trunk on trunk.trunk_id = device.trunk_id and not trunk.deleted
left join trunk_health on trunk_health.trunk_id = trunk.trunk_id
where campaign_id = $1
"""
_GROUPS = """
select state, case when state = 5 then disposition end as disposition, sum(numbers)::bigint as numbers,
    zone_set, case state
        when 1 then (
            select min(due_at) from number where campaign_id = $1 and number.zone_set = counted.zone_set
                and number.zone_set > -2 and number.state in (0, 1) and -number.state = -1 and due_at > $2)
        when 2 then (
            select min(slot_at) from number where campaign_id = $1 and number.state = 2 and slot_at > $2)
    end as first_at,
    case when state = 1 and $3 then (
        select count(*) from number where campaign_id = $1 and number.zone_set = counted.zone_set
            and number.zone_set > -2 and number.state in (0, 1) and -number.state = -1 and due_at <= $2)
        else 0
    end as due
from number_count as counted where campaign_id = $1
group by 1, 2, zone_set having sum(numbers) <> 0 order by 1, 2, zone_set
"""
"""State numbers as in core/state.py: 1 waiting for a retry, 2 scheduled, 5 failed.

Retries are found through the index `number_in_zone`.
"""
_STANDING = """
select number_id, state, disposition, due_at, slot_at, suppression_id, zone_set
from number where campaign_id = $1 and number_id = any($2::bigint[])
"""
_FOLD = """
with folded as (
    delete from number_count where ctid = any(array(
        select ctid from number_count where campaign_id = any(array(
            select campaign_id from number_count group by campaign_id having count(*) > 64))
        limit 20000 for update skip locked))
    returning *)
insert into number_count(campaign_id, state, disposition, zone_set, numbers)
select campaign_id, state, disposition, zone_set, sum(numbers) from folded
group by campaign_id, state, disposition, zone_set having sum(numbers) <> 0
"""


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """So many numbers that stand alike."""

    standing: Standing
    numbers: int


async def campaign(connection: Connection, campaign_id: UUID) -> Known | None:
    """As it was heard of, with what it calls through; None if it never was."""
    row = await connection.fetchrow(_CAMPAIGN, campaign_id)
    return _known(row) if row else None


async def groups(connection: Connection, campaign_id: UUID, now: datetime) -> list[Group]:
    """The whole list as it is at one moment, each number once.

    Reads no list: what takes time is to count the retries that are due. Where they are too many for that, all
    retries are told to wait for the first that is not due yet.
    """
    try:
        rows = await connection.fetch(_GROUPS, campaign_id, now, True, timeout=RETRIES_TIMEOUT_S)
    except TimeoutError:
        rows = await connection.fetch(_GROUPS, campaign_id, now, False)
    return [group for row in rows for group in _groups(row, now)]


async def standings(
    connection: Connection, campaign_id: UUID, number_ids: Sequence[int]
) -> dict[int, Standing]:
    """Those of these numbers that are here."""
    rows = await connection.fetch(_STANDING, campaign_id, number_ids)
    return {row["number_id"]: msgspec.convert(dict(row), Standing) for row in rows}


async def fold(connection: Connection) -> None:
    """Adds up what came since, where it is much."""
    await connection.execute(_FOLD)


def _known(row: asyncpg.Record) -> Known:
    device, trunk = row["device"], row["trunk"]
    return Known(
        campaign_id=row["campaign_id"],
        owner_id=row["owner_id"],
        epoch=row["epoch"],
        active=row["active"],
        sequence_version=row["sequence_version"],
        rules=msgspec.convert(row["rules"], CampaignRules) if row["rules"] else None,
        device=msgspec.convert(device, Device) if device else None,
        trunk=msgspec.convert(trunk, Trunk) if trunk else None,
        health=msgspec.convert(row["health"], Health) if row["health"] else Health(),
        owner_cap=row["owner_cap"],
        last_slot_at=row["last_slot_at"],
        refilling=row["refilling"],
    )


def _groups(row: asyncpg.Record, now: datetime) -> list[Group]:
    state, first_at, due = State(row["state"]), row["first_at"], row["due"]
    if state is not State.WAITING_RETRY:
        disposition = Disposition(row["disposition"]) if row["disposition"] else None
        standing = Standing(state=state, disposition=disposition, slot_at=first_at, zone_set=row["zone_set"])
        return [Group(standing=standing, numbers=row["numbers"])]
    not_yet = row["numbers"] - due if first_at else 0
    split = ((row["numbers"] - not_yet, now), (not_yet, first_at))
    return [
        Group(standing=Standing(state=state, due_at=due_at, zone_set=row["zone_set"]), numbers=numbers)
        for numbers, due_at in split
        if numbers
    ]
