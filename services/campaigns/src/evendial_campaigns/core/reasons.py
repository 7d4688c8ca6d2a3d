"""Why a campaign and each of its numbers is not being called right now, as both services know it.

The same functions give a number its reason and the list its counts, so that the two agree.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import assert_never
from uuid import UUID

import msgspec
from evendial_contracts.calls import Disposition
from evendial_contracts.reasons import Blockers, Counted, Reason, ReasonCode, Reasons, failure

from evendial_campaigns.core.campaign import Campaign, Status
from evendial_campaigns.core.progress import NumberState

Answer = Blockers | Reasons
"""What the scheduler knows."""

C = ReasonCode

PACING = frozenset({C.WAITING_FOR_TURN, C.TRUNK_RATE, C.TRUNK_REDUCED, C.SYSTEM_RATE})
"""The campaign is calling: its numbers wait for their slots."""
CALLABLE = PACING | {
    C.CAMPAIGN_FULL,
    C.OWNER_FULL,
    C.DEVICE_FULL,
    C.TRUNK_FULL,
    C.SYSTEM_FULL,
    C.BREAKER_OPEN,
    C.WINDOW_CLOSED,
    C.WINDOW_NEVER_OPENS,
    C.NO_DEVICE,
    C.NO_ACTIONS,
    C.NO_ORIGINATOR,
    C.NO_ASTERISK,
    C.NO_AGI,
    C.LEDGER_AWAY,
    C.ORIGINATOR_CLOCK_OFF,
    C.ORIGINATOR_CATCHING_UP,
    C.SCHEDULER_CLOCK_OFF,
    C.REFILLING,
}
"""What the scheduler says of numbers that are due: these share the reason of the campaign."""

_STATUS = {
    Status.DRAFT: C.DRAFT,
    Status.STOPPED: C.STOPPED,
    Status.FINISHED: C.FINISHED,
}
_AWAY = frozenset({C.SCHEDULER_NOT_ANSWERING, C.SCHEDULER_DATABASE_AWAY})


class Turn(msgspec.Struct, frozen=True):
    """When the campaign was last stopped or finished, and by whom it was stopped."""

    at: datetime | None = None
    by: UUID | None = None


class OwnRow(msgspec.Struct, frozen=True, kw_only=True):
    """What campaigns itself has heard of a number, or of many that are alike."""

    state: NumberState
    disposition: Disposition | None = None
    slot_at: datetime | None = None
    retry_at: datetime | None = None


def is_away(answer: Answer | None) -> bool:
    """Whether the scheduler says nothing about the list."""
    return answer is None or any(each.code in _AWAY for each in answer.blockers)


def activated(campaign: Campaign) -> Campaign:
    """The campaign as it would be once it is activated."""
    return msgspec.structs.replace(campaign, status=Status.ACTIVE, archived=False)


def blockers_of(
    campaign: Campaign, turn: Turn, answer: Answer | None, *, as_if_active: bool = False
) -> tuple[Reason, ...]:
    """All that keeps its next call from starting, what counts first; there is always one.

    `as_if_active`: the scheduler will have heard of the activation.
    """
    said = answer.blockers if answer else (Reason(code=C.SCHEDULER_NOT_ANSWERING),)
    if campaign.archived:
        return (Reason(code=C.ARCHIVED), *said)
    if campaign.status is not Status.ACTIVE:
        return (Reason(code=_STATUS[campaign.status], since=turn.at), *said)
    if as_if_active or is_away(answer):
        return said
    if answer and (not answer.active or answer.epoch < campaign.epoch):
        return (Reason(code=C.ACTIVATION_ON_ITS_WAY), *said)
    return said


def seen(campaign: Campaign, reason: Reason, blocker: Reason) -> Reason:
    """What the scheduler says of a number, in the light of what the campaign is: `blocker` is its first."""
    waits = reason.code in CALLABLE or reason.code is C.ON_ITS_WAY
    later = reason.code in (C.WAITING_FOR_RETRY, C.ZONE_CLOSED, C.ZONE_UNKNOWN)
    if not is_on(campaign):
        return blocker if waits or later else reason
    return blocker if reason.code in CALLABLE else reason


def is_on(campaign: Campaign) -> bool:
    """Whether it dials, as far as people have decided it."""
    return campaign.status is Status.ACTIVE and not campaign.archived


def own_reason(row: OwnRow, blocker: Reason, now: datetime) -> Reason:
    """The reason of a number as far as campaigns itself knows it."""
    match row.state:
        case NumberState.FREE:
            return blocker
        case NumberState.WAITING_RETRY:
            later = row.retry_at is None or row.retry_at > now
            waiting = Reason(code=C.WAITING_FOR_RETRY, until=row.retry_at, disposition=row.disposition)
            return waiting if later else blocker
        case NumberState.SCHEDULED:
            return Reason(code=C.SCHEDULED, until=row.slot_at)
        case NumberState.CALLING:
            return Reason(code=C.CALLING, since=row.slot_at)
        case NumberState.COMPLETED:
            return Reason(code=C.ANSWERED)
        case NumberState.FAILED:
            return Reason(code=failure(row.disposition), disposition=row.disposition)
        case NumberState.UNKNOWN:
            return Reason(code=C.UNKNOWN_OUTCOME)
        case NumberState.SUPPRESSED:
            return Reason(code=C.SUPPRESSED)
        case _:
            assert_never(row.state)


def counts_of(campaign: Campaign, said: Iterable[Counted], blocker: Reason) -> list[Counted]:
    """How many numbers have which reason: each number of the list once.

    What campaigns has announced and the scheduler has not taken in yet is on its way. What was removed here
    and is still there is counted until the scheduler has heard of it.
    """
    numbers = [each for each in said if each.reason.code is not C.REMOVED]
    missing = campaign.numbers - sum(each.numbers for each in numbers)
    if missing > 0:
        numbers.append(Counted(reason=Reason(code=C.ON_ITS_WAY), numbers=missing))
    return merged(
        msgspec.structs.replace(each, reason=seen(campaign, each.reason, blocker)) for each in numbers
    )


def merged(counts: Iterable[Counted]) -> list[Counted]:
    """One entry for each code and last outcome, the largest first."""
    sums: Counter[tuple[ReasonCode, Disposition | None]] = Counter()
    first: dict[tuple[ReasonCode, Disposition | None], Reason] = {}
    for each in counts:
        key = each.reason.code, each.reason.disposition
        sums[key] += each.numbers
        first.setdefault(key, each.reason)
    found = [Counted(reason=first[key], numbers=numbers) for key, numbers in sums.items() if numbers]
    return sorted(found, key=lambda each: (-each.numbers, each.reason.code))


def top(campaign: Campaign, blockers: tuple[Reason, ...], counts: Iterable[Counted]) -> Reason:
    """The one reason why the next call does not start right now."""
    first = blockers[0]
    if not is_on(campaign) or first.code in _AWAY:
        return first
    by_code = {each.reason.code: each.reason for each in counts}
    if first.code in by_code:
        return first
    if C.WAITING_FOR_RETRY in by_code:
        return by_code[C.WAITING_FOR_RETRY] if first.code in PACING else first
    last = (C.ZONE_CLOSED, C.SCHEDULED, C.CALLING, C.ON_ITS_WAY, C.ZONE_UNKNOWN)
    found = next((by_code[code] for code in last if code in by_code), None)
    return found or Reason(code=C.NO_FREE_NUMBERS)


def own_counts(
    campaign: Campaign, groups: Iterable[tuple[OwnRow, int]], blocker: Reason, now: datetime
) -> list[Counted]:
    """The same from what campaigns itself has heard; of which it heard nothing, that is free."""
    rows = list(groups)
    free = campaign.numbers - sum(numbers for _, numbers in rows)
    rows.append((OwnRow(state=NumberState.FREE), max(0, free)))
    return merged(
        Counted(reason=seen(campaign, own_reason(row, blocker, now), blocker), numbers=numbers)
        for row, numbers in rows
    )


def reasons_of(
    campaign: Campaign, rows: Mapping[int, OwnRow], answer: Reasons | None, blocker: Reason, now: datetime
) -> dict[int, Reason]:
    """The reason of each of these numbers."""
    if answer is None or is_away(answer):
        said = {number_id: own_reason(row, blocker, now) for number_id, row in rows.items()}
    else:
        known = {each.number_id: each.reason for each in answer.numbers}
        said = {number_id: known.get(number_id, Reason(code=C.ON_ITS_WAY)) for number_id in rows}
    return {number_id: seen(campaign, reason, blocker) for number_id, reason in said.items()}
