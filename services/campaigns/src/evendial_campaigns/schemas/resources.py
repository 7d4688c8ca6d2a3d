"""Trunks, devices and ivrs, as the API takes and shows them."""

from typing import Annotated
from uuid import UUID

import msgspec
from evendial_contracts.actions import DialplanContext
from evendial_contracts.dialing import AccountCode, Digits, EndpointName, PoolName
from msgspec import Meta

from evendial_campaigns.schemas.body import Body

AtOnce = Annotated[int, Meta(ge=1, le=100_000)]
PerSecond = Annotated[int, Meta(ge=1, le=10_000)]


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
