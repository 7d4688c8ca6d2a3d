"""What each command on a campaign leads to."""

from typing import assert_never

from evendial_contracts.actions import Ivr
from evendial_contracts.campaigns import (
    CampaignActivated,
    CampaignCreated,
    CampaignFinished,
    CampaignRulesChanged,
    CampaignStopped,
    NumbersImported,
    SequenceChanged,
)
from evendial_contracts.message import CampaignFact

from evendial_campaigns.core import rules
from evendial_campaigns.core.campaign import Campaign, Status
from evendial_campaigns.core.commands import (
    Activate,
    CampaignCommand,
    ChangeRules,
    Create,
    Facts,
    Finish,
    RecordImport,
    SetSequence,
    Stop,
)
from evendial_campaigns.core.rejected import Rejected, invalid

ACTIONS_MAX = 50

_IN_WORDS = {"numbers": "no free numbers", "actions": "no actions", "device": "no device"}


def decide(campaign: Campaign | None, command: CampaignCommand, facts: Facts) -> list[CampaignFact]:
    """The facts that a command leads to, none if all is so already. Raises `Rejected`."""
    if isinstance(command, Create):
        return _create(campaign, command, facts)
    if campaign is None:
        raise Rejected("not_found", "There is no such campaign.")
    match command:
        case ChangeRules():
            return _change_rules(campaign, command, facts)
        case SetSequence():
            return _set_sequence(campaign, command)
        case RecordImport():
            return _record_import(campaign, command)
        case Activate():
            return _activate(campaign, command, facts)
        case Stop():
            return _stop(campaign, command)
        case Finish():
            return _finish(campaign, command)
        case _:
            assert_never(command)


def _create(campaign: Campaign | None, command: Create, facts: Facts) -> list[CampaignFact]:
    if campaign is not None:
        raise Rejected("already_exists", "There is such a campaign already.")
    rules.check(command.rules, facts.device, facts.time_zones)
    who = command.by.user_id
    return [
        CampaignCreated(campaign_id=command.campaign_id, owner_id=who, created_by=who, rules=command.rules)
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


def _record_import(campaign: Campaign, command: RecordImport) -> list[CampaignFact]:
    return [
        NumbersImported(
            campaign_id=campaign.campaign_id,
            owner_id=campaign.owner_id,
            import_id=command.import_id,
            imported_by=command.by.user_id,
            accepted=command.accepted,
            duplicates=command.duplicates,
            rejected=command.rejected,
            chunks=command.chunks,
            sha256=command.sha256,
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
    return [
        CampaignFinished(
            campaign_id=campaign.campaign_id, owner_id=campaign.owner_id, epoch=campaign.epoch + 1
        )
    ]
