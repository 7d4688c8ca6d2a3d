"""Lists of people who are not to be called: taken in, told to the ledger, expired, taken back."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from evendial_campaigns import suppression_import, suppression_sweeper, suppression_teller
from evendial_campaigns.core.person import person_of
from evendial_chassis.bus import Bus
from evendial_contracts.suppressions import SuppressionsDelisted, SuppressionsListed, entry_id

from tests.integration.campaigns.conftest import PERSON_KEY, Listen, Running
from tests.integration.campaigns.ledger_peer import LedgerPeer
from tests.waiting import until

pytestmark = pytest.mark.integration

LISTS, ENTRIES = "/v1/suppression-lists", "/v1/suppressions"
FIRST = 4915577100000


@pytest.fixture(autouse=True)
def small_and_impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suppression_import, "SLICE", 3)
    monkeypatch.setattr(suppression_sweeper, "LOOK_EVERY_S", 0.1)
    monkeypatch.setattr(suppression_teller, "ANSWER_S", 0.2)
    monkeypatch.setattr(suppression_teller, "ASK_AGAIN_S", 0.1)


@pytest.fixture
async def ledger(bus: Bus) -> AsyncIterator[LedgerPeer]:
    peer = LedgerPeer()
    await peer.listen(bus)
    yield peer


def numbers(count: int, first: int = FIRST) -> str:
    return "".join(f"+{first + each}\n" for each in range(count))


async def send(client: httpx.AsyncClient, content: Any, **query: Any) -> httpx.Response:
    headers = {"Content-Type": query.pop("as_", "text/plain")} | query.pop("headers", {})
    return await client.post(LISTS, params={"name": "spring"} | query, content=content, headers=headers)


async def sent(client: httpx.AsyncClient, content: Any, **query: Any) -> Any:
    answer = await send(client, content, **query)
    assert answer.status_code in (httpx.codes.CREATED, httpx.codes.ACCEPTED), answer.text
    return answer.json()


async def until_effective(service: Running, list_id: str) -> Any:
    async def effective() -> Any:
        shown = (await service.admin.get(f"{LISTS}/{list_id}")).json()
        return shown if shown["effective"] else None

    return await until(effective)


async def forbids(client: httpx.AsyncClient, number: int) -> list[Any]:
    answer = await client.post(f"{ENTRIES}/find", json={"number": f"+{number}"})
    items: list[Any] = answer.json()["items"]
    return items


async def test_a_list_reaches_the_ledger_and_every_import(fresh: Running, ledger: LedgerPeer) -> None:
    listed = await sent(fresh.user, numbers(7) + "12\n\n" + numbers(1), note="by mail", source="opt_out")
    counts = {name: listed[name] for name in ("lines", "accepted", "duplicates", "rejected", "blank")}
    assert counts == {"lines": 10, "accepted": 7, "duplicates": 1, "rejected": 1, "blank": 1}
    assert (listed["state"], listed["refusals"]) == ("finished", {"too_short": 1})
    shown = await until_effective(fresh, listed["list_id"])
    assert (shown["waiting"], shown["name"], shown["source"]) == (0, "spring", "opt_out")
    person = person_of(PERSON_KEY.encode(), UUID(shown["owner_id"]), FIRST).hex()
    assert entry_id(UUID(shown["list_id"]), person) in ledger.suppressed()
    assert len(ledger.suppressed()) == 7
    refused = await fresh.user.get(f"{LISTS}/{listed['list_id']}/refused")
    rows = [row[:2] for row in csv.reader(io.StringIO(refused.text))]
    assert rows == [["line", "reason"], ["8", "too_short"]]
    report = (await fresh.import_list(await fresh.campaign(), numbers(9))).json()
    assert (report["accepted"], report["refusals"]) == (2, {"suppressed": 7})
    (entry,) = await forbids(fresh.user, FIRST)
    assert (entry["list_id"], entry["source"], entry["note"]) == (listed["list_id"], "opt_out", "by mail")
    assert await forbids(fresh.other, FIRST) == []


async def test_a_csv_is_read_as_lists_of_numbers_are(fresh: Running, ledger: LedgerPeer) -> None:
    text = f"name;phone\nMira;0{FIRST + 1 - 49 * 10**11}\nNo;abc\n"
    listed = await sent(fresh.user, text, as_="text/csv", default_region="DE")
    assert (listed["accepted"], listed["format"]["number_column"]) == (1, "phone")
    assert len(await forbids(fresh.user, FIRST + 1)) == 1


async def test_a_list_that_is_taken_back_leaves_what_else_forbids(
    fresh: Running, ledger: LedgerPeer, listen: Listen
) -> None:
    ear = await listen("evendial.event.suppression")
    one, other = [await sent(fresh.user, numbers(5), name=name) for name in ("spring", "autumn")]
    alone = (await fresh.user.post(ENTRIES, json={"number": f"+{FIRST}"})).json()
    await until(lambda: len(ledger.suppressed()) == 11)
    assert (await fresh.other.delete(f"{LISTS}/{one['list_id']}")).status_code == httpx.codes.NOT_FOUND
    assert (await fresh.user.delete(f"{LISTS}/{one['list_id']}")).status_code == httpx.codes.ACCEPTED
    await until(lambda: _gone(fresh, one["list_id"]))
    await until(lambda: len(ledger.suppressed()) == 6)
    forbidding = {each["suppression_id"]: each["list_id"] for each in await forbids(fresh.user, FIRST)}
    assert forbidding.pop(alone["suppression_id"]) is None
    assert list(forbidding.values()) == [other["list_id"]]
    await until(lambda: len(ear.of(SuppressionsListed)) == 2 and ear.of(SuppressionsDelisted))
    listed, (delisted,) = ear.of(SuppressionsListed), ear.of(SuppressionsDelisted)
    (same,) = [each for each in listed if each.list_id == delisted.list_id == UUID(one["list_id"])]
    assert {each.person for each in delisted.people} == {each.person for each in same.people}
    assert min(each.revision for each in delisted.people) > max(each.revision for each in same.people)


async def _gone(fresh: Running, list_id: str) -> bool:
    return (await fresh.user.get(f"{LISTS}/{list_id}")).status_code == httpx.codes.NOT_FOUND


async def test_what_has_come_of_a_list_that_is_cut_off_holds_and_may_be_sent_again(
    fresh: Running, ledger: LedgerPeer
) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    whole = numbers(8)

    async def broken() -> AsyncIterator[bytes]:
        yield whole[: len(whole) // 2].encode()
        await until(lambda: _stored(fresh))
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await send(fresh.user, broken(), headers=key)
    (cut_off,) = await until(lambda: _lists(fresh, "cut_off"))
    assert 0 < cut_off["accepted"] < 8
    again = await sent(fresh.user, whole, headers=key)
    assert (again["list_id"], again["state"], again["lines"]) == (cut_off["list_id"], "finished", 8)
    assert again["accepted"] + again["duplicates"] == 8
    await until(lambda: len(ledger.suppressed()) == 8)
    repeated = await sent(fresh.user, whole, headers=key)
    assert repeated["list_id"] == again["list_id"]
    other = await send(fresh.user, numbers(1), headers=key)
    assert (other.status_code, other.json()["type"]) == (422, "idempotency_key_reused")


async def _stored(fresh: Running) -> bool:
    return bool(await fresh.pool.fetchval("select count(*) from suppression"))


async def _lists(fresh: Running, state: str) -> list[Any]:
    return [each for each in (await fresh.user.get(LISTS)).json()["items"] if each["state"] == state]


async def test_an_entry_ends_by_itself(fresh: Running, ledger: LedgerPeer) -> None:
    soon = (datetime.now(UTC) + timedelta(seconds=2)).isoformat()
    listed = await sent(fresh.user, numbers(4), expires_at=soon)
    alone = (await fresh.user.post(ENTRIES, json={"number": "+4915577100009", "expires_at": soon})).json()
    assert alone["expires_at"] == soon.replace("+00:00", "Z")
    ends = {each.expires_at for each in ledger.entries.values()} or {datetime.fromisoformat(soon)}
    assert ends == {datetime.fromisoformat(soon)}
    await until(lambda: len(ledger.entries) == 5)
    await until(lambda: ledger.suppressed() == set())
    assert (await fresh.user.get(ENTRIES)).json()["items"] == []
    assert (await until_effective(fresh, listed["list_id"]))["accepted"] == 4
    assert await forbids(fresh.user, FIRST) == []


async def test_an_end_that_is_put_off_while_it_comes_is_none(fresh: Running) -> None:
    soon = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
    entry = (await fresh.user.post(ENTRIES, json={"number": f"+{FIRST}", "expires_at": soon})).json()
    async with fresh.pool.acquire() as connection:
        async with connection.transaction():
            await connection.execute("update suppression set expires_at = null")
            waiting = "select from pg_stat_activity where wait_event_type = 'Lock' and query like '%gone as%'"
            await until(lambda: fresh.pool.fetch(waiting))
        (kept,) = await forbids(fresh.user, FIRST)
        assert kept["suppression_id"] == entry["suppression_id"]


async def test_of_two_ends_of_one_entry_the_later_holds(fresh: Running, ledger: LedgerPeer) -> None:
    day, week = [datetime.now(UTC).replace(microsecond=0) + timedelta(days=days) for days in (1, 7)]
    ends = []
    for until_ in (week, day, None, day):
        body = {"number": f"+{FIRST}"} | ({} if until_ is None else {"expires_at": until_.isoformat()})
        entry = (await fresh.user.post(ENTRIES, json=body)).json()
        assert entry["effective"]
        (kept,) = ledger.entries.values()
        ends.append(kept.expires_at)
    assert ends == [week, week, None, None]


async def test_entries_are_filtered_and_exported(fresh: Running) -> None:
    listed = await sent(fresh.user, numbers(3))
    system = await sent(fresh.admin, numbers(2), system="true")
    opt_out = {"number": f"+{FIRST}", "source": "opt_out", "note": "=by phone"}
    await fresh.user.post(ENTRIES, json=opt_out)

    async def count(client: httpx.AsyncClient, **query: Any) -> int:
        rows = list(csv.DictReader(io.StringIO((await client.get(f"{ENTRIES}.csv", params=query)).text)))
        assert len(rows) == len((await client.get(ENTRIES, params=query)).json()["items"])
        return len(rows)

    assert await count(fresh.user) == 4
    assert await count(fresh.other) == 0
    assert await count(fresh.admin) == 6
    assert await count(fresh.admin, system="true") == await count(fresh.admin, list_id=system["list_id"]) == 2
    assert await count(fresh.user, source="import", list_id=listed["list_id"]) == 3
    exported = (await fresh.user.get(f"{ENTRIES}.csv", params={"source": "opt_out"})).text
    assert "'=by phone" in exported
    assert str(FIRST) not in (await fresh.admin.get(f"{ENTRIES}.csv")).text


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"name": ""}, "name"),
        ({"note": "call 4915112345678"}, "note"),
        ({"source": "erasure"}, "source"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"expires_at": "2099-01-01T00:00:00"}, "expires_at"),
        ({"default_region": "XX"}, "default_region"),
        ({"delimiter": "x"}, "delimiter"),
    ],
)
async def test_what_cannot_be_said_of_a_list_is_named(
    service: Running, query: dict[str, str], field: str
) -> None:
    refused = await send(service.user, numbers(1), **query)
    assert (refused.status_code, refused.json()["field"]) == (400, field)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"expires_at": "2099-01-01T00:00:00"}, "expires_at"),
        ({"note": "a\nb"}, "note"),
        ({"note": "0151 1234567"}, "note"),
        ({"source": "import"}, "source"),
    ],
)
async def test_what_cannot_be_said_of_an_entry_is_named(
    service: Running, body: dict[str, str], field: str
) -> None:
    refused = await service.user.post(ENTRIES, json={"number": f"+{FIRST}"} | body)
    assert (refused.status_code, refused.json()["field"]) == (400, field)


async def test_only_admins_suppress_for_everybody(service: Running) -> None:
    refused = await send(service.user, numbers(1), system="true")
    assert (refused.status_code, refused.json()["type"]) == (403, "forbidden")


async def test_nothing_is_said_again_while_a_list_comes_in(
    fresh: Running, ledger: LedgerPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suppression_teller, "COMPARE_EVERY_S", 0.0)
    lists = await asyncio.gather(*(sent(fresh.user, numbers(60), name=f"list {n}") for n in range(3)))
    for each in lists:
        await until_effective(fresh, each["list_id"])
    assert len(ledger.suppressed()) == 180
    revisions = await fresh.pool.fetchval("select max(revision) from suppression")
    assert revisions == 180, "nothing was renumbered"
