"""Nobody waits without a reason: a number that may be called is called at the next slot that is free.

Free is what keeps clear of all slots given in the end, on its trunk and in the system: what was taken later
was free before. The next plan comes within one interval, and reaches slots from 100 ms on
(services/scheduler/README.md).
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from evendial_contracts.calls import CallEnded
from evendial_contracts.campaigns import (
    CampaignActivated,
    CampaignExhausted,
    CampaignFinished,
    CampaignRules,
    CampaignRulesChanged,
    CampaignStopped,
    NumbersImported,
    NumbersRedialled,
    NumbersRemoved,
)
from evendial_contracts.dialing import DialNumber, NumberDialVoided
from evendial_contracts.message import CampaignFact, Message
from evendial_contracts.numbers import NumbersChunk
from evendial_contracts.resources import DeviceDefined, LimitsDefined, TrunkDefined

from tests.oracle.findings import Findings
from tests.oracle.history import NEVER, Books, History
from tests.oracle.hours import Hours, goes_by_place, is_left_out
from tests.oracle.log import MINUTE_US, SECOND_US, micros
from tests.oracle.numbers import Lists
from tests.oracle.places import Zones

LEAD_US = 100_000
SLACK_US = 10_000
SYSTEM = UUID(int=0)
ANYWHERE: Zones = ()
"""Stands for all numbers of a list where it does not matter where they are."""
SPAN_US = 2 * MINUTE_US
"""Shorter ones say little of shares."""

Limit = TrunkDefined | DeviceDefined | LimitsDefined
Turn = CampaignRulesChanged | CampaignActivated | CampaignStopped | CampaignFinished


@dataclass(frozen=True, slots=True)
class Span:
    """A time in which a campaign had numbers due, and nothing but rates and its window held it back."""

    campaign_id: UUID
    trunk_id: UUID
    rules: CampaignRules
    from_us: int
    until_us: int


@dataclass(slots=True)
class Watch:
    """A campaign. `since_us`: nothing but rates, hours and the lack of numbers has held it back from then on.

    `ready_us`: from then on a number was due, by zones where they matter. `empty_us`: since then nothing has
    been left to call, in this activation, after so many lists, and it was not said yet.
    """

    since_us: int = NEVER
    ready_us: dict[Zones, int] = field(default_factory=dict)
    last_us: int | None = None
    empty_us: int = NEVER
    empty_of: tuple[int, int] | None = None
    said_of: tuple[int, int] | None = None


class Work:
    """Looks at who waits while a log is read; `books` and `lists` are always at the same message."""

    def __init__(self, history: History, books: Books, lists: Lists, findings: Findings) -> None:
        log = history.log
        self._books, self._lists, self._findings, self._log = books, lists, findings, log
        self._wait_us = log.interval_us + LEAD_US + SLACK_US
        self._hours = Hours()
        self._slots: defaultdict[UUID, list[int]] = defaultdict(list)
        for order in history.orders:
            self._slots[order.command.trunk_id].append(order.slot_us)
            self._slots[SYSTEM].append(order.slot_us)
        self._open: dict[UUID, DialNumber] = {}
        self._calls: Counter[UUID] = Counter()
        self._batches: Counter[UUID] = Counter()
        self._watches: defaultdict[UUID, Watch] = defaultdict(Watch)
        self._present = True
        self.spans: list[Span] = []

    def come_or_go(self, at_us: int, present: bool) -> None:
        """The scheduler is there, or not."""
        self._present = present
        for campaign_id in self._books.rules:
            self._waits_in_vain(campaign_id, at_us)
            self._again(campaign_id, at_us)
            watch = self._watches[campaign_id]
            if present and watch.empty_us != NEVER:
                watch.empty_us = at_us
            else:
                self._says_its_end(watch, at_us)

    def over(self, at_us: int) -> None:
        """Nothing comes any more."""
        for campaign_id in self._books.rules:
            self._waits_in_vain(campaign_id, at_us)
            self._says_its_end(self._watches[campaign_id], at_us)

    def before(self, at_us: int, message: Message) -> None:
        """Before the lists and the books hear of it."""
        if isinstance(message, DialNumber):
            self._look(message, at_us)
        for campaign_id in self._concerned(message):
            self._waits_in_vain(campaign_id, at_us)

    def after(self, at_us: int, message: Message) -> None:
        """When they have heard of it."""
        for campaign_id in self._concerned(message):
            self._again(campaign_id, at_us)
        match message:
            case DialNumber() | CallEnded() | NumberDialVoided():
                self._in_hand(message, at_us)
            case CampaignExhausted():
                self._said_exhausted(message, at_us)
            case NumbersImported() | NumbersRedialled() | NumbersRemoved():
                self._batches[message.campaign_id] += 1
            case _:
                pass
        if isinstance(message, CallEnded | NumberDialVoided | NumbersChunk | DialNumber):
            self._ready(message.campaign_id, at_us)
        if isinstance(message, CampaignFact | NumbersChunk) and message.campaign_id in self._books.rules:
            self._at_its_end(message.campaign_id, at_us)

    def _concerned(self, message: Message) -> Sequence[UUID]:
        """For whom other rules or limits may hold from this message on."""
        if isinstance(message, Limit):
            return list(self._books.rules)
        return [message.campaign_id] if isinstance(message, Turn) else []

    def _in_hand(self, message: DialNumber | CallEnded | NumberDialVoided, at_us: int) -> None:
        """An order is made, or ends."""
        if isinstance(message, DialNumber):
            self._watches[message.campaign_id].last_us = micros(message.slot_at)
            self._open[message.command_id] = message
            self._count(message, 1, at_us)
        elif order := self._open.pop(message.command_id, None):
            self._count(order, -1, at_us)

    def _ready(self, campaign_id: UUID, at_us: int) -> None:
        """Whether, and since when, a number is due."""
        ready_us = self._watches[campaign_id].ready_us
        for zones, due_us in self._due_from(campaign_id).items():
            was_us = ready_us.get(zones, NEVER)
            if due_us > at_us:
                if was_us <= at_us:
                    self._waits_there_in_vain(campaign_id, zones, at_us)
                ready_us[zones] = due_us
            elif was_us > at_us:
                ready_us[zones] = at_us

    def _due_from(self, campaign_id: UUID) -> dict[Zones, int]:
        """From when on a number is due, in which zones; all are one where these do not matter."""
        rules, lists = self._books.rules[campaign_id], self._lists
        due = {zones: lists.due_from(campaign_id, zones) for zones in lists.zones_of(campaign_id)}
        if goes_by_place(rules):
            return {zones: at_us for zones, at_us in due.items() if not is_left_out(rules, zones)}
        return {ANYWHERE: min(due.values(), default=NEVER)}

    def _again(self, campaign_id: UUID, at_us: int) -> None:
        """What holds it back has changed: it is looked at anew from here on."""
        watch = self._watches[campaign_id]
        watch.since_us = at_us if self._may_call(campaign_id) else NEVER
        watch.ready_us = self._due_from(campaign_id)

    def _may_call(self, campaign_id: UUID) -> bool:
        return self._present and self._books.active[campaign_id] and self._has_room(campaign_id)

    def _has_room(self, campaign_id: UUID) -> bool:
        return all(cap is None or self._calls[who] < cap for who, cap in self._caps(campaign_id))

    def _caps(self, campaign_id: UUID) -> Sequence[tuple[UUID, int | None]]:
        books, rules = self._books, self._books.rules[campaign_id]
        device, trunk = books.devices[rules.device_id or SYSTEM], self._trunk(rules)
        limits = books.limits.get(books.owners[campaign_id])
        return (
            (campaign_id, rules.max_concurrent_calls),
            (books.owners[campaign_id], limits.max_concurrent_calls if limits else None),
            (device.device_id, device.max_concurrent_calls),
            (trunk.trunk_id, trunk.max_concurrent_calls),
            (SYSTEM, self._log.calls_at_once),
        )

    def _trunk(self, rules: CampaignRules) -> TrunkDefined:
        return self._books.trunks[self._books.devices[rules.device_id or SYSTEM].trunk_id]

    def _count(self, order: DialNumber, by: int, at_us: int) -> None:
        """Calls that have no end yet, as far as the scheduler has heard."""
        for who in (order.campaign_id, order.owner_id, order.device_id, order.trunk_id, SYSTEM):
            self._calls[who] += by
        for campaign_id, watch in self._watches.items():
            if self._books.active[campaign_id] and self._may_call(campaign_id) != (watch.since_us != NEVER):
                self._waits_in_vain(campaign_id, at_us)
                self._again(campaign_id, at_us)

    def _look(self, order: DialNumber, at_us: int) -> None:
        """The slot is the first that could be given."""
        campaign_id, slot_us = order.campaign_id, micros(order.slot_at)
        for zones in self._watches[campaign_id].ready_us:
            from_us = self._from(campaign_id, zones)
            best_us = slot_us if slot_us <= from_us else self._best(campaign_id, zones, from_us, slot_us)
            late = f"{slot_us - best_us} us late, interval {self._log.interval_us} us"
            self._findings.look("next free slot", slot_us <= best_us, slot_us, late, campaign_id.int, zones)

    def _waits_in_vain(self, campaign_id: UUID, until_us: int) -> None:
        """Until now there was no slot that it could have been given and was not."""
        for zones in self._watches[campaign_id].ready_us:
            self._waits_there_in_vain(campaign_id, zones, until_us)

    def _waits_there_in_vain(self, campaign_id: UUID, zones: Zones, until_us: int) -> None:
        watch, rules = self._watches[campaign_id], self._books.rules[campaign_id]
        since_us = max(watch.since_us, watch.ready_us[zones])
        if since_us + SPAN_US < until_us and not goes_by_place(rules):
            self.spans.append(Span(campaign_id, self._trunk(rules).trunk_id, rules, since_us, until_us))
        from_us = self._from(campaign_id, zones)
        if from_us < until_us:
            best_us = self._best(campaign_id, zones, from_us, until_us)
            holds = best_us >= until_us
            self._findings.look("no free slot is left", holds, best_us, until_us, campaign_id.int, zones)

    def _may_be_lost(self, rules: CampaignRules, at_us: int) -> bool:
        """Whether a place opens or closes within two plans, for a campaign that goes by places.

        A plan may give that one a slot for which it then finds no number, and keeps it from others meanwhile.
        """
        books, trunk = self._books, self._trunk(rules)
        of_all = self._log.calls_per_second is not None or self._log.calls_at_once is not None
        around_us = (at_us - 2 * self._wait_us, at_us, at_us + 2 * self._wait_us)
        for campaign_id, its in books.rules.items():
            if books.active[campaign_id] and goes_by_place(its) and (of_all or self._trunk(its) == trunk):
                for zones in self._lists.zones_of(campaign_id):
                    if len({self._hours.is_open(its, zones, each_us) for each_us in around_us}) > 1:
                        return True
        return False

    def _from(self, campaign_id: UUID, zones: Zones) -> int:
        watch = self._watches[campaign_id]
        from_us = max(watch.since_us, watch.ready_us[zones]) + self._wait_us
        if watch.last_us is None:
            return from_us
        gap_us = -(-MINUTE_US // self._books.rules[campaign_id].calls_per_minute)
        return max(from_us, watch.last_us + gap_us)

    def _best(self, campaign_id: UUID, zones: Zones, from_us: int, until_us: int) -> int:
        """The first free instant from then on; its own slot, `until_us`, is not in its way.

        Where it matters where numbers are, the opening of one place may be noticed by the next plan only.
        """
        rules = self._books.rules[campaign_id]
        trunk = self._trunk(rules)
        limits = [(self._slots[trunk.trunk_id], -(-SECOND_US // trunk.calls_per_second))]
        if self._log.calls_per_second is not None:
            limits.append((self._slots[SYSTEM], int(SECOND_US / self._log.calls_per_second) + 1))
        at_us, before_us = from_us, -1
        while before_us < at_us < until_us:
            before_us = at_us
            at_us = self._hours.next_open(rules, zones, at_us)
            if at_us > before_us and goes_by_place(rules):
                at_us += self._wait_us
            for taken, gap_us in limits:
                at_us = _clear(taken, at_us, gap_us, until_us)
            if before_us == at_us and self._may_be_lost(rules, at_us):
                at_us += self._wait_us
        return at_us

    def _said_exhausted(self, said: CampaignExhausted, at_us: int) -> None:
        campaign_id = said.campaign_id
        left = self._lists.left(campaign_id, self._books.rules[campaign_id])
        nothing = not left and self._books.active[campaign_id]
        self._findings.look("exhausted: nothing is left", nothing, at_us, campaign_id.int, left)
        self._watches[campaign_id].said_of = (said.epoch, said.batches or 0)

    def _at_its_end(self, campaign_id: UUID, at_us: int) -> None:
        """Whether nothing is left of an active campaign: to be said of each activation, after each list."""
        watch, books = self._watches[campaign_id], self._books
        state = (books.epochs[campaign_id], self._batches[campaign_id])
        some = self._lists.left(campaign_id, books.rules[campaign_id]) > 0
        nothing_to_say = some or not books.active[campaign_id] or state == watch.said_of
        if nothing_to_say or state != watch.empty_of:
            self._says_its_end(watch, at_us)
            watch.empty_us, watch.empty_of = (NEVER, None) if nothing_to_say else (at_us, state)

    def _says_its_end(self, watch: Watch, until_us: int) -> None:
        """It was not left open for longer than to the next plan."""
        if watch.empty_us != NEVER and watch.empty_of != watch.said_of:
            in_time = until_us <= watch.empty_us + self._wait_us
            self._findings.look("exhausted: it is said", in_time, until_us, watch)


def _clear(taken: Sequence[int], at_us: int, gap_us: int, own_us: int) -> int:
    """The first instant from then on that is a gap away from all of these."""
    index = bisect_right(taken, at_us - gap_us)
    while index < len(taken) and taken[index] < at_us + gap_us:
        if taken[index] != own_us:
            at_us = taken[index] + gap_us
        index += 1
    return at_us
