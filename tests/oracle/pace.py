"""DESIGN 7, pacing: even gaps, rates, calls per second, never early, nothing made up; and calls at once."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from heapq import heappop, heappush
from itertools import pairwise
from uuid import UUID

from tests.oracle.findings import Findings
from tests.oracle.history import History, Order
from tests.oracle.hours import may_ring
from tests.oracle.log import MINUTE_US, SECOND_US, micros
from tests.oracle.places import zones_of


def judge_pace(history: History, findings: Findings) -> None:
    """All rules about how far apart calls are, and how many there are at once."""
    for campaign in history.by_campaign():
        _gaps(campaign, findings)
        _minutes(campaign, findings)
    for trunk in history.by_trunk():
        _apart("calls per second of a trunk", trunk, findings, None)
    if history.log.calls_per_second is not None:
        _apart("calls per second of the system", history.orders, findings, history.log.calls_per_second)
    for order in history.orders:
        _by_itself(order, findings)
    for rule, cap_of_each in _caps(history):
        _at_once(rule, cap_of_each, findings)


def _gaps(orders: list[Order], findings: Findings) -> None:
    """Never closer than 60 s / rate, by the rules of whichever was planned later."""
    for one, other in pairwise(orders):
        later = max(one, other, key=lambda each: each.planned_us)
        gap_us, rate = other.slot_us - one.slot_us, later.rules.calls_per_minute
        holds = gap_us * rate >= MINUTE_US and one.planned_us <= other.planned_us
        findings.look("gap of a campaign", holds, other.slot_us, gap_us, "us at", rate, "a minute")


def _minutes(orders: list[Order], findings: Findings) -> None:
    """No half-open minute has more calls than the rate; where that was edited, than the highest of them."""
    recent: deque[Order] = deque()
    for order in orders:
        recent.append(order)
        while recent[0].slot_us <= order.slot_us - MINUTE_US:
            recent.popleft()
        rate = order.rules.calls_per_minute
        if len(recent) > rate:
            rate = max(each.rules.calls_per_minute for each in recent)
        findings.look("rate of a campaign", len(recent) <= rate, order.slot_us, len(recent), "calls,", rate)


def _apart(rule: str, orders: list[Order], findings: Findings, rate: float | None) -> None:
    for one, other in pairwise(orders):
        later = max(one, other, key=lambda each: each.planned_us)
        per_second = later.trunk.calls_per_second if rate is None else rate
        gap_us = other.slot_us - one.slot_us
        findings.look(rule, gap_us * per_second >= SECOND_US, other.slot_us, gap_us, "us at", per_second)


def _by_itself(order: Order, findings: Findings) -> None:
    """What a slot must be wherever the others are."""
    command, slot_us = order.command, order.slot_us
    findings.look("nothing is made up", order.planned_us < slot_us, slot_us, "planned at", order.planned_us)
    findings.look(
        "active", order.in_force, slot_us, "campaign", command.campaign_id.int, "epoch", command.epoch
    )
    rules = order.rules
    zones = zones_of(command.e164)
    findings.look("window", may_ring(rules, zones, slot_us), slot_us, command.campaign_id.int, zones, rules)
    closes_us = None if command.closes_at is None else micros(command.closes_at)
    if closes_us is not None:
        its_end = may_ring(rules, zones, closes_us - 1) and not may_ring(rules, zones, closes_us)
        holds = its_end and closes_us > slot_us
        findings.look(
            "window's end", holds, slot_us, command.closes_at, command.campaign_id.int, zones, rules
        )
    late_us = min(max(MINUTE_US / rules.calls_per_minute / 2, SECOND_US / 10), SECOND_US)
    until_us = slot_us + late_us if closes_us is None else min(slot_us + late_us, closes_us)
    off_us = abs(micros(command.not_after) - until_us)
    findings.look("not after", off_us <= 1, slot_us, "off by", off_us, "us")


CapOf = list[tuple[Order, int | None]]


def _caps(history: History) -> Iterator[tuple[str, CapOf]]:
    kinds: defaultdict[tuple[str, UUID | None], CapOf] = defaultdict(list)
    for each in history.orders:
        command = each.command
        kinds["campaign", command.campaign_id].append((each, each.rules.max_concurrent_calls))
        kinds["owner", command.owner_id].append(
            (each, each.limits.max_concurrent_calls if each.limits else None)
        )
        kinds["device", command.device_id].append((each, each.device.max_concurrent_calls))
        kinds["trunk", command.trunk_id].append((each, each.trunk.max_concurrent_calls))
        kinds["system", None].append((each, history.log.calls_at_once))
    for (kind, _), orders in kinds.items():
        yield f"calls at once of a {kind}", orders


def _at_once(rule: str, orders: Iterable[tuple[Order, int | None]], findings: Findings) -> None:
    """At no slot are there more calls than the cap under which it was planned."""
    ends: list[int] = []
    for order, cap in orders:
        if not order.called:
            continue
        while ends and ends[0] <= order.slot_us:
            heappop(ends)
        heappush(ends, order.over_us)
        if cap is not None:
            findings.look(rule, len(ends) <= cap, order.slot_us, len(ends), "calls of", cap)
