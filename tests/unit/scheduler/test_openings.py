from datetime import UTC, datetime, time, timedelta

import pytest
from evendial_contracts.campaigns import CampaignRules
from evendial_contracts.reasons import ReasonCode
from evendial_contracts.windows import UnknownZone, Window, WindowZone
from evendial_scheduler.core import zone_reasons
from evendial_scheduler.core.hours import Stretch
from evendial_scheduler.core.instants import micros
from evendial_scheduler.core.openings import UNKNOWN, Opening, Place, open_sets, openings_of, stretch_of
from msgspec.structs import replace

pytestmark = pytest.mark.unit

NOON = datetime(2027, 6, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
RULES = CampaignRules(
    name="spring", window=Window(start=time(10), stop=time(18)), window_zone=WindowZone.NUMBER
)
VILNIUS = Place(zone_set=1, zones=("Europe/Vilnius",))
BERLIN = Place(zone_set=2, zones=("Europe/Berlin",))
NEW_YORK = Place(zone_set=3, zones=("America/New_York",))
BOTH = Place(zone_set=4, zones=("Europe/Vilnius", "America/New_York"))
NOWHERE = Place(zone_set=UNKNOWN, zones=())
PLACES = (NEW_YORK, BERLIN, VILNIUS, NOWHERE, BOTH)


def opening(zone_set: int, opens_us: int, closes_us: int | None) -> Opening:
    return Opening(zone_set=zone_set, opens_us=opens_us, closes_us=closes_us)


def test_open_are_those_whose_window_is_what_closes_first_before_the_others() -> None:
    found = openings_of(RULES, PLACES, NOON, NOON + timedelta(seconds=2))
    assert [(each.zone_set, each.closes_us) for each in found] == [
        (1, micros(NOON + 3 * HOUR)),
        (2, micros(NOON + 4 * HOUR)),
    ]
    in_new_york = NOON + 2 * HOUR
    just_before = openings_of(RULES, PLACES, in_new_york - timedelta(seconds=1), in_new_york)
    assert [each.zone_set for each in just_before] == [1, 2]
    found = openings_of(RULES, PLACES, in_new_york - timedelta(seconds=1), in_new_york + timedelta(seconds=1))
    assert [each.zone_set for each in found] == [1, 4, 2, 3]
    assert found[1] == opening(4, micros(in_new_york), micros(NOON + 3 * HOUR))


def test_whose_zone_is_not_known_is_open_where_the_campaign_says_so() -> None:
    lenient = replace(RULES, unknown_zone=UnknownZone.CAMPAIGN)
    assert [each.zone_set for each in openings_of(lenient, PLACES, NOON, NOON + HOUR)] == [1, 2, UNKNOWN]


def test_what_does_not_close_within_a_day_comes_last() -> None:
    always = replace(RULES, window=Window())
    assert openings_of(always, [BERLIN], NOON, NOON + HOUR) == (opening(2, micros(NOON), None),)


def test_a_campaign_is_open_as_long_as_some_of_its_list_is() -> None:
    at = micros(NOON)
    touching = [opening(1, at + 5, at + 9), opening(2, at, at + 5), opening(3, at + 11, at + 20)]
    found = stretch_of(touching)
    assert found == Stretch(NOON, NOON + timedelta(microseconds=9))
    assert stretch_of([*touching, opening(4, at + 7, None)]) == Stretch(NOON, None)
    assert stretch_of([]) is None


def test_at_a_slot_are_open_who_have_opened_and_not_closed() -> None:
    openings = [opening(1, 0, 5), opening(2, 5, 9), opening(3, 2, None)]
    assert [open_sets(openings, at) for at in (0, 4, 5, 9)] == [(1,), (1, 3), (2, 3), (3,)]


def test_each_place_has_its_reason_and_the_list_the_one_that_is_over_first() -> None:
    reasons = zone_reasons.by_zone(RULES, PLACES, NOON)
    assert set(reasons) == {3, 4, UNKNOWN}
    assert (reasons[3].code, reasons[3].until, reasons[3].time_zone) == (
        ReasonCode.ZONE_CLOSED,
        NOON + 2 * HOUR,
        "America/New_York",
    )
    assert reasons[UNKNOWN].code is ReasonCode.ZONE_UNKNOWN
    assert zone_reasons.of_all(reasons, PLACES) is None
    late = zone_reasons.by_zone(RULES, PLACES, NOON + 11 * HOUR)
    first = zone_reasons.of_all(late, PLACES)
    assert first is not None
    assert first.until == datetime(2027, 6, 5, 7, tzinfo=UTC)
    assert zone_reasons.of_all({}, []) is None
    never = zone_reasons.by_zone(replace(RULES, window=Window(weekdays=())), [BERLIN], NOON)
    assert (never[2].code, never[2].until) == (ReasonCode.ZONE_CLOSED, None)
