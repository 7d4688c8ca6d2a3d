"""What decisions on campaigns need to know, read and held in the transaction that records them."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import msgspec
from evendial_chassis.outbox import Connection
from evendial_contracts.actions import Action, Ivr
from evendial_contracts.message import tag_of
from evendial_contracts.resources import DeviceDefined, IvrDefined, LimitsDefined

from evendial_campaigns import number_list
from evendial_campaigns.core.campaign import Campaign, Status
from evendial_campaigns.core.commands import (
    Activate,
    CampaignCommand,
    ChangeRules,
    Create,
    Delete,
    Facts,
    Restore,
    SetSequence,
)

LIMITED = Create | ChangeRules | Activate | Restore
"""What may take more of an owner's limits."""

_ONE_AT_A_TIME = "select pg_advisory_xact_lock(hashtextextended($1::text, 0))"
_OWNER_OF = "select owner_id from campaign where campaign_id = $1"
_HOLD = "select data from definition where kind = $1 and id = any($2::uuid[]) order by id for share"
_LIMITS = "select data from definition where kind = $1 and id = $2"
_TAKEN = """
select count(*) filter (where not archived) as campaigns,
    coalesce(sum((state->'rules'->>'calls_per_minute')::bigint) filter (where status = 'active'), 0)::bigint
        as calls_per_minute
from campaign where owner_id = $1 and campaign_id <> $2 and not deleted
"""
_DIALLED = """
select exists(select from call where campaign_id = $1)
    or exists(select from number_progress where campaign_id = $1 and state <> 'free')
"""


async def lock(connection: Connection, campaign_id: UUID, command: CampaignCommand) -> None:
    """Until the transaction ends nobody else decides on this campaign, nor takes of its owner's limits.

    Advisory locks: a row lock would make this a writing transaction before it writes, and the outbox waits
    behind those.
    """
    if isinstance(command, LIMITED):
        if isinstance(command, Create):
            owner_id: UUID | None = command.owner
        else:
            owner_id = await connection.fetchval(_OWNER_OF, campaign_id)
        await connection.execute(_ONE_AT_A_TIME, f"owner:{owner_id}")
    await connection.execute(_ONE_AT_A_TIME, f"campaign:{campaign_id}")


class FactReader:
    """Gathers the facts. `time_zones` are the names of the IANA database, `regions` ISO country codes."""

    def __init__(self, time_zones: frozenset[str], regions: frozenset[str]) -> None:
        self._time_zones = time_zones
        self._regions = regions

    async def read(
        self, connection: Connection, campaign: Campaign | None, command: CampaignCommand
    ) -> Facts:
        """What is known about this command."""
        match command:
            case Create() if campaign is None:
                return Facts(
                    device=await _device(connection, command.rules.device_id, command.owner),
                    ivrs=await _ivrs(connection, command.actions),
                    time_zones=self._time_zones,
                    regions=self._regions,
                    **await _limits(connection, command.owner, command.campaign_id),
                )
            case ChangeRules() if campaign:
                rules = command.changes.applied_to(campaign.rules)
                return Facts(
                    device=await _device(connection, rules.device_id, campaign.owner_id),
                    time_zones=self._time_zones,
                    regions=self._regions,
                    **await _limits(connection, campaign.owner_id, campaign.campaign_id),
                )
            case SetSequence():
                return Facts(ivrs=await _ivrs(connection, command.actions))
            case Activate() if campaign and campaign.status is not Status.ACTIVE:
                # The device last: its row lock makes this a writing transaction, and counting takes time.
                free = await number_list.still_to_call(connection, campaign)
                limits = await _limits(connection, campaign.owner_id, campaign.campaign_id)
                device = await _device(connection, campaign.rules.device_id, campaign.owner_id)
                return Facts(device=device, free_numbers=free, **limits)
            case Restore() if campaign:
                return Facts(**await _limits(connection, campaign.owner_id, campaign.campaign_id))
            case Delete() if campaign:
                return Facts(dialled=await connection.fetchval(_DIALLED, campaign.campaign_id))
            case _:
                return Facts()


async def _device(connection: Connection, device_id: UUID | None, owner_id: UUID) -> DeviceDefined | None:
    """A device, if it is that owner's; it cannot be changed or deleted until the transaction ends."""
    for data in await _held(connection, DeviceDefined, [device_id] if device_id else []):
        device = msgspec.convert(data, DeviceDefined)
        return device if device.owner_id == owner_id else None
    return None


async def _ivrs(connection: Connection, actions: Iterable[Action]) -> frozenset[UUID]:
    named = [action.ivr_id for action in actions if isinstance(action, Ivr)]
    held = [msgspec.convert(data, IvrDefined) for data in await _held(connection, IvrDefined, named)]
    return frozenset(ivr.ivr_id for ivr in held if not ivr.deleted)


async def _held(
    connection: Connection, kind: type[DeviceDefined | IvrDefined], ids: list[UUID]
) -> list[dict[str, Any]]:
    return [row["data"] for row in await connection.fetch(_HOLD, tag_of(kind), ids)] if ids else []


async def _limits(connection: Connection, owner_id: UUID, but_for: UUID) -> dict[str, Any]:
    """The owner's limits, and what the owner's other campaigns take of them."""
    data = await connection.fetchval(_LIMITS, tag_of(LimitsDefined), owner_id)
    taken = await connection.fetchrow(_TAKEN, owner_id, but_for)
    assert taken is not None, "an aggregate has a row"
    return {"limits": msgspec.convert(data, LimitsDefined) if data else None, **dict(taken)}
