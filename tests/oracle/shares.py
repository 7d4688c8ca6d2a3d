"""Where there is not enough for all: a part by weight, or all that is asked for (docs/pacing.md, Shares)."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from tests.oracle.findings import Findings
from tests.oracle.history import History
from tests.oracle.hours import Hours
from tests.oracle.log import MINUTE_US, SECOND_US
from tests.oracle.work import ANYWHERE, SPAN_US, Span

TURNS = 2
"""Each has its part to within one call; both may be off."""
WAITS = 3
"""So many slots of its trunk pass at most, on average, while it asks for one that its part leaves it."""
NEARLY = 1.1
"""Who else asks changes all the time, and with it what is a part."""


def judge_shares(history: History, spans: Sequence[Span], findings: Findings) -> None:
    """Any two campaigns of a trunk, while nothing but rates held back either of them."""
    slots: defaultdict[UUID, list[int]] = defaultdict(list)
    for order in history.orders:
        slots[order.command.campaign_id].append(order.slot_us)
        slots[order.command.trunk_id].append(order.slot_us)
    settled_us = 2 * history.log.interval_us + SECOND_US
    hours = Hours()
    on_trunk: defaultdict[UUID, list[Span]] = defaultdict(list)
    for span in spans:
        on_trunk[span.trunk_id].append(span)
    for those in on_trunk.values():
        for one, other in _overlapping(those):
            from_us = max(one.from_us, other.from_us) + settled_us
            until_us = min(one.until_us, other.until_us)
            if until_us - from_us >= SPAN_US and all(
                hours.open_from_to(each.rules, ANYWHERE, from_us, until_us) for each in (one, other)
            ):
                _compare(one, other, slots, from_us, until_us, findings)
                _compare(other, one, slots, from_us, until_us, findings)


def _overlapping(spans: Iterable[Span]) -> Iterator[tuple[Span, Span]]:
    """Two campaigns at one time."""
    begun: list[Span] = []
    for span in sorted(spans, key=lambda each: each.from_us):
        begun = [each for each in begun if each.until_us > span.from_us + SPAN_US]
        yield from ((each, span) for each in begun)
        begun.append(span)


def _compare(
    less: Span, more: Span, slots: dict[UUID, list[int]], from_us: int, until_us: int, findings: Findings
) -> None:
    """Who had less for its weight had all it asks for: a call whenever its gap and some turns were over."""

    def given(to: UUID) -> int:
        return bisect_left(slots[to], until_us) - bisect_left(slots[to], from_us)

    its, others, in_all = given(less.campaign_id), given(more.campaign_id), given(less.trunk_id)
    tolerance = TURNS / less.rules.weight + TURNS / more.rules.weight
    lasts_us = until_us - from_us
    cycle_us = MINUTE_US / less.rules.calls_per_minute + WAITS * lasts_us / max(1, in_all)
    has_its_part = others / more.rules.weight <= NEARLY * its / less.rules.weight + tolerance
    holds = has_its_part or its >= lasts_us / cycle_us - TURNS
    seen = (less.campaign_id.int, its, less.rules.weight, more.campaign_id.int, others, more.rules.weight)
    findings.look("shares", holds, until_us, lasts_us // SECOND_US, "s", *seen, "cycle", cycle_us)
