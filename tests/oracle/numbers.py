"""What may become of a number: attempts, retries, whose turn it is, and when it is never called again.

DESIGN 6 (dispositions, what consumes an attempt) and 7 (retries); docs/http-api.md, Retries.
"""

from bisect import bisect_left, bisect_right, insort
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal
from uuid import UUID

from evendial_contracts.calls import CallEnded, Disposition
from evendial_contracts.campaigns import CampaignCreated, CampaignRules, CampaignRulesChanged
from evendial_contracts.dialing import DialNumber, NumberDialVoided, VoidReason
from evendial_contracts.message import Message
from evendial_contracts.numbers import NumberFailed, NumberReleased, NumbersChunk, NumberWaitingRetry
from evendial_contracts.retries import Retry

from tests.oracle.findings import Findings
from tests.oracle.history import NEVER, Books
from tests.oracle.hours import goes_by_place, is_left_out, may_ring
from tests.oracle.log import instant, micros
from tests.oracle.places import Zones, zones_of

Turn = tuple[bool, int, int]
"""False before True: retries come first, then who is due longest, then the lowest number."""

TO_THE_END = (
    VoidReason.IN_ANOTHER_CALL,
    VoidReason.CAP,
    VoidReason.BREAKER,
    VoidReason.REFUSED,
    VoidReason.PERSON_CAP,
)
"""Would meet the same again: goes behind those that are due."""
TRUNKS_FAULT = (Disposition.CONGESTION, Disposition.FAILED_SYSTEM)
FOLLOWING = {
    "waits": NumberWaitingRetry,
    "failed": NumberFailed,
    "released": NumberReleased,
}


@dataclass(slots=True)
class Number:
    """As the rules have it. `waited`: for a person who had been called often enough."""

    number_id: int
    generation: int
    due_us: int
    stands: Literal["callable", "ordered", "over", "removed"] = "callable"
    used: int = 0
    failures: int = 0
    failing_since_us: int = 0
    ends: Counter[Disposition] = field(default_factory=Counter)
    zones: Zones = ()
    waited: bool = False
    command: DialNumber | None = None
    said: str = ""

    @property
    def turn(self) -> Turn:
        """Its place in line."""
        never_tried = self.used == 0 and self.failures == 0 and not self.waited
        return (never_tried, self.due_us, self.number_id)


