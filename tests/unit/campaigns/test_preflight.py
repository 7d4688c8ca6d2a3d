from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from evendial_campaigns.core.preflight import Cap, Caution, Seen, outlook
from evendial_contracts.campaigns import CampaignRules
from evendial_contracts.reasons import Counted, Reason, ReasonCode, Share
from evendial_contracts.windows import Window, WindowZone

pytestmark = pytest.mark.unit

C = ReasonCode
NOW = datetime(2026, 11, 27, 10, 0, tzinfo=UTC)
RULES = CampaignRules(name="spring", caller_id="37052000000", calls_per_minute=10, max_retries=1)
SHARE = Share(trunk_id=UUID(int=5), set_rate=50, given=50, wanted=1 / 6, share=1 / 6)
SEEN = Seen(
    now=NOW,
    rules=RULES,
    first=Reason(code=C.WAITING_FOR_TURN),
    counts=[Counted(reason=Reason(code=C.WAITING_FOR_TURN), numbers=600)],
    share=SHARE,
    caps=[],
)


def seen(**changes: Any) -> Seen:
    return msgspec.structs.replace(SEEN, **changes)


def counted(**numbers: int) -> list[Counted]:
    return [Counted(reason=Reason(code=C(code)), numbers=count) for code, count in numbers.items()]


def cautions(given: Seen) -> list[Caution]:
    return [code for code, _ in outlook(given).warnings]


def test_a_list_is_through_after_its_numbers_over_its_rate() -> None:
    found = outlook(SEEN)
    assert (found.callable_now, found.to_call, found.calls_per_hour) == (600, 600, 600)
    assert found.start_at == NOW
    assert found.finish.finish_at == NOW + timedelta(hours=1)
    assert found.latest.finish_at == NOW + timedelta(hours=2)
    assert found.warnings == ()
    assert all(each.endswith(".") for each in found.assumptions)


def test_hours_in_which_it_may_not_call_are_not_counted() -> None:
    hours = Window(start=time(9), stop=time(10, 30))
    found = outlook(seen(rules=msgspec.structs.replace(RULES, window=hours)))
    assert found.finish.finish_at == datetime(2026, 11, 28, 9, 30, tzinfo=UTC)


def test_it_is_said_where_the_hours_of_other_zones_are_not_reckoned_with() -> None:
    elsewhere = seen(rules=msgspec.structs.replace(RULES, window_zone=WindowZone.NUMBER))
    said = outlook(elsewhere).assumptions
    assert [each for each in said if "own zone" in each]
    assert not [each for each in outlook(SEEN).assumptions if "own zone" in each]


def test_a_closed_window_is_waited_for_and_nothing_is_callable_before() -> None:
    opens = NOW + timedelta(hours=5)
    counts = counted(window_closed=600, answered=3)
    found = outlook(seen(first=Reason(code=C.WINDOW_CLOSED, until=opens), counts=counts))
    assert (found.callable_now, found.to_call, found.start_at) == (0, 600, opens)
    assert found.finish.finish_at == opens + timedelta(hours=1)


def test_nobody_knows_when_an_originator_is_back() -> None:
    found = outlook(seen(first=Reason(code=C.NO_ORIGINATOR), counts=counted(no_originator=600)))
    assert (found.callable_now, found.start_at, found.finish.finish_at) == (0, None, None)
    assert found.finish.reason


def test_a_list_of_which_nothing_is_left_has_no_finish() -> None:
    found = outlook(seen(first=Reason(code=C.NO_FREE_NUMBERS), counts=counted(answered=5)))
    assert (found.to_call, found.start_at, found.finish.finish_at) == (0, None, None)


def test_the_smallest_of_rate_share_and_calls_at_once_is_the_speed() -> None:
    assert outlook(seen(share=msgspec.structs.replace(SHARE, share=0.1))).calls_per_hour == 360
    assert outlook(seen(caps=[Cap("campaign", 2)])).calls_per_hour == 240
    assert outlook(seen(caps=[Cap("campaign", 2)], call_s=60.0)).calls_per_hour == 120


def test_what_numbers_took_so_far_is_gone_by() -> None:
    assert outlook(seen(calls_each=1.5)).finish.finish_at == NOW + timedelta(hours=1.5)
    assert outlook(seen(calls_each=9.0)).finish.finish_at == NOW + timedelta(hours=2)


@pytest.mark.parametrize(
    ("changes", "caution"),
    [
        ({"rules": msgspec.structs.replace(RULES, caller_id=None)}, Caution.NO_CALLER_ID),
        ({"rules": msgspec.structs.replace(RULES, calls_per_minute=6000)}, Caution.RATE_ABOVE_TRUNK),
        ({"share": msgspec.structs.replace(SHARE, given=1.0)}, Caution.TRUNK_REDUCED),
        ({"share": msgspec.structs.replace(SHARE, share=0.1)}, Caution.TRUNK_SHARED),
        ({"caps": [Cap("device", 1)]}, Caution.CALLS_AT_ONCE),
        (
            {"first": Reason(code=C.WINDOW_NEVER_OPENS), "counts": counted(window_never_opens=1)},
            Caution.WINDOW_NEVER_OPENS,
        ),
        ({"first": Reason(code=C.NO_FREE_NUMBERS), "counts": counted(suppressed=3)}, Caution.ALL_SUPPRESSED),
        ({"first": Reason(code=C.SCHEDULER_NOT_ANSWERING), "share": None}, Caution.SCHEDULER_SILENT),
    ],
)
def test_what_may_not_be_meant_is_told(changes: dict[str, Any], caution: Caution) -> None:
    assert caution in cautions(seen(**changes))
