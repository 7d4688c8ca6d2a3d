"""What each command on the list of a campaign leads to."""

from typing import assert_never

from evendial_contracts.campaigns import NumbersImported, NumbersRedialled, NumbersRemoved, RemovalReason
from evendial_contracts.message import CampaignFact

from evendial_campaigns.core.campaign import Campaign
from evendial_campaigns.core.commands import ListCommand, RecordImport, RecordRedial, RecordRemoval
from evendial_campaigns.core.life import refuse_while_active

CHUNK = 10_000
"""Numbers in one message to the scheduler."""


def chunks_of(numbers: int) -> int:
    """How many messages so many numbers travel in."""
    return -(-numbers // CHUNK)


def decide_listing(campaign: Campaign, command: ListCommand) -> list[CampaignFact]:
    """The facts that a command leads to. Raises `Rejected`."""
    match command:
        case RecordImport():
            return _record_import(campaign, command)
        case RecordRemoval():
            return _record_removal(campaign, command)
        case RecordRedial():
            return _record_redial(campaign, command)
        case _:
            assert_never(command)


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


def _record_removal(campaign: Campaign, command: RecordRemoval) -> list[CampaignFact]:
    if command.number_id is None and command.reason is not RemovalReason.ERASED:
        refuse_while_active(campaign)
    return [
        NumbersRemoved(
            campaign_id=campaign.campaign_id,
            owner_id=campaign.owner_id,
            batch_id=command.batch_id,
            removed_by=command.by.user_id,
            reason=command.reason,
            numbers=command.numbers,
            chunks=command.chunks,
            number_id=command.number_id,
            import_id=command.import_id,
        )
    ]


def _record_redial(campaign: Campaign, command: RecordRedial) -> list[CampaignFact]:
    return [
        NumbersRedialled(
            campaign_id=campaign.campaign_id,
            owner_id=campaign.owner_id,
            batch_id=command.batch_id,
            redialled_by=command.by.user_id,
            numbers=command.numbers,
            chunks=command.chunks,
            number_id=command.number_id,
        )
    ]
