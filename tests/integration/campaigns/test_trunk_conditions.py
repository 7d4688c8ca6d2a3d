"""What the scheduler says of a trunk is what an admin sees of it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from evendial_contracts.message import Event
from evendial_contracts.trunks import TrunkDegraded, TrunkRecovered, TrunkTrouble

from tests.integration.campaigns.conftest import Running
from tests.waiting import until

pytestmark = pytest.mark.integration


def degraded(trunk_id: UUID, revision: int, *, calls_per_second: float, for_s: float) -> TrunkDegraded:
    now = datetime.now(UTC)
    return TrunkDegraded(
        trunk_id=trunk_id,
        revision=revision,
        reason=TrunkTrouble.FAILING,
        calls_per_second=calls_per_second,
        until=now + timedelta(seconds=for_s),
        degraded_at=now,
    )


async def trunk_of(service: Running) -> UUID:
    body = {"name": "carrier", "endpoint": "carrier", "calls_per_second": 20}
    return UUID((await service.admin.post("/v1/trunks", json=body)).json()["trunk_id"])


async def shown(service: Running, trunk_id: UUID) -> Any:
    """What is said of the trunk; the same alone, in the list, and after an edit."""
    url = f"/v1/trunks/{trunk_id}"
    alone = (await service.admin.get(url)).json()["degraded"]
    listed = (await service.admin.get("/v1/trunks", params={"limit": 1000})).json()["items"]
    assert [each["degraded"] for each in listed if each["trunk_id"] == str(trunk_id)] == [alone]
    return alone


async def said(service: Running, *facts: Event) -> None:
    """Returns once the service has recorded them."""
    for fact in facts:
        id = uuid4()
        await service.bus.publish(fact, id=id)

        async def recorded(id: UUID = id) -> bool:
            return bool(await service.pool.fetchval("select exists(select from event where id = $1)", id))

        await until(recorded)


async def test_a_trunk_shows_why_it_is_given_less_and_until_when(service: Running) -> None:
    trunk_id, other = await trunk_of(service), await trunk_of(service)
    assert await shown(service, trunk_id) is None
    closed = degraded(trunk_id, 1, calls_per_second=0, for_s=5)
    await said(service, closed)
    seen = await shown(service, trunk_id)
    assert (seen["reason"], seen["calls_per_second"]) == ("failing", 0)
    assert datetime.fromisoformat(seen["until"]) == closed.until
    assert await shown(service, other) is None
    changed = await service.admin.patch(f"/v1/trunks/{trunk_id}", json={"name": "other"})
    assert changed.json()["degraded"] == seen


async def test_the_highest_revision_wins_and_a_recovered_trunk_shows_nothing(service: Running) -> None:
    trunk_id = await trunk_of(service)
    slow = degraded(trunk_id, 3, calls_per_second=2, for_s=60)
    await said(service, slow, degraded(trunk_id, 2, calls_per_second=0, for_s=60))
    assert (await shown(service, trunk_id))["calls_per_second"] == 2
    await said(service, TrunkRecovered(trunk_id=trunk_id, revision=4, recovered_at=datetime.now(UTC)))
    assert await shown(service, trunk_id) is None


async def test_what_has_passed_is_not_shown_but_a_closed_trunk_stays_closed(service: Running) -> None:
    trunk_id = await trunk_of(service)
    await said(service, degraded(trunk_id, 1, calls_per_second=0, for_s=-60))
    assert (await shown(service, trunk_id))["calls_per_second"] == 0
    await said(service, degraded(trunk_id, 2, calls_per_second=1, for_s=-1))
    assert await shown(service, trunk_id) is None
