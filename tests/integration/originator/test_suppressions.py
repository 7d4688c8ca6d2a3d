"""Who is not to be called, in the ledger: by event and by request, on real NATS and Postgres."""

import hmac
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from evendial_contracts.dialing import DialNumber, VoidReason
from evendial_contracts.requests import (
    AskSuppressions,
    KeepSuppressions,
    SuppressionsKept,
    SuppressionsKnown,
)
from evendial_contracts.subjects import ASK_SUPPRESSIONS, KEEP_SUPPRESSIONS
from evendial_contracts.suppressions import (
    ListedPerson,
    SuppressionAdded,
    SuppressionEntry,
    SuppressionRemoved,
    SuppressionsDelisted,
    SuppressionsListed,
    entry_id,
)
from evendial_originator.core.claim import Answer, Claimed, Known, Voided
from evendial_originator.gate_table import GateChange, GateTable
from evendial_originator.ledger import Ledger
from evendial_originator.suppression_table import SuppressionTable
from msgspec.structs import replace

from tests.integration.originator.ami_peer import AmiPeer
from tests.integration.originator.orders import again, order
from tests.integration.originator.wire import originates, sent
from tests.integration.originator.world import World

pytestmark = pytest.mark.integration


def entry(command: DialNumber, *, key: str = "k" * 32, everybody: bool = False) -> SuppressionEntry:
    owner = "system" if everybody else command.owner_id
    person = hmac.digest(key.encode(), f"{owner}/{command.e164}".encode(), "sha256").hex()
    return SuppressionEntry(suppression_id=uuid4(), person=person, revision=5, suppressed=True)


def lifted(entry: SuppressionEntry) -> SuppressionEntry:
    return replace(entry, revision=entry.revision + 1, suppressed=False)


async def claim(ledger: Ledger, command: DialNumber, nonce: UUID | None = None) -> Answer:
    return await ledger.claim(command, boot_id="2026-11-23 12:00:00", nonce=nonce or uuid4())


@pytest.fixture
def table(pool: asyncpg.Pool) -> SuppressionTable:
    return SuppressionTable(pool)


@pytest.fixture
async def command(gates: GateTable) -> DialNumber:
    made = order(late_s=30)
    await gates.apply([GateChange(campaign_id=made.campaign_id, epoch=1, active=True)])
    return made


@pytest.mark.parametrize("everybody", [False, True])
async def test_a_suppressed_person_is_not_called_until_the_entry_is_gone(
    ledger: Ledger, table: SuppressionTable, command: DialNumber, everybody: bool
) -> None:
    kept = entry(command, everybody=everybody)
    assert await table.apply([kept]) == 1
    void = Voided(reason=VoidReason.SUPPRESSED, suppression_id=kept.suppression_id)
    assert await claim(ledger, command) == void
    assert await claim(ledger, command) == Known()
    assert await claim(ledger, again(command, number_id=9, e164="441170009999")) == Claimed()
    assert await table.apply([lifted(kept)]) == 1
    assert await claim(ledger, again(command)) == Claimed()


async def test_another_owners_entry_forbids_nothing(
    ledger: Ledger, table: SuppressionTable, command: DialNumber
) -> None:
    await table.apply([entry(replace(command, owner_id=uuid4()))])
    assert await claim(ledger, command) == Claimed()


async def test_a_claim_whose_commit_was_not_seen_is_void_when_the_person_was_suppressed_since(
    ledger: Ledger, table: SuppressionTable, command: DialNumber
) -> None:
    nonce, kept = uuid4(), entry(command)
    assert await claim(ledger, command, nonce) == Claimed()
    await table.apply([kept])
    answer = await claim(ledger, command, nonce)
    assert answer == Voided(reason=VoidReason.SUPPRESSED, suppression_id=kept.suppression_id)
    assert await ledger.live() == []


async def test_every_entry_of_a_person_forbids_by_itself_and_until_it_expires(
    pool: asyncpg.Pool, ledger: Ledger, table: SuppressionTable, command: DialNumber
) -> None:
    now = await pool.fetchval("select clock_timestamp()")
    past, soon, later = (now + timedelta(hours=hours) for hours in (-1, 1, 2))
    entries = [replace(entry(command), expires_at=until, list_id=uuid4()) for until in (past, soon, later)]
    await table.apply(entries)
    for kept in entries[:0:-1]:
        void = Voided(reason=VoidReason.SUPPRESSED, suppression_id=kept.suppression_id)
        assert await claim(ledger, command) == void, "the one that forbids longest is named"
        await table.apply([lifted(kept)])
        command = again(command)
    assert await claim(ledger, command) == Claimed(), "the one that is left has expired"


