"""What the scheduler says of a number: one fact for each turn that its attempt takes."""

from typing import Any
from uuid import UUID, uuid5

from evendial_contracts.calls import CallEnded, Disposition
from evendial_contracts.dialing import DialNumber, NumberDialVoided, VoidReason
from evendial_contracts.message import AttemptFact, tag_of
from evendial_contracts.numbers import (
    NumberFailed,
    NumberReleased,
    NumberScheduled,
    NumberSuppressed,
    NumberWaitingRetry,
)
from evendial_contracts.requests import EndCommand

from evendial_scheduler.core.retry import Standing
from evendial_scheduler.core.state import State

NumberFact = NumberScheduled | NumberWaitingRetry | NumberFailed | NumberReleased | NumberSuppressed


def scheduled(order: DialNumber) -> NumberScheduled:
    """Goes before the command."""
    return NumberScheduled(**_attempt(order))


def fact_after(end: CallEnded | NumberDialVoided, after: Standing) -> NumberFact | None:
    """What follows from an end; None where the end itself says all: answered and unknown."""
    match end, after.state:
        case NumberDialVoided(), State.UNKNOWN:
            return NumberFailed(**_attempt(end), disposition=Disposition.UNKNOWN)
        case NumberDialVoided(), State.SUPPRESSED:
            return NumberSuppressed(**_attempt(end), suppression_id=end.suppression_id)
        case NumberDialVoided(), _:
            return NumberReleased(**_attempt(end), reason=end.reason, not_before=end.not_before)
        case CallEnded(), State.WAITING_RETRY:
            return NumberWaitingRetry(**_attempt(end), disposition=end.disposition, retry_at=after.due_at)
        case CallEnded(), State.FAILED:
            return NumberFailed(**_attempt(end), disposition=end.disposition)
        case _:
            return None


def lifted(attempt: EndCommand) -> NumberReleased:
    """The entry is gone that had voided this attempt."""
    return NumberReleased(**_attempt(attempt), reason=VoidReason.SUPPRESSED)


def fact_id(fact: NumberFact) -> UUID:
    """The same however often the fact is worked out: a command takes each turn once."""
    return uuid5(fact.command_id, tag_of(fact).split(".")[1])


def _attempt(about: DialNumber | AttemptFact | EndCommand) -> dict[str, Any]:
    return {name: getattr(about, name) for name in AttemptFact.__struct_fields__}
