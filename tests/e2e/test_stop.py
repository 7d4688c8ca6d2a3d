"""Stop means stop, and suppressed means suppressed: the carrier is the judge."""

import random
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx
import pytest

from tests.e2e.conftest import House
from tests.waiting import until

pytestmark = pytest.mark.e2e

ANSWERS, BUSY = "4930111", "493020"
STOPS = 10
MOST_AFTER = timedelta(milliseconds=500)
QUIET = timedelta(milliseconds=700)


async def stop(house: House, campaign: UUID, **body: bool) -> datetime:
    """When the answer was here that it is certain."""
    answer = await house.user.http.post(f"/v1/campaigns/{campaign}/stop", json=body or None)
    assert answer.status_code == httpx.codes.OK, answer.text
    return datetime.now(UTC)


async def test_no_call_reaches_the_carrier_after_a_stop_was_answered(house: House) -> None:
    chance = random.Random(4)
    numbers = [f"{BUSY}7{n:07d}" for n in range(STOPS * 40)]
    campaign = await house.campaign(numbers, calls_per_minute=1200)
    stops: list[tuple[datetime, datetime]] = []
    for _ in range(STOPS):
        began_at, enough = datetime.now(UTC), len(house.record(numbers)) + chance.randint(1, 15)
        await house.user.activate(campaign)
        await until(lambda: len(house.record(numbers)) >= enough, every=0.01)  # noqa: B023
        stopped_at = await stop(house, campaign)
        stops.append((began_at, stopped_at))
        await until(lambda: datetime.now(UTC) > stopped_at + QUIET)  # noqa: B023
    calls = [each.started_at for each in house.record(numbers)]
    assert len(calls) > STOPS * 2
    ends = [began_at for began_at, _ in stops[1:]] + [datetime.now(UTC)]
    for (_, stopped_at), until_at in zip(stops, ends, strict=True):
        assert [at for at in calls if stopped_at + MOST_AFTER < at < until_at] == []


async def test_a_stop_that_hangs_up_ends_the_calls_in_progress(house: House) -> None:
    numbers = [f"{ANSWERS}77{n:05d}" for n in range(3)]
    campaign = await house.campaign(numbers, calls_per_minute=1200)
    long = {"actions": [{"kind": "wait", "seconds": 60}]}
    await house.user.ask("PUT", f"/v1/campaigns/{campaign}/actions", json=long)
    await house.user.activate(campaign)

    async def all_answered() -> bool:
        calls = await house.user.ask("GET", f"/v1/campaigns/{campaign}/calls")
        return [bool(each["answered_at"]) for each in calls["items"]] == [True] * 3

    await until(all_answered, timeout=15)
    assert house.record(numbers) == []
    stopped_at = await stop(house, campaign, hang_up=True)
    await until(lambda: len(house.record(numbers)) == 3, timeout=5)
    assert max(each.ended_at for each in house.record(numbers)) < stopped_at + timedelta(seconds=2)

    async def all_ended() -> bool:
        return bool((await house.user.progress(campaign))["dispositions"]["answered"] == 3)

    await until(all_ended)


async def test_a_stop_while_no_originator_is_there_is_confirmed_when_one_is_back(house: House) -> None:
    numbers = [f"{BUSY}79{n:06d}" for n in range(200)]
    campaign = await house.campaign(numbers, calls_per_minute=600)
    await house.user.activate(campaign)
    await until(lambda: house.record(numbers))
    house.stack.kill("originator")
    answer = await house.user.http.post(f"/v1/campaigns/{campaign}/stop")
    assert (answer.status_code, answer.json()["status"]) == (httpx.codes.ACCEPTED, "stopping")

    async def confirmed() -> bool:
        return bool((await house.user.ask("GET", f"/v1/campaigns/{campaign}"))["stop_confirmed"])

    assert not await confirmed()
    called = len(house.record(numbers))
    await house.stack.start("originator")
    await until(confirmed)

    async def all_free_or_ended() -> bool:
        states = (await house.user.progress(campaign))["states"]
        return bool(states["scheduled"] + states["calling"] == 0)

    await until(all_free_or_ended, timeout=30)
    assert len(house.record(numbers)) <= called + 1, "at most the one that was in the air"


async def test_nobody_calls_who_was_suppressed_before_the_turn_came(house: House) -> None:
    numbers = [f"{ANSWERS}78{n:05d}" for n in range(2)]
    campaign = await house.campaign(numbers, calls_per_minute=600)
    entry = await house.user.http.post("/v1/suppressions", json={"number": numbers[1]})
    assert (entry.status_code, entry.json()["effective"]) == (httpx.codes.CREATED, True)
    await house.user.activate(campaign)
    await house.finished(campaign, timeout=20)
    assert [each.number for each in house.record(numbers)] == numbers[:1]

    async def standing(state: str) -> bool:
        return bool((await house.user.progress(campaign))["states"][state] == 1)

    assert await standing("suppressed")
    gone = await house.user.http.delete(f"/v1/suppressions/{entry.json()['suppression_id']}")
    assert gone.status_code == httpx.codes.NO_CONTENT
    await until(lambda: standing("free"))
    await house.user.activate(campaign)
    await house.finished(campaign, timeout=20)
    assert {each.number for each in house.record(numbers)} == set(numbers)


async def test_nobody_is_called_after_it_was_answered_that_they_are_suppressed(house: House) -> None:
    chance = random.Random(5)
    numbers = [f"{BUSY}76{n:06d}" for n in range(60)]
    campaign = await house.campaign(numbers, calls_per_minute=1200, max_retries=3, retry_delay_s=1)
    await house.user.activate(campaign)
    certain: dict[str, datetime] = {}
    for _ in range(8):
        left = [each for each in numbers if each not in certain]
        called = {each.number for each in house.record(numbers)}
        waiting = [each for each in left if each in called] or left
        for number in {chance.choice(waiting), chance.choice(left)}:
            entry = await house.user.http.post("/v1/suppressions", json={"number": number})
            assert entry.status_code == httpx.codes.CREATED, entry.text
            certain[number] = datetime.now(UTC)
    listed = [each for each in numbers if each not in certain][::2]
    certain |= dict.fromkeys(listed, await _list(house, listed))
    await house.finished(campaign, timeout=40)
    calls = house.record(numbers)
    assert [each for each in calls if each.started_at > certain.get(each.number, each.started_at)] == []
    assert {each.number for each in calls} & set(certain), "some were waiting for a retry"


async def _list(house: House, numbers: list[str]) -> datetime:
    """Suppresses them as a list; when it was certain that it counts."""
    headers = {"Content-Type": "text/plain"}
    sent = await house.user.http.post(
        "/v1/suppression-lists", params={"name": "spring"}, content="\n".join(numbers), headers=headers
    )
    path = f"/v1/suppression-lists/{sent.json()['list_id']}"

    async def effective() -> bool:
        return bool((await house.user.ask("GET", path))["effective"])

    await until(effective)
    return datetime.now(UTC)
