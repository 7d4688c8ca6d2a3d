"""Campaigns, as the API takes and shows them."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from evendial_contracts.campaigns import DuplicatePolicy
from evendial_contracts.windows import UnknownZone, WindowZone
from msgspec import UNSET, Meta, UnsetType

from evendial_campaigns.core.campaign import Status
from evendial_campaigns.schemas.body import Body
from evendial_campaigns.schemas.person_caps import PersonCaps
from evendial_campaigns.schemas.retries import RetryPolicyBody

WallTime = Annotated[
    str,
    Meta(
        pattern="^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$(?!\\n)",
        description="a time such as 09:00",
        examples=["09:00"],
    ),
]
Duplicates = Annotated[DuplicatePolicy, Meta(description="Where the same number is refused.")]
Whose = Annotated[
    WindowZone, Meta(description="Whose wall time the window is: of `campaign`, `number`, or open in `both`.")
]
Unknown = Annotated[
    UnknownZone,
    Meta(description="Numbers whose zone is needed and not known: `skip`, or take the `campaign`'s."),
]
Law = Annotated[
    str, Meta(description="The id of a jurisdiction; its hours hold, too.", examples=["us-federal"])
]
Name = Annotated[str, Meta(examples=["spring"])]
Region = Annotated[
    str, Meta(description="The country that numbers in national form belong to.", examples=["DE"])
]
ClosedDays = Annotated[
    tuple[date, ...], Meta(description="Holidays, for example.", examples=[["2027-12-25"]])
]


class WindowBody(Body, frozen=True, kw_only=True):
    """When calls may start, as wall time; `start` = `stop` is all day.

    On `closed_days` no call starts at any time, and no window that crosses midnight begins.
    """

    start: WallTime = "00:00"
    stop: WallTime = "00:00"
    weekdays: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7)
    first_day: date | None = None
    last_day: date | None = None
    closed_days: ClosedDays = ()


class CampaignCreate(Body, frozen=True, kw_only=True):
    """The rules of a new campaign; only the name is needed at first. `owner_id` is for admins."""

    name: Name
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
    duplicate_policy: Duplicates = DuplicatePolicy.CAMPAIGN
    default_region: Region | None = None
    retry_policy: RetryPolicyBody | None = None
    weight: int = 1
    window_zone: Whose = WindowZone.CAMPAIGN
    unknown_zone: Unknown = UnknownZone.SKIP
    jurisdiction: Law | None = None
    person_caps: PersonCaps = ()
    owner_id: UUID | None = None


class CampaignPatch(Body, frozen=True, kw_only=True):
    """The rules that are to change."""

    name: Name | UnsetType = UNSET
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
    default_region: Region | UnsetType | None = UNSET
    retry_policy: RetryPolicyBody | UnsetType | None = UNSET
    weight: int | UnsetType = UNSET
    window_zone: Whose | UnsetType = UNSET
    unknown_zone: Unknown | UnsetType = UNSET
    jurisdiction: Law | UnsetType | None = UNSET
    person_caps: PersonCaps | UnsetType = UNSET


class CampaignClone(Body, frozen=True, kw_only=True):
    """What is to be different about the copy."""

    name: Name | None = None


class CampaignStop(Body, frozen=True, kw_only=True):
    """Whether calls in progress are hung up, or go on to their end."""

    hang_up: bool = False


class CampaignView(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign as it is. `numbers` counts those on its list, `sequence_version` 0 means no actions.

    `stop_confirmed` is false while it is not certain that a stop has taken effect; it becomes true by itself.
    `version` is what ETag and If-Match tell; `run_time` says in words when it calls.
    `jurisdiction_versions` are those that were recorded when the jurisdiction was chosen.
    """

    campaign_id: UUID
    owner_id: UUID
    version: int
    status: Status
    stop_confirmed: bool
    archived: bool
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
    retry_policy: RetryPolicyBody | None
    weight: int
    window_zone: Whose
    unknown_zone: Unknown
    jurisdiction: str | None
    jurisdiction_versions: tuple[str, ...]
    person_caps: PersonCaps
    run_time: Annotated[str, Meta(examples=["Mon-Fri 09:00-20:00 (Europe/Berlin)"])]
    cloned_from: UUID | None


class CampaignRow(CampaignView, frozen=True, kw_only=True):
    """A campaign in a list: also the kinds of its actions, numbers that may still be called, and its rate.

    `called` counts numbers with a call that has ended, and `answered` those of them that answered;
    `calls_last_minute` were started in the last 60 s.
    """

    owner_name: str
    actions: tuple[str, ...]
    numbers_left: int
    called: int
    answered: int
    calls_last_minute: int
    updated_at: datetime


class CampaignStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Where a campaign stands after activate or stop; `stopping` asks to be asked again."""

    campaign_id: UUID
    version: int
    status: str
    epoch: int
