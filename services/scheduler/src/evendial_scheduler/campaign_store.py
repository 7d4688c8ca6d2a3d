"""The table `campaign`: what the campaigns service has said of each, and where its pacing stands."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec
from evendial_contracts.campaigns import (
    CampaignActivated,
    CampaignCreated,
    CampaignDeleted,
    CampaignFinished,
    CampaignRules,
    CampaignRulesChanged,
    CampaignStopped,
    SequenceChanged,
)
from evendial_contracts.person_caps import PersonCap

from evendial_scheduler.core.called_party import skips_unknown
from evendial_scheduler.core.instants import instant
from evendial_scheduler.core.pacing import Slot
from evendial_scheduler.core.roster import Active, Device, Trunk
from evendial_scheduler.core.window import zone_of
from evendial_scheduler.store import Connection, Pool

_RULES = """
insert into campaign(campaign_id, owner_id, rules_revision, rules, skips_unknown) values ($1, $2, $3, $4, $5)
on conflict (campaign_id) do update set
    rules_revision = excluded.rules_revision, rules = excluded.rules, skips_unknown = excluded.skips_unknown
where campaign.rules_revision < excluded.rules_revision
"""
_SEQUENCE = """
insert into campaign(campaign_id, owner_id, sequence_version) values ($1, $2, $3)
on conflict (campaign_id) do update set sequence_version = excluded.sequence_version
where campaign.sequence_version is null or campaign.sequence_version < excluded.sequence_version
"""
_TURN = """
insert into campaign(campaign_id, owner_id, epoch, active) values ($1, $2, $3, $4)
on conflict (campaign_id) do update
set epoch = excluded.epoch, active = excluded.active and not campaign.deleted
where campaign.epoch < excluded.epoch
"""
_DELETE = """
insert into campaign(campaign_id, owner_id, deleted) values ($1, $2, true)
on conflict (campaign_id) do update set deleted = true, active = false
"""
_POOLS = """
select distinct trunk.pool from campaign join device using (device_id) join trunk using (trunk_id)
where campaign.active and not device.deleted and not trunk.deleted
"""
_ACTIVE = """
select campaign_id, owner_id, epoch, sequence_version, rules, device_id, last_slot_at, served,
    owner_limits.max_concurrent_calls as owner_cap, coalesce(person_caps, '[]') as owner_person_caps, (
    select count(*) from (
        (select from number
         where number.campaign_id = campaign.campaign_id and state = 0 and due_at <= $2 order by due_at)
        union all
        (select from number
         where number.campaign_id = campaign.campaign_id and state = 1 and due_at <= $2 order by due_at)
        limit 1 + ceil((campaign.rules->>'calls_per_minute')::float8 * $3 / 60)::bigint) as callable
) as due
from campaign left join owner_limits using (owner_id)
where active and device_id = any($1::uuid[]) and sequence_version is not null and refilled_to is null
"""
_ANCHOR = """
update campaign set last_slot_at = given.slot_at, served = given.served
from unnest($1::uuid[], $2::timestamptz[], $3::bigint[]) as given(campaign_id, slot_at, served)
where campaign.campaign_id = given.campaign_id
"""
_ANY_ACTIVE = "select campaign_id from campaign where active and campaign_id = any($1::uuid[])"

RulesFact = CampaignCreated | CampaignRulesChanged


async def keep_rules(connection: Connection, fact: RulesFact) -> None:
    """The highest revision wins; at creation it is 0. Raises ValueError for a time zone nobody knows."""
    zone_of(fact.rules.time_zone)
    revision = fact.revision if isinstance(fact, CampaignRulesChanged) else 0
    skips = skips_unknown(fact.rules)
    await connection.execute(_RULES, fact.campaign_id, fact.owner_id, revision, fact.rules, skips)


async def keep_sequence_version(connection: Connection, fact: SequenceChanged) -> None:
    """The highest version wins."""
    await connection.execute(_SEQUENCE, fact.campaign_id, fact.owner_id, fact.sequence_version)


async def turn(connection: Connection, fact: CampaignActivated | CampaignStopped | CampaignFinished) -> None:
    """On or off; the highest epoch wins. Its last slot stays, so stop and go never outrun the rate."""
    active = isinstance(fact, CampaignActivated)
    await connection.execute(_TURN, fact.campaign_id, fact.owner_id, fact.epoch, active)


async def delete(connection: Connection, fact: CampaignDeleted) -> None:
    """Never active again, whatever is heard of it later."""
    await connection.execute(_DELETE, fact.campaign_id, fact.owner_id)


async def pools_of_active(pool: Pool) -> list[str]:
    """The pools that active campaigns call through."""
    return [row["pool"] for row in await pool.fetch(_POOLS)]


async def active_on(
    connection: Connection, devices: Mapping[UUID, tuple[Device, Trunk]], now: datetime, ahead_s: float
) -> list[Active]:
    """The active campaigns of these devices that have a sequence."""
    rows = await connection.fetch(_ACTIVE, list(devices), now, ahead_s)
    return [_active(row, *devices[row["device_id"]]) for row in rows]


async def keep_anchors(connection: Connection, slots: Sequence[Slot]) -> None:
    """The next slot of each campaign follows its last one of these, which are in the order of time."""
    last = {each.campaign_id: each for each in slots}
    at, served = [instant(each.at_us) for each in last.values()], [each.served for each in last.values()]
    await connection.execute(_ANCHOR, list(last), at, served)


async def active_among(connection: Connection, campaigns: Sequence[UUID]) -> set[UUID]:
    """Which of these are active."""
    return {row["campaign_id"] for row in await connection.fetch(_ANY_ACTIVE, campaigns)}


def _active(row: asyncpg.Record, device: Device, trunk: Trunk) -> Active:
    return Active(
        campaign_id=row["campaign_id"],
        owner_id=row["owner_id"],
        epoch=row["epoch"],
        sequence_version=row["sequence_version"],
        rules=msgspec.convert(row["rules"], CampaignRules),
        device=device,
        trunk=trunk,
        owner_cap=row["owner_cap"],
        last_slot_at=row["last_slot_at"],
        due=row["due"],
        served=row["served"],
        owner_person_caps=msgspec.convert(row["owner_person_caps"], tuple[PersonCap, ...]),
    )
