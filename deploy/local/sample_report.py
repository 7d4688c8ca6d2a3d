"""What became of the sample: our events against the carrier's own record, number by number."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import zip_longest

from evendial_contracts.calls import CallEnded, Disposition

from deploy.local.carrier import CarrierCall
from deploy.local.sample_plan import PLAN

_CLOCK_TOLERANCE = timedelta(milliseconds=250)
_BY_CAUSE = {
    1: Disposition.INVALID_NUMBER,
    17: Disposition.BUSY,
    21: Disposition.REJECTED,
    34: Disposition.CONGESTION,
}


@dataclass(frozen=True, kw_only=True)
class SlotError:
    """How late calls started after their slots, in milliseconds; `least` below 0 means that one was early."""

    least: float
    p50: float
    p99: float
    most: float


def carriers_verdict(call: CarrierCall) -> Disposition:
    """How a call ended, by the carrier's record alone."""
    if call.answered_at is not None:
        return Disposition.ANSWERED
    return _BY_CAUSE.get(call.hangup_cause, Disposition.NO_ANSWER)


def disagreements(
    e164: Mapping[int, str], ours: Sequence[CallEnded], carriers: Sequence[CarrierCall]
) -> list[str]:
    """One sentence for each point in which our events differ from the carrier's record, or from the plan."""
    our_calls: dict[str, list[CallEnded]] = defaultdict(list)
    for call in sorted(ours, key=lambda call: call.slot_at):
        our_calls[e164.get(call.number_id, "unlisted")].append(call)
    their_calls: dict[str, list[CarrierCall]] = defaultdict(list)
    for seen in sorted(carriers, key=lambda call: call.started_at):
        their_calls[seen.number].append(seen)
    planned = {number: callees.ends_as for callees in PLAN for number in callees.numbers}
    problems: list[str] = []
    for number in sorted({*planned, *our_calls, *their_calls}):
        problems += _of_number(number, our_calls[number], their_calls[number], planned.get(number))
    return problems


def slot_error(calls: Iterable[CallEnded]) -> SlotError | None:
    """From the slot to the first channel, over all calls that got a channel; None when none did."""
    late = sorted(
        (call.started_at - call.slot_at) / timedelta(milliseconds=1) for call in calls if call.started_at
    )
    if not late:
        return None
    return SlotError(least=late[0], p50=_percentile(late, 0.50), p99=_percentile(late, 0.99), most=late[-1])


def _of_number(
    number: str, ours: Sequence[CallEnded], theirs: Sequence[CarrierCall], ends_as: Disposition | None
) -> list[str]:
    problems = []
    if len(ours) != len(theirs):
        problems.append(f"{number}: the carrier was called {len(theirs)} times, we say {len(ours)}")
    for attempt, (our, their) in enumerate(zip_longest(ours, theirs), start=1):
        if our is not None and their is not None:
            problems += [f"{number}, call {attempt}: {problem}" for problem in _of_call(our, their)]
    if ends_as is None:
        problems.append(f"{number}: was called and is not on the list")
    elif not ours or ours[-1].disposition is not ends_as:
        problems.append(f"{number}: should have ended as {ends_as}")
    return problems


def _of_call(our: CallEnded, their: CarrierCall) -> list[str]:
    problems = []
    verdict = carriers_verdict(their)
    if our.disposition is not verdict:
        problems.append(f"we say {our.disposition}, the carrier {verdict} (cause {their.hangup_cause})")
    began_at = our.started_at or our.slot_at  # an originator that was killed has missed the first channel
    if abs(began_at - their.started_at) > _CLOCK_TOLERANCE:
        problems.append(f"we say it began at {began_at}, the carrier {their.started_at}")
    if their.answered_at is not None and their.rtp_received == 0:
        problems.append("the callee heard nothing")
    return problems


def _percentile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
