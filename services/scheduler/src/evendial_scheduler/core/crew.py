"""The originators of a pool, as the scheduler hears them."""

from datetime import datetime

import msgspec
from evendial_contracts.reasons import Reason, ReasonCode
from evendial_contracts.requests import Trouble

_CODES = {
    Trouble.NO_ASTERISK: ReasonCode.NO_ASTERISK,
    Trouble.NO_AGI: ReasonCode.NO_AGI,
    Trouble.LEDGER_AWAY: ReasonCode.LEDGER_AWAY,
    Trouble.CLOCK_OFF: ReasonCode.ORIGINATOR_CLOCK_OFF,
    Trouble.CATCHING_UP: ReasonCode.ORIGINATOR_CATCHING_UP,
}


class Crew(msgspec.Struct, frozen=True, kw_only=True):
    """Whether one of them can dial; if not, since when, and what they say to be the trouble, if anything."""

    pool: str
    can_dial: bool
    since: datetime
    trouble: Trouble | None = None


def blocker(crew: Crew) -> Reason | None:
    """Why nothing is planned for the pool."""
    if crew.can_dial:
        return None
    code = _CODES[crew.trouble] if crew.trouble else ReasonCode.NO_ORIGINATOR
    return Reason(code=code, since=crew.since, pool=crew.pool)
