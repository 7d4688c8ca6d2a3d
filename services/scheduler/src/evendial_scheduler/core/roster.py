"""What may be planned in one pool: its trunks, its active campaigns, and the room that is left for calls."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from evendial_contracts.campaigns import CampaignRules

from evendial_scheduler.core import breaker
from evendial_scheduler.core.breaker import Health
from evendial_scheduler.core.hours import first_open, hours_of
from evendial_scheduler.core.instants import instant, micros
from evendial_scheduler.core.pacing import (
    LATE_MOST_US,
    Line,
    Pace,
    campaign_gap_us,
    trunk_gap_us,
)
from evendial_scheduler.core.trunk_pace import given


class Trunk(msgspec.Struct, frozen=True, kw_only=True):
    """What carries calls; `slots` are those given on it that a new one may be too close to.

    `room` is how many calls its breaker lets pass, None any number; `epoch` how often that has opened.
    """

    trunk_id: UUID
    endpoint: str
    pool: str
    calls_per_second: float
    max_concurrent_calls: int | None
    slots: tuple[datetime, ...]
    room: int | None = None
    epoch: int = 0


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """What a campaign's calls are placed through and billed to."""

    device_id: UUID
    account_code: str
    max_concurrent_calls: int | None


class Active(msgspec.Struct, frozen=True, kw_only=True):
    """An active campaign; `due` of its numbers may be called now, counted no further than a plan can use.

    `owner_cap` is how many calls at once its owner may have in all campaigns.
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


class InFlight(msgspec.Struct, frozen=True, kw_only=True):
    """Commands of a campaign that have no end yet, whatever the campaign's state."""

    campaign_id: UUID
    owner_id: UUID
    device_id: UUID | None
    trunk_id: UUID | None
    calls: int


def as_healthy(trunk: Trunk, health: Health, now: datetime) -> Trunk:
    """The trunk with no more than what its health allows."""
    return msgspec.structs.replace(
        trunk,
        calls_per_second=given(health.pace, trunk.calls_per_second, now),
        room=breaker.room(health, now),
        epoch=health.epoch,
    )


def has_caps(campaigns: Sequence[Active]) -> bool:
    """Whether calls in flight must be counted at all."""
    return any(cap is not None for each in campaigns for _, cap in _caps(each))


def room_for(campaigns: Sequence[Active], in_flight: Sequence[InFlight]) -> dict[UUID, int]:
    """How many calls each campaign may be given now, and each owner, device and trunk that has a limit."""
    used: Counter[UUID | None] = Counter()
    for flying in in_flight:
        for who in (flying.campaign_id, flying.owner_id, flying.device_id, flying.trunk_id):
            used[who] += flying.calls
    room: dict[UUID, int] = {}
    for each in campaigns:
        room[each.campaign_id] = each.due
        for limited, cap in _caps(each):
            if cap is not None:
                left = max(0, cap - used[limited])
                room[limited] = min(room.get(limited, left), left)
        if each.trunk.room is not None:
            room[each.trunk.trunk_id] = min(room.get(each.trunk.trunk_id, each.trunk.room), each.trunk.room)
    return room


def lines_of(campaigns: Sequence[Active]) -> list[Line]:
    """The trunks that these campaigns call through, in a fixed order."""
    trunks = {each.trunk.trunk_id: each.trunk for each in campaigns}
    return [
        Line(
            trunk_id=trunk.trunk_id,
            gap_us=trunk_gap_us(trunk.calls_per_second),
            taken_us=tuple(micros(slot) for slot in trunk.slots),
        )
        for _, trunk in sorted(trunks.items())
    ]


def paces_of(campaigns: Sequence[Active], start: datetime, horizon: datetime) -> Iterator[Pace]:
    """The campaigns that have numbers due and whose window is open before the horizon."""
    until = instant(micros(horizon) + LATE_MOST_US)
    for each in campaigns:
        stretch = first_open(hours_of(each.rules), start, until) if each.due else None
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
            )


def _caps(campaign: Active) -> tuple[tuple[UUID, int | None], ...]:
    return (
        (campaign.campaign_id, campaign.rules.max_concurrent_calls),
        (campaign.owner_id, campaign.owner_cap),
        (campaign.device.device_id, campaign.device.max_concurrent_calls),
        (campaign.trunk.trunk_id, campaign.trunk.max_concurrent_calls),
    )
