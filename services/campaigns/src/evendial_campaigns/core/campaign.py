"""One campaign: what it is, and how its facts change it."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec
from evendial_contracts.actions import Action
from evendial_contracts.campaigns import (
    CampaignActivated,
    CampaignArchived,
    CampaignCreated,
    CampaignDeleted,
    CampaignFinished,
    CampaignRestored,
    CampaignRules,
    CampaignRulesChanged,
    CampaignStopped,
    NumbersImported,
    NumbersRedialled,
    NumbersRemoved,
    SequenceChanged,
)
from evendial_contracts.message import Message


class Status(StrEnum):
    """Whether a campaign dials: only while it is active."""

    DRAFT = "draft"
    ACTIVE = "active"
    STOPPED = "stopped"
    FINISHED = "finished"


_STATUS_AFTER = {
    CampaignActivated: Status.ACTIVE,
    CampaignStopped: Status.STOPPED,
    CampaignFinished: Status.FINISHED,
}


class Campaign(msgspec.Struct, frozen=True, kw_only=True):
    """What its facts add up to.

    `version` counts them, `numbers` those on its list, `batches` what was said about the list. `hung_up`: its
    last stop ended its calls too.
    """

    campaign_id: UUID
    owner_id: UUID
    rules: CampaignRules
    version: int = 1
    status: Status = Status.DRAFT
    epoch: int = 0
    revision: int = 0
    sequence_version: int = 0
    actions: tuple[Action, ...] = ()
    numbers: int = 0
    batches: int = 0
    hung_up: bool = False
    archived: bool = False
    deleted: bool = False
    cloned_from: UUID | None = None


def evolve(campaign: Campaign | None, event: Message) -> Campaign | None:
    """The campaign after one of its facts; a fact of another kind changes nothing."""
    if isinstance(event, CampaignCreated):
        return Campaign(
            campaign_id=event.campaign_id,
            owner_id=event.owner_id,
            rules=event.rules,
            cloned_from=event.cloned_from,
        )
    if campaign is None:
        return None
    match event:
        case CampaignRulesChanged():
            return _changed(campaign, rules=event.rules, revision=event.revision)
        case SequenceChanged():
            return _changed(campaign, actions=event.actions, sequence_version=event.sequence_version)
        case NumbersImported() | NumbersRemoved() | NumbersRedialled():
            return _listed(campaign, event)
        case CampaignActivated() | CampaignStopped() | CampaignFinished():
            hung_up = isinstance(event, CampaignStopped) and event.hang_up
            status = _STATUS_AFTER[type(event)]
            return _changed(campaign, status=status, epoch=event.epoch, hung_up=hung_up)
        case CampaignArchived() | CampaignRestored():
            return _changed(campaign, archived=isinstance(event, CampaignArchived))
        case CampaignDeleted():
            return _changed(campaign, deleted=True)
        case _:
            return campaign


def _listed(campaign: Campaign, event: NumbersImported | NumbersRemoved | NumbersRedialled) -> Campaign:
    more = {NumbersImported: 1, NumbersRemoved: -1, NumbersRedialled: 0}[type(event)]
    numbers = event.accepted if isinstance(event, NumbersImported) else event.numbers
    return _changed(campaign, numbers=campaign.numbers + more * numbers, batches=campaign.batches + 1)


def _changed(campaign: Campaign, **fields: Any) -> Campaign:
    return msgspec.structs.replace(campaign, version=campaign.version + 1, **fields)


def fold(events: Iterable[Message], campaign: Campaign | None = None) -> Campaign | None:
    """The campaign after all of them, in order."""
    for event in events:
        campaign = evolve(campaign, event)
    return campaign
