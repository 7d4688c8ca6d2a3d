"""What an originator sees of a trunk: which of the calls that it has placed there failed.

A failure is known at once, a success long after the call was placed. So what counts is how many of neighbours
have failed, where a call that goes on has not; the order of their ends would mislead.
"""

from datetime import datetime, timedelta

import msgspec
from evendial_contracts.calls import Disposition
from evendial_contracts.trunks import TrunkTrouble
from msgspec.structs import replace

from evendial_originator.core.call import Ended

IN_A_ROW = 5
REJECTED_IN_A_ROW = 10
AMONG = 20
TOO_MANY = 10
CONGESTED = 5
"""One number in thirty may have no way to it on a trunk that is well; so much is the trunk's own."""
HOLDS = timedelta(seconds=30)
"""Longer than a scheduler plans ahead; by then its breaker has opened and what it plans has another epoch."""


class Tripwire(msgspec.Struct, frozen=True, kw_only=True):
    """A trunk of `epoch`. Calls are numbered as they are placed; those before `first` are of another epoch.

    Commands up to `refused_epoch` are refused until `refused_until`.
    """

    epoch: int
    first: int = 0
    placed: int = 0
    failed: tuple[int, ...] = ()
    congested: tuple[int, ...] = ()
    rejected: tuple[int, ...] = ()
    refused_epoch: int = -1
    refused_until: datetime | None = None


def ordered(wire: Tripwire | None, epoch: int, now: datetime) -> Tripwire:
    """With a command for the trunk at hand: a new epoch has a clean sheet, and ends those before it.

    An earlier one that still comes after that is of a scheduler that has lost its count: it is followed.
    """
    if wire is None:
        return Tripwire(epoch=epoch)
    if epoch == wire.epoch or refuses(wire, epoch, now):
        return wire
    if epoch < wire.epoch:
        return Tripwire(epoch=epoch, first=wire.placed, placed=wire.placed)
    return Tripwire(
        epoch=epoch,
        first=wire.placed,
        placed=wire.placed,
        refused_epoch=epoch - 1,
        refused_until=now + HOLDS,
    )


def refuses(wire: Tripwire, epoch: int, now: datetime) -> bool:
    """Whether a command of this epoch must not be placed."""
    return wire.refused_until is not None and epoch <= wire.refused_epoch and now < wire.refused_until


def placed(wire: Tripwire) -> Tripwire:
    """With one more call, whose number is `wire.placed`."""
    return replace(wire, placed=wire.placed + 1)


def after_call(wire: Tripwire, number: int, ended: Ended) -> Tripwire:
    """With the end of a call."""
    if number < wire.first:
        return wire
    if ended.disposition is Disposition.REJECTED and not ended.rang:
        return replace(wire, rejected=_with(wire.rejected, number))
    if ended.disposition.consumes_attempt:
        return wire
    congested = ended.disposition is Disposition.CONGESTION
    return replace(
        wire,
        failed=_with(wire.failed, number),
        congested=_with(wire.congested, number) if congested else wire.congested,
    )


def trouble(wire: Tripwire) -> TrunkTrouble | None:
    """What is wrong with the trunk."""
    if _longest_run(wire.failed) >= IN_A_ROW or _most_among(wire.failed) >= TOO_MANY:
        return TrunkTrouble.FAILING
    if _longest_run(wire.rejected) >= REJECTED_IN_A_ROW:
        return TrunkTrouble.REJECTING
    return TrunkTrouble.CONGESTED if _most_among(wire.congested) >= CONGESTED else None


def told(wire: Tripwire, what: TrunkTrouble, now: datetime) -> Tripwire:
    """After the trouble was said: what was seen is not said twice."""
    if what is TrunkTrouble.CONGESTED:
        return replace(wire, congested=())
    return refused(wire, wire.epoch, now)


def refused(wire: Tripwire, epoch: int, now: datetime) -> Tripwire:
    """After anybody has said that this epoch of the trunk is over."""
    if epoch < wire.epoch:
        return wire
    return replace(wire, failed=(), congested=(), rejected=(), refused_epoch=epoch, refused_until=now + HOLDS)


def _with(numbers: tuple[int, ...], number: int) -> tuple[int, ...]:
    return tuple(sorted((*numbers, number)))[-AMONG:]


def _longest_run(numbers: tuple[int, ...]) -> int:
    longest = run = 0
    for number, before in zip(numbers, (None, *numbers), strict=False):
        run = run + 1 if before is not None and number == before + 1 else 1
        longest = max(longest, run)
    return longest


def _most_among(numbers: tuple[int, ...]) -> int:
    """The most of them that lie among as many neighbours as are looked at together."""
    return max((sum(last - AMONG < each <= last for each in numbers) for last in numbers), default=0)
