"""What goes wrong between the simulated Asterisk and those who talk to it, by a seed."""

from typing import Annotated

import msgspec
from msgspec import Meta

from deploy.pbx.core.chance import chance

Share = Annotated[float, Meta(ge=0, le=1)]
Seconds = Annotated[float, Meta(ge=0, le=3600)]


class Faults(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Shares are of 1; nothing goes wrong unless told."""

    lose_replies: Share = 0.0
    lose_events: Share = 0.0
    duplicate_events: Share = 0.0
    delay_events_s: Seconds = 0.0
    """Each event comes up to so late, so that they overtake each other."""
    refuse_logins: bool = False
    congested: bool = False
    """The carrier answers every call with 503."""
    setup_s: Seconds | None = None
    """From an accepted Originate to its channel, in place of what is usual."""


NONE = Faults()


def reply_lost(faults: Faults, seed: int, count: int) -> bool:
    """Whether the `count`-th reply is lost."""
    return chance(seed, f"reply {count}") < faults.lose_replies


def deliveries(faults: Faults, seed: int, count: int) -> tuple[float, ...]:
    """After how many seconds the `count`-th event is sent: once, twice or never."""
    if chance(seed, f"lose {count}") < faults.lose_events:
        return ()
    copies = 2 if chance(seed, f"double {count}") < faults.duplicate_events else 1
    return tuple(
        faults.delay_events_s * chance(seed, f"delay {count} {copy}") if faults.delay_events_s else 0.0
        for copy in range(copies)
    )
