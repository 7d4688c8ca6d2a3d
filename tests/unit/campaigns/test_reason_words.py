from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from evendial_campaigns.core.reason_words import Told, after_void, came_of_it, sentence, wall_time
from evendial_contracts.calls import Disposition
from evendial_contracts.dialing import VoidReason
from evendial_contracts.reasons import Reason, ReasonCode
from evendial_contracts.trunks import TrunkTrouble

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)
TRUNK = UUID(int=5)
TOLD = Told(time_zone="America/Chicago", now=NOW, names={TRUNK: "carrier"}, stopped_by="ana")
TABLE = Path(__file__).parents[3] / "docs" / "reasons.md"


def is_a_sentence(said: str) -> bool:
    return said[0].isupper() and said.endswith(".") and "_" not in said and "None" not in said


def reasons(code: ReasonCode) -> Iterator[Reason]:
    """With nothing more than the code, and with all that there may be."""
    yield Reason(code=code, time_zone="America/Chicago", pool="default")
    for trouble, disposition in zip(
        [*TrunkTrouble] * len(Disposition), [*Disposition] * len(TrunkTrouble), strict=True
    ):
        yield Reason(
            code=code,
            since=NOW - timedelta(hours=2),
            until=NOW + timedelta(hours=20),
            time_zone="America/Chicago",
            limit=10,
            in_use=16.6667,
            trunk_id=TRUNK,
            device_id=TRUNK,
            pool="default",
            trouble=trouble,
            disposition=disposition,
        )


@pytest.mark.parametrize("code", ReasonCode)
def test_each_reason_is_a_sentence(code: ReasonCode) -> None:
    for reason in reasons(code):
        assert is_a_sentence(sentence(reason, TOLD)), reason


def test_each_void_and_each_outcome_has_words() -> None:
    assert all(is_a_sentence(after_void(reason)) for reason in VoidReason)
    assert all(came_of_it(disposition) for disposition in Disposition)


def test_each_reason_is_in_the_table_for_people() -> None:
    rows = [line.split("`")[1] for line in TABLE.read_text().splitlines() if line.startswith("| `")]
    assert sorted(rows) == sorted(ReasonCode)


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (NOW, "09:00 America/Chicago"),
        (NOW + timedelta(seconds=6), "09:00:06 America/Chicago"),
        (NOW + timedelta(days=3), "09:00 America/Chicago (Mon 30 Nov)"),
        (NOW + timedelta(days=60), "09:00 America/Chicago (Tue 26 Jan 2027)"),
        (NOW + timedelta(hours=15), "00:00 America/Chicago (Sat 28 Nov)"),
    ],
)
def test_a_time_is_told_in_its_zone_with_the_day_where_it_is_not_today(at: datetime, said: str) -> None:
    assert wall_time(at, TOLD) == said


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (
            Reason(code=ReasonCode.WINDOW_CLOSED, until=NOW + timedelta(days=3), time_zone="America/Chicago"),
            "The window is closed until 09:00 America/Chicago (Mon 30 Nov).",
        ),
        (
            Reason(code=ReasonCode.TRUNK_FULL, in_use=10, limit=10, trunk_id=TRUNK),
            'Trunk "carrier" is at 10 of 10 calls at once.',
        ),
        (
            Reason(code=ReasonCode.TRUNK_RATE, in_use=16.667, limit=10, trunk_id=TRUNK),
            'Waiting for its turn: trunk "carrier" is given 10 calls per second, and campaigns on it ask for'
            " 16.7.",
        ),
        (
            Reason(code=ReasonCode.DEVICE_FULL, in_use=1, limit=1, device_id=TRUNK),
            'Device "carrier" is at 1 of 1 call at once.',
        ),
        (
            Reason(code=ReasonCode.STOPPED, since=NOW),
            "The campaign is not active: it was stopped by ana at 09:00 America/Chicago.",
        ),
        (
            Reason(code=ReasonCode.NO_AGI, since=NOW, pool="default"),
            "No agi service answers for pool default since 09:00 America/Chicago.",
        ),
        (
            Reason(
                code=ReasonCode.BREAKER_OPEN,
                since=NOW,
                until=NOW + timedelta(seconds=20),
                trunk_id=TRUNK,
                trouble=TrunkTrouble.FAILING,
            ),
            'The breaker of trunk "carrier" is open, for too many of its calls fail, since 09:00'
            " America/Chicago; next trial at 09:00:20 America/Chicago.",
        ),
    ],
)
def test_what_is_said(reason: Reason, said: str) -> None:
    assert sentence(reason, TOLD) == said


def test_a_trunk_without_a_name_is_still_a_sentence() -> None:
    full = msgspec.structs.replace(TOLD, names={})
    reason = Reason(code=ReasonCode.TRUNK_FULL, in_use=10, limit=10, trunk_id=TRUNK)
    assert sentence(reason, full) == "Trunk is at 10 of 10 calls at once."
