"""What each command on the life of a campaign leads to."""

from typing import assert_never

from evendial_contracts.actions import Ivr
from evendial_contracts.campaigns import (
    CampaignActivated,
    CampaignArchived,
    CampaignCreated,
    CampaignDeleted,
    CampaignFinished,
    CampaignRestored,
    CampaignRulesChanged,
    CampaignStopped,
    SequenceChanged,
)
from evendial_contracts.message import CampaignFact

from evendial_campaigns.core import rules
from evendial_campaigns.core.campaign import Campaign, Status
from evendial_campaigns.core.commands import (
    Activate,
    Archive,
    ChangeRules,
    Create,
    Delete,
    Facts,
    Finish,
    LifeCommand,
    Restore,
    SetSequence,
    Stop,
)
from evendial_campaigns.core.rejected import Rejected, invalid

ACTIONS_MAX = 50

_IN_WORDS = {"numbers": "no free numbers", "actions": "no actions", "device": "no device"}


def decide_life(campaign: Campaign, command: LifeCommand, facts: Facts) -> list[CampaignFact]:
    """The facts that a command leads to, none if all is so already. Raises `Rejected`."""
    match command:
        case ChangeRules():
            return _change_rules(campaign, command, facts)
        case SetSequence():
            return _set_sequence(campaign, command)
        case Activate():
            return _activate(campaign, command, facts)
        case Stop():
            return _stop(campaign, command)
        case Finish():
            return _finish(campaign, command)
        case Archive():
            return _archive(campaign, command)
        case Restore():
            return _restore(campaign, command)
        case Delete():
            return _delete(campaign, command, facts)
        case _:
            assert_never(command)


def create(campaign: Campaign | None, command: Create, facts: Facts) -> list[CampaignFact]:
    """A campaign is there; one that was made by the same command before stays as it is."""
    if campaign is not None:
        return []
    rules.check(command.rules, facts.device, facts.time_zones)
    return [
        CampaignCreated(
            campaign_id=command.campaign_id,
            owner_id=command.owner_id or command.by.user_id,
            created_by=command.by.user_id,
            rules=command.rules,
            cloned_from=command.cloned_from,
        )
    ]


def _change_rules(campaign: Campaign, command: ChangeRules, facts: Facts) -> list[CampaignFact]:
    if command.rules == campaign.rules:
        return []
    rules.check(command.rules, facts.device, facts.time_zones)
    if campaign.status is Status.ACTIVE and command.rules.device_id is None:
        raise invalid("device_id", "cannot be taken away while the campaign is active")
    if campaign.numbers and command.rules.duplicate_policy is not campaign.rules.duplicate_policy:
        raise invalid("duplicate_policy", "cannot change once the campaign has numbers")
    return [
        CampaignRulesChanged(
            campaign_id=campaign.campaign_id,
            owner_id=campaign.owner_id,
            changed_by=command.by.user_id,
            revision=campaign.revision + 1,
            rules=command.rules,
        )
    ]


def _set_sequence(campaign: Campaign, command: SetSequence) -> list[CampaignFact]:
    actions = command.actions
    ivrs = [index for index, action in enumerate(actions) if isinstance(action, Ivr)]
    if ivrs and not command.by.admin:
        raise Rejected("ivr_is_the_admins", "Only an admin may hand calls over to an IVR.", field="actions")
    if ivrs and ivrs != [len(actions) - 1]:
        raise invalid("actions", "may hold one ivr, as the last action: it takes the call over")
    if len(actions) > ACTIONS_MAX:
        raise invalid("actions", f"must be {ACTIONS_MAX} at most")
    if campaign.status is Status.ACTIVE and not actions:
        raise invalid("actions", "cannot be taken away while the campaign is active")
    if actions == campaign.actions:
        return []
    return [
        SequenceChanged(
            campaign_id=campaign.campaign_id,
            owner_id=campaign.owner_id,
            changed_by=command.by.user_id,
            sequence_version=campaign.sequence_version + 1,
            actions=actions,
        )
    ]


def _activate(campaign: Campaign, command: Activate, facts: Facts) -> list[CampaignFact]:
    if campaign.status is Status.ACTIVE:
        return []
    missing = _missing(campaign, facts)
    if missing:
        words = " and ".join(_IN_WORDS[each] for each in missing)
        raise Rejected("not_ready", f"The campaign cannot be activated: it has {words}.", missing=missing)
    return [
        CampaignActivated(
            campaign_id=campaign.campaign_id,
            owner_id=campaign.owner_id,
            activated_by=command.by.user_id,
            epoch=campaign.epoch + 1,
        )
    ]


def _missing(campaign: Campaign, facts: Facts) -> tuple[str, ...]:
    has_device = facts.device is not None and not facts.device.deleted
    there = {"numbers": facts.free_numbers > 0, "actions": bool(campaign.actions), "device": has_device}
    return tuple(name for name, is_there in there.items() if not is_there)


def _stop(campaign: Campaign, command: Stop) -> list[CampaignFact]:
    if campaign.status is not Status.ACTIVE:
        return []
    return [
        CampaignStopped(
            campaign_id=campaign.campaign_id,
            owner_id=campaign.owner_id,
            stopped_by=command.by.user_id,
            epoch=campaign.epoch + 1,
        )
    ]


def _finish(campaign: Campaign, command: Finish) -> list[CampaignFact]:
    if campaign.status is not Status.ACTIVE or command.epoch != campaign.epoch:
        return []
    if command.batches is not None and command.batches < campaign.batches:
        return []  # a list came in meanwhile: the scheduler will say it again
    return [
        CampaignFinished(
            campaign_id=campaign.campaign_id, owner_id=campaign.owner_id, epoch=campaign.epoch + 1
        )
    ]


def _archive(campaign: Campaign, command: Archive) -> list[CampaignFact]:
    if campaign.archived:
        return []
    _refuse_while_active(campaign)
    return [
        CampaignArchived(
            campaign_id=campaign.campaign_id, owner_id=campaign.owner_id, archived_by=command.by.user_id
        )
    ]


def _restore(campaign: Campaign, command: Restore) -> list[CampaignFact]:
    if not campaign.archived:
        return []
    return [
        CampaignRestored(
            campaign_id=campaign.campaign_id, owner_id=campaign.owner_id, restored_by=command.by.user_id
        )
    ]


def _delete(campaign: Campaign, command: Delete, facts: Facts) -> list[CampaignFact]:
    _refuse_while_active(campaign)
    if facts.dialled:
        raise Rejected("was_dialled", "The campaign has made calls; archive it instead of deleting it.")
    return [
        CampaignDeleted(
            campaign_id=campaign.campaign_id, owner_id=campaign.owner_id, deleted_by=command.by.user_id
        )
    ]


def _refuse_while_active(campaign: Campaign) -> None:
    if campaign.status is Status.ACTIVE:
        raise Rejected("campaign_active", "The campaign is active; stop it first.")
