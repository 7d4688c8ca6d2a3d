"""Progress of a campaign, as the API shows it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from evendial_campaigns.core.campaign import Campaign, Status
from evendial_campaigns.progress_store import Progress


class ProgressView(msgspec.Struct, frozen=True, kw_only=True):
    """How far a campaign is. `dispositions` and `attempts` count calls, a retried number's each.

    `answered_share` is that of the calls that have ended. `expected_finish_at` goes by the calls of the last
    minute, the calls that a number took so far, and the window; where it is null, `expected_finish_reason`
    says why.
    """

    campaign_id: UUID
    status: Status
    epoch: int
    numbers: int
    states: Annotated[dict[str, int], Meta(examples=[{"free": 950, "calling": 3, "completed": 40}])]
    dispositions: Annotated[dict[str, int], Meta(examples=[{"answered": 40, "busy": 5}])]
    calls_in_progress: int
    attempts: int
    calls_last_minute: int
    answered_share: Annotated[float, Meta(examples=[0.83])] | None
    expected_finish_at: datetime | None
    expected_finish_reason: Annotated[str, Meta(examples=["The campaign is not active."])] | None
    last_event_at: datetime | None


def progress_view(campaign: Campaign, progress: Progress) -> ProgressView:
    """As the API shows it."""
    return ProgressView(
        campaign_id=campaign.campaign_id,
        status=campaign.status,
        epoch=campaign.epoch,
        numbers=progress.numbers,
        states={str(state): numbers for state, numbers in progress.states.items()},
        dispositions={str(disposition): calls for disposition, calls in progress.dispositions.items()},
        calls_in_progress=progress.calls_in_progress,
        attempts=progress.attempts,
        calls_last_minute=progress.calls_last_minute,
        answered_share=progress.answered_share,
        expected_finish_at=progress.forecast.finish_at,
        expected_finish_reason=progress.forecast.reason,
        last_event_at=progress.last_event_at,
    )
