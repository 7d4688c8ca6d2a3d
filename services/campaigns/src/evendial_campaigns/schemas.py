"""What the HTTP API takes and gives. Nothing here is ever said on the bus."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from evendial_contracts.actions import Action, DialplanContext
from evendial_contracts.dialing import AccountCode, Digits, EndpointName, PoolName
from msgspec import UNSET, Meta, UnsetType

from evendial_campaigns.core.campaign import Status
from evendial_campaigns.core.numbers import Refusal
from evendial_campaigns.people import Role

WallTime = Annotated[
    str, Meta(pattern="^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$(?!\\n)", examples=["09:00"])
]
Duplicates = Annotated[str, Meta(pattern="^(campaign|file|allow)$(?!\\n)")]
AtOnce = Annotated[int, Meta(ge=1, le=100_000)]
PerSecond = Annotated[int, Meta(ge=1, le=10_000)]


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is sent to us: a field that we do not know is refused."""


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """Who you are."""

    user_id: UUID
    name: str
    role: Role


class TrunkCreate(Body, frozen=True, kw_only=True):
    """An Asterisk PJSIP endpoint that carries calls."""

    name: str
    endpoint: EndpointName
    pool: PoolName = "default"
    calls_per_second: PerSecond
    max_concurrent_calls: AtOnce | None = None


class Trunk(msgspec.Struct, frozen=True, kw_only=True):
    """A trunk as it is."""

    trunk_id: UUID
    revision: int
    name: str
    endpoint: str
    pool: str
    calls_per_second: int
    max_concurrent_calls: int | None


class DeviceCreate(Body, frozen=True, kw_only=True):
    """What an owner's calls are placed through and billed to."""

    name: str
    owner_id: UUID
    trunk_id: UUID
    account_code: AccountCode
    caller_ids: Annotated[tuple[Digits, ...], Meta(max_length=1000)] = ()
    max_concurrent_calls: AtOnce | None = None


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """A device as it is."""

    device_id: UUID
    revision: int
    name: str
    owner_id: UUID
    trunk_id: UUID
    account_code: str
    caller_ids: tuple[str, ...]
    max_concurrent_calls: int | None


class IvrCreate(Body, frozen=True, kw_only=True):
    """A dialplan context that may end a sequence."""

    name: str
    context: DialplanContext


class IvrView(msgspec.Struct, frozen=True, kw_only=True):
    """An IVR as it is."""

    ivr_id: UUID
    revision: int
    name: str
    context: str


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


class CampaignView(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign as it is. `numbers` counts those ever accepted, `sequence_version` 0 means no actions."""

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


class CampaignStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Where a campaign stands after activate or stop; `stopping` asks to be asked again."""

    campaign_id: UUID
    status: str
    epoch: int


class WaitBody(Body, frozen=True, kw_only=True, tag_field="kind", tag="wait"):
    """Say nothing for so long."""

    seconds: Annotated[float, Meta(gt=0, le=3600)]


class PlayBody(Body, frozen=True, kw_only=True, tag_field="kind", tag="play"):
    """Play one of the owner's prompts."""

    prompt_id: UUID


class IvrBody(Body, frozen=True, kw_only=True, tag_field="kind", tag="ivr"):
    """Hand the call over; the last action, and the admin's alone."""

    ivr_id: UUID


class ActionsPut(Body, frozen=True, kw_only=True):
    """The whole sequence."""

    actions: list[WaitBody | PlayBody | IvrBody]


class ActionsView(msgspec.Struct, frozen=True, kw_only=True):
    """The sequence as it is; calls keep the version they began with."""

    sequence_version: int
    actions: tuple[Action, ...]


class RejectionView(msgspec.Struct, frozen=True, kw_only=True):
    """A line that was refused; lines count from 1."""

    line: int
    reason: Refusal
    detail: str


class ImportView(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a list; `rejections` holds the first 1,000."""

    import_id: UUID
    campaign_id: UUID
    accepted: int
    duplicates: int
    rejected: int
    blank: int
    rejections: list[RejectionView]
    sha256: str


class ProgressView(msgspec.Struct, frozen=True, kw_only=True):
    """How far a campaign is. `dispositions` and `attempts` count calls, a retried number's each."""

    campaign_id: UUID
    status: Status
    epoch: int
    numbers: int
    states: dict[str, int]
    dispositions: dict[str, int]
    calls_in_progress: int
    attempts: int
