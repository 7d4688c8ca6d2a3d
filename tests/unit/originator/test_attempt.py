from datetime import timedelta

import msgspec
import pytest
from evendial_contracts.calls import Disposition
from evendial_contracts.dialing import VoidReason
from evendial_contracts.message import AttemptFact
from evendial_originator.core.attempt import (
    attempt_of,
    call_answered,
    call_ended,
    call_originated,
    fact_id,
    voided,
)
from evendial_originator.core.call import Ended

from tests.unit.originator.samples import COMMAND, SENT, after

pytestmark = pytest.mark.unit

ATTEMPT = attempt_of(COMMAND)
ENDED = Ended(
    disposition=Disposition.REJECTED, ended_at=after(3), hangup_cause=21, rang=True, started_at=after(0.01)
)


def test_an_attempt_holds_no_digits_of_the_person() -> None:
    assert COMMAND.e164.encode() not in msgspec.json.encode(ATTEMPT)
    assert (COMMAND.caller_id or "").encode() not in msgspec.json.encode(ATTEMPT)


def test_an_attempt_is_forgotten_a_minute_after_its_longest_call() -> None:
    assert ATTEMPT.forgotten_at == SENT + timedelta(seconds=30 + 3600 + 60)


def test_the_outcome_carries_what_billing_needs() -> None:
    event = call_ended(ATTEMPT, ENDED)
    assert (event.account_code, event.device_id, event.trunk_id) == (
        "acme-1",
        COMMAND.device_id,
        COMMAND.trunk_id,
    )
    assert (event.reference, event.slot_at, event.started_at) == ("row-7", SENT, after(0.01))
    assert (event.disposition, event.hangup_cause, event.billed_s) == (Disposition.REJECTED, 21, 0)
    assert event.rang


@pytest.mark.parametrize(
    "fact",
    [
        call_originated(ATTEMPT, after(1)),
        call_answered(ATTEMPT, after(1)),
        call_ended(ATTEMPT, ENDED),
        voided(COMMAND, VoidReason.STOPPED),
    ],
    ids=lambda fact: type(fact).__name__,
)
def test_every_fact_names_its_attempt(fact: AttemptFact) -> None:
    for field in AttemptFact.__struct_fields__:
        assert getattr(fact, field) == getattr(COMMAND, field)


def test_ids_repeat_with_the_fact_and_a_command_has_one_outcome() -> None:
    assert fact_id(call_answered(ATTEMPT, after(1))) == fact_id(call_answered(ATTEMPT, after(2)))
    assert fact_id(call_ended(ATTEMPT, ENDED)) == fact_id(voided(COMMAND, VoidReason.EXPIRED))
    ids = {
        fact_id(each)
        for each in (
            call_originated(ATTEMPT, SENT),
            call_answered(ATTEMPT, SENT),
            call_ended(ATTEMPT, ENDED),
        )
    }
    assert len(ids) == 3
