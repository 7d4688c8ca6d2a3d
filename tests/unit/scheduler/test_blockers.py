from datetime import time, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from evendial_contracts.campaigns import CampaignRules
from evendial_contracts.reasons import Reason, ReasonCode
from evendial_contracts.requests import Trouble
from evendial_contracts.trunks import TrunkTrouble
from evendial_contracts.windows import Window
from evendial_scheduler.core.blockers import CODES, Around, Known, find
from evendial_scheduler.core.breaker import Health, Phase
from evendial_scheduler.core.crew import Crew
from evendial_scheduler.core.limits import Limit
from evendial_scheduler.core.room import System
from evendial_scheduler.core.roster import Active, InFlight
from evendial_scheduler.core.trunk_pace import Pace

from tests.unit.scheduler.makers import CAMPAIGN, DEVICE, NOON, OWNER, TRUNK, active, device, seconds, trunk

pytestmark = pytest.mark.unit

C = ReasonCode
OTHER = UUID(int=99)
HERE = Crew(pool="default", can_dial=True, since=NOON)
AWAY = Crew(pool="default", can_dial=False, since=NOON - seconds(60))
RULES = CampaignRules(name="spring", device_id=DEVICE, calls_per_minute=60)
HOURS = Window(start=time(9), stop=time(17))
NIGHT = msgspec.structs.replace(RULES, time_zone="America/Chicago", window=HOURS)


def known(**changes: Any) -> Known:
    plain = Known(
        campaign_id=CAMPAIGN,
        owner_id=OWNER,
        epoch=1,
        active=True,
        sequence_version=1,
        rules=RULES,
        device=device(),
        trunk=trunk(),
    )
    return msgspec.structs.replace(plain, **changes)


def around(*rivals: Active, calls: int = 0, crew: Crew = HERE) -> Around:
    flying = InFlight(campaign_id=CAMPAIGN, owner_id=OWNER, device_id=DEVICE, trunk_id=TRUNK, calls=calls)
    return Around(rivals=rivals, in_flight=[flying], crew=crew)


def codes(campaign: Known, others: Around | None = None) -> list[str]:
    return [each.code for each in find(campaign, others or around(), NOON).blockers]


def first(campaign: Known, others: Around | None = None) -> Reason:
    return find(campaign, others or around(), NOON).blockers[0]


def test_a_campaign_that_may_call_waits_for_its_own_slot() -> None:
    reason = first(known(last_slot_at=NOON - seconds(0.25)))
    assert (reason.code, reason.until, reason.limit) == (C.WAITING_FOR_TURN, NOON + seconds(0.75), 60)
    assert first(known()).until == NOON


@pytest.mark.parametrize(
    ("campaign", "code"),
    [
        (known(sequence_version=None), "no_actions"),
        (known(device=None, trunk=None), "no_device"),
        (known(trunk=None), "no_device"),
        (known(rules=None), "no_device"),
        (known(refilling=True), "refilling"),
    ],
)
def test_what_is_missing_is_told(campaign: Known, code: str) -> None:
    assert codes(campaign) == [code]


def test_a_closed_window_is_told_with_its_next_opening_and_zone() -> None:
    reason = first(known(rules=NIGHT))
    assert (reason.code, reason.time_zone) == (C.WINDOW_CLOSED, "America/Chicago")
    assert reason.until == NOON + timedelta(hours=2)


def test_a_window_whose_last_day_has_passed_never_opens() -> None:
    past = msgspec.structs.replace(RULES, window=Window(last_day=NOON.date() - timedelta(days=1)))
    assert codes(known(rules=past)) == ["window_never_opens"]


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (None, "no_originator"),
        (Trouble.NO_AGI, "no_agi"),
        (Trouble.NO_ASTERISK, "no_asterisk"),
        (Trouble.LEDGER_AWAY, "ledger_away"),
        (Trouble.CLOCK_OFF, "originator_clock_off"),
        (Trouble.CATCHING_UP, "originator_catching_up"),
    ],
)
def test_originators_that_cannot_dial_are_told_by_their_trouble(trouble: Trouble | None, code: str) -> None:
    crew = msgspec.structs.replace(AWAY, trouble=trouble)
    reason = first(known(), around(crew=crew))
    assert (reason.code, reason.since, reason.pool) == (code, AWAY.since, "default")


def test_every_trouble_is_told() -> None:
    for trouble in Trouble:
        assert first(known(), around(crew=msgspec.structs.replace(AWAY, trouble=trouble))).since


def test_an_open_breaker_is_told_with_its_next_trial() -> None:
    health = Health(
        phase=Phase.OPEN, reason=TrunkTrouble.FAILING, until=NOON + seconds(5), opened_at=NOON - seconds(9)
    )
    reason = first(known(health=health))
    assert (reason.code, reason.since, reason.until) == (C.BREAKER_OPEN, NOON - seconds(9), NOON + seconds(5))
    assert (reason.trouble, reason.trunk_id) == (TrunkTrouble.FAILING, TRUNK)


def test_the_smallest_limit_of_calls_at_once_that_is_reached_comes_first() -> None:
    three = msgspec.structs.replace(RULES, max_concurrent_calls=3)
    full = known(rules=three, device=device(cap=2), trunk=trunk(cap=3), owner_cap=4)
    assert codes(full, around(calls=3)) == ["device_full", "campaign_full", "trunk_full"]
    reason = first(full, around(calls=3))
    assert (reason.limit, reason.in_use, reason.device_id) == (2, 3, DEVICE)
    assert codes(full, around(calls=1)) == ["waiting_for_turn"]


def test_all_that_is_in_the_way_is_told_the_window_first() -> None:
    health = Health(phase=Phase.OPEN, reason=TrunkTrouble.FAILING, until=NOON + seconds(5))
    campaign = known(rules=NIGHT, health=health, trunk=trunk(cap=1))
    assert codes(campaign, around(calls=1, crew=AWAY)) == [
        "window_closed",
        "no_originator",
        "breaker_open",
        "trunk_full",
    ]


def test_a_trunk_that_takes_less_than_is_asked_of_it_is_what_campaigns_wait_for() -> None:
    slow = trunk(cps=2)
    quick = msgspec.structs.replace(RULES, calls_per_minute=120)
    rival = active(OTHER, rules=quick, on_trunk=slow)
    found = find(known(rules=quick, trunk=slow), around(rival), NOON)
    (reason,) = found.blockers
    assert (reason.code, reason.limit, reason.in_use) == (C.TRUNK_RATE, 2, 4)
    assert found.share
    assert found.share.share == 1
    idle = active(OTHER, rules=quick, on_trunk=slow, due=0)
    assert codes(known(rules=quick, trunk=slow), around(idle)) == ["waiting_for_turn"]


def test_a_trunk_that_is_given_less_tells_why() -> None:
    pace = Pace(start=1.0, reach=1.0, since=NOON, before=2.0)
    health = Health(reason=TrunkTrouble.CONGESTED, pace=pace)
    quick = msgspec.structs.replace(RULES, calls_per_minute=120)
    reason = first(known(rules=quick, trunk=trunk(cps=2), health=health))
    assert (reason.code, reason.limit, reason.trouble) == (C.TRUNK_REDUCED, 1, TrunkTrouble.CONGESTED)


def test_every_limit_of_a_plan_is_told() -> None:
    assert set(CODES) == set(Limit)


def test_the_whole_system_may_be_full() -> None:
    crowd = msgspec.structs.replace(around(calls=7), system=System(max_concurrent_calls=7))
    reason = first(known(), crowd)
    assert (reason.code, reason.limit, reason.in_use) == (C.SYSTEM_FULL, 7, 7)
