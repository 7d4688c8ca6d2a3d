"""What an edit of the rules or of the actions leads to."""

from uuid import UUID

from evendial_contracts.actions import Action, Ivr
from evendial_contracts.campaigns import CampaignRulesChanged, SequenceChanged
from evendial_contracts.message import CampaignFact

from evendial_campaigns.core import rules
from evendial_campaigns.core.campaign import Campaign, Status
from evendial_campaigns.core.commands import Actor, ChangeRules, Facts, SetSequence
from evendial_campaigns.core.limits import check_rate
from evendial_campaigns.core.rejected import Rejected, invalid

ACTIONS_MAX = 50


def change_rules(campaign: Campaign, command: ChangeRules, facts: Facts) -> list[CampaignFact]:
    """The rules as a whole, if any of them changes."""
    before, after = campaign.rules, command.changes.applied_to(campaign.rules)
    if after == before:
        return []
    rules.check(after, facts.time_zones, facts.regions)
    if (after.device_id, after.caller_id) != (before.device_id, before.caller_id):
        rules.check_device(after, facts.device)
    if campaign.numbers and after.duplicate_policy is not before.duplicate_policy:
        raise invalid("duplicate_policy", "cannot change once the campaign has numbers")
    if campaign.status is Status.ACTIVE:
        if after.device_id is None:
            raise invalid("device_id", "cannot be taken away while the campaign is active")
        if after.calls_per_minute > before.calls_per_minute:
            check_rate(facts, after.calls_per_minute)
    return [
        CampaignRulesChanged(
            campaign_id=campaign.campaign_id,
            owner_id=campaign.owner_id,
            changed_by=command.by.user_id,
            revision=campaign.revision + 1,
            rules=after,
        )
    ]


def set_sequence(campaign: Campaign, command: SetSequence, facts: Facts) -> list[CampaignFact]:
    """The actions as a whole, if they change."""
    check_actions(command.actions, command.by, facts.ivrs)
    if campaign.status is Status.ACTIVE and not command.actions:
        raise invalid("actions", "cannot be taken away while the campaign is active")
    if command.actions == campaign.actions:
        return []
    return [
        SequenceChanged(
            campaign_id=campaign.campaign_id,
            owner_id=campaign.owner_id,
            changed_by=command.by.user_id,
            sequence_version=campaign.sequence_version + 1,
            actions=command.actions,
        )
    ]


def check_actions(actions: tuple[Action, ...], by: Actor, ivrs: frozenset[UUID]) -> None:
    """Raises `Rejected` for a sequence that cannot be run, or not be set by who asks."""
    handing_over = [index for index, action in enumerate(actions) if isinstance(action, Ivr)]
    if handing_over and not by.admin:
        raise Rejected("ivr_is_the_admins", "Only an admin may hand calls over to an IVR.", field="actions")
    if handing_over and handing_over != [len(actions) - 1]:
        raise invalid("actions", "may hold one ivr, as the last action: it takes the call over")
    if len(actions) > ACTIONS_MAX:
        raise invalid("actions", f"must be {ACTIONS_MAX} at most")
    for index, action in enumerate(actions):
        if isinstance(action, Ivr) and action.ivr_id not in ivrs:
            raise invalid(f"actions[{index}].ivr_id", "must be an ivr")
