"""When a campaign calls, in words."""

from datetime import date, time
from typing import Any

import pytest
from evendial_campaigns.core.run_time import run_time
from evendial_contracts.campaigns import CampaignRules
from evendial_contracts.windows import Window

pytestmark = pytest.mark.unit

MAY_1 = date(2026, 5, 1)


@pytest.mark.parametrize(
    ("window", "words"),
    [
        ({}, "every day all day (UTC)"),
        ({"start": time(9), "stop": time(20), "weekdays": (1, 2, 3, 4, 5)}, "Mon-Fri 09:00-20:00 (UTC)"),
        ({"start": time(9), "stop": time(20), "weekdays": (5, 3, 1)}, "Mon, Wed, Fri 09:00-20:00 (UTC)"),
        ({"weekdays": (6, 7)}, "Sat, Sun all day (UTC)"),
        ({"weekdays": (1, 2, 3, 6)}, "Mon-Wed, Sat all day (UTC)"),
        ({"start": time(22), "stop": time(6, 30)}, "every day 22:00-06:30 of the next day (UTC)"),
        ({"stop": time(0, 0, 30)}, "every day 00:00-00:00:30 (UTC)"),
        ({"first_day": MAY_1}, "every day all day, from 1 May 2026 (UTC)"),
        ({"closed_days": (MAY_1,)}, "every day all day, closed on 1 May 2026 (UTC)"),
        ({"closed_days": (MAY_1, date(2026, 12, 25))}, "every day all day, closed on 2 days (UTC)"),
        ({"last_day": MAY_1}, "every day all day, until 1 May 2026 (UTC)"),
        ({"first_day": MAY_1, "last_day": MAY_1}, "every day all day, on 1 May 2026 (UTC)"),
        (
            {"first_day": MAY_1, "last_day": date(2026, 12, 31)},
            "every day all day, 1 May 2026 to 31 Dec 2026 (UTC)",
        ),
    ],
)
def test_the_run_time_is_told_in_one_line(window: dict[str, Any], words: str) -> None:
    assert run_time(CampaignRules(name="spring", window=Window(**window))) == words
