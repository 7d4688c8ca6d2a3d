from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import pytest
from evendial_contracts.calls import CallEnded, Disposition

from deploy.local.carrier import CarrierCall
from deploy.local.sample_plan import PLAN
from deploy.local.sample_report import disagreements, slot_error

pytestmark = pytest.mark.unit

NIL = UUID(int=0)
START = datetime(2026, 1, 1, tzinfo=UTC)
CAUSES = {
    Disposition.ANSWERED: 16,
    Disposition.BUSY: 17,
    Disposition.NO_ANSWER: 19,
    Disposition.CONGESTION: 34,
    Disposition.INVALID_NUMBER: 1,
    Disposition.REJECTED: 21,
}
NUMBERS = [(number, callees.ends_as) for callees in PLAN for number in callees.numbers]
E164 = dict(enumerate(number for number, _ in NUMBERS))


def ours(number_id: int, disposition: Disposition, *, late_ms: float = 2) -> CallEnded:
    slot = START + timedelta(seconds=number_id)
    started = slot + timedelta(milliseconds=late_ms)
    return CallEnded(
        campaign_id=NIL,
        owner_id=NIL,
        command_id=uuid5(NIL, str(number_id)),
        number_id=number_id,
        generation=0,
        attempt_no=1,
        slot_at=slot,
        disposition=disposition,
        started_at=started,
        answered_at=started if disposition is Disposition.ANSWERED else None,
        ended_at=started,
        account_code="sample",
        device_id=NIL,
        trunk_id=NIL,
    )


def theirs(number_id: int, disposition: Disposition, *, rtp: int = 50) -> CarrierCall:
    started = START + timedelta(seconds=number_id, milliseconds=4)
    return CarrierCall(
        number=E164[number_id],
        caller="1",
        started_at=started,
        answered_at=started if disposition is Disposition.ANSWERED else None,
        ended_at=started,
        hangup_cause=CAUSES[disposition],
        rtp_received=rtp,
    )


OURS = [ours(number_id, ends_as) for number_id, (_, ends_as) in enumerate(NUMBERS)]
THEIRS = [theirs(number_id, ends_as) for number_id, (_, ends_as) in enumerate(NUMBERS)]


def test_the_plan_is_what_was_promised() -> None:
    assert len(NUMBERS) >= 40
    assert len(set(E164.values())) == len(NUMBERS)


def test_equal_records_agree() -> None:
    assert disagreements(E164, OURS, THEIRS) == []


def test_a_call_that_only_the_carrier_saw_is_told() -> None:
    assert len(disagreements(E164, OURS, [*THEIRS, THEIRS[0]])) == 1


def test_a_call_that_only_we_claim_is_told() -> None:
    assert len(disagreements(E164, OURS, THEIRS[1:])) == 1


def test_another_outcome_is_told() -> None:
    wrong = [ours(0, Disposition.BUSY), *OURS[1:]]
    assert len(disagreements(E164, wrong, THEIRS)) == 2


def test_another_time_is_told() -> None:
    assert len(disagreements(E164, [ours(0, OURS[0].disposition, late_ms=900), *OURS[1:]], THEIRS)) == 1


def test_an_answered_call_without_sound_is_told() -> None:
    last = len(NUMBERS) - 1
    assert len(disagreements(E164, OURS, [*THEIRS[:-1], theirs(last, Disposition.ANSWERED, rtp=0)])) == 1


def test_the_slot_error_is_from_slot_to_first_channel() -> None:
    error = slot_error([ours(n, Disposition.BUSY, late_ms=n) for n in range(100)])
    assert error is not None
    assert (error.least, error.p50, error.p99, error.most) == (0, 50, 99, 99)
