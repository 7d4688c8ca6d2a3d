"""Why one number, or many that stand alike, is not being called right now: the same for both."""

from datetime import datetime
from typing import assert_never
from uuid import UUID

import msgspec
from evendial_contracts.calls import Disposition
from evendial_contracts.reasons import Reason, ReasonCode, failure

from evendial_scheduler.core.state import State


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A number as it stands; of many the earliest `due_at` and `slot_at`."""

    state: State
    disposition: Disposition | None = None
    due_at: datetime | None = None
    slot_at: datetime | None = None
    suppression_id: UUID | None = None
    zone_set: int | None = None


def reason_of(number: Standing, blocker: Reason, now: datetime) -> Reason:
    """`blocker` is what keeps the campaign's next call from starting, or those to this number's zones."""
    match number.state:
        case State.FREE:
            return blocker
        case State.WAITING_RETRY:
            return _waiting(number) if number.due_at and number.due_at > now else blocker
        case State.SCHEDULED:
            return Reason(code=ReasonCode.SCHEDULED, until=number.slot_at)
        case State.CALLING:
            return Reason(code=ReasonCode.CALLING, since=number.slot_at)
        case State.COMPLETED:
            return Reason(code=ReasonCode.ANSWERED)
        case State.FAILED:
            return Reason(code=failure(number.disposition), disposition=number.disposition)
        case State.UNKNOWN:
            return Reason(code=ReasonCode.UNKNOWN_OUTCOME)
        case State.SUPPRESSED:
            return Reason(code=ReasonCode.SUPPRESSED, suppression_id=number.suppression_id)
        case State.REMOVED:
            return Reason(code=ReasonCode.REMOVED)
        case _:
            assert_never(number.state)


def _waiting(number: Standing) -> Reason:
    return Reason(code=ReasonCode.WAITING_FOR_RETRY, until=number.due_at, disposition=number.disposition)
