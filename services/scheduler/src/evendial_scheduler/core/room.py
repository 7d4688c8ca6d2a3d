"""How many calls at once there may still be, of each campaign, owner, device, trunk and altogether."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from evendial_scheduler.core.limits import EVERYTHING, Ceiling, Limit, smaller
from evendial_scheduler.core.roster import Active, InFlight


class System(msgspec.Struct, frozen=True, kw_only=True):
    """What all calls together may come to, None any number, and the last slots given in it."""

    calls_per_second: float | None = None
    max_concurrent_calls: int | None = None
    slots: tuple[datetime, ...] = ()


NO_CEILING = System()


def has_caps(campaigns: Sequence[Active], system: System = NO_CEILING) -> bool:
    """Whether calls in flight must be counted at all."""
    return system.max_concurrent_calls is not None or any(
        cap is not None for each in campaigns for _, _, cap in _caps(each)
    )


def room_for(
    campaigns: Sequence[Active], in_flight: Sequence[InFlight], system: System = NO_CEILING
) -> dict[UUID, Ceiling]:
    """What limits the calls of each campaign now, of each owner, device and trunk, and of all."""
    used: Counter[UUID | None] = Counter()
    for flying in in_flight:
        for who in (flying.campaign_id, flying.owner_id, flying.device_id, flying.trunk_id, EVERYTHING):
            used[who] += flying.calls
    room: dict[UUID, Ceiling] = {}
    for each in campaigns:
        room[each.campaign_id] = Ceiling(limit=Limit.NUMBERS, most=each.due)
        for limit, limited, cap in _caps(each):
            if cap is not None:
                ceiling = Ceiling(limit=limit, most=cap, used=used[limited])
                room[limited] = smaller(room.get(limited), ceiling)
        if each.trunk.room is not None:
            trial = Ceiling(limit=Limit.BREAKER, most=each.trunk.room)
            room[each.trunk.trunk_id] = smaller(room.get(each.trunk.trunk_id), trial)
    if system.max_concurrent_calls is not None:
        room[EVERYTHING] = Ceiling(
            limit=Limit.SYSTEM_CALLS, most=system.max_concurrent_calls, used=used[EVERYTHING]
        )
    return room


def _caps(campaign: Active) -> tuple[tuple[Limit, UUID, int | None], ...]:
    return (
        (Limit.CAMPAIGN_CALLS, campaign.campaign_id, campaign.rules.max_concurrent_calls),
        (Limit.OWNER_CALLS, campaign.owner_id, campaign.owner_cap),
        (Limit.DEVICE_CALLS, campaign.device.device_id, campaign.device.max_concurrent_calls),
        (Limit.TRUNK_CALLS, campaign.trunk.trunk_id, campaign.trunk.max_concurrent_calls),
    )
