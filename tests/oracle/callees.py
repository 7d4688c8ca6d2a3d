"""How calls go: who answers, for how long, and how soon the scheduler hears of it."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from evendial_contracts.calls import CallEnded, Disposition
from evendial_contracts.dialing import DialNumber, NumberDialVoided, VoidReason
from evendial_contracts.message import AttemptFact

from tests.oracle.log import MINUTE_US, SECOND_US, instant, micros

HOW_OFTEN = {
    Disposition.ANSWERED: 30,
    Disposition.BUSY: 18,
    Disposition.NO_ANSWER: 28,
    Disposition.REJECTED: 7,
    Disposition.INVALID_NUMBER: 4,
    Disposition.CONGESTION: 5,
    Disposition.FAILED_SYSTEM: 6,
    Disposition.UNKNOWN: 2,
}
VOIDED = 0.02
REASONS = (
    VoidReason.EXPIRED,
    VoidReason.IN_ANOTHER_CALL,
    VoidReason.CAP,
    VoidReason.REFUSED,
    VoidReason.NO_AGI,
    VoidReason.OVERLOADED,
    VoidReason.TOMBSTONE,
    VoidReason.PERSON_CAP,
)


def end_of(order: DialNumber, random: Random) -> CallEnded | NumberDialVoided:
    """What becomes of it."""
    if random.random() < VOIDED:
        reason = random.choice(REASONS)
        waits = reason is VoidReason.PERSON_CAP
        later = order.slot_at + timedelta(minutes=random.randrange(300)) if waits else None
        return voided(order, reason, later)
    disposition = random.choices(list(HOW_OFTEN), list(HOW_OFTEN.values()))[0]
    return CallEnded(
        **_attempt(order),
        disposition=disposition,
        ended_at=instant(micros(order.slot_at) + _lasts_us(disposition, random)),
        account_code=order.account_code,
        device_id=order.device_id,
        trunk_id=order.trunk_id,
    )


def voided(order: DialNumber, reason: VoidReason, not_before: datetime | None = None) -> NumberDialVoided:
    """It was not dialled; `not_before` is when the person may be called again."""
    return NumberDialVoided(**_attempt(order), reason=reason, not_before=not_before)


def news_takes_us(random: Random) -> int:
    """From the end of an attempt until the scheduler hears of it: a moment mostly, minutes now and then."""
    if random.random() < 0.01:
        return random.randrange(3 * MINUTE_US)
    return random.randrange(20_000, 2 * SECOND_US)


def _lasts_us(disposition: Disposition, random: Random) -> int:
    match disposition:
        case Disposition.ANSWERED:
            return min(3600 * SECOND_US, 3 * SECOND_US + int(random.expovariate(1 / 50) * SECOND_US))
        case Disposition.NO_ANSWER:
            return 30 * SECOND_US
        case _:
            return random.randrange(100_000, 12 * SECOND_US)


def _attempt(order: DialNumber) -> dict[str, Any]:
    return {name: getattr(order, name) for name in AttemptFact.__struct_fields__}
