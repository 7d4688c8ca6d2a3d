"""What becomes of a number when its attempt has ended."""

from datetime import datetime
from typing import assert_never

import msgspec
from evendial_contracts.calls import Disposition
from evendial_contracts.dialing import VoidReason

from evendial_scheduler.core.retry_rules import Ends, RetryRules, delay_after
from evendial_scheduler.core.state import State

PATIENCE = 2
"""System failures in a row on one number that are never held against it."""

ABOUT_THE_NUMBER = frozenset(
    {
        VoidReason.IN_ANOTHER_CALL,
        VoidReason.CAP,
        VoidReason.BREAKER,
        VoidReason.REFUSED,
        VoidReason.PERSON_CAP,
    }
)
"""Voids that the same number may meet again at the next slot: it goes behind those that are due."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of a number: `attempts` were used up; `system_failures` in a row since `failing_since`.

    `ends` are those that it is, or was, called again after.
    """

    state: State
    attempts: int
    system_failures: int
    failing_since: datetime | None
    due_at: datetime
    ends: Ends = Ends()


def after_call(
    number: Standing,
    rules: RetryRules,
    disposition: Disposition,
    ended_at: datetime,
    trunk_healthy_at: datetime | None,
) -> Standing:
    """After `call.ended`; `trunk_healthy_at` is when a call last ended by no failure of its trunk."""
    match disposition:
        case Disposition.ANSWERED:
            return _used_up(number, State.COMPLETED)
        case Disposition.UNKNOWN:
            return _used_up(number, State.UNKNOWN)
        case Disposition.INVALID_NUMBER:
            return _used_up(number, State.FAILED)
        case Disposition.BUSY | Disposition.NO_ANSWER | Disposition.REJECTED:
            used = _used_up(number, State.FAILED)
            return _again_if_allowed(used, rules, disposition, ended_at)
        case Disposition.CONGESTION | Disposition.FAILED_SYSTEM:
            failed = _after_system_failure(number, ended_at, trunk_healthy_at)
            return _again_if_allowed(failed, rules, disposition, ended_at)
        case _:
            assert_never(disposition)


def after_void(
    number: Standing, reason: VoidReason, now: datetime, not_before: datetime | None = None
) -> Standing:
    """After `number.dial_voided`: callable again at once, nothing used up; a retry is still a retry.

    Where it is known until when the same would come of it (`not_before`), the number waits for that.

    Who is suppressed is not called again by itself. Nor is a number whose attempt another command has, one
    that this database has forgotten: what came of that call is not known here.
    """
    if reason is VoidReason.ATTEMPT_HELD:
        return _used_up(number, State.UNKNOWN)
    if reason is VoidReason.SUPPRESSED:
        return msgspec.structs.replace(number, state=State.SUPPRESSED)
    if not_before and not_before > now:
        waiting = callable_again(number, not_before)
        return msgspec.structs.replace(waiting, state=State.WAITING_RETRY)
    return callable_again(number, now if reason in ABOUT_THE_NUMBER else number.due_at)


def callable_again(number: Standing, not_before: datetime) -> Standing:
    """In the hands of no command any more; a retry is still a retry."""
    due_at = max(number.due_at, not_before)
    tried = number.attempts > 0 or number.system_failures > 0
    state = State.WAITING_RETRY if tried else State.FREE
    return msgspec.structs.replace(number, state=state, due_at=due_at)


def _used_up(number: Standing, state: State) -> Standing:
    return msgspec.structs.replace(
        number, state=state, attempts=number.attempts + 1, system_failures=0, failing_since=None
    )


def _again_if_allowed(
    number: Standing, rules: RetryRules, disposition: Disposition, ended_at: datetime
) -> Standing:
    delay = delay_after(rules, disposition, number.ends)
    if number.attempts > rules.max_retries or delay is None:
        return msgspec.structs.replace(number, state=State.FAILED)
    return msgspec.structs.replace(
        number, state=State.WAITING_RETRY, due_at=ended_at + delay, ends=number.ends.and_one(disposition)
    )


def _after_system_failure(
    number: Standing, ended_at: datetime, trunk_healthy_at: datetime | None
) -> Standing:
    """The trunk's or our own fault uses nothing up, unless it keeps meeting this number alone."""
    since = number.failing_since or ended_at
    trunk_was_healthy = trunk_healthy_at is not None and trunk_healthy_at > since
    counts = number.system_failures >= PATIENCE and trunk_was_healthy
    return msgspec.structs.replace(
        number,
        attempts=number.attempts + counts,
        system_failures=number.system_failures + 1,
        failing_since=since,
    )
