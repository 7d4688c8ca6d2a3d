"""Dial commands: which number gets which slot."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from evendial_contracts.dialing import Caps, DialNumber, command_id
from msgspec.structs import replace

from evendial_scheduler.core.instants import instant
from evendial_scheduler.core.openings import open_sets
from evendial_scheduler.core.pacing import Slot, trunk_gap_us
from evendial_scheduler.core.roster import Active


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """A number that was taken for one of the slots of its campaign; `attempts` were used up before.

    `system_failures`: so many attempts in a row, the last ones, ended by no fault of its own.
    `zone_sets` were open at that slot, and the number's own `zone_set` is one of them, where that matters.
    """

    campaign_id: UUID
    number_id: int
    e164: int
    generation: int
    attempts: int
    system_failures: int = 0
    reference: str | None
    due_at: datetime
    zone_set: int | None = None
    zone_sets: tuple[int, ...] | None = None


def in_zones(slots: Iterable[Slot], campaigns: Sequence[Active]) -> list[Slot]:
    """The slots, with what is open at each where that depends on the numbers' own zones."""
    openings = {each.campaign_id: each.openings for each in campaigns if each.openings is not None}
    return [
        replace(slot, zone_sets=open_sets(openings[slot.campaign_id], slot.at_us))
        if slot.campaign_id in openings
        else slot
        for slot in slots
    ]


def orders(
    slots: Iterable[Slot],
    claimed: Sequence[Claimed],
    campaigns: Sequence[Active],
    system_cap: int | None = None,
) -> Iterator[DialNumber]:
    """The commands in the order of their slots; retries first, then what closes first, then who is due.

    `system_cap` is how many calls at once there may be altogether.
    """
    by_id = {each.campaign_id: each for each in campaigns}
    waiting: defaultdict[tuple[UUID, tuple[int, ...] | None], deque[Claimed]] = defaultdict(deque)
    for number in sorted(claimed, key=_turn):
        waiting[number.campaign_id, number.zone_sets].append(number)
    for slot in slots:
        if numbers := waiting[slot.campaign_id, slot.zone_sets]:
            yield _order(slot, numbers.popleft(), by_id[slot.campaign_id], system_cap)


def _turn(number: Claimed) -> tuple[bool, int, datetime, int]:
    zone = number.zone_sets.index(number.zone_set) if number.zone_sets and number.zone_set is not None else 0
    never_tried = number.attempts == 0 and number.system_failures == 0
    return never_tried, zone, number.due_at, number.number_id


def filled(slots: Sequence[Slot], orders: Sequence[DialNumber]) -> list[Slot]:
    """The slots that a number was found for."""
    found = {(each.campaign_id, each.slot_at) for each in orders}
    return [each for each in slots if (each.campaign_id, instant(each.at_us)) in found]


def slots_to_keep(
    old: Sequence[datetime], new: Sequence[Slot], calls_per_second: float, start: datetime
) -> list[datetime]:
    """Of these slots those that one from `start` on may be too close to.

    The last one always is among them: fewer calls a second may be given by then.
    """
    gap = timedelta(microseconds=trunk_gap_us(calls_per_second))
    slots = sorted({*old, *(instant(each.at_us) for each in new)})
    return [slot for slot in slots if slot > start - gap] or slots[-1:]


def _order(slot: Slot, number: Claimed, campaign: Active, system_cap: int | None) -> DialNumber:
    attempt_no = number.attempts + 1
    slot_at = instant(slot.at_us)
    identity = number.campaign_id, number.generation, number.number_id, attempt_no
    closes_us = _closes_us(slot, number, campaign)
    return DialNumber(
        command_id=command_id(*identity, slot_at),
        campaign_id=number.campaign_id,
        owner_id=campaign.owner_id,
        number_id=number.number_id,
        generation=number.generation,
        attempt_no=attempt_no,
        epoch=campaign.epoch,
        slot_at=slot_at,
        not_after=instant(slot.not_after_us if closes_us is None else min(slot.not_after_us, closes_us)),
        e164=str(number.e164),
        caller_id=campaign.rules.caller_id,
        pool=campaign.trunk.pool,
        endpoint=campaign.trunk.endpoint,
        trunk_id=campaign.trunk.trunk_id,
        device_id=campaign.device.device_id,
        account_code=campaign.device.account_code,
        ring_timeout_s=campaign.rules.ring_timeout_s,
        max_call_s=campaign.rules.max_call_s,
        sequence_version=campaign.sequence_version,
        reference=number.reference,
        closes_at=None if closes_us is None else instant(closes_us),
        caps=_caps(campaign, system_cap),
        trunk_epoch=campaign.trunk.epoch,
        trial=campaign.trunk.room is not None,
        person_caps=campaign.owner_person_caps + campaign.rules.person_caps,
    )


def _closes_us(slot: Slot, number: Claimed, campaign: Active) -> int | None:
    """The end of all that must be open for this number."""
    for opening in campaign.openings or ():
        if opening.zone_set == number.zone_set:
            return opening.closes_us
    return slot.closes_us


def _caps(campaign: Active, system_cap: int | None) -> Caps:
    return Caps(
        campaign=campaign.rules.max_concurrent_calls,
        owner=campaign.owner_cap,
        device=campaign.device.max_concurrent_calls,
        trunk=campaign.trunk.max_concurrent_calls,
        system=system_cap,
    )
