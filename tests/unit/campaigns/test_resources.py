"""What keeps trunks, devices and IVRs as they are: somebody uses them."""

from typing import Any
from uuid import UUID

import msgspec
import pytest
from evendial_campaigns.core.rejected import Rejected
from evendial_campaigns.core.resources import Resource, Uses, check_change
from evendial_contracts.resources import IvrDefined, TrunkDefined

from tests.unit.campaigns.given import A_DEVICE

pytestmark = pytest.mark.unit

REPLACE = msgspec.structs.replace

TRUNK = TrunkDefined(
    trunk_id=UUID(int=9), revision=1, name="carrier", endpoint="carrier", pool="default", calls_per_second=20
)
MENU = IvrDefined(ivr_id=UUID(int=8), revision=1, name="menu", context="menu")
FREE = Uses(trunk=TRUNK)


def refused(before: Resource | None, after: Resource, uses: Uses) -> Rejected:
    with pytest.raises(Rejected) as refusal:
        check_change(before, after, uses)
    return refusal.value


@pytest.mark.parametrize("resource", [TRUNK, A_DEVICE, MENU])
def test_what_nobody_uses_may_be_changed_and_deleted(resource: Resource) -> None:
    check_change(None, resource, FREE)
    check_change(resource, REPLACE(resource, name="other"), FREE)
    check_change(resource, REPLACE(resource, deleted=True), FREE)
    assert refused(None, REPLACE(resource, name="a\nb"), FREE).field == "name"


@pytest.mark.parametrize(
    ("resource", "uses", "words"),
    [
        (TRUNK, Uses(devices=1), "1 device calls through this trunk"),
        (TRUNK, Uses(devices=3), "3 devices call through this trunk"),
        (A_DEVICE, Uses(campaigns=1), "1 campaign needs it"),
        (MENU, Uses(campaigns=12), "Each of 12 campaigns needs it"),
    ],
)
def test_what_is_used_is_not_deleted(resource: Resource, uses: Uses, words: str) -> None:
    refusal = refused(resource, REPLACE(resource, deleted=True), uses)
    assert refusal.slug == "in_use"
    assert words in refusal.detail


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"owner_id": UUID(int=77)}, "owner_id"),
        ({"caller_ids": ("15550001111", "15550001111")}, "caller_ids"),
    ],
)
def test_a_device_that_cannot_be_is_refused(change: dict[str, Any], field: str) -> None:
    assert refused(A_DEVICE, REPLACE(A_DEVICE, **change), FREE).field == field


@pytest.mark.parametrize("trunk", [None, REPLACE(TRUNK, deleted=True)])
def test_a_device_needs_a_trunk_that_is_there(trunk: TrunkDefined | None) -> None:
    assert refused(None, A_DEVICE, Uses(trunk=trunk)).field == "trunk_id"


def test_a_caller_id_that_a_campaign_shows_stays() -> None:
    uses = Uses(trunk=TRUNK, campaigns=4, caller_ids={"15550001111": 2, "15550002222": 1})
    before = REPLACE(A_DEVICE, caller_ids=("15550001111", "15550002222", "15550003333"))
    check_change(before, REPLACE(before, caller_ids=("15550002222", "15550001111")), uses)
    refusal = refused(before, REPLACE(before, caller_ids=("15550001111", "15550003333")), uses)
    assert (refusal.slug, refusal.detail[:38]) == ("in_use", "1 campaign shows a caller id that woul")
    assert "Each of 3 campaigns" in refused(before, REPLACE(before, caller_ids=()), uses).detail


def test_a_context_that_campaigns_hand_over_to_stays() -> None:
    used = Uses(campaigns=1)
    check_change(MENU, REPLACE(MENU, name="other"), used)
    assert refused(MENU, REPLACE(MENU, context="other"), used).slug == "in_use"
    check_change(MENU, REPLACE(MENU, context="other"), Uses())
