"""From what the HTTP API takes to what the core takes, and back."""

from collections.abc import Sequence
from datetime import time
from typing import Any

import msgspec
from evendial_contracts.actions import Action
from evendial_contracts.campaigns import CampaignRules
from evendial_contracts.person_caps import PersonCap
from evendial_contracts.retries import RetryPolicy
from evendial_contracts.windows import Jurisdiction, Window

from evendial_campaigns.campaign_list import ListedCampaign
from evendial_campaigns.campaign_store import KeptCampaign
from evendial_campaigns.core.campaign import Campaign
from evendial_campaigns.core.jurisdictions import Jurisdictions
from evendial_campaigns.core.patch import named
from evendial_campaigns.core.rules_change import RulesChange
from evendial_campaigns.core.run_time import run_time, wall
from evendial_campaigns.schemas.actions import ActionsView
from evendial_campaigns.schemas.campaigns import (
    CampaignCreate,
    CampaignPatch,
    CampaignRow,
    CampaignView,
    WindowBody,
)
from evendial_campaigns.schemas.jurisdictions import JurisdictionVersionView, JurisdictionView
from evendial_campaigns.schemas.person_caps import PersonCapBody
from evendial_campaigns.schemas.retries import RetryPolicyBody


def rules_of(body: CampaignCreate, laws: Jurisdictions) -> CampaignRules:
    """The rules that a new campaign is to have. Raises `Rejected` for a jurisdiction that is none."""
    fields = _fields(body, laws)
    del fields["owner_id"]
    return CampaignRules(**fields)


def changes_of(body: CampaignPatch, laws: Jurisdictions) -> RulesChange:
    """Which rules are to change. Raises `Rejected` for a jurisdiction that is none."""
    return RulesChange(**_fields(body, laws))


def campaign_view(kept: KeptCampaign) -> CampaignView:
    """As the API shows it."""
    return CampaignView(**_shown(kept))


def campaign_row(listed: ListedCampaign) -> CampaignRow:
    """As the API lists it."""
    campaign = listed.campaign
    return CampaignRow(
        owner_name=listed.owner_name,
        actions=tuple(_kind(action) for action in campaign.actions),
        numbers_left=campaign.numbers - listed.ended,
        called=listed.called,
        answered=listed.answered,
        calls_last_minute=listed.calls_last_minute,
        updated_at=listed.updated_at,
        **_shown(listed),
    )


def actions_view(campaign: Campaign) -> ActionsView:
    """As the API shows them."""
    return ActionsView(
        version=campaign.version, sequence_version=campaign.sequence_version, actions=campaign.actions
    )


def jurisdiction_view(law: Jurisdiction) -> JurisdictionView:
    """As the API shows it."""
    versions = tuple(
        JurisdictionVersionView(
            **msgspec.structs.asdict(each) | {"windows": tuple(map(_window_view, each.windows))}
        )
        for each in law.versions
    )
    return JurisdictionView(id=law.id, title=law.title, zone=law.zone, versions=versions)


def _kind(action: Action) -> str:
    return str(action.__struct_config__.tag)


def _shown(kept: KeptCampaign | ListedCampaign) -> dict[str, Any]:
    campaign, law = kept.campaign, kept.campaign.rules.jurisdiction
    return msgspec.structs.asdict(campaign.rules) | dict(
        campaign_id=campaign.campaign_id,
        owner_id=campaign.owner_id,
        version=campaign.version,
        status=campaign.status,
        stop_confirmed=kept.stop_confirmed,
        archived=campaign.archived,
        epoch=campaign.epoch,
        revision=campaign.revision,
        sequence_version=campaign.sequence_version,
        numbers=campaign.numbers,
        created_at=kept.created_at,
        window=_window_view(campaign.rules.window),
        person_caps=msgspec.convert(
            campaign.rules.person_caps, tuple[PersonCapBody, ...], from_attributes=True
        ),
        retry_policy=_retry_policy_view(campaign.rules.retry_policy),
        jurisdiction=law.id if law else None,
        jurisdiction_versions=tuple(each.version for each in law.versions) if law else (),
        run_time=run_time(campaign.rules),
        cloned_from=campaign.cloned_from,
    )


def _fields(body: CampaignCreate | CampaignPatch, laws: Jurisdictions) -> dict[str, Any]:
    fields = named(body)
    if "window" in fields:
        fields["window"] = _window_of(fields["window"])
    if fields.get("jurisdiction") is not None:
        fields["jurisdiction"] = laws.named(fields["jurisdiction"])
    if fields.get("retry_policy"):
        fields["retry_policy"] = msgspec.convert(fields["retry_policy"], RetryPolicy, from_attributes=True)
    if "person_caps" in fields:
        fields["person_caps"] = person_caps_of(fields["person_caps"])
    return fields


def person_caps_of(bodies: Sequence[PersonCapBody]) -> tuple[PersonCap, ...]:
    """As the core knows them."""
    return msgspec.convert(bodies, tuple[PersonCap, ...], from_attributes=True)


def _window_of(body: WindowBody) -> Window:
    fields = msgspec.structs.asdict(body)
    return Window(**fields | {"start": time.fromisoformat(body.start), "stop": time.fromisoformat(body.stop)})


def _window_view(window: Window) -> WindowBody:
    fields = msgspec.structs.asdict(window)
    return WindowBody(**fields | {"start": wall(window.start), "stop": wall(window.stop)})


def _retry_policy_view(policy: RetryPolicy | None) -> RetryPolicyBody | None:
    return msgspec.convert(policy, RetryPolicyBody, from_attributes=True) if policy else None
