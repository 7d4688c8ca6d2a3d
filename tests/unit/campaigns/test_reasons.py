from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID

import msgspec
import pytest
from evendial_campaigns.core.campaign import Campaign, Status
from evendial_campaigns.core.progress import NumberState
from evendial_campaigns.core.reasons import (
    CALLABLE,
    OwnRow,
    Turn,
    blockers_of,
    counts_of,
    own_counts,
    own_reason,
    reasons_of,
    top,
)
from evendial_contracts.calls import Disposition
from evendial_contracts.campaigns import CampaignRules
from evendial_contracts.reasons import Blockers, Counted, NumberReason, Reason, ReasonCode, Reasons

pytestmark = pytest.mark.unit

C = ReasonCode
NOW = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)
CAMPAIGN = Campaign(
    campaign_id=UUID(int=1),
    owner_id=UUID(int=2),
    rules=CampaignRules(name="spring"),
    status=Status.ACTIVE,
    epoch=3,
    numbers=10,
)
TURN = Turn(NOW - timedelta(hours=1))


def campaign(**changes: Any) -> Campaign:
    return msgspec.structs.replace(CAMPAIGN, **changes)


def answer(*blockers: ReasonCode, epoch: int = 3, active: bool = True) -> Blockers:
    return Blockers(
        campaign_id=CAMPAIGN.campaign_id,
        at=NOW,
        epoch=epoch,
        active=active,
        blockers=tuple(Reason(code=each) for each in blockers),
    )


def counted(**numbers: int) -> list[Counted]:
    return [Counted(reason=Reason(code=C(code)), numbers=count) for code, count in numbers.items()]


def codes(counts: list[Counted]) -> dict[str, int]:
    return {each.reason.code.value: each.numbers for each in counts}


@pytest.mark.parametrize(
    ("changes", "said", "first"),
    [
        ({}, answer(C.WAITING_FOR_TURN), "waiting_for_turn"),
        ({}, answer(C.WINDOW_CLOSED, C.NO_ORIGINATOR), "window_closed"),
        ({}, None, "scheduler_not_answering"),
        ({}, answer(C.SCHEDULER_DATABASE_AWAY, epoch=0, active=False), "scheduler_database_away"),
        ({}, answer(C.NO_ORIGINATOR, epoch=2), "activation_on_its_way"),
        ({}, answer(C.NO_ORIGINATOR, active=False), "activation_on_its_way"),
        ({"status": Status.DRAFT}, None, "draft"),
        ({"status": Status.STOPPED}, answer(C.WAITING_FOR_TURN), "stopped"),
        ({"status": Status.FINISHED}, answer(C.WAITING_FOR_TURN), "finished"),
        ({"status": Status.STOPPED, "archived": True}, answer(C.WAITING_FOR_TURN), "archived"),
    ],
)
def test_what_counts_first(changes: dict[str, Any], said: Blockers | None, first: str) -> None:
    assert blockers_of(campaign(**changes), TURN, said)[0].code == first


def test_a_stopped_campaign_tells_since_when() -> None:
    assert blockers_of(campaign(status=Status.STOPPED), TURN, None)[0].since == TURN.at


def test_the_counts_are_the_list_and_what_is_missing_is_on_its_way() -> None:
    said = counted(answered=3, window_closed=2, waiting_for_retry=1, removed=4)
    counts = counts_of(CAMPAIGN, said, Reason(code=C.WINDOW_CLOSED))
    assert codes(counts) == {"on_its_way": 4, "answered": 3, "window_closed": 2, "waiting_for_retry": 1}


def test_what_waits_in_a_campaign_that_is_off_waits_for_that() -> None:
    off = campaign(status=Status.STOPPED)
    said = counted(answered=3, window_closed=2, waiting_for_retry=1, calling=1)
    assert codes(counts_of(off, said, Reason(code=C.STOPPED))) == {"stopped": 6, "answered": 3, "calling": 1}


