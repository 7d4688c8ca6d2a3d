from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from evendial_campaigns.core.recorded import Called, Known, Listed, Told, known, recorded
from evendial_contracts.calls import Disposition
from evendial_contracts.dialing import command_id
from evendial_contracts.record import EndedCall, NumberState

pytestmark = pytest.mark.unit

SLOT = datetime(2027, 6, 4, 12, tzinfo=UTC)
CAMPAIGN = UUID(int=1)


def entry(**changes: Any) -> Listed:
    plain: dict[str, Any] = {"e164": 37060000007, "generation": 1, "reference": "row 7", "deleted": False}
    return Listed(number_id=7, campaign_id=CAMPAIGN, **plain | changes)


def of(state: NumberState, **changes: Any) -> Told:
    plain: dict[str, Any] = {"generation": 1, "attempt_no": 2, "disposition": None, "retry_at": None}
    return Told(number_id=7, slot_at=SLOT, state=state, **plain | changes)


def one(listed: Listed, told: Told | None) -> Known:
    (found,) = known([listed], [told] if told else [])
    return found


def call(before_s: int, disposition: Disposition, generation: int = 1) -> Called:
    ended_at = SLOT - timedelta(seconds=before_s)
    return Called(
        number_id=7, generation=generation, slot_at=ended_at, disposition=disposition, ended_at=ended_at
    )


def test_a_number_never_called_is_what_its_list_said() -> None:
    number = recorded(one(entry(), None), None, [])
    assert (number.e164, number.generation, number.reference, number.last) == (
        "37060000007",
        1,
        "row 7",
        None,
    )


def test_of_a_removed_one_only_that_is_told() -> None:
    number = recorded(one(entry(deleted=True), of(NumberState.COMPLETED)), None, [])
    assert (number.deleted, number.e164, number.reference, number.last) == (True, "", None, None)


def test_what_was_told_of_an_earlier_generation_does_not_count() -> None:
    assert one(entry(generation=2), of(NumberState.FAILED)).told is None


@pytest.mark.parametrize(
    ("told", "unsettled"),
    [
        (of(NumberState.SCHEDULED), True),
        (of(NumberState.CALLING), True),
        (of(NumberState.WAITING_RETRY), True),
        (of(NumberState.WAITING_RETRY, retry_at=SLOT), False),
        (of(NumberState.COMPLETED), False),
        (of(NumberState.FREE), False),
    ],
)
def test_an_end_is_looked_for_where_the_scheduler_has_not_said_what_follows(
    told: Told, unsettled: bool
) -> None:
    number = one(entry(), told)
    assert number.unsettled is unsettled
    assert number.command_id == command_id(CAMPAIGN, 1, 7, 2, SLOT)


def test_its_earlier_calls_are_told_but_not_the_one_whose_end_is_told_apart() -> None:
    calls = [
        call(0, Disposition.BUSY),
        call(60, Disposition.CONGESTION),
        call(90, Disposition.BUSY, generation=0),
    ]
    ended = [EndedCall(each.disposition, each.ended_at) for each in calls]
    settled = recorded(one(entry(), of(NumberState.WAITING_RETRY, retry_at=SLOT)), None, calls)
    assert settled.last
    assert settled.last.calls == tuple(ended[:2])
    open_end = recorded(one(entry(), of(NumberState.CALLING)), None, calls)
    assert open_end.last
    assert open_end.last.calls == (ended[1],)
    final = recorded(one(entry(), of(NumberState.COMPLETED)), None, calls)
    assert final.last
    assert final.last.calls == ()
