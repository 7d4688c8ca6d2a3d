"""Texts that hold a number, in whatever form, lose it; texts that do not keep what they say."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from evendial_campaigns import erased_texts
from evendial_campaigns.core.erasure import Erasing
from evendial_campaigns.erased_texts import ErasedTexts

from tests.integration.campaigns.conftest import Running

pytestmark = pytest.mark.integration

OWNER = UUID(int=77)
LINE = "insert into refused_line(import_id, line, reason, detail, text) values ($1, $2, 'letters', '', $3)"
IMPORT = "insert into import(import_id, campaign_id, owner_id, state) values ($1, $2, $3, 'finished')"
CAMPAIGN = "insert into campaign(campaign_id, owner_id, state) values ($1, $2, $3)"
NUMBER = "insert into number(campaign_id, import_id, e164, variables) values ($1, $2, $3, $4)"
STATE: dict[str, Any] = {"status": "draft", "rules": {"name": "x"}}


def erasing(owner: UUID | None = None) -> Erasing:
    return Erasing(
        erasure_id=uuid4(),
        owner_id=owner,
        created_by=OWNER,
        created_at=datetime.now(UTC),
        e164=4915560000001,
        national="15560000001",
    )


async def listed(service: Running, owner: UUID = OWNER) -> tuple[UUID, UUID]:
    """A campaign and a finished import of it."""
    campaign_id, import_id = uuid4(), uuid4()
    await service.pool.execute(CAMPAIGN, campaign_id, owner, STATE)
    await service.pool.execute(IMPORT, import_id, campaign_id, owner)
    return campaign_id, import_id


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("+49 1556 0000001 x", ""),
        ("call 4915560000001!", ""),
        ("0049-(0)1556/0000001 Ann", ""),
        ("(01556) 000.00.01a", ""),
        ("Ann;+49155 60000001;x", ""),
        ("٤٩١٥٥٦٠٠٠٠٠٠١", ""),
        ("+49 1556 0000002 x", "+49 1556 0000002 x"),
        ("' or 1=1; --", "' or 1=1; --"),
        ("", ""),
    ],
)
async def test_a_refused_line_that_holds_it_is_emptied(service: Running, text: str, left: str) -> None:
    _, import_id = await listed(service)
    await service.pool.execute(LINE, import_id, 3, text)
    await ErasedTexts(service.pool).clear([erasing()])
    assert (
        await service.pool.fetchval("select text from refused_line where import_id = $1", import_id) == left
    )


async def test_every_row_of_a_large_table_is_looked_at(
    service: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erased_texts, "SLICE", 7)
    _, import_id = await listed(service)
    rows = [(import_id, line, "015560000001x" if line % 5 == 0 else "junk") for line in range(1, 51)]
    await service.pool.executemany(LINE, rows)
    await ErasedTexts(service.pool).clear([erasing()])
    texts = await service.pool.fetch("select text from refused_line where import_id = $1", import_id)
    assert [row["text"] for row in texts].count("") == 10


async def test_a_variable_that_is_it_is_emptied_and_no_other(service: Running) -> None:
    campaign_id, import_id = await listed(service)
    variables = {
        "second": "01556 0000001", "order": "9915560000001234", "name": "Ann", "all": "a +4915560000001 b",
    }  # fmt: skip
    await service.pool.execute(NUMBER, campaign_id, import_id, 4915560000009, variables)
    await ErasedTexts(service.pool).clear([erasing()])
    left = await service.pool.fetchval("select variables from number where campaign_id = $1", campaign_id)
    assert left == {"second": "", "order": "9915560000001234", "name": "Ann", "all": ""}


async def test_a_user_empties_their_own_only(service: Running) -> None:
    imports = {owner: await listed(service, owner) for owner in (OWNER, uuid4())}
    for campaign_id, import_id in imports.values():
        await service.pool.execute(LINE, import_id, 1, "+4915560000001x")
        variables = {"second": "+4915560000001"}
        await service.pool.execute(NUMBER, campaign_id, import_id, 4915560000009, variables)
    await ErasedTexts(service.pool).clear([erasing(OWNER)])
    for owner, (campaign_id, import_id) in imports.items():
        text = await service.pool.fetchval("select text from refused_line where import_id = $1", import_id)
        second = "select variables->>'second' from number where campaign_id = $1"
        assert bool(text) == (owner != OWNER)
        assert bool(await service.pool.fetchval(second, campaign_id)) == (owner != OWNER)


async def test_a_stored_answer_that_holds_it_is_forgotten(service: Running) -> None:
    add = "insert into idempotent_answer(scope, key, body) values ($1, $2, $3)"
    for key, body in ((b"a", b'{"e164":"4915560000001"}'), (b"b", b'{"e164":"4915560000002"}'), (b"c", None)):
        await service.pool.execute(add, OWNER, key, body)
    await ErasedTexts(service.pool).clear([erasing(uuid4())])
    kept = "select array_agg(key order by key) from idempotent_answer where scope = $1"
    assert await service.pool.fetchval(kept, OWNER) == [b"a", b"b", b"c"]
    await ErasedTexts(service.pool).clear([erasing(OWNER)])
    assert await service.pool.fetchval(kept, OWNER) == [b"b", b"c"]
