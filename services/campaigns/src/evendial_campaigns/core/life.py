"""What each command on the life of a campaign leads to."""

from typing import assert_never
from uuid import UUID

import msgspec
from evendial_contracts.campaigns import (
    CampaignActivated,
    CampaignArchived,
    CampaignCreated,
    CampaignDeleted,
    CampaignFinished,
    CampaignRestored,
    CampaignRules,
    CampaignStopped,
    SequenceChanged,
)
from evendial_contracts.message import CampaignFact

from evendial_campaigns.core import rules
from evendial_campaigns.core.campaign import Campaign, Status
from evendial_campaigns.core.commands import (
    Activate,
    Actor,
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
from evendial_campaigns.core.edits import change_rules, check_actions, set_sequence
from evendial_campaigns.core.limits import check_campaigns, check_rate
from evendial_campaigns.core.rejected import Rejected, enumerated

COPY = " (copy)"

_IN_WORDS = {
    "numbers": "no free numbers",
    "actions": "no actions",
    "device": "no device",
    "caller_id": "a caller id that its device has no longer",
}


def decide_life(campaign: Campaign, command: LifeCommand, facts: Facts) -> list[CampaignFact]:
    """The facts that a command leads to, none if all is so already. Raises `Rejected`."""
    match command:
        case ChangeRules():
            return change_rules(campaign, command, facts)
        case SetSequence():
            return set_sequence(campaign, command, facts)
        case Activate():
            return _activate(campaign, command, facts)
        case Stop():
            return _stop(campaign, command)
        case Finish():
            return _finish(campaign, command)
        case Archive():
            return _archive(campaign, command)
        case Restore():
            return _restore(campaign, command, facts)
        case Delete():
            return _delete(campaign, command, facts)
        case _:
            assert_never(command)


def create(campaign: Campaign | None, command: Create, facts: Facts) -> list[CampaignFact]:
    """A campaign is there; one that was made by the same command before stays as it is."""
    if campaign is not None and campaign.deleted:
        raise Rejected("not_found", "The campaign that this made was deleted.")
    if campaign is not None:
        return []
    wanted = _that_still_hold(command.rules, facts) if command.cloned_from else command.rules
    rules.check(wanted, facts.time_zones, facts.regions)
    rules.check_device(wanted, facts.device)
    check_actions(command.actions, command.by, facts.ivrs)
    check_campaigns(facts)
    created = CampaignCreated(
        campaign_id=command.campaign_id,
        owner_id=command.owner,
        created_by=command.by.user_id,
        rules=wanted,
        cloned_from=command.cloned_from,
    )
    return [created, *_first_sequence(command)]


def copy_of(campaign: Campaign, campaign_id: UUID, by: Actor, name: str | None) -> Create:
    """The command that makes another campaign of the same owner with the same rules and actions."""
    copied_name = f"{campaign.rules.name[: rules.NAME_MAX - len(COPY)]}{COPY}"
    return Create(
        campaign_id=campaign_id,
        by=by,
        owner_id=campaign.owner_id,
        rules=msgspec.structs.replace(campaign.rules, name=copied_name if name is None else name),
        actions=campaign.actions,
        cloned_from=campaign.campaign_id,
    )


def _first_sequence(command: Create) -> list[CampaignFact]:
    if not command.actions:
        return []
    return [
        SequenceChanged(
            campaign_id=command.campaign_id,
            owner_id=command.owner,
            changed_by=command.by.user_id,
            sequence_version=1,
            actions=command.actions,
        )
    ]


def _that_still_hold(copied: CampaignRules, facts: Facts) -> CampaignRules:
    """A device that is gone is left out of the copy, and a caller id that the device has no longer."""
    if not rules.is_there(facts.device):
        return msgspec.structs.replace(copied, device_id=None, caller_id=None)
    if not rules.may_show(copied.caller_id, facts.device):
        return msgspec.structs.replace(copied, caller_id=None)
    return copied


def _activate(campaign: Campaign, command: Activate, facts: Facts) -> list[CampaignFact]:
    if campaign.status is Status.ACTIVE:
        return []
    missing = _missing(campaign, facts)
    if missing:
        words = enumerated([_IN_WORDS[each] for each in missing])
        raise Rejected("not_ready", f"The campaign cannot be activated: it has {words}.", missing=missing)
    check_rate(facts, campaign.rules.calls_per_minute)
    return [
        CampaignActivated(
            campaign_id=campaign.campaign_id,
            owner_id=campaign.owner_id,
            activated_by=command.by.user_id,
            epoch=campaign.epoch + 1,
        )
    ]


def _missing(campaign: Campaign, facts: Facts) -> tuple[str, ...]:
    has_device = rules.is_there(facts.device)
    there = {
        "numbers": facts.free_numbers > 0,
        "actions": bool(campaign.actions),
        "device": has_device,
        "caller_id": not has_device or rules.may_show(campaign.rules.caller_id, facts.device),
    }
    return tuple(name for name, is_there in there.items() if not is_there)


def _stop(campaign: Campaign, command: Stop) -> list[CampaignFact]:
    """Who has stopped it may still have its calls hung up."""
    calls_go_on = campaign.status is Status.STOPPED and not campaign.hung_up
    if campaign.status is not Status.ACTIVE and not (command.hang_up and calls_go_on):
        return []
    return [
        CampaignStopped(
            campaign_id=campaign.campaign_id,
            owner_id=campaign.owner_id,
            stopped_by=command.by.user_id,
            epoch=campaign.epoch + 1,
            hang_up=command.hang_up,
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
    refuse_while_active(campaign)
    return [
        CampaignArchived(
            campaign_id=campaign.campaign_id, owner_id=campaign.owner_id, archived_by=command.by.user_id
        )
    ]


def _restore(campaign: Campaign, command: Restore, facts: Facts) -> list[CampaignFact]:
    if not campaign.archived:
        return []
    check_campaigns(facts)
    return [
        CampaignRestored(
            campaign_id=campaign.campaign_id, owner_id=campaign.owner_id, restored_by=command.by.user_id
        )
    ]


def _delete(campaign: Campaign, command: Delete, facts: Facts) -> list[CampaignFact]:
    refuse_while_active(campaign)
    if facts.dialled:
        raise Rejected("was_dialled", "The campaign has made calls; archive it instead of deleting it.")
    return [
        CampaignDeleted(
            campaign_id=campaign.campaign_id, owner_id=campaign.owner_id, deleted_by=command.by.user_id
        )
    ]


def refuse_while_active(campaign: Campaign) -> None:
    """Raises `Rejected`: neither a campaign nor its list goes away under the hands of who dials it."""
    if campaign.status is Status.ACTIVE:
        raise Rejected("campaign_active", "The campaign is active; stop it first.")
