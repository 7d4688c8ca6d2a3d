"""What an activation would come to: the reasons as if it were active, and what was measured of its calls."""

from uuid import UUID

import asyncpg
import msgspec
from evendial_contracts.resources import DeviceDefined, LimitsDefined, TrunkDefined

from evendial_campaigns.command_handler import CommandHandler
from evendial_campaigns.core.campaign import Campaign
from evendial_campaigns.core.commands import Activate, Actor
from evendial_campaigns.core.preflight import Cap, Outlook, Seen, outlook
from evendial_campaigns.core.rejected import Rejected
from evendial_campaigns.definition_store import Definitions
from evendial_campaigns.reason_reader import Explained, ReasonReader

_MEASURED = """
select avg(extract(epoch from ended_at - slot_at))::float8 as call_s,
    count(*)::float8 / nullif(count(distinct number_id), 0) as calls_each
from (select ended_at, slot_at, number_id from call where campaign_id = $1 and ended_at is not null
      order by slot_at desc, command_id desc limit 1000) as last
"""


class Foreseen(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be expected, and what an activation would be refused with."""

    explained: Explained
    outlook: Outlook
    refusal: Rejected | None


class PreflightReader:
    """Changes nothing."""

    def __init__(
        self,
        pool: asyncpg.Pool,
        handler: CommandHandler,
        definitions: Definitions,
        reasons: ReasonReader,
    ) -> None:
        self._pool = pool
        self._handler = handler
        self._definitions = definitions
        self._reasons = reasons

    async def read(self, campaign_id: UUID, by: Actor) -> Foreseen | None:
        """Of a campaign; None when it is not there any more."""
        explained = await self._reasons.read(campaign_id, as_if_active=True)
        if explained is None:
            return None
        row = await self._pool.fetchrow(_MEASURED, campaign_id)
        assert row is not None, "an aggregate has a row"
        seen = Seen(
            now=explained.at,
            rules=explained.campaign.rules,
            first=explained.top,
            counts=explained.counts,
            share=explained.share,
            caps=await self._caps(explained.campaign),
            call_s=row["call_s"],
            calls_each=row["calls_each"],
        )
        refusal = await self._handler.refusal(campaign_id, Activate(by=by))
        return Foreseen(explained=explained, outlook=outlook(seen), refusal=refusal)

    async def _caps(self, campaign: Campaign) -> list[Cap]:
        """The limits of calls at once that hold for it."""
        device_id = campaign.rules.device_id
        device = await self._definitions.find(DeviceDefined, device_id) if device_id else None
        trunk = await self._definitions.find(TrunkDefined, device.trunk_id) if device else None
        owner = await self._definitions.find(LimitsDefined, campaign.owner_id)
        limited = {"campaign": campaign.rules, "owner": owner, "device": device, "trunk": trunk}
        return [
            Cap(of, each.max_concurrent_calls)
            for of, each in limited.items()
            if each is not None and each.max_concurrent_calls is not None
        ]
