"""How evenly a campaign calls, and what its last calls came to: what a live view begins with."""

from typing import Annotated

import asyncpg
from evendial_chassis.clock import HOST_CLOCK
from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from evendial_campaigns import live_store, pace_store
from evendial_campaigns.campaign_store import KeptCampaign
from evendial_campaigns.pace_store import Steps
from evendial_campaigns.schemas.pace import EndedCalls, PaceView, pace_view

STEP_S_MAX = 300
STEPS_MAX = 120
SLOTS_MAX = 1000
ENDED_MAX = 100

StepS = Annotated[int, QueryParameter(ge=1, le=STEP_S_MAX, description="Length of an interval, seconds.")]
Count = Annotated[int, QueryParameter(ge=1, le=STEPS_MAX, description="How many intervals up to now.")]
SlotLimit = Annotated[int, QueryParameter(ge=0, le=SLOTS_MAX, description="How many slots at most.")]
EndedLimit = Annotated[int, QueryParameter(ge=1, le=ENDED_MAX, description="How many at most.")]


class PaceController(Controller):
    """Slots, and the calls placed on them."""

    path = "/campaigns/{campaign_id:uuid}"
    tags = ("calls",)

    @get("/pace", operation_id="GetPace")
    async def pace(
        self,
        kept: NamedDependency[KeptCampaign],
        database: NamedDependency[asyncpg.Pool],
        step_s: StepS = 5,
        steps: Count = 60,
        slots: SlotLimit = 100,
    ) -> PaceView:
        """Calls by interval up to now, and the newest slots with the calls placed on them."""
        campaign_id = kept.campaign.campaign_id
        asked = Steps(HOST_CLOCK.now(), step_s, steps)
        live = (await live_store.ends(database)).settled
        counted = await pace_store.intervals(database, campaign_id, asked)
        newest = await pace_store.newest(database, campaign_id, asked, slots) if slots else []
        return pace_view(kept.campaign, live, asked, counted, newest)

    @get("/ended-calls", operation_id="ListEndedCalls")
    async def ended(
        self,
        kept: NamedDependency[KeptCampaign],
        database: NamedDependency[asyncpg.Pool],
        limit: EndedLimit = 10,
    ) -> EndedCalls:
        """The calls that ended last, the last one first; all of them, by slot, are in `…/calls`."""
        return EndedCalls(items=await pace_store.ended(database, kept.campaign.campaign_id, limit))
