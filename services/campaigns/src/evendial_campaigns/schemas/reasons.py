"""Reasons, as the API shows them."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from evendial_contracts.calls import Disposition
from evendial_contracts.reasons import Counted, Reason, ReasonCode
from evendial_contracts.trunks import TrunkTrouble
from msgspec import Meta

from evendial_campaigns.core.campaign import Status
from evendial_campaigns.core.reason_words import Told, sentence

WHY = "Waiting for its retry until 14:05 Europe/Vilnius: the number was busy."


class ReasonView(msgspec.Struct, frozen=True, kw_only=True):
    """A reason, for machines and, as `why`, for people. What does not belong to it is null.

    `since` and `until` are in UTC, `time_zone` is the one that `why` says them in; `until` is when the reason
    may be over. `limit` and `in_use` count calls at once, for `trunk_rate` calls a second, for
    `waiting_for_turn` calls a minute.
    """

    code: Annotated[ReasonCode, Meta(description="See docs/reasons.md.", examples=["waiting_for_retry"])]
    why: Annotated[str, Meta(examples=[WHY])]
    since: datetime | None
    until: datetime | None
    time_zone: str
    limit: float | None
    in_use: float | None
    owner_id: UUID | None
    device_id: UUID | None
    trunk_id: UUID | None
    pool: str | None
    trouble: TrunkTrouble | None
    disposition: Disposition | None


class CountedReason(ReasonView, frozen=True, kw_only=True):
    """A reason, and how many numbers have it; of their times the earliest."""

    numbers: int


class BlockersView(msgspec.Struct, frozen=True, kw_only=True):
    """Why a campaign is not calling right now, or that it is, as of `at`.

    `reason` is the one that keeps the next call from starting; `others` would if that were over. `reasons`
    count each number of the list once: they add up to `numbers`. `calling`: nothing but the rate of the
    campaign or of its trunk is between it and its next call. `next_slot_at` is when a call that is ordered
    starts, or else the next may. `scheduler_answers`: false when this is what the campaigns service knows by
    itself.
    """

    campaign_id: UUID
    status: Status
    at: datetime
    calling: bool
    reason: ReasonView
    others: list[ReasonView]
    next_slot_at: datetime | None
    numbers: int
    reasons: list[CountedReason]
    scheduler_answers: bool


def reason_view(reason: Reason, told: Told) -> ReasonView:
    """As the API shows it."""
    return ReasonView(why=sentence(reason, told), **_fields(reason, told))


def counted_view(counted: Counted, told: Told) -> CountedReason:
    """As the API shows it."""
    said = sentence(counted.reason, told)
    return CountedReason(why=said, numbers=counted.numbers, **_fields(counted.reason, told))


def _fields(reason: Reason, told: Told) -> dict[str, Any]:
    fields = msgspec.structs.asdict(reason)
    del fields["suppression_id"]
    return fields | {"time_zone": reason.time_zone or told.time_zone}
