"""How often one person is called, counted by a real Postgres: never more than a cap, and only what counts."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg
import pytest
from evendial_contracts.calls import Disposition
from evendial_contracts.dialing import DialNumber, VoidReason
from evendial_contracts.person_caps import PersonCap
from evendial_originator.core.attempt import attempt_of
from evendial_originator.core.call import Ended
from evendial_originator.core.claim import Answer, Claimed, Voided
from evendial_originator.gate_table import GateChange, GateTable
from evendial_originator.ledger import Ledger
from evendial_originator.person_attempts import PersonAttempts

from tests.integration.originator.orders import again, order

pytestmark = pytest.mark.integration

HOUR = timedelta(hours=1)
THREE_A_DAY = (PersonCap(attempts=3, hours=24),)


async def claim(ledger: Ledger, command: DialNumber) -> Answer:
    return await ledger.claim(command, boot_id="2026-11-23 12:00:00", nonce=uuid4())


async def ends(ledger: Ledger, command: DialNumber, disposition: Disposition = Disposition.BUSY) -> None:
    over = Ended(disposition=disposition, ended_at=datetime.now(UTC), hangup_cause=16)
    assert await ledger.settle(attempt_of(command), over)


async def activated(gates: GateTable, *commands: DialNumber) -> None:
    campaigns = {each.campaign_id for each in commands}
    await gates.apply([GateChange(campaign_id=each, epoch=1, active=True) for each in campaigns])


def following(command: DialNumber, **fields: object) -> DialNumber:
    """Another attempt at the same person, at the same moment."""
    return again(command, attempt_no=uuid4().int % 10**6, **fields)


async def happened(pool: asyncpg.Pool, command: DialNumber, ago: timedelta) -> None:
    """It took place so long before."""
    moved = """
        update person_attempt set slot_at = slot_at - $2::interval, kept_until = kept_until - $2
        where command_id = $1
    """
    assert await pool.execute(moved, command.command_id, ago) == "UPDATE 1"


async def test_fifty_originators_at_once_never_exceed_it(ledger: Ledger, gates: GateTable) -> None:
    first = order(late_s=60, person_caps=THREE_A_DAY)
    commands = [following(first, campaign_id=uuid4(), number_id=n) for n in range(50)]
    await activated(gates, *commands)

    async def tries(command: DialNumber) -> Answer:
        while (answer := await claim(ledger, command)) == Voided(reason=VoidReason.IN_ANOTHER_CALL):
            command = following(command)
        if answer == Claimed():
            await ends(ledger, command)
        return answer

    answers = await asyncio.gather(*(tries(each) for each in commands))
    assert answers.count(Claimed()) == 3
    refused = [each for each in answers if each != Claimed()]
    assert len(refused) == 47
    assert {each.reason for each in refused if isinstance(each, Voided)} == {VoidReason.PERSON_CAP}


async def test_of_several_caps_the_one_that_ends_last_says_when(
    ledger: Ledger, gates: GateTable, pool: asyncpg.Pool
) -> None:
    caps = (PersonCap(attempts=1, hours=2), PersonCap(attempts=2, hours=24))
    first = order(late_s=60, person_caps=caps)
    await activated(gates, first)
    assert await claim(ledger, first) == Claimed()
    await ends(ledger, first)
    early = Voided(reason=VoidReason.PERSON_CAP, not_before=first.slot_at + 2 * HOUR)
    assert await claim(ledger, following(first)) == early
    await happened(pool, first, 2 * HOUR)
    second = following(first)
    assert await claim(ledger, second) == Claimed(), "to the microsecond two hours later"
    await ends(ledger, second)
    await happened(pool, second, 2 * HOUR)
    full = Voided(reason=VoidReason.PERSON_CAP, not_before=first.slot_at + 22 * HOUR)
    assert await claim(ledger, following(first)) == full
    stricter = following(first, person_caps=(*caps, PersonCap(attempts=1, hours=24)))
    longest = Voided(reason=VoidReason.PERSON_CAP, not_before=first.slot_at + 22 * HOUR)
    assert await claim(ledger, stricter) == longest


@pytest.mark.parametrize("disposition", Disposition)
async def test_only_what_is_used_up_counts(
    ledger: Ledger, gates: GateTable, disposition: Disposition
) -> None:
    command = order(late_s=60, person_caps=(PersonCap(attempts=1, hours=24),))
    await activated(gates, command)
    assert await claim(ledger, command) == Claimed()
    await ends(ledger, command, disposition)
    until = command.slot_at + 24 * HOUR
    full = Voided(reason=VoidReason.PERSON_CAP, not_before=until)
    assert await claim(ledger, following(command)) == (full if disposition.consumes_attempt else Claimed())


async def test_a_void_claim_counts_nothing_and_a_live_one_does(ledger: Ledger, gates: GateTable) -> None:
    command = order(late_s=60, person_caps=(PersonCap(attempts=1, hours=24),))
    await activated(gates, command)
    assert await claim(ledger, command) == Claimed()
    in_a_call = Voided(reason=VoidReason.IN_ANOTHER_CALL)
    assert await claim(ledger, following(command)) == in_a_call, "whether it counts is not known yet"
    assert await ledger.void_claimed(attempt_of(command), VoidReason.EXPIRED)
    assert await claim(ledger, following(command)) == Claimed()


async def test_another_owners_calls_and_other_people_do_not_count(ledger: Ledger, gates: GateTable) -> None:
    command = order(late_s=60, person_caps=(PersonCap(attempts=1, hours=24),))
    await activated(gates, command)
    assert await claim(ledger, command) == Claimed()
    assert await claim(ledger, following(command, owner_id=uuid4())) == Claimed()
    assert await claim(ledger, following(command, e164="441170000001")) == Claimed()


async def test_what_is_not_capped_is_not_kept(ledger: Ledger, gates: GateTable, pool: asyncpg.Pool) -> None:
    command = order(late_s=60)
    await activated(gates, command)
    assert await claim(ledger, command) == Claimed()
    kept = "select from person_attempt where command_id = $1"
    assert await pool.fetch(kept, command.command_id) == []


async def test_what_no_cap_counts_any_more_is_forgotten(
    ledger: Ledger, gates: GateTable, pool: asyncpg.Pool
) -> None:
    command = order(late_s=60, person_caps=THREE_A_DAY)
    await activated(gates, command)
    old, new = command, following(command)
    for each in (old, new):
        assert await claim(ledger, each) == Claimed()
        await ends(ledger, each)
    await happened(pool, old, 24 * HOUR + timedelta(minutes=1))
    await PersonAttempts(pool).prune()
    left = await pool.fetch(
        "select command_id from person_attempt where person = $1", ledger.persons.called(command)
    )
    assert [row["command_id"] for row in left] == [new.command_id]


async def test_a_claim_whose_commit_was_not_seen_does_not_stand_in_its_own_way(
    ledger: Ledger, gates: GateTable
) -> None:
    command, nonce = order(late_s=60, person_caps=(PersonCap(attempts=1, hours=24),)), uuid4()
    await activated(gates, command)
    for _ in range(2):
        assert await ledger.claim(command, boot_id="boot", nonce=nonce) == Claimed()
