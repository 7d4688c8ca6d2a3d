"""Given some facts, when a command comes, then these facts follow."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from evendial_campaigns.core.campaign import Campaign, fold
from evendial_campaigns.core.commands import Actor, CampaignCommand, Facts
from evendial_campaigns.core.decide import decide
from evendial_campaigns.core.rejected import Rejected
from evendial_contracts.actions import Wait
from evendial_contracts.campaigns import (
    CampaignActivated,
    CampaignCreated,
    CampaignRules,
    CampaignStopped,
    NumbersImported,
    SequenceChanged,
)
from evendial_contracts.message import CampaignFact
from evendial_contracts.resources import DeviceDefined

CAMPAIGN = UUID(int=1)
OWNER = UUID(int=2)
DEVICE = UUID(int=3)
IMPORT = UUID(int=4)
ADMIN = UUID(int=5)
IVR = UUID(int=8)

USER = Actor(user_id=OWNER)
AN_ADMIN = Actor(user_id=ADMIN, admin=True)

A_DEVICE = DeviceDefined(
    device_id=DEVICE,
    owner_id=OWNER,
    revision=1,
    name="desk",
    trunk_id=UUID(int=9),
    account_code="acc1",
    caller_ids=("15550001111",),
)
RULES = CampaignRules(name="spring", device_id=DEVICE)
FACTS = Facts(
    device=A_DEVICE,
    free_numbers=3,
    time_zones=frozenset({"UTC", "Europe/Berlin"}),
    regions=frozenset({"DE", "LT"}),
    ivrs=frozenset({IVR}),
)


def created(rules: CampaignRules = RULES) -> CampaignCreated:
    return CampaignCreated(campaign_id=CAMPAIGN, owner_id=OWNER, created_by=OWNER, rules=rules)


def imported(accepted: int = 3) -> NumbersImported:
    return NumbersImported(
        campaign_id=CAMPAIGN,
        owner_id=OWNER,
        import_id=IMPORT,
        imported_by=OWNER,
        accepted=accepted,
        duplicates=0,
        rejected=0,
        chunks=1,
        sha256="00",
    )


def sequenced(version: int = 1) -> SequenceChanged:
    return SequenceChanged(
        campaign_id=CAMPAIGN,
        owner_id=OWNER,
        changed_by=OWNER,
        sequence_version=version,
        actions=(Wait(seconds=1),),
    )


def activated(epoch: int = 1) -> CampaignActivated:
    return CampaignActivated(campaign_id=CAMPAIGN, owner_id=OWNER, activated_by=OWNER, epoch=epoch)


def stopped(epoch: int = 2, *, hang_up: bool = False) -> CampaignStopped:
    return CampaignStopped(
        campaign_id=CAMPAIGN, owner_id=OWNER, stopped_by=OWNER, epoch=epoch, hang_up=hang_up
    )


READY: tuple[CampaignFact, ...] = (created(), imported(), sequenced())
RUNNING: tuple[CampaignFact, ...] = (*READY, activated())


class Given:
    def __init__(self, *facts: CampaignFact) -> None:
        self._facts = facts

    def when(self, command: CampaignCommand, known: Facts = FACTS) -> "When":
        return When(self._facts, command, known)

    @property
    def state(self) -> Campaign:
        campaign = fold(self._facts)
        assert campaign is not None
        return campaign


class When:
    def __init__(self, facts: Sequence[CampaignFact], command: CampaignCommand, known: Facts) -> None:
        self._before = fold(facts)
        self._command = command
        self._known = known

    def then(self, *expected: CampaignFact) -> None:
        assert decide(self._before, self._command, self._known) == list(expected)

    def then_rejected(self, slug: str, **told: Any) -> None:
        with pytest.raises(Rejected) as refusal:
            decide(self._before, self._command, self._known)
        assert refusal.value.slug == slug
        for name, value in told.items():
            assert getattr(refusal.value, name) == value
