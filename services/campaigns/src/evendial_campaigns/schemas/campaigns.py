"""Campaigns, as the API takes and shows them."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from evendial_campaigns.core.campaign import Status
from evendial_campaigns.schemas.body import Body

WallTime = Annotated[
    str, Meta(pattern="^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$(?!\\n)", examples=["09:00"])
]
Duplicates = Annotated[str, Meta(pattern="^(campaign|file|active|allow)$(?!\\n)")]


class WindowBody(Body, frozen=True, kw_only=True):
    """When calls may start, in the campaign's zone; `start` = `stop` is all day."""

    start: WallTime = "00:00"
    stop: WallTime = "00:00"
    weekdays: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7)
    first_day: date | None = None
    last_day: date | None = None


class CampaignCreate(Body, frozen=True, kw_only=True):
    """The rules of a new campaign; only the name is needed at first."""

    name: str
    device_id: UUID | None = None
    caller_id: str | None = None
    time_zone: str = "UTC"
    window: WindowBody = WindowBody()
    calls_per_minute: int = 10
    max_retries: int = 0
    retry_delay_s: int = 300
    ring_timeout_s: int = 30
    max_call_s: int = 3600
    max_concurrent_calls: int | None = None
    duplicate_policy: Duplicates = "campaign"
    default_region: str | None = None


class CampaignPatch(Body, frozen=True, kw_only=True):
    """The rules that are to change."""

    name: str | UnsetType = UNSET
    device_id: UUID | UnsetType | None = UNSET
    caller_id: str | UnsetType | None = UNSET
    time_zone: str | UnsetType = UNSET
    window: WindowBody | UnsetType = UNSET
    calls_per_minute: int | UnsetType = UNSET
    max_retries: int | UnsetType = UNSET
    retry_delay_s: int | UnsetType = UNSET
    ring_timeout_s: int | UnsetType = UNSET
    max_call_s: int | UnsetType = UNSET
    max_concurrent_calls: int | UnsetType | None = UNSET
    duplicate_policy: Duplicates | UnsetType = UNSET
    default_region: str | UnsetType | None = UNSET


class CampaignView(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign as it is. `numbers` counts those on its list, `sequence_version` 0 means no actions."""

    campaign_id: UUID
    owner_id: UUID
    status: Status
    epoch: int
    revision: int
    sequence_version: int
    numbers: int
    created_at: datetime
    name: str
    device_id: UUID | None
    caller_id: str | None
    time_zone: str
    window: WindowBody
    calls_per_minute: int
    max_retries: int
    retry_delay_s: int
    ring_timeout_s: int
    max_call_s: int
    max_concurrent_calls: int | None
    duplicate_policy: Duplicates
    default_region: str | None


class CampaignStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Where a campaign stands after activate or stop; `stopping` asks to be asked again."""

    campaign_id: UUID
    status: str
    epoch: int
