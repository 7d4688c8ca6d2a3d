"""What people and the campaigns service do: lists, starts, stops, edits, new limits, at any time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Protocol
from uuid import UUID

from evendial_contracts.campaigns import (
    CampaignActivated,
    CampaignCreated,
    CampaignExhausted,
    CampaignFinished,
    CampaignRules,
    CampaignRulesChanged,
    CampaignStopped,
    NumbersImported,
    NumbersRedialled,
    NumbersRemoved,
    RemovalReason,
    SequenceChanged,
)
from evendial_contracts.message import Message
from evendial_contracts.numbers import ListedNumber, NumbersChunk
from msgspec.structs import replace

from tests.oracle import scene as scenes
from tests.oracle.log import MINUTE_US, SECOND_US, instant
from tests.oracle.places import PLACES, Zones, digits
from tests.oracle.scene import Scene

EVERY_US = 4 * MINUTE_US
"""Somebody does something, on average."""
LONGEST_AWAY_US = 150 * MINUTE_US


class Stage(Protocol):
    """What people act upon."""

    def tell(self, *messages: Message) -> None:
        """The scheduler hears of it, as soon as there is one."""

    def later(self, after_us: int, act: Callable[[], None]) -> None:
        """Something is to happen then."""

    def go_away(self, for_us: int) -> None:
        """There is no scheduler for so long."""

    def failed_of(self, campaign_id: UUID) -> list[int]:
        """Numbers that have failed."""

    def waiting_of(self, campaign_id: UUID) -> list[int]:
        """Numbers that may be called."""


@dataclass
class Campaign:
    """As the campaigns service knows it."""

    campaign_id: UUID
    owner_id: UUID
    rules: CampaignRules
    epoch: int = 0
    active: bool = False
    revision: int = 0
    batches: int = 0
    generations: dict[int, int] = field(default_factory=dict)
    digits: dict[int, str] = field(default_factory=dict)
    zones: set[Zones] = field(default_factory=set)


class People:
    """They act by chance, but the same seed is the same people."""

    def __init__(self, stage: Stage, scene: Scene, seed: int) -> None:
        self._stage = stage
        self._scene = scene
        self._random = Random(f"people {seed}")
        self._day: date = instant(scene.begins_us).date()
        self._revision = 1
        self._batch = 0
        self.campaigns = {
            campaign_id: Campaign(campaign_id, owner_id, its)
            for campaign_id, (owner_id, its, _) in scene.campaigns.items()
        }

    def begin(self) -> None:
        """Everything is set up, and most is started."""
        self._stage.tell(*self._scene.trunks, *self._scene.devices, *self._scene.limits)
        for each in self.campaigns.values():
            about = {"campaign_id": each.campaign_id, "owner_id": each.owner_id}
            self._stage.tell(
                CampaignCreated(**about, created_by=each.owner_id, rules=each.rules),
                SequenceChanged(**about, changed_by=each.owner_id, sequence_version=1, actions=()),
            )
            self._import(each, self._scene.campaigns[each.campaign_id][2])
            if self._random.random() < 0.8:
                self._activate(each)
        self._stage.later(self._pause_us(), self._something)

    def hear(self, said: CampaignExhausted) -> None:
        """The campaign is finished, unless it was stopped or has gained a list since."""
        each = self.campaigns[said.campaign_id]

        def finish() -> None:
            if each.active and each.epoch == said.epoch and each.batches == said.batches:
                each.epoch, each.active = each.epoch + 1, False
                about = {"campaign_id": each.campaign_id, "owner_id": each.owner_id}
                self._stage.tell(CampaignFinished(**about, epoch=each.epoch))

        self._stage.later(self._random.randrange(10_000, 2 * SECOND_US), finish)

    def _something(self) -> None:
        each = self._random.choice(list(self.campaigns.values()))
        act = self._random.choices(
            [
                self._stop,
                self._activate,
                self._edit,
                self._more,
                self._redial,
                self._remove,
                self._limit,
                self._away,
            ],
            [3, 6, 5, 6, 3, 1, 3, 1],
        )[0]
        act(each)
        self._stage.later(self._pause_us(), self._something)

    def _pause_us(self) -> int:
        return int(self._random.expovariate(1 / EVERY_US))

    def _stop(self, each: Campaign) -> None:
        if each.active:
            each.epoch, each.active = each.epoch + 1, False
            self._stage.tell(
                CampaignStopped(
                    campaign_id=each.campaign_id,
                    owner_id=each.owner_id,
                    stopped_by=each.owner_id,
                    epoch=each.epoch,
                )
            )
            if self._random.random() < 0.5:
                self._stage.later(self._random.randrange(10 * SECOND_US), lambda: self._activate(each))

    def _activate(self, each: Campaign) -> None:
        if not each.active and self._stage.waiting_of(each.campaign_id):
            each.epoch, each.active = each.epoch + 1, True
            about = {"campaign_id": each.campaign_id, "owner_id": each.owner_id}
            self._stage.tell(CampaignActivated(**about, activated_by=each.owner_id, epoch=each.epoch))

    def _edit(self, each: Campaign) -> None:
        """One or two fields."""
        drawn = scenes.rules(self._random, self._day, each.rules.device_id or UUID(int=0))
        names = [
            name
            for name in CampaignRules.__struct_fields__
            if getattr(drawn, name) != getattr(each.rules, name)
        ]
        changes = {name: getattr(drawn, name) for name in self._random.sample(names, min(2, len(names)))}
        each.rules, each.revision = replace(each.rules, **changes), each.revision + 1
        self._stage.tell(
            CampaignRulesChanged(
                campaign_id=each.campaign_id,
                owner_id=each.owner_id,
                changed_by=each.owner_id,
                revision=each.revision,
                rules=each.rules,
            )
        )

    def _more(self, each: Campaign) -> None:
        self._import(each, scenes.list_length(self._random, each.rules))
        self._stage.later(self._random.randrange(5 * MINUTE_US), lambda: self._activate(each))

    def _import(self, each: Campaign, count: int) -> None:
        first = len(each.generations) + 1
        batch = self._batch_of(each)
        towns = self._random.sample(list(PLACES), self._random.randint(1, 3))
        entries = [self._listed(number, towns) for number in range(first, first + count)]
        each.zones |= {PLACES[town] for town in towns}
        each.digits |= {entry.number_id: entry.e164 for entry in entries}
        fact = NumbersImported(
            campaign_id=each.campaign_id,
            owner_id=each.owner_id,
            import_id=batch,
            imported_by=each.owner_id,
            accepted=count,
            duplicates=0,
            rejected=0,
            chunks=1,
            sha256="0" * 64,
        )
        self._list(each, batch, entries, fact)

    def _listed(self, number: int, towns: list[str]) -> ListedNumber:
        return ListedNumber(number, digits(self._random.choice(towns), number))

    def _redial(self, each: Campaign) -> None:
        failed = self._stage.failed_of(each.campaign_id)
        if not failed:
            return
        batch = self._batch_of(each)
        entries = [
            ListedNumber(number, each.digits[number], each.generations[number] + 1) for number in failed
        ]
        fact = NumbersRedialled(
            campaign_id=each.campaign_id,
            owner_id=each.owner_id,
            batch_id=batch,
            redialled_by=each.owner_id,
            numbers=len(failed),
            chunks=1,
        )
        self._list(each, batch, entries, fact)
        self._stage.later(SECOND_US, lambda: self._activate(each))

    def _remove(self, each: Campaign) -> None:
        waiting = self._stage.waiting_of(each.campaign_id)
        if not waiting:
            return
        gone = self._random.sample(waiting, min(3, len(waiting)))
        batch = self._batch_of(each)
        entries = [ListedNumber(number, "", deleted=True) for number in gone]
        fact = NumbersRemoved(
            campaign_id=each.campaign_id,
            owner_id=each.owner_id,
            batch_id=batch,
            removed_by=each.owner_id,
            reason=RemovalReason.DELETED,
            numbers=len(gone),
            chunks=1,
        )
        self._list(each, batch, entries, fact)

    def _limit(self, each: Campaign) -> None:
        """A trunk, a device or an owner may do more, or less."""
        self._revision += 1
        random = self._random
        match random.randrange(3):
            case 0:
                of = random.choice(self._scene.trunks)
                self._stage.tell(scenes.trunk(of.trunk_id, random, self._revision))
            case 1:
                mine = random.choice(self._scene.devices)
                told = scenes.device(mine.device_id, mine.owner_id, mine.trunk_id, random, self._revision)
                self._stage.tell(told)
            case _:
                self._stage.tell(scenes.limits(each.owner_id, random, self._revision))

    def _away(self, _: Campaign) -> None:
        self._stage.go_away(int(LONGEST_AWAY_US * self._random.random() ** 3))

    def _list(self, each: Campaign, batch: UUID, entries: list[ListedNumber], fact: Message) -> None:
        """What it holds, and what is said of it, come in either order."""
        each.generations |= {entry.number_id: entry.generation for entry in entries}
        chunk = NumbersChunk(
            campaign_id=each.campaign_id,
            owner_id=each.owner_id,
            import_id=batch,
            chunk_no=0,
            numbers=tuple(entries),
        )
        for message in self._random.sample([chunk, fact], 2):
            self._stage.tell(message)

    def _batch_of(self, each: Campaign) -> UUID:
        each.batches += 1
        self._batch += 1
        return UUID(int=1_000_000 + self._batch)
