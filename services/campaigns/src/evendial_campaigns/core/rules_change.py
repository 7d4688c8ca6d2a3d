"""Which of the rules are to change; made to fit whatever they are when it is decided."""

from uuid import UUID

import msgspec
from evendial_contracts.campaigns import CampaignRules, DuplicatePolicy
from evendial_contracts.person_caps import PersonCap
from evendial_contracts.retries import RetryPolicy
from evendial_contracts.windows import Jurisdiction, UnknownZone, Window, WindowZone
from msgspec import UNSET, UnsetType

from evendial_campaigns.core.patch import named


class RulesChange(msgspec.Struct, frozen=True, kw_only=True):
    """The rules that are named; those that are not stay as they are."""

    name: str | UnsetType = UNSET
    device_id: UUID | UnsetType | None = UNSET
    caller_id: str | UnsetType | None = UNSET
    time_zone: str | UnsetType = UNSET
    window: Window | UnsetType = UNSET
    calls_per_minute: int | UnsetType = UNSET
    max_retries: int | UnsetType = UNSET
    retry_delay_s: int | UnsetType = UNSET
    ring_timeout_s: int | UnsetType = UNSET
    max_call_s: int | UnsetType = UNSET
    max_concurrent_calls: int | UnsetType | None = UNSET
    duplicate_policy: DuplicatePolicy | UnsetType = UNSET
    default_region: str | UnsetType | None = UNSET
    retry_policy: RetryPolicy | UnsetType | None = UNSET
    weight: int | UnsetType = UNSET
    window_zone: WindowZone | UnsetType = UNSET
    unknown_zone: UnknownZone | UnsetType = UNSET
    jurisdiction: Jurisdiction | UnsetType | None = UNSET
    person_caps: tuple[PersonCap, ...] | UnsetType = UNSET

    def applied_to(self, rules: CampaignRules) -> CampaignRules:
        """The rules with what is to change."""
        return msgspec.structs.replace(rules, **named(self))
