"""Why a campaign is not given more calls: of all that limits it the smallest binds, and has a name."""

from collections.abc import Mapping
from enum import StrEnum
from uuid import UUID

import msgspec

EVERYTHING = UUID(int=0)
"""Stands for the whole system where a campaign, owner, device or trunk is named by its id."""


class Limit(StrEnum):
    """What may hold a campaign back.

    `numbers`: none is due. `window`: it is closed. `…_rate`: calls per minute (campaign) or per second
    (trunk, system). `reduced_pace`: the trunk is given less than its set rate. `breaker`: it is given no
    calls but trials. `…_calls`: calls at once.
    """

    NUMBERS = "numbers"
    WINDOW = "window"
    CAMPAIGN_RATE = "campaign_rate"
    TRUNK_RATE = "trunk_rate"
    REDUCED_PACE = "reduced_pace"
    SYSTEM_RATE = "system_rate"
    BREAKER = "breaker"
    CAMPAIGN_CALLS = "campaign_calls"
    OWNER_CALLS = "owner_calls"
    DEVICE_CALLS = "device_calls"
    TRUNK_CALLS = "trunk_calls"
    SYSTEM_CALLS = "system_calls"


class Binding(msgspec.Struct, frozen=True, kw_only=True):
    """The limit that binds a campaign: what is limited (`of`: its id) and to how much.

    `most` is calls per minute, calls per second or calls at once, as the limit says; `used` are the calls at
    once that count against it, those just planned among them. None where there is nothing to say.
    """

    limit: Limit
    of: UUID | None = None
    most: float | None = None
    used: int | None = None


class Ceiling(msgspec.Struct, frozen=True, kw_only=True):
    """So many calls at once there may be, and so many there are."""

    limit: Limit
    most: int
    used: int = 0

    @property
    def left(self) -> int:
        """How many more there may be."""
        return max(0, self.most - self.used)


Room = Mapping[UUID, Ceiling]
"""The smallest ceiling of each campaign, owner, device, trunk and of everything; who is missing has none."""


def smaller(one: Ceiling | None, other: Ceiling) -> Ceiling:
    """Whichever leaves less; at a tie the first."""
    return other if one is None or other.left < one.left else one
