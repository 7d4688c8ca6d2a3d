"""The pace of a campaign, as the API shows it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from evendial_campaigns.core.campaign import Campaign
from evendial_campaigns.pace_store import Interval, Slot, Steps
from evendial_campaigns.record import Place
from evendial_campaigns.schemas.calls import CallView


class PaceView(msgspec.Struct, frozen=True, kw_only=True):
    """How evenly a campaign has called of late.

    `intervals` count by slot, not by start; the last one is the interval that `at` is in, and each begins at
    a whole multiple of `step_s` since 1970. `slots` are the newest in them, in the order of time. A slot is
    told of once its call was placed or it came to nothing. `live_id` is what to begin the live feed after: it
    goes on where this ends, and what is told by both is the same.
    """

    campaign_id: UUID
    at: datetime
    live_id: Annotated[str, Meta(examples=["7412-0"])]
    calls_per_minute: Annotated[int, Meta(examples=[30])]
    step_s: int
    intervals: Sequence[Interval]
    slots: Sequence[Slot]


class EndedCalls(msgspec.Struct, frozen=True, kw_only=True):
    """The calls of a campaign that ended last, the last one first."""

    items: Sequence[CallView]


def pace_view(
    campaign: Campaign, live: Place, steps: Steps, intervals: list[Interval], slots: list[Slot]
) -> PaceView:
    """As the API shows it."""
    return PaceView(
        campaign_id=campaign.campaign_id,
        at=steps.now,
        live_id=str(live),
        calls_per_minute=campaign.rules.calls_per_minute,
        step_s=steps.step_s,
        intervals=intervals,
        slots=slots,
    )
