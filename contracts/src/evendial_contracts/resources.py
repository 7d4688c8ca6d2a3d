"""Facts about what calls are placed through - trunks, devices, IVRs - and how much an owner may call.

Each states the whole; the highest `revision` wins.
"""

from uuid import UUID

from evendial_contracts.actions import DialplanContext
from evendial_contracts.message import Event
from evendial_contracts.person_caps import PersonCap


class TrunkDefined(Event, tag="trunk.defined.v1", frozen=True, kw_only=True):
    """An Asterisk PJSIP endpoint that carries calls, for the originators of one pool."""

    trunk_id: UUID
    revision: int
    name: str
    endpoint: str
    pool: str
    calls_per_second: int
    max_concurrent_calls: int | None = None
    deleted: bool = False


class DeviceDefined(Event, tag="device.defined.v1", frozen=True, kw_only=True):
    """What an owner's calls are placed through and billed to."""

    device_id: UUID
    owner_id: UUID
    revision: int
    name: str
    trunk_id: UUID
    account_code: str
    caller_ids: tuple[str, ...]
    max_concurrent_calls: int | None = None
    deleted: bool = False


class IvrDefined(Event, tag="ivr.defined.v1", frozen=True, kw_only=True):
    """A dialplan context that an admin offers as the end of a sequence."""

    ivr_id: UUID
    revision: int
    name: str
    context: DialplanContext
    deleted: bool = False


class LimitsDefined(Event, tag="limits.defined.v1", frozen=True, kw_only=True):
    """How much an owner may call; None is without limit.

    `calls_per_minute` is the sum over the owner's active campaigns. `allowed_prefixes` are the first digits
    of the numbers that may be called (None: any), `premium` whether premium-rate, shared-cost and satellite
    numbers are among them. `person_caps` hold for all campaigns together.
    """

    owner_id: UUID
    revision: int
    max_campaigns: int | None = None
    calls_per_minute: int | None = None
    max_concurrent_calls: int | None = None
    allowed_prefixes: tuple[str, ...] | None = None
    premium: bool = False
    person_caps: tuple[PersonCap, ...] = ()
