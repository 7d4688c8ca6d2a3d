"""What an admin sees and makes for a user, and that users do so for themselves alone."""

from uuid import uuid4

import pytest

from tests.integration.campaigns.conftest import Running, made, wav

pytestmark = pytest.mark.integration

SOUND = {"Content-Type": "audio/wav"}


async def test_an_admin_lists_the_prompts_and_devices_of_one_user(fresh: Running) -> None:
    await fresh.device()
    made(await fresh.user.post("/v1/prompts?name=hello", content=wav(), headers=SOUND))
    made(await fresh.admin.post("/v1/prompts?name=other", content=wav(), headers=SOUND))
    user_id = (await fresh.user.get("/v1/me")).json()["user_id"]
    for what, name in (("prompts", "hello"), ("devices", "desk")):
        for client in (fresh.admin, fresh.user):
            answer = await client.get(f"/v1/{what}?owner_id={user_id}")
            assert [each["name"] for each in answer.json()["items"]] == [name]
        assert (await fresh.admin.get(f"/v1/{what}?owner_id={uuid4()}")).json()["items"] == []
        refused = await fresh.other.get(f"/v1/{what}?owner_id={user_id}")
        assert (refused.status_code, refused.json()["field"]) == (400, "owner_id")


async def test_an_admin_makes_a_prompt_that_a_users_campaign_plays(fresh: Running) -> None:
    user_id = (await fresh.user.get("/v1/me")).json()["user_id"]
    theirs = f"/v1/prompts?name=hello&owner_id={user_id}"
    prompt = made(await fresh.admin.post(theirs, content=wav(), headers=SOUND))
    assert prompt["owner_id"] == user_id
    actions = {"actions": [{"kind": "play", "prompt_id": prompt["prompt_id"]}]}
    assert (await fresh.admin.put(f"/v1/campaigns/{await fresh.campaign()}/actions", json=actions)).is_success

    for client, owner_id in ((fresh.other, user_id), (fresh.admin, uuid4())):
        refused = await client.post(f"/v1/prompts?name=no&owner_id={owner_id}", content=wav(), headers=SOUND)
        assert (refused.status_code, refused.json()["field"]) == (400, "owner_id")
