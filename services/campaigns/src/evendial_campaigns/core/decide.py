"""What each command on a campaign leads to."""

from evendial_contracts.campaigns import RemovalReason
from evendial_contracts.message import CampaignFact

from evendial_campaigns.core.campaign import Campaign
from evendial_campaigns.core.commands import (
    Activate,
    CampaignCommand,
    ChangeRules,
    Create,
    Facts,
    ListCommand,
    RecordRemoval,
    SetSequence,
)
from evendial_campaigns.core.life import create, decide_life
from evendial_campaigns.core.listing import decide_listing
from evendial_campaigns.core.rejected import Rejected

REFUSED_WHEN_ARCHIVED = ChangeRules | SetSequence | Activate | ListCommand


def decide(campaign: Campaign | None, command: CampaignCommand, facts: Facts) -> list[CampaignFact]:
    """The facts that a command leads to, none if all is so already. Raises `Rejected`."""
    if isinstance(command, Create):
        return create(campaign, command, facts)
    if campaign is None or campaign.deleted:
        raise Rejected("not_found", "There is no such campaign.")
    if isinstance(command, REFUSED_WHEN_ARCHIVED) and not _is_erasure(command):
        refuse_archived(campaign)
    if isinstance(command, ListCommand):
        return decide_listing(campaign, command)
    return decide_life(campaign, command, facts)


def refuse_archived(campaign: Campaign) -> None:
    """Raises `Rejected` for a campaign that is put away."""
    if campaign.archived:
        raise Rejected("archived", "The campaign is archived; restore it first.")


def _is_erasure(command: CampaignCommand) -> bool:
    return isinstance(command, RecordRemoval) and command.reason is RemovalReason.ERASED
