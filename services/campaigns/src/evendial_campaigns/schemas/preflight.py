"""What an activation would come to, as the API shows it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from evendial_campaigns.core.campaign import Status
from evendial_campaigns.core.preflight import Caution
from evendial_campaigns.core.rejected import Rejected
from evendial_campaigns.schemas.reasons import CountedReason, ReasonView


class RefusalView(msgspec.Struct, frozen=True, kw_only=True):
    """What an activation would be refused with: a problem's `type`, and what it says."""

    type: Annotated[str, Meta(examples=["not_ready"])]
    detail: Annotated[str, Meta(examples=["The campaign cannot be activated: it has no actions."])]
    missing: tuple[str, ...]


class WarningView(msgspec.Struct, frozen=True, kw_only=True):
    """What would not keep it from being activated, and may not be meant."""

    code: Caution
    why: Annotated[str, Meta(examples=["The campaign shows no caller id."])]


class PreflightView(msgspec.Struct, frozen=True, kw_only=True):
    """What an activation now would come to; of an active campaign what it comes to.

    `callable_now` may be called at once; `blocked` counts all others by their reason, so the two add up to
    `numbers`. `reason` is what would keep the first call from starting. `expected_finish_at` goes by the
    `assumptions`, `latest_finish_at` by as many calls for each number as its retries allow; where one is
    null, `expected_finish_reason` says why.
    """

    campaign_id: UUID
    status: Status
    at: datetime
    can_activate: bool
    refusal: RefusalView | None
    reason: ReasonView
    numbers: int
    callable_now: int
    to_call: int
    blocked: list[CountedReason]
    calls_per_hour: float
    expected_start_at: datetime | None
    expected_finish_at: datetime | None
    expected_finish_reason: str | None
    latest_finish_at: datetime | None
    assumptions: tuple[str, ...]
    warnings: list[WarningView]
    scheduler_answers: bool


def refusal_view(refusal: Rejected) -> RefusalView:
    """As the activation would say it."""
    return RefusalView(type=refusal.slug, detail=refusal.detail, missing=refusal.missing)
