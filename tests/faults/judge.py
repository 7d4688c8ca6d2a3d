"""The judge: evidence in, broken promises out. The carrier's record has the last word on what was called."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from uuid import UUID

from tests.faults.evidence import Evidence, Invite, Planned, Rules

LATEST = timedelta(seconds=1)
"""After its slot no call starts later than that."""
STOP_WITHIN = timedelta(milliseconds=500)
TRANSIT = timedelta(milliseconds=100)
"""From the send to the carrier's clock reading; a window's end is kept by whoever sends."""
MATCHES_FOR = timedelta(minutes=5)
"""A call belongs to the last slot of its number before it, however late it is."""
HANGUP_TRANSIT = timedelta(milliseconds=100)
"""The carrier sees the end of a call that much later than the ledger, which makes room for the next."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """How often each promise was broken, and how; `calls` is how many there were to judge."""

    calls: int = 0
    doubled: list[str] = field(default_factory=list)
    overlapping: list[str] = field(default_factory=list)
    unended: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    forbidden: list[str] = field(default_factory=list)
    burst: list[str] = field(default_factory=list)
    over_cap: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)

    @property
    def broken(self) -> dict[str, list[str]]:
        """The promises that were broken."""
        kept = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "calls"}
        return {name: found for name, found in kept.items() if found}


PROMISES = tuple(each.name for each in fields(Verdict) if each.name != "calls")


def judge(seen: Evidence) -> Verdict:
    """Invariants I1 to I7 over one cell."""
    matched = list(_match(seen))
    return Verdict(
        calls=len(seen.invites),
        doubled=[*_unmatched(seen.invites, matched), *_attempted_twice(seen, matched)],
        overlapping=list(_overlapping(seen)),
        unended=list(_unended(seen, matched)),
        lost=list(_lost(seen)),
        late=list(_late(matched)),
        forbidden=list(_forbidden(seen.rules, matched)),
        burst=list(_bursts(seen)),
        over_cap=list(_over_cap(seen, matched)),
        stuck=seen.stuck,
    )


Match = tuple[Invite, Planned]


def _match(seen: Evidence) -> Iterator[Match]:
    """Each call with the command that it came from, if one can be found: one command, one call.

    That is the one with the last slot before the call. One that is said to have called is believed first,
    for a person may stand on two lists.
    """
    called = {each.command_id for each in seen.said if each.called}
    free: defaultdict[str, list[Planned]] = defaultdict(list)
    for command in seen.planned:
        free[command.number].append(command)
    for invite in sorted(seen.invites, key=lambda each: each.at):
        fitting = [each for each in free[invite.number] if _fits(invite, each)]
        if fitting:
            command = max(fitting, key=lambda each: _likely(invite, each, called))
            free[invite.number].remove(command)
            yield invite, command


def _likely(invite: Invite, command: Planned, called: set[UUID]) -> tuple[bool, bool, datetime]:
    return command.slot_at <= invite.at, command.command_id in called, command.slot_at


def _fits(invite: Invite, command: Planned) -> bool:
    return command.slot_at - LATEST <= invite.at <= command.slot_at + MATCHES_FOR


def _unmatched(invites: list[Invite], matched: list[Match]) -> Iterator[str]:
    known = {id(invite) for invite, _ in matched}
    for invite in invites:
        if id(invite) not in known:
            yield f"{invite.number} was called at {invite.at:%T.%f} by no command of its own"


def _attempted_twice(seen: Evidence, matched: list[Match]) -> Iterator[str]:
    """A callee is reached once for an attempt: only what the trunk refused may be tried again."""
    reached = Counter(
        (command.campaign_id, command.number, command.attempt)
        for invite, command in matched
        if not invite.congested
    )
    for (_, number, attempt), times in reached.items():
        if times > 1:
            yield f"{number} was called {times} times for attempt {attempt}"
    ended = Counter(
        (command.campaign_id, command.number, command.attempt)
        for command in seen.planned
        if any(each.consumes_attempt for each in seen.said if each.command_id == command.command_id)
    )
    for (_, number, attempt), times in ended.items():
        if times > 1:
            yield f"attempt {attempt} at {number} was used up {times} times"


def _overlapping(seen: Evidence) -> Iterator[str]:
    last: dict[str, Invite] = {}
    for invite in sorted(seen.invites, key=lambda each: each.at):
        before = last.get(invite.number)
        if before and invite.at < _end(before, seen.deaths):
            yield f"{invite.number} was called at {invite.at:%T.%f} while in a call"
        last[invite.number] = invite


def _end(invite: Invite, deaths: list[datetime]) -> datetime:
    return min([invite.ended_at, *(death for death in deaths if death > invite.at)])


def _unended(seen: Evidence, matched: list[Match]) -> Iterator[str]:
    ends: defaultdict[UUID, set[bool]] = defaultdict(set)
    for each in seen.said:
        ends[each.command_id].add(each.called)
    for command in seen.planned:
        if command.command_id not in seen.settled:
            yield f"command {command.command_id} for {command.number} has no end"
        elif len(ends[command.command_id]) > 1:
            yield f"command {command.command_id} ended as a call and as void"
    for invite, command in matched:
        if ends[command.command_id] == {False}:
            yield f"{invite.number} was called at {invite.at:%T.%f} by a command that was voided"


def _lost(seen: Evidence) -> Iterator[str]:
    """What the ledger has decided and the durable subscriber, or the API, was not told, or told otherwise."""
    told: defaultdict[UUID, set[tuple[str, bytes]]] = defaultdict(set)
    for each in seen.said:
        told[each.command_id].add((each.message_id, each.body))
    for command_id in seen.settled:
        if len(told[command_id]) != 1:
            yield f"the end of {command_id} was said in {len(told[command_id])} ways"
    for command_id in seen.settled_as_called - seen.known_to_api:
        yield f"the API does not know of call {command_id}"


def _late(matched: list[Match]) -> Iterator[str]:
    for invite, command in matched:
        late = invite.at - command.slot_at
        if not timedelta(0) <= late <= LATEST:
            yield f"{invite.number} was called {late.total_seconds():+.3f} s after its slot"


def _forbidden(rules: list[Rules], matched: list[Match]) -> Iterator[str]:
    by_id = {each.campaign_id: each for each in rules}
    for invite, command in matched:
        rule = by_id[command.campaign_id]
        if rule.stopped_at and invite.at > rule.stopped_at + STOP_WITHIN:
            yield f"{invite.number} was called {invite.at - rule.stopped_at} after a stop"
        if rule.closes_at and invite.at > rule.closes_at + TRANSIT:
            yield f"{invite.number} was called {invite.at - rule.closes_at} after its window"


def _bursts(seen: Evidence) -> Iterator[str]:
    """A second may begin with a call of each campaign, and end with one more."""
    most = 1.1 * sum(each.calls_per_minute for each in seen.rules) / 60 + len(seen.rules)
    starts = sorted(each.at for each in seen.invites)
    worst = max((_within_a_second(starts, first) for first in range(len(starts))), default=0)
    if worst > most:
        yield f"{worst} calls within a second, where at most {most:.1f} were planned"


def _within_a_second(starts: list[datetime], first: int) -> int:
    return sum(starts[first] <= start < starts[first] + timedelta(seconds=1) for start in starts[first:])


def _over_cap(seen: Evidence, matched: list[Match]) -> Iterator[str]:
    for rule in seen.rules:
        if rule.max_concurrent_calls is None:
            continue
        calls = [invite for invite, command in matched if command.campaign_id == rule.campaign_id]
        for call in calls:
            others = [each for each in calls if each.at <= call.at < _end(each, seen.deaths) - HANGUP_TRANSIT]
            if len(others) > rule.max_concurrent_calls:
                yield f"{len(others)} calls at once at {call.at:%T.%f}, {rule.max_concurrent_calls} allowed"
