"""From what the HTTP API takes to what the core takes, and back."""

from datetime import time
from typing import Any

import msgspec
from evendial_contracts.campaigns import CampaignRules, DuplicatePolicy, Window
from msgspec import UNSET

from evendial_campaigns.campaign_store import KeptCampaign
from evendial_campaigns.import_store import ImportReport
from evendial_campaigns.schemas.campaigns import CampaignCreate, CampaignPatch, CampaignView, WindowBody
from evendial_campaigns.schemas.imports import ImportView, RejectionView


def rules_of(body: CampaignCreate) -> CampaignRules:
    """The rules that a new campaign is to have."""
    return CampaignRules(**_fields(body))


def patched(rules: CampaignRules, body: CampaignPatch) -> CampaignRules:
    """The rules with what is to change."""
    return msgspec.structs.replace(rules, **_fields(body))


def campaign_view(kept: KeptCampaign) -> CampaignView:
    """As the API shows it."""
    campaign = kept.campaign
    fields = msgspec.structs.asdict(campaign.rules) | {"window": _window_view(campaign.rules.window)}
    return CampaignView(
        campaign_id=campaign.campaign_id,
        owner_id=campaign.owner_id,
        status=campaign.status,
        epoch=campaign.epoch,
        revision=campaign.revision,
        sequence_version=campaign.sequence_version,
        numbers=campaign.numbers,
        created_at=kept.created_at,
        **fields,
    )


def import_view(report: ImportReport) -> ImportView:
    """As the API shows it."""
    fields = msgspec.structs.asdict(report)
    fields["rejections"] = [
        RejectionView(line=each.line, reason=each.reason, detail=each.reason.detail)
        for each in report.rejections
    ]
    return ImportView(**fields)


def _fields(body: CampaignCreate | CampaignPatch) -> dict[str, Any]:
    fields = {name: value for name, value in msgspec.structs.asdict(body).items() if value is not UNSET}
    if "window" in fields:
        fields["window"] = _window_of(fields["window"])
    if "duplicate_policy" in fields:
        fields["duplicate_policy"] = DuplicatePolicy(fields["duplicate_policy"])
    return fields


def _window_of(body: WindowBody) -> Window:
    fields = msgspec.structs.asdict(body)
    return Window(**fields | {"start": time.fromisoformat(body.start), "stop": time.fromisoformat(body.stop)})


def _window_view(window: Window) -> WindowBody:
    fields = msgspec.structs.asdict(window)
    return WindowBody(**fields | {"start": _wall(window.start), "stop": _wall(window.stop)})


def _wall(wall: time) -> str:
    return wall.isoformat(timespec="seconds" if wall.second else "minutes")
