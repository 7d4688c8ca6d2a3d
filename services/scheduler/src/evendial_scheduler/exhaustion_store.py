"""Which active campaigns have nothing left to call: said once for each activation, and after each list."""

from collections.abc import Collection
from uuid import UUID, uuid5

import msgspec
from evendial_chassis import outbox
from evendial_chassis.bus import sealed
from evendial_contracts.campaigns import CampaignExhausted

from evendial_scheduler.settings import SERVICE
from evendial_scheduler.store import Connection

# The order makes the planner look at partial indexes of `number`, never at a list that has been called.
# Numbers that are skipped because their zone is not known (zone set -1) are not left to call.
# A campaign that is activated has had a list: where none is known, its announcement is still to come.
EXHAUSTED = """
update campaign set exhausted_epoch = epoch, exhausted_batches = (
    select count(chunks) from import where import.campaign_id = campaign.campaign_id)
where active and rules is not null and refilled_to is null and ($1::uuid[] is null or campaign_id = any($1))
    and (exhausted_epoch is distinct from epoch or exhausted_batches < (
        select count(chunks) from import where import.campaign_id = campaign.campaign_id))
    and (select bool_and(received >= chunks) from import where import.campaign_id = campaign.campaign_id)
    and case when skips_unknown then (
        select number_id from number where number.campaign_id = campaign.campaign_id
            and state in (0, 1) and zone_set >= 0 order by zone_set limit 1) is null
    else (select number_id from number
         where number.campaign_id = campaign.campaign_id and state = 0 order by due_at limit 1) is null
    and (select number_id from number
         where number.campaign_id = campaign.campaign_id and state = 1 order by due_at limit 1) is null
    end
    and (select number_id from number
         where number.campaign_id = campaign.campaign_id and state in (2, 3) order by due_at limit 1) is null
returning campaign_id, owner_id, epoch, exhausted_batches as batches
"""


async def announce_exhausted(connection: Connection, campaigns: Collection[UUID] | None = None) -> int:
    """Stores `campaign.exhausted` for those of these (or of all) to which it applies; returns how many.

    Of an announcement and a chunk that come at once neither may see the other: the next tick asks of all.
    """
    ids = None if campaigns is None else list(campaigns)
    rows = [] if ids == [] else await connection.fetch(EXHAUSTED, ids)
    facts = [msgspec.convert(dict(row), CampaignExhausted) for row in rows]
    await outbox.store(connection, [sealed(fact, SERVICE, id=_id(fact)) for fact in facts])
    return len(facts)


def _id(fact: CampaignExhausted) -> UUID:
    """Another one when a list came in between: of what knew too few of them campaigns takes no notice."""
    return uuid5(fact.campaign_id, f"exhausted/{fact.epoch}/{fact.batches}")
