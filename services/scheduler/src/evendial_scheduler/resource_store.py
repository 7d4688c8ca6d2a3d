"""The tables `trunk`, `device` and `owner_limits`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from evendial_contracts.resources import DeviceDefined, LimitsDefined, TrunkDefined

from evendial_scheduler.core.pacing import Slot
from evendial_scheduler.core.roster import Device, Trunk
from evendial_scheduler.store import Connection

_DEFINE_TRUNK = """
insert into trunk(trunk_id, revision, endpoint, pool, calls_per_second, max_concurrent_calls, deleted)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (trunk_id) do update
set revision = excluded.revision, endpoint = excluded.endpoint, pool = excluded.pool,
    calls_per_second = excluded.calls_per_second, max_concurrent_calls = excluded.max_concurrent_calls,
    deleted = excluded.deleted
where trunk.revision < excluded.revision
"""
_DEFINE_DEVICE = """
insert into device(device_id, revision, trunk_id, account_code, max_concurrent_calls, deleted)
values ($1, $2, $3, $4, $5, $6)
on conflict (device_id) do update
set revision = excluded.revision, trunk_id = excluded.trunk_id, account_code = excluded.account_code,
    max_concurrent_calls = excluded.max_concurrent_calls, deleted = excluded.deleted
where device.revision < excluded.revision
"""
_DEFINE_LIMITS = """
insert into owner_limits(owner_id, revision, max_concurrent_calls, person_caps) values ($1, $2, $3, $4)
on conflict (owner_id) do update
set revision = excluded.revision, max_concurrent_calls = excluded.max_concurrent_calls,
    person_caps = excluded.person_caps
where owner_limits.revision < excluded.revision
"""
_TRUNKS = """
select trunk_id, endpoint, pool, calls_per_second, max_concurrent_calls, slots, served, clock
from trunk where pool = any($1::text[]) and not deleted
"""
_DEVICES = """
select device_id, trunk_id, account_code, max_concurrent_calls
from device where trunk_id = any($1::uuid[]) and not deleted
"""
_KEEP_SLOTS = "update trunk set slots = $2, served = $3, clock = $4 where trunk_id = $1"
_HEALTHY = """
update trunk set healthy_at = ended.at
from (select trunk_id, max(at) as at from unnest($1::uuid[], $2::timestamptz[]) as call(trunk_id, at)
      group by trunk_id) as ended
where trunk.trunk_id = ended.trunk_id and (trunk.healthy_at is null or trunk.healthy_at < ended.at)
"""
_HEALTH = "select trunk_id, healthy_at from trunk where trunk_id = any($1::uuid[])"


async def define_trunk(connection: Connection, trunk: TrunkDefined) -> None:
    """The highest revision wins."""
    await connection.execute(
        _DEFINE_TRUNK,
        trunk.trunk_id,
        trunk.revision,
        trunk.endpoint,
        trunk.pool,
        trunk.calls_per_second,
        trunk.max_concurrent_calls,
        trunk.deleted,
    )


async def define_device(connection: Connection, device: DeviceDefined) -> None:
    """The highest revision wins."""
    await connection.execute(
        _DEFINE_DEVICE,
        device.device_id,
        device.revision,
        device.trunk_id,
        device.account_code,
        device.max_concurrent_calls,
        device.deleted,
    )


async def define_limits(connection: Connection, limits: LimitsDefined) -> None:
    """The highest revision wins."""
    caps = (limits.max_concurrent_calls, limits.person_caps)
    await connection.execute(_DEFINE_LIMITS, limits.owner_id, limits.revision, *caps)


async def trunks_of(connection: Connection, pools: Sequence[str]) -> dict[UUID, Trunk]:
    """The trunks of these pools as they are set, by id."""
    rows = await connection.fetch(_TRUNKS, pools)
    return {row["trunk_id"]: msgspec.convert(dict(row), Trunk) for row in rows}


async def devices_on(
    connection: Connection, trunks: Mapping[UUID, Trunk]
) -> dict[UUID, tuple[Device, Trunk]]:
    """Everything that calls can be placed through on these trunks, by device."""
    devices = await connection.fetch(_DEVICES, list(trunks))
    return {
        row["device_id"]: (msgspec.convert(dict(row), Device), trunks[row["trunk_id"]]) for row in devices
    }


async def keep_slots(connection: Connection, slots: Sequence[datetime], last: Slot) -> None:
    """Of the last one's trunk: the slots that new ones must keep clear of, and how shares stand after it."""
    await connection.execute(_KEEP_SLOTS, last.trunk_id, slots, last.trunk_served, last.clock)


async def ended_in_health(connection: Connection, calls: Sequence[tuple[UUID, datetime]]) -> None:
    """Calls, by trunk and end, that no failure of their trunk has ended."""
    if calls:
        await connection.execute(_HEALTHY, [trunk for trunk, _ in calls], [at for _, at in calls])


async def health_of(connection: Connection, trunks: Sequence[UUID]) -> Mapping[UUID, datetime | None]:
    """When a call through each of these trunks last ended by no failure of its own."""
    return {row["trunk_id"]: row["healthy_at"] for row in await connection.fetch(_HEALTH, trunks)}
