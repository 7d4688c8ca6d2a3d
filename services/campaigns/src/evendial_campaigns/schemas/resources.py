"""Trunks, devices and ivrs, as the API takes and shows them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from evendial_contracts.actions import DialplanContext
from evendial_contracts.dialing import AccountCode, Digits, EndpointName, PoolName
from evendial_contracts.trunks import TrunkTrouble
from msgspec import UNSET, Meta, UnsetType

from evendial_campaigns.schemas.body import Body

Endpoint = Annotated[
    EndpointName,
    Meta(description="1 to 64 letters, digits, _ . -, the first a letter or digit", examples=["carrier"]),
]
Pool = Annotated[
    PoolName,
    Meta(description="1 to 32 small letters, digits, _ -, the first a letter or digit", examples=["default"]),
]
Account = Annotated[AccountCode, Meta(description="1 to 20 letters, digits, _ -", examples=["acc1"])]
CallerId = Annotated[Digits, Meta(description="3 to 15 digits", examples=["15550001111"])]
CallerIds = Annotated[tuple[CallerId, ...], Meta(max_length=1000)]
Context = Annotated[
    DialplanContext,
    Meta(description="1 to 79 letters, digits, _ -, the first a letter or digit", examples=["menu"]),
]
AtOnce = Annotated[int, Meta(ge=1, le=100_000)]
PerSecond = Annotated[int, Meta(ge=1, le=10_000)]


class TrunkCreate(Body, frozen=True, kw_only=True):
    """An Asterisk PJSIP endpoint that carries calls."""

    name: str
    endpoint: Endpoint
    pool: Pool = "default"
    calls_per_second: PerSecond
    max_concurrent_calls: AtOnce | None = None


class TrunkPatch(Body, frozen=True, kw_only=True):
    """What is to change about a trunk."""

    name: str | UnsetType = UNSET
    endpoint: Endpoint | UnsetType = UNSET
    pool: Pool | UnsetType = UNSET
    calls_per_second: PerSecond | UnsetType = UNSET
    max_concurrent_calls: AtOnce | UnsetType | None = UNSET


class Degraded(msgspec.Struct, frozen=True, kw_only=True):
    """Why a trunk is given less than its calls per second, and how many; 0: none but a trial at `until`.

    Above 0 they rise by themselves and are all given again at `until`, if nothing else goes wrong.
    """

    reason: TrunkTrouble
    calls_per_second: float
    until: datetime
    degraded_at: datetime


class Trunk(msgspec.Struct, frozen=True, kw_only=True):
    """A trunk as it is; `degraded` while it fails calls or has no room for them."""

    trunk_id: UUID
    revision: int
    name: str
    endpoint: str
    pool: str
    calls_per_second: int
    max_concurrent_calls: int | None
    degraded: Degraded | None = None


class DeviceCreate(Body, frozen=True, kw_only=True):
    """What an owner's calls are placed through and billed to."""

    name: str
    owner_id: UUID
    trunk_id: UUID
    account_code: Account
    caller_ids: CallerIds = ()
    max_concurrent_calls: AtOnce | None = None


class DevicePatch(Body, frozen=True, kw_only=True):
    """What is to change about a device; its owner cannot."""

    name: str | UnsetType = UNSET
    owner_id: UUID | UnsetType = UNSET
    trunk_id: UUID | UnsetType = UNSET
    account_code: Account | UnsetType = UNSET
    caller_ids: CallerIds | UnsetType = UNSET
    max_concurrent_calls: AtOnce | UnsetType | None = UNSET


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
    context: Context


class IvrPatch(Body, frozen=True, kw_only=True):
    """What is to change about an IVR; its context cannot while a campaign uses it."""

    name: str | UnsetType = UNSET
    context: Context | UnsetType = UNSET


class IvrView(msgspec.Struct, frozen=True, kw_only=True):
    """An IVR as it is."""

    ivr_id: UUID
    revision: int
    name: str
    context: str
