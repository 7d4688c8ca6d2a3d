"""Why a campaign and each of its numbers is not called, with a real scheduler; the test plays the line."""

from collections import Counter
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from evendial_chassis.consumer import Delivery
from evendial_contracts.calls import CallOriginated, Disposition
from evendial_contracts.dialing import DialNumber, NumberDialVoided, VoidReason
from evendial_contracts.message import AttemptFact

from tests.integration.campaigns.conftest import made
from tests.integration.campaigns.ledger_peer import LedgerPeer
from tests.integration.campaigns.test_with_scheduler import Line, Pair, pair
from tests.waiting import until

pytestmark = pytest.mark.integration

__all__ = ["pair"]

FIRST = 4915500000000
FATES = (
    (90, "answered", "answered"),
    (80, "busy", "attempts_used_up"),
    (50, "no_answer", "attempts_used_up"),
    (40, "rejected", "declined"),
    (30, "invalid_number", "invalid_number"),
    (30, "unknown", "unknown_outcome"),
    (50, "congestion", "waiting_for_retry"),
    (40, "failed_system", "waiting_for_retry"),
    (30, "suppressed", "suppressed"),
    (20, "in_another_call", "campaign_full"),
    (90, "is not heard of", "scheduled"),
    (110, "is in its call", "calling"),
    (340, "is not ordered", "campaign_full"),
)
"""So many numbers in a row, what comes of the first order for each, and the reason that it has then."""
AT_ONCE = 200

Table = dict[int, str]


class FatefulLine(Line):
    """Every number comes to what the table says of it."""

    def __init__(self, line: Line, suppressions: dict[str, UUID]) -> None:
        super().__init__(line._bus)
        self._acts = {
            str(FIRST + place): act
            for place, act in enumerate(act for count, act, _ in FATES for _ in range(count))
        }
        self._suppressions = suppressions

    async def _dial(self, batch: list[Delivery]) -> None:
        for delivery in batch:
            order = delivery.message
            assert isinstance(order, DialNumber)
            self.orders.append(order)
            await self._comes_to(order, self._acts[order.e164])

    async def _comes_to(self, order: DialNumber, act: str) -> None:
        about: dict[str, Any] = {name: getattr(order, name) for name in AttemptFact.__struct_fields__}
        if act == "is in its call":
            await self._bus.publish(CallOriginated(**about, originated_at=order.slot_at))
        elif act in set(VoidReason):
            entry = self._suppressions.get(order.e164)
            voided = NumberDialVoided(**about, reason=VoidReason(act), suppression_id=entry)
            await self._bus.publish(voided)
        elif act in set(Disposition):
            self.comes_to = Disposition(act)
            await self.hang_up(order)


async def numbers_of(pair: Pair, campaign_id: str) -> list[Any]:
    page = (await pair.service.user.get(f"/v1/campaigns/{campaign_id}/numbers?limit=1000")).json()
    assert page["next"] is None
    return list(page["items"])


async def blockers_of(pair: Pair, campaign_id: str) -> Any:
    response = await pair.service.user.get(f"/v1/campaigns/{campaign_id}/blockers")
    assert response.status_code == 200, response.text
    return response.json()


def counts_of(blockers: Any) -> Counter[str]:
    counted: Counter[str] = Counter()
    for reason in blockers["reasons"]:
        counted[reason["code"]] += reason["numbers"]
    return counted


async def check(pair: Pair, campaign_id: str, table: Table) -> Any:
    """Each number has its reason, and the counts are those of the numbers; what is said of the campaign."""
    numbers = await numbers_of(pair, campaign_id)
    assert {each["number_id"]: each["reason"] for each in numbers} == table
    blockers = await blockers_of(pair, campaign_id)
    counted = counts_of(blockers)
    assert counted == Counter(table.values())
    assert blockers["numbers"] == len(table) == sum(counted.values())
    sentences = [each["why"] for each in (*numbers, *blockers["reasons"], blockers["reason"])]
    assert all(said[0].isupper() and said.endswith(".") and "_" not in said for said in sentences)
    return blockers


def instead(table: Table, become: str, *reasons: str) -> Table:
    """The table once these reasons have become another."""
    return {number_id: become if reason in reasons else reason for number_id, reason in table.items()}


