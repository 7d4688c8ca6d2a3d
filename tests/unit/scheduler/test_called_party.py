from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from evendial_contracts.campaigns import CampaignRules
from evendial_contracts.windows import Jurisdiction, JurisdictionVersion, UnknownZone, Window, WindowZone
from evendial_scheduler.core.called_party import hours_of, judged_by_number, skips_unknown
from evendial_scheduler.core.hours import Hours, open_at
from msgspec.structs import replace

pytestmark = pytest.mark.unit

HERE, THERE, FARTHER = "Europe/Vilnius", "America/New_York", "America/Los_Angeles"
OFFICE = Window(start=time(9), stop=time(17))
EIGHT_TO_NINE = Window(start=time(8), stop=time(21))
TEN_TO_SIX = Window(start=time(10), stop=time(18))
RULES = CampaignRules(name="spring", time_zone=HERE, window=OFFICE)
LAW = Jurisdiction(
    id="somewhere",
    title="Somewhere",
    versions=(
        JurisdictionVersion(
            version="2",
            source="its law",
            effective_from=date(2027, 6, 10),
            effective_until=date(2027, 6, 19),
            windows=(TEN_TO_SIX,),
        ),
        JurisdictionVersion(
            version="1",
            source="its law",
            effective_from=date(2027, 6, 1),
            effective_until=date(2027, 6, 9),
            windows=(EIGHT_TO_NINE,),
        ),
    ),
)


@pytest.mark.parametrize(
    ("whose", "zones"),
    [
        (WindowZone.CAMPAIGN, [HERE]),
        (WindowZone.NUMBER, [THERE, FARTHER]),
        (WindowZone.BOTH, [HERE, THERE, FARTHER]),
    ],
)
def test_the_window_must_be_open_in_all_zones_that_it_is_judged_in(
    whose: WindowZone, zones: list[str]
) -> None:
    rules = replace(RULES, window_zone=whose)
    assert hours_of(rules, (THERE, FARTHER)) == tuple(Hours((OFFICE,), zone) for zone in zones)
    assert judged_by_number(rules) is (whose is not WindowZone.CAMPAIGN)


def test_a_number_whose_zone_is_not_known_is_skipped_unless_the_campaign_says_so() -> None:
    strict = replace(RULES, window_zone=WindowZone.NUMBER)
    assert hours_of(strict) is None
    assert skips_unknown(strict)
    lenient = replace(strict, unknown_zone=UnknownZone.CAMPAIGN)
    assert hours_of(lenient) == (Hours((OFFICE,), HERE),)
    assert not skips_unknown(lenient)
    assert not skips_unknown(RULES)
    assert hours_of(RULES) == (Hours((OFFICE,), HERE),)


def test_a_law_holds_where_the_called_party_is_and_the_window_where_it_was() -> None:
    hours = hours_of(replace(RULES, jurisdiction=LAW), (THERE,))
    assert hours is not None
    assert [each.zone for each in hours] == [HERE, THERE]
    assert judged_by_number(replace(RULES, jurisdiction=LAW))
    assert not judged_by_number(replace(RULES, jurisdiction=replace(LAW, zone=WindowZone.CAMPAIGN)))


@pytest.mark.parametrize(
    ("day", "first_hour", "hours_open"),
    [(31, 0, 24), (1, 8, 13), (9, 8, 13), (10, 10, 8), (19, 10, 8), (20, 0, 24)],
)
def test_each_version_of_a_law_holds_on_its_days_and_none_on_others(
    day: int, first_hour: int, hours_open: int
) -> None:
    rules = replace(RULES, window=Window(), jurisdiction=LAW)
    hours = hours_of(rules, (THERE,))
    assert hours is not None
    midnight = datetime(2027, 5 if day == 31 else 6, day, tzinfo=ZoneInfo(THERE))
    opened = [n for n in range(24) if open_at(hours, midnight + timedelta(hours=n))]
    assert (opened[0], len(opened)) == (first_hour, hours_open)
