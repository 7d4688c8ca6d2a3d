"""Schedulers that are broken on purpose: what the judge must catch, or it catches nothing."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

from evendial_contracts.calls import Disposition
from evendial_contracts.campaigns import CampaignRules
from evendial_scheduler import outcomes, planner
from evendial_scheduler.core import called_party, hours, openings, orders, outlook, pacing, retry, roster
from evendial_scheduler.core.limits import Ceiling
from evendial_scheduler.core.pacing import Pace
from evendial_scheduler.core.shares import Shares
from msgspec.structs import replace

Variant = Callable[[], AbstractContextManager[object]]


def gap_a_microsecond_short() -> AbstractContextManager[object]:
    return patch.object(roster, "campaign_gap_us", lambda rate: pacing.campaign_gap_us(rate) - 1)


def trunk_a_microsecond_fast() -> AbstractContextManager[object]:
    return patch.object(outlook, "trunk_gap_us", lambda rate: pacing.trunk_gap_us(rate) - 1)


def window_in_utc() -> AbstractContextManager[object]:
    def in_utc(rules: CampaignRules, zones: Sequence[str] = ()) -> object:
        return called_party.hours_of(replace(rules, time_zone="UTC"), zones)

    return patch.object(roster, "hours_of", in_utc)


@contextmanager
def window_closes_late() -> Iterator[None]:
    """By hours: few windows close within a run, but many have closed not long before it."""

    def longer(wanted: Any, start: datetime, until: datetime) -> object:
        before = hours.first_open(wanted, start - timedelta(hours=3), start)
        return hours.Stretch(start, None) if before else hours.first_open(wanted, start, until)

    with patch.object(roster, "first_open", longer), patch.object(openings, "first_open", longer):
        yield


def retry_clock_from_the_slot() -> AbstractContextManager[object]:
    after = outcomes._after

    def too_early(end: Any, *rest: Any) -> object:
        return after(replace(end, ended_at=end.slot_at) if hasattr(end, "ended_at") else end, *rest)

    return patch.object(outcomes, "_after", too_early)


def one_attempt_too_many() -> AbstractContextManager[object]:
    def generous(number: Any, rules: Any, *rest: Any) -> object:
        return retry.after_call(number, replace(rules, max_retries=rules.max_retries + 1), *rest)

    return patch.object(outcomes, "after_call", generous)


def invalid_numbers_are_busy() -> AbstractContextManager[object]:
    def mistaken(number: Any, rules: Any, disposition: Disposition, *rest: Any) -> object:
        heard = Disposition.BUSY if disposition is Disposition.INVALID_NUMBER else disposition
        return retry.after_call(number, rules, heard, *rest)

    return patch.object(outcomes, "after_call", mistaken)


def one_call_above_each_cap() -> AbstractContextManager[object]:
    return patch.object(Ceiling, "left", property(lambda it: max(0, it.most + 1 - it.used)))


def what_was_missed_is_made_up() -> AbstractContextManager[object]:
    paces_of = roster.paces_of

    def hurried(*known: Any) -> Iterator[Pace]:
        for each in paces_of(*known):
            behind = each.last_us is not None and each.opens_us > each.last_us + 5 * each.gap_us
            yield replace(each, gap_us=each.gap_us // 4) if behind else each

    return patch.object(outlook, "paces_of", hurried)


def slots_are_given_away() -> AbstractContextManager[object]:
    return patch.object(planner, "LEAD", timedelta(milliseconds=200))


def new_numbers_first() -> AbstractContextManager[object]:
    turn = orders._turn

    def reversed_turn(number: Any) -> object:
        never_tried, *rest = turn(number)
        return (not never_tried, *rest)

    return patch.object(orders, "_turn", reversed_turn)


def weights_are_ignored() -> AbstractContextManager[object]:
    paces_of = roster.paces_of

    def alike(*known: Any) -> Iterator[Pace]:
        return (replace(each, weight=1) for each in paces_of(*known))

    return patch.object(outlook, "paces_of", alike)


def the_first_takes_all() -> AbstractContextManager[object]:
    def in_the_order_of_ids(shares: Shares[Any]) -> Any:
        everybody = sorted(shares.asking(), key=lambda each: str(getattr(each, "pace", each.rank)))
        shares._early.clear()
        shares._ripe.clear()
        for each in everybody[1:]:
            shares.ask(each)
        return everybody[0]

    return patch.object(Shares, "take", in_the_order_of_ids)


CAUGHT_BY: dict[Variant, str] = {
    gap_a_microsecond_short: "gap of a campaign",
    trunk_a_microsecond_fast: "calls per second of a trunk",
    window_in_utc: "window",
    window_closes_late: "window",
    retry_clock_from_the_slot: "what follows is said",
    one_attempt_too_many: "never again",
    invalid_numbers_are_busy: "never again",
    one_call_above_each_cap: "calls at once of a campaign",
    what_was_missed_is_made_up: "gap of a campaign",
    slots_are_given_away: "next free slot",
    new_numbers_first: "order of numbers",
    weights_are_ignored: "shares",
    the_first_takes_all: "shares",
}
"""The rule that each of them must be seen to break."""
