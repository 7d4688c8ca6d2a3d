"""One campaign: what it is, and how its facts change it."""

from collections.abc import Iterable
from enum import StrEnum
from uuid import UUID

import msgspec
from evendial_contracts.actions import Action
from evendial_contracts.campaigns import (
    CampaignActivated,
    CampaignCreated,
    CampaignFinished,
    CampaignRules,
    CampaignRulesChanged,
    CampaignStopped,
    NumbersImported,
    SequenceChanged,
)
from evendial_contracts.message import Message


class Status(StrEnum):
    """Whether a campaign dials: only while it is active."""

    DRAFT = "draft"
    ACTIVE = "active"
    STOPPED = "stopped"
    FINISHED = "finished"


class Campaign(msgspec.Struct, frozen=True, kw_only=True):
    """What its facts add up to. `numbers` counts those ever accepted."""

    campaign_id: UUID
    owner_id: UUID
    rules: CampaignRules
    status: Status = Status.DRAFT
    epoch: int = 0
    revision: int = 0
    sequence_version: int = 0
    actions: tuple[Action, ...] = ()
    numbers: int = 0


def evolve(campaign: Campaign | None, event: Message) -> Campaign | None:
    """The campaign after one of its facts; a fact of another kind changes nothing."""
    if isinstance(event, CampaignCreated):
        return Campaign(campaign_id=event.campaign_id, owner_id=event.owner_id, rules=event.rules)
    if campaign is None:
        return None
    changed = msgspec.structs.replace
    match event:
        case CampaignRulesChanged():
            return changed(campaign, rules=event.rules, revision=event.revision)
        case SequenceChanged():
            return changed(campaign, actions=event.actions, sequence_version=event.sequence_version)
        case NumbersImported():
            return changed(campaign, numbers=campaign.numbers + event.accepted)
        case CampaignActivated():
            return changed(campaign, status=Status.ACTIVE, epoch=event.epoch)
        case CampaignStopped():
            return changed(campaign, status=Status.STOPPED, epoch=event.epoch)
        case CampaignFinished():
            return changed(campaign, status=Status.FINISHED, epoch=event.epoch)
        case _:
            return campaign


def fold(events: Iterable[Message], campaign: Campaign | None = None) -> Campaign | None:
    """The campaign after all of them, in order."""
    for event in events:
        campaign = evolve(campaign, event)
    return campaign