@pytest.mark.parametrize(
    ("blocker", "counts", "reason"),
    [
        ("waiting_for_turn", {"waiting_for_turn": 2, "calling": 1}, "waiting_for_turn"),
        ("window_closed", {"window_closed": 2, "waiting_for_retry": 1}, "window_closed"),
        ("waiting_for_turn", {"waiting_for_retry": 1, "calling": 1}, "waiting_for_retry"),
        ("window_closed", {"waiting_for_retry": 1}, "window_closed"),
        ("waiting_for_turn", {"calling": 1, "scheduled": 1}, "scheduled"),
        ("campaign_full", {"calling": 1, "answered": 1}, "calling"),
        ("waiting_for_turn", {"on_its_way": 1, "answered": 1}, "on_its_way"),
        ("no_originator", {"answered": 1}, "no_free_numbers"),
        ("scheduler_not_answering", {"answered": 1}, "scheduler_not_answering"),
    ],
)
def test_the_reason_of_an_active_campaign(blocker: str, counts: dict[str, int], reason: str) -> None:
    assert top(CAMPAIGN, (Reason(code=C(blocker)),), counted(**counts)).code == reason


@pytest.mark.parametrize(
    ("state", "disposition", "code"),
    [
        (NumberState.FREE, None, "no_agi"),
        (NumberState.SCHEDULED, None, "scheduled"),
        (NumberState.CALLING, None, "calling"),
        (NumberState.COMPLETED, Disposition.ANSWERED, "answered"),
        (NumberState.WAITING_RETRY, Disposition.BUSY, "waiting_for_retry"),
        (NumberState.FAILED, Disposition.NO_ANSWER, "attempts_used_up"),
        (NumberState.FAILED, Disposition.REJECTED, "declined"),
        (NumberState.FAILED, Disposition.INVALID_NUMBER, "invalid_number"),
        (NumberState.UNKNOWN, Disposition.UNKNOWN, "unknown_outcome"),
        (NumberState.SUPPRESSED, None, "suppressed"),
    ],
)
def test_what_campaigns_knows_by_itself(
    state: NumberState, disposition: Disposition | None, code: str
) -> None:
    row = OwnRow(state=state, disposition=disposition, retry_at=NOW + timedelta(seconds=1))
    assert own_reason(row, Reason(code=C.NO_AGI), NOW).code == code


def test_a_retry_that_is_due_waits_for_what_all_wait_for() -> None:
    row = OwnRow(state=NumberState.WAITING_RETRY, retry_at=NOW)
    assert own_reason(row, Reason(code=C.NO_AGI), NOW).code == "no_agi"


@pytest.mark.parametrize("status", Status)
def test_numbers_and_counts_agree_whatever_is_said_of_them(status: Status) -> None:
    """One number of each reason that the scheduler may give; those it does not know of are on their way."""
    list_ = campaign(status=status, numbers=len(C))
    mine = {C.DRAFT, C.STOPPED, C.FINISHED, C.ARCHIVED, C.REMOVED}
    for blocker in CALLABLE:
        said = answer(blocker)
        given = [code for code in C if code not in mine and code not in CALLABLE] + [blocker]
        blocked = blockers_of(list_, TURN, said)[0]
        counts = counts_of(list_, counted(**{code.value: 1 for code in given}), blocked)
        reasons = Reasons(
            campaign_id=list_.campaign_id,
            at=NOW,
            epoch=3,
            active=True,
            blockers=said.blockers,
            numbers=tuple(NumberReason(n, Reason(code=code)) for n, code in enumerate(given)),
        )
        rows = {n: OwnRow(state=NumberState.FREE) for n in range(len(C))}
        single = Counter(each.code for each in reasons_of(list_, rows, reasons, blocked, NOW).values())
        assert single == Counter({each.reason.code: each.numbers for each in counts})
        assert sum(single.values()) == list_.numbers


def test_own_counts_are_those_of_the_numbers() -> None:
    rows = [
        OwnRow(state=state, disposition=disposition, retry_at=retry_at)
        for state, disposition, retry_at in product(NumberState, Disposition, (None, NOW, NOW + TURN_S))
    ]
    list_ = campaign(numbers=len(rows) + 7)
    blocker = blockers_of(list_, TURN, None)[0]
    counts = own_counts(list_, [(row, 1) for row in rows], blocker, NOW)
    single = reasons_of(list_, dict(enumerate(rows)), None, blocker, NOW)
    expected = Counter(each.code for each in single.values()) + Counter({blocker.code: 7})
    counted_: Counter[str] = Counter()
    for each in counts:
        counted_[each.reason.code] += each.numbers
    assert counted_ == expected


TURN_S = timedelta(seconds=9)