class Lists:
    """All numbers of all campaigns: hears message after message, and looks at each order."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._numbers: defaultdict[UUID, dict[int, Number]] = defaultdict(dict)
        self._lines: defaultdict[UUID, dict[Zones, list[Turn]]] = defaultdict(dict)
        self._ordered: Counter[UUID] = Counter()
        self._rules: dict[UUID, CampaignRules] = {}
        self._healthy_us: dict[UUID, int] = {}
        self._unsaid: dict[UUID, Number] = {}

    def left(self, campaign_id: UUID, rules: CampaignRules) -> int:
        """How many may still be called, or are in the hands of an order."""
        return self._ordered[campaign_id] + sum(
            len(line) for zones, line in self._lines[campaign_id].items() if not is_left_out(rules, zones)
        )

    def zones_of(self, campaign_id: UUID) -> Iterable[Zones]:
        """Where its numbers are."""
        return self._lines[campaign_id]

    def due_from(self, campaign_id: UUID, zones: Zones) -> int:
        """From when on a number there that may be called is due; NEVER if there is none."""
        line = self._lines[campaign_id].get(zones)
        if not line:
            return NEVER
        fresh = line[bisect_left(line, (True,)) :][:1]
        return min(due_us for _, due_us, _ in (line[0], *fresh))

    def heard_together(self, messages: Iterable[Message]) -> None:
        """Rules and what trunks carried are known before it is asked what the ends of this instant mean."""
        for each in messages:
            if isinstance(each, CampaignCreated | CampaignRulesChanged):
                self._rules[each.campaign_id] = each.rules
            if isinstance(each, CallEnded) and each.disposition not in (*TRUNKS_FAULT, Disposition.UNKNOWN):
                ended_us = micros(each.ended_at)
                self._healthy_us[each.trunk_id] = max(ended_us, self._healthy_us.get(each.trunk_id, 0))

    def hear(self, at_us: int, message: Message, books: Books) -> None:
        """The next message."""
        match message:
            case NumbersChunk():
                self._take(at_us, message)
            case DialNumber():
                self._order(at_us, message, books)
            case CallEnded() | NumberDialVoided():
                number = self._numbers[message.campaign_id][message.number_id]
                if number.command and number.command.command_id == message.command_id:
                    self._end(at_us, number, message, self._rules[message.campaign_id])
            case NumberWaitingRetry() | NumberFailed() | NumberReleased():
                self._fact(at_us, message)
            case _:
                pass

    def over(self, at_us: int) -> None:
        """Nothing comes any more."""
        for number in self._unsaid.values():
            self._findings.look("what follows is said", False, at_us, number)

    def _take(self, at_us: int, chunk: NumbersChunk) -> None:
        known = self._numbers[chunk.campaign_id]
        for entry in chunk.numbers:
            had = known.get(entry.number_id)
            if had and (had.stands == "removed" or not (entry.deleted or entry.generation > had.generation)):
                continue
            if had:
                self._leave(chunk.campaign_id, had)
            new = known[entry.number_id] = Number(entry.number_id, entry.generation, at_us)
            if entry.deleted:
                new.stands = "removed"
            else:
                new.zones = zones_of(entry.e164)
                self._enter(chunk.campaign_id, new)

    def _order(self, at_us: int, command: DialNumber, books: Books) -> None:
        look, slot_us = self._findings.look, micros(command.slot_at)
        number = self._numbers[command.campaign_id][command.number_id]
        look("never again", number.stands == "callable", slot_us, number)
        if number.stands != "callable":
            return
        due = at_us >= number.due_us <= slot_us
        look("not before it is due", due, slot_us, "due at", number.due_us, number)
        right = (command.generation, command.attempt_no) == (number.generation, number.used + 1)
        look("attempt", right, slot_us, command.generation, command.attempt_no, number)
        if not number.waited:
            first = self._first(command.campaign_id, number.zones, books, at_us, slot_us)
            look("order of numbers", first == number.turn, slot_us, number.turn, "before", first)
        self._leave(command.campaign_id, number)
        number.stands, number.command = "ordered", command
        self._ordered[command.campaign_id] += 1

    def _first(self, campaign_id: UUID, here: Zones, books: Books, at_us: int, slot_us: int) -> Turn | None:
        """Who is due first: of all, or in these zones, unless a retry is due where it is open, too."""
        rules, lines = books.rules[campaign_id], self._lines[campaign_id]
        firsts = {zones: self._first_due(campaign_id, line, at_us) for zones, line in lines.items()}
        if not goes_by_place(rules):
            return min((each for each in firsts.values() if each), default=None)
        first = firsts[here]
        if first and first[0]:
            others = [turn for zones, turn in firsts.items() if turn and may_ring(rules, zones, slot_us)]
            first = min((each for each in others if not each[0]), default=first)
        return first

    def _first_due(self, campaign_id: UUID, line: list[Turn], at_us: int) -> Turn | None:
        numbers = self._numbers[campaign_id]
        fresh = bisect_left(line, (True,))
        for turn in line[: bisect_right(line, (False, at_us, NEVER))]:
            if not numbers[turn[2]].waited:
                return turn
        return line[fresh] if fresh < bisect_right(line, (True, at_us, NEVER)) else None

    def _end(
        self, at_us: int, number: Number, end: CallEnded | NumberDialVoided, rules: CampaignRules
    ) -> None:
        self._ordered[end.campaign_id] -= 1
        number.command = None
        if isinstance(end, NumberDialVoided):
            number.stands, number.said = "callable", "released"
            if end.reason in TO_THE_END:
                number.due_us = max(number.due_us, at_us)
            if end.not_before and micros(end.not_before) > at_us:
                number.due_us, number.waited = max(number.due_us, micros(end.not_before)), True
        else:
            self._called(number, end, rules)
        if number.said:
            self._unsaid[end.command_id] = number
        if number.stands == "callable":
            self._enter(end.campaign_id, number)

    def _called(self, number: Number, end: CallEnded, rules: CampaignRules) -> None:
        disposition, ended_us = end.disposition, micros(end.ended_at)
        number.stands, number.said, number.waited = "over", "", False
        if disposition in TRUNKS_FAULT:
            self._trunks_fault(number, end, ended_us)
        else:
            number.used, number.failures = number.used + 1, 0
        if disposition in (Disposition.ANSWERED, Disposition.UNKNOWN):
            return
        delay_s = None if disposition is Disposition.INVALID_NUMBER else _delay_s(number, disposition, rules)
        if delay_s is None or number.used > rules.max_retries:
            number.said = "failed"
        else:
            number.stands, number.said = "callable", "waits"
            number.due_us = micros(instant(ended_us) + timedelta(seconds=delay_s))
            number.ends[disposition] += 1

    def _trunks_fault(self, number: Number, end: CallEnded, ended_us: int) -> None:
        """Counts only from the third in a row on, where others have got through since the first."""
        if not number.failures:
            number.failing_since_us = ended_us
        number.failures += 1
        others = self._healthy_us.get(end.trunk_id, 0) > number.failing_since_us
        number.used += number.failures >= 3 and others

    def _fact(self, at_us: int, fact: NumberWaitingRetry | NumberFailed | NumberReleased) -> None:
        number = self._unsaid.pop(fact.command_id, None)
        expected = FOLLOWING.get(number.said) if number else None
        holds = type(fact) is expected
        if number and isinstance(fact, NumberWaitingRetry):
            holds = holds and micros(fact.retry_at) == number.due_us
        self._findings.look("what follows is said", holds, at_us, fact, number)

    def _enter(self, campaign_id: UUID, number: Number) -> None:
        insort(self._lines[campaign_id].setdefault(number.zones, []), number.turn)

    def _leave(self, campaign_id: UUID, number: Number) -> None:
        if number.stands == "callable":
            line = self._lines[campaign_id][number.zones]
            del line[bisect_left(line, number.turn)]
        elif number.stands == "ordered":
            self._ordered[campaign_id] -= 1


def _delay_s(number: Number, disposition: Disposition, rules: CampaignRules) -> int | None:
    """How long is waited after this end; None: it is the last."""
    named: Retry | None = getattr(rules.retry_policy, disposition.value, None)
    if named is None:
        return None if disposition is Disposition.REJECTED else rules.retry_delay_s
    before = number.ends[disposition]
    if named.max_retries is not None and before >= named.max_retries:
        return None
    delays = named.delays_s or (rules.retry_delay_s,)
    return delays[before] if before < len(delays) else delays[-1]
