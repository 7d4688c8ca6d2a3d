"""What may be planned: trunks as they are now, and active campaigns that have somebody to call."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from evendial_contracts.campaigns import CampaignRules
from evendial_contracts.person_caps import PersonCap

from evendial_scheduler.core import breaker
from evendial_scheduler.core.breaker import Health
from evendial_scheduler.core.called_party import hours_of
from evendial_scheduler.core.hours import Stretch, first_open
from evendial_scheduler.core.instants import instant, micros
from evendial_scheduler.core.openings import Opening, stretch_of
from evendial_scheduler.core.pacing import LATE_MOST_US, Pace, campaign_gap_us
from evendial_scheduler.core.trunk_pace import given


class Trunk(msgspec.Struct, frozen=True, kw_only=True):
    """What carries calls; `slots` are those given on it that a new one may be too close to.

    `room` is how many calls its breaker lets pass, None any number; `epoch` how often that has opened.
    `reduced`: it is given less than its set rate. `served`: how far its share brought it, and `clock`
    what its campaigns share it by (core/shares.py).
    """

    trunk_id: UUID
    endpoint: str
    pool: str
    calls_per_second: float
    max_concurrent_calls: int | None
    slots: tuple[datetime, ...]
    room: int | None = None
    epoch: int = 0
    reduced: bool = False
    served: int | None = None
    clock: int = 0


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """What a campaign's calls are placed through and billed to."""

    device_id: UUID
    account_code: str
    max_concurrent_calls: int | None


class Active(msgspec.Struct, frozen=True, kw_only=True):
    """An active campaign; `due` of its numbers may be called now, counted no further than a plan can use.

    `owner_cap` is how many calls at once its owner may have in all campaigns, `owner_person_caps` how often
    one person may be called in them; `served` as with a trunk. `openings`: whom it may call before the end of
    the plan, if that depends on the numbers' own zones.
    """

    campaign_id: UUID
    owner_id: UUID
    epoch: int
    sequence_version: int
    rules: CampaignRules
    device: Device
    trunk: Trunk
    owner_cap: int | None
    last_slot_at: datetime | None
    due: int
    served: int | None = None
    openings: tuple[Opening, ...] | None = None
    owner_person_caps: tuple[PersonCap, ...] = ()


class InFlight(msgspec.Struct, frozen=True, kw_only=True):
    """Commands of a campaign that have no end yet, whatever the campaign's state."""

    campaign_id: UUID
    owner_id: UUID
    device_id: UUID | None
    trunk_id: UUID | None
    calls: int


def as_healthy(trunk: Trunk, health: Health, now: datetime) -> Trunk:
    """The trunk with no more than what its health allows."""
    rate = given(health.pace, trunk.calls_per_second, now)
    return msgspec.structs.replace(
        trunk,
        calls_per_second=rate,
        room=breaker.room(health, now),
        epoch=health.epoch,
        reduced=rate < trunk.calls_per_second,
    )


def paces_of(campaigns: Sequence[Active], start: datetime, horizon: datetime) -> Iterator[Pace]:
    """The campaigns that have numbers due and whose window is open before the horizon."""
    until = instant(micros(horizon) + LATE_MOST_US)
    for each in campaigns:
        stretch = _stretch(each, start, until) if each.due else None
        if stretch:
            yield Pace(
                campaign_id=each.campaign_id,
                owner_id=each.owner_id,
                device_id=each.device.device_id,
                trunk_id=each.trunk.trunk_id,
                gap_us=campaign_gap_us(each.rules.calls_per_minute),
                last_us=None if each.last_slot_at is None else micros(each.last_slot_at),
                opens_us=micros(stretch.opens),
                closes_us=None if stretch.closes is None else micros(stretch.closes),
                weight=each.rules.weight,
                served=each.served,
            )


def _stretch(campaign: Active, start: datetime, until: datetime) -> Stretch | None:
    if campaign.openings is not None:
        return stretch_of(campaign.openings)
    hours = hours_of(campaign.rules)
    return first_open(hours, start, until) if hours else None