async def test_a_thousand_numbers_in_every_state_each_have_their_reason(pair: Pair) -> None:
    user = pair.service.user
    await LedgerPeer().listen(pair.service.bus)
    campaign_id = await pair.service.ready_campaign(
        1003,
        calls_per_minute=30_000,
        max_concurrent_calls=AT_ONCE,
        retry_delay_s=3600,
        time_zone="America/Chicago",
    )
    url = f"/v1/campaigns/{campaign_id}"
    trunk = (await pair.service.admin.get("/v1/trunks")).json()["items"][0]
    faster = {"calls_per_second": 1000}
    assert (await pair.service.admin.patch(f"/v1/trunks/{trunk['trunk_id']}", json=faster)).is_success
    ids = await pair.service.number_ids(campaign_id)
    ids += [each["number_id"] for each in (await user.get(f"{url}/numbers?cursor={ids[-1]}")).json()["items"]]
    for number_id in ids[1000:]:
        assert (await user.delete(f"{url}/numbers/{number_id}")).is_success
    reasons = [reason for count, _, reason in FATES for _ in range(count)]
    table = dict(zip(ids[:1000], reasons, strict=True))
    draft = await check(pair, campaign_id, dict.fromkeys(table, "draft"))
    assert draft["reason"]["why"] == "The campaign is not active: it was never activated."

    before = await preflight_of(pair, campaign_id)
    assert (before["can_activate"], before["refusal"], before["reason"]["code"]) == (
        True,
        None,
        "waiting_for_turn",
    )
    assert (before["callable_now"], before["to_call"], before["numbers"], before["blocked"]) == (
        1000,
        1000,
        1000,
        [],
    )
    assert [each["code"] for each in before["warnings"]] == ["no_caller_id", "calls_at_once"]

    suppressions = {}
    for place, reason in enumerate(reasons):
        if reason == "suppressed":
            entry = made(await user.post("/v1/suppressions", json={"number": str(FIRST + place)}))
            suppressions[str(FIRST + place)] = UUID(entry["suppression_id"])
    await pair.line.end()
    pair.line = FatefulLine(pair.line, suppressions)
    pair.line.begin()
    assert (await user.post(f"{url}/activate")).is_success
    ordered = sum(count for count, act, _ in FATES if act != "is not ordered")

    async def quiet() -> bool:
        progress = await pair.service.progress(campaign_id)
        states = progress["states"]
        if len(pair.line.orders) < ordered or (states["scheduled"], states["calling"]) != (90, 110):
            return False
        counted = counts_of(await blockers_of(pair, campaign_id))  # the scheduler hears of calls by itself
        return (counted["scheduled"], counted["calling"]) == (90, 110)

    await until(quiet, timeout=40)
    active = await check(pair, campaign_id, table)
    assert (active["calling"], active["reason"]["code"]) == (False, "campaign_full")
    assert (active["reason"]["in_use"], active["reason"]["limit"]) == (AT_ONCE, AT_ONCE)
    assert active["reason"]["why"] == "The campaign is at 200 of 200 calls at once."
    numbers = await numbers_of(pair, campaign_id)
    said = {each["reason"]: each["why"] for each in numbers}
    assert said["suppressed"].startswith("It is on the do-not-call list since ")
    assert "America/Chicago: the trunk had no way to the number" in next(
        each["why"] for each in numbers if each["disposition"] == "congestion"
    )
    again = [each["why"] for each in numbers if each["last_void"] == "in_another_call"]
    assert len(again) == 20
    assert all("the same person was in another call" in each for each in again)

    closed = {"window": {"start": "09:00", "stop": "10:00", "first_day": "2099-03-02"}}
    assert (await user.patch(url, json=closed)).is_success
    in_window = instead(table, "window_closed", "campaign_full")
    await until(lambda: has_reason(pair, campaign_id, "window_closed"))
    shut = await check(pair, campaign_id, in_window)
    assert shut["reason"]["why"] == "The window is closed until 09:00 America/Chicago (Mon 2 Mar 2099)."
    assert datetime.fromisoformat(shut["reason"]["until"]).isoformat() == "2099-03-02T15:00:00+00:00"
    assert [each["code"] for each in shut["others"]] == ["campaign_full"]

    assert (await user.post(f"{url}/stop")).is_success
    off = await check(pair, campaign_id, instead(table, "stopped", "campaign_full", "waiting_for_retry"))
    assert off["reason"]["why"].startswith("The campaign is not active: it was stopped by user at ")


async def preflight_of(pair: Pair, campaign_id: str) -> Any:
    response = await pair.service.user.get(f"/v1/campaigns/{campaign_id}/preflight")
    assert response.status_code == 200, response.text
    return response.json()


async def test_a_preflight_says_what_an_activation_would(pair: Pair) -> None:
    campaign_id = await pair.service.campaign()
    url = f"/v1/campaigns/{campaign_id}"
    refused = (await pair.service.user.post(f"{url}/activate")).json()

    async def asked_a_scheduler() -> Any:
        answer = await preflight_of(pair, campaign_id)
        return answer if answer["scheduler_answers"] else None

    before = await until(asked_a_scheduler)
    assert not before["can_activate"]
    assert before["refusal"] == {name: refused[name] for name in ("type", "detail", "missing")}
    assert (before["numbers"], before["expected_start_at"]) == (0, None)
    assert before["reason"]["code"] == "no_free_numbers"
    assert (await pair.service.user.post(f"{url}/archive")).is_success
    assert (await preflight_of(pair, campaign_id))["refusal"]["type"] == "archived"


async def has_reason(pair: Pair, campaign_id: str, code: str) -> bool:
    return bool((await blockers_of(pair, campaign_id))["reason"]["code"] == code)


async def test_without_a_scheduler_the_service_says_so_and_what_it_knows(pair: Pair) -> None:
    pair.line.comes_to = Disposition.BUSY
    pair.line.held = {"4915500000001"}
    campaign_id = await pair.campaign(2, retry_delay_s=3600, max_retries=1)
    await until(lambda: len(pair.line.orders) == 2)
    await until(lambda: has_reason(pair, campaign_id, "waiting_for_retry"))
    pair.stop_scheduler()
    await until(lambda: has_reason(pair, campaign_id, "scheduler_not_answering"))
    assert (await pair.service.import_list(campaign_id, "4915112345678\n")).is_success
    first, held, new = await pair.service.number_ids(campaign_id)
    table = {first: "waiting_for_retry", held: "scheduled", new: "scheduler_not_answering"}
    blockers = await check(pair, campaign_id, table)
    assert not blockers["scheduler_answers"]
    assert blockers["reason"]["why"] == "The scheduler does not answer."
