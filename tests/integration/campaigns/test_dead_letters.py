"""Messages that a service could not take in, as an admin sees and handles them."""

from uuid import uuid4

import pytest
from nats.aio.msg import Msg

from tests.integration.campaigns.conftest import Running
from tests.integration.campaigns.matrix import dead_letter
from tests.waiting import until

pytestmark = pytest.mark.integration


async def test_an_admin_looks_at_them_and_nobodys_number_is_shown(service: Running) -> None:
    seq = int(await dead_letter(service))
    page = (await service.admin.get(f"/v1/dead-letters?cursor={seq - 1}&limit=1")).json()
    letter = page["items"][0]
    assert letter["seq"] == seq
    assert (letter["reason"], letter["type"], letter["size"]) == ("not JSON", "campaign.finished.v1", 13)
    assert letter["body"] == "***78"
    only = (await service.admin.get("/v1/dead-letters", params={"durable": letter["durable"]})).json()
    assert [each["seq"] for each in only["items"]] == [seq]
    assert only["next"] is None
    none = (await service.admin.get("/v1/dead-letters", params={"durable": f"test-{uuid4()}"})).json()
    assert none["items"] == []


async def test_they_come_in_pages(service: Running) -> None:
    first, second = int(await dead_letter(service)), int(await dead_letter(service))
    page = (await service.admin.get(f"/v1/dead-letters?cursor={first - 1}&limit=1")).json()
    assert [each["seq"] for each in page["items"]] == [first]
    page = (await service.admin.get(f"/v1/dead-letters?cursor={page['next']}&limit=1")).json()
    assert [each["seq"] for each in page["items"]] == [second]


async def test_one_is_sent_once_more_and_is_gone(service: Running) -> None:
    seq = await dead_letter(service)
    letter = (await service.admin.get(f"/v1/dead-letters?cursor={int(seq) - 1}&limit=1")).json()["items"][0]
    heard: list[bytes] = []

    async def hear(message: Msg) -> None:
        heard.append(message.data)

    await service.bus.client.subscribe(letter["subject"], cb=hear)
    await service.bus.client.flush()
    response = await service.admin.post(f"/v1/dead-letters/{seq}/retry")
    assert (response.status_code, response.json()) == (200, {"seq": int(seq)})
    await until(lambda: heard == [b"4915112345678"])
    again = await service.admin.post(f"/v1/dead-letters/{seq}/retry")
    assert (again.status_code, again.json()["type"]) == (404, "not_found")


async def test_one_is_dropped(service: Running) -> None:
    seq = await dead_letter(service)
    assert (await service.admin.delete(f"/v1/dead-letters/{seq}")).status_code == 204
    assert (await service.admin.delete(f"/v1/dead-letters/{seq}")).status_code == 404


@pytest.mark.parametrize("seq", ["0", "-1", str(2**63), "9" * 30])
async def test_a_number_that_none_can_have_is_not_found(service: Running, seq: str) -> None:
    assert (await service.admin.delete(f"/v1/dead-letters/{seq}")).status_code == 404
