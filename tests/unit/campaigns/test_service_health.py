"""How the services are, by what was heard of them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from evendial_campaigns.core.service_health import (
    FORGOTTEN_AFTER_S,
    SERVICES,
    SILENT_AFTER_S,
    Heard,
    ServiceHealth,
    health_of,
    is_forgotten,
)
from evendial_contracts.requests import ServiceAlive

pytestmark = pytest.mark.unit

BEGIN = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
NOW_S = 1000.0


def heard(instance: str, *, ago_s: float = 1, up_s: float = 600, **waiting_for: str) -> Heard:
    """An originator that was heard so long ago, and was started so long ago."""
    alive = ServiceAlive(
        service="originator",
        instance=instance,
        version="1",
        started_at=BEGIN + timedelta(seconds=NOW_S - up_s),
        waiting_for=waiting_for,
    )
    return Heard(alive, NOW_S - ago_s, BEGIN + timedelta(seconds=NOW_S - ago_s))


def originators(*said: Heard) -> ServiceHealth:
    return next(each for each in health_of(said, NOW_S) if each.service == "originator")


def shown(*said: Heard) -> Any:
    found = originators(*said)
    return found.state, [(each.instance, each.silent) for each in found.instances]


def test_a_service_that_was_not_heard_is_away() -> None:
    assert [(each.service, each.state) for each in health_of([], NOW_S)] == [
        (name, "away") for name in SERVICES
    ]


def test_it_is_well_while_all_its_processes_are() -> None:
    assert shown(heard("b", up_s=60), heard("a")) == ("well", [("a", False), ("b", False)])


def test_it_is_troubled_when_one_waits_for_something_and_says_for_what() -> None:
    said = (heard("a"), heard("b", asterisk="not connected"))
    assert shown(*said)[0] == "troubled"
    assert [each.waiting_for for each in originators(*said).instances] == [{}, {"asterisk": "not connected"}]


def test_one_that_fell_silent_is_missed() -> None:
    assert shown(heard("a"), heard("b", ago_s=SILENT_AFTER_S + 1)) == (
        "troubled",
        [("a", False), ("b", True)],
    )


def test_it_is_away_when_all_have_fallen_silent() -> None:
    assert shown(heard("a", ago_s=60)) == ("away", [("a", True)])


def test_one_that_was_started_anew_under_another_name_is_not_missed() -> None:
    assert shown(heard("old", ago_s=60), heard("new", up_s=50)) == ("well", [("new", False)])


def test_nobody_misses_it_for_ever() -> None:
    assert is_forgotten(heard("a", ago_s=FORGOTTEN_AFTER_S + 1), NOW_S)
    assert not is_forgotten(heard("a", ago_s=FORGOTTEN_AFTER_S - 1), NOW_S)