async def test_of_what_is_said_of_a_person_the_highest_revision_stays(
    table: SuppressionTable, command: DialNumber
) -> None:
    first = entry(command)
    last = replace(first, suppression_id=uuid4(), revision=7)
    assert await table.apply([lifted(first), last, first]) == 1
    assert await table.apply([lifted(first)]) == 0, "it does not stand as it was said"
    assert await table.known() == SuppressionsKnown(suppressed=1, newest=7)
    assert await table.apply([lifted(last)]) == 1
    assert await table.known() == SuppressionsKnown(suppressed=0, newest=8)


async def test_what_was_said_before_the_start_is_known_before_the_first_claim(
    world: World, peer: AmiPeer
) -> None:
    campaign, free = await world.activated(), order()
    suppressed = order(digits=f"4411{uuid4().int % 10**9:09d}")
    kept = entry(suppressed, key="p" * 32)
    added = SuppressionAdded(
        suppression_id=kept.suppression_id, owner_id=suppressed.owner_id, person=kept.person, revision=5
    )
    await world.bus.publish(added)
    await world.start()

    about: dict[str, Any] = {"digits": suppressed.e164, "owner_id": suppressed.owner_id}
    void = await world.voided(await world.command(campaign, **about))
    assert (void.reason, void.suppression_id) == (VoidReason.SUPPRESSED, kept.suppression_id)
    await sent(peer, await world.command(campaign, digits=free.e164))

    await world.bus.publish(
        SuppressionRemoved(
            suppression_id=kept.suppression_id, owner_id=suppressed.owner_id, person=kept.person, revision=6
        )
    )
    await world.until_rows("select from suppression where not suppressed")
    await sent(peer, await world.command(campaign, **about))


async def test_a_list_is_heard_slice_by_slice(world: World, peer: AmiPeer) -> None:
    await world.start()
    digits = [f"4411{uuid4().int % 10**9:09d}" for _ in range(3)]
    commands = [order(digits=each) for each in digits]
    list_id, owner_id = uuid4(), commands[0].owner_id
    people = [
        ListedPerson(entry(replace(each, owner_id=owner_id), key="p" * 32).person, 5) for each in commands
    ]
    await world.bus.publish(SuppressionsListed(list_id=list_id, owner_id=owner_id, people=tuple(people[:2])))
    await world.until_rows(f"select from suppression where list_id = '{list_id}'")
    campaign = await world.activated()
    for number, person in zip(digits[:2], people, strict=False):
        void = await world.voided(await world.command(campaign, digits=number, owner_id=owner_id))
        assert void.suppression_id == entry_id(list_id, person.person)
    await sent(peer, await world.command(campaign, digits=digits[2], owner_id=owner_id))
    gone = (ListedPerson(people[0].person, 6),)
    await world.bus.publish(SuppressionsDelisted(list_id=list_id, owner_id=owner_id, people=gone))
    await world.until_rows("select from suppression where not suppressed and revision = 6")
    await sent(peer, await world.command(campaign, digits=digits[0], owner_id=owner_id))


async def test_campaigns_is_told_when_the_ledger_has_an_entry(world: World, peer: AmiPeer) -> None:
    await world.start()
    command = order(digits=f"4411{uuid4().int % 10**9:09d}")
    before = await world.bus.ask(ASK_SUPPRESSIONS, AskSuppressions(), SuppressionsKnown, timeout_s=2)
    request = KeepSuppressions(entries=(replace(entry(command, key="p" * 32), revision=1 + before.newest),))
    assert await world.bus.ask(KEEP_SUPPRESSIONS, request, SuppressionsKept, timeout_s=2) == SuppressionsKept(
        kept=1
    )
    after = await world.bus.ask(ASK_SUPPRESSIONS, AskSuppressions(), SuppressionsKnown, timeout_s=2)
    assert after.suppressed > before.suppressed
    assert after.newest > before.newest
    void = await world.voided(
        await world.command(await world.activated(), digits=command.e164, owner_id=command.owner_id)
    )
    assert void.reason is VoidReason.SUPPRESSED
    assert [each for each in peer.sent("Originate") if command.e164 in each["Channel"]] == []
    assert originates(peer, command) == []
