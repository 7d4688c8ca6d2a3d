"""Calls at once, counted by a real Postgres: never more than the cap, and nobody waits for ever."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID, uuid4

import asyncpg
import pytest
from evendial_contracts.calls import Disposition
from evendial_contracts.dialing import Caps, DialNumber, VoidReason
from evendial_originator.core.attempt import attempt_of
from evendial_originator.core.call import Ended
from evendial_originator.core.claim import Answer, Claimed, Known, TooEarly, Voided
from evendial_originator.gate_table import GateChange, GateTable
from evendial_originator.ledger import Ledger
from msgspec.structs import asdict

from tests.integration.originator.orders import again, order

pytestmark = pytest.mark.integration

MOST_LIVE = """
with live as (select * from attempt where live)
select (select count(*) from live group by campaign_id order by 1 desc limit 1) as campaign,
    (select count(*) from live group by owner_id order by 1 desc limit 1) as owner,
    (select count(*) from live group by device_id order by 1 desc limit 1) as device,
    (select count(*) from live group by trunk_id order by 1 desc limit 1) as trunk,
    (select count(*) from live) as system
"""
FULL = Voided(reason=VoidReason.CAP)
CAPS = [
    *(Caps(campaign=7), Caps(owner=7), Caps(device=7), Caps(trunk=7), Caps(system=7)),
    Caps(campaign=9, owner=7, trunk=8),
]


async def activated(gates: GateTable, *commands: DialNumber) -> None:
    campaigns = {each.campaign_id for each in commands}
    await gates.apply([GateChange(campaign_id=each, epoch=1, active=True) for each in campaigns])


async def claim(ledger: Ledger, command: DialNumber, nonce: UUID | None = None) -> Answer:
    return await ledger.claim(command, boot_id="2026-11-23 12:00:00", nonce=nonce or uuid4())


async def ends(ledger: Ledger, command: DialNumber) -> None:
    over = Ended(disposition=Disposition.ANSWERED, ended_at=datetime.now(UTC), hangup_cause=16)
    assert await ledger.settle(attempt_of(command), over)


@pytest.mark.parametrize("caps", CAPS, ids=repr)
async def test_fifty_claims_at_once_never_exceed_a_cap(ledger: Ledger, gates: GateTable, caps: Caps) -> None:
    first = order(caps=caps, late_s=60)
    commands = [again(first, number_id=n, e164=f"44117{n:06d}") for n in range(50)]
    await activated(gates, first)
    answers = await asyncio.gather(*(claim(ledger, each) for each in commands))
    assert (answers.count(Claimed()), answers.count(FULL)) == (7, 43)

    void = commands[answers.index(FULL)]
    await ends(ledger, commands[answers.index(Claimed())])
    assert await claim(ledger, void) == Known()
    assert await claim(ledger, again(void)) == Claimed()
    assert await claim(ledger, again(void, number_id=77, e164="441170000077")) == FULL


async def test_a_cap_counts_what_has_one_without_a_limit_too(ledger: Ledger, gates: GateTable) -> None:
    free = order()
    capped = again(free, campaign_id=uuid4(), number_id=2, e164="441170000002", caps=Caps(owner=1))
    await activated(gates, free, capped)
    assert await claim(ledger, free) == Claimed()
    assert await claim(ledger, capped) == FULL


async def test_nobody_elses_calls_are_counted(ledger: Ledger, gates: GateTable) -> None:
    others = [order() for _ in range(3)]
    mine = order(caps=Caps(campaign=1, owner=1, device=1, trunk=1))
    await activated(gates, mine, *others)
    assert {await claim(ledger, each) for each in others} == {Claimed()}
    assert await claim(ledger, mine) == Claimed()


async def test_a_claim_whose_commit_was_not_seen_does_not_stand_in_its_own_way(
    ledger: Ledger, gates: GateTable
) -> None:
    command, nonce = order(caps=Caps(campaign=1)), uuid4()
    await activated(gates, command)
    assert await claim(ledger, command, nonce) == Claimed()
    assert await claim(ledger, command, nonce) == Claimed()


async def test_mixed_caps_of_many_campaigns_hold_at_every_moment_and_never_deadlock(
    ledger: Ledger, gates: GateTable, pool: asyncpg.Pool
) -> None:
    random = Random(4)
    owners, devices, trunks = ([uuid4() for _ in range(count)] for count in (3, 4, 2))
    campaigns = [
        order(
            owner_id=random.choice(owners),
            device_id=random.choice(devices),
            trunk_id=random.choice(trunks),
            caps=Caps(campaign=3, owner=6, device=5, trunk=9, system=12),
            late_s=60,
        )
        for _ in range(8)
    ]
    commands = [again(random.choice(campaigns), number_id=n, e164=f"44117{n:06d}") for n in range(400)]
    await activated(gates, *campaigns)
    answers: Counter[Answer] = Counter()

    async def call(command: DialNumber) -> None:
        answer = await claim(ledger, command)
        answers[answer] += 1
        if answer == Claimed():
            most = await pool.fetchrow(MOST_LIVE)
            assert most
            assert all(most[name] <= cap for name, cap in asdict(command.caps).items()), most
            await ends(ledger, command)

    async with asyncio.timeout(30):
        await asyncio.gather(*(call(each) for each in commands))
    assert answers.total() == 400
    assert answers[Claimed()] > 9
    assert set(answers) <= {Claimed(), FULL}


async def test_at_the_end_of_its_window_a_command_is_void_by_the_clock_of_the_database(
    ledger: Ledger, gates: GateTable
) -> None:
    now = datetime.now(UTC)
    over = order(due_in_s=-0.1, closes_at=now)
    open_still = order(closes_at=now + timedelta(minutes=1))
    late_too = order(due_in_s=-60, closes_at=now - timedelta(seconds=58))
    await activated(gates, over, open_still, late_too)
    assert await claim(ledger, over) == Voided(reason=VoidReason.WINDOW_CLOSED)
    assert await claim(ledger, late_too) == Voided(reason=VoidReason.WINDOW_CLOSED)
    assert await claim(ledger, open_still) == Claimed()


async def test_a_slot_that_is_far_by_the_clock_of_the_database_is_not_claimed_yet(
    ledger: Ledger, gates: GateTable
) -> None:
    command = order(due_in_s=3600)
    await activated(gates, command)
    assert await claim(ledger, command) == TooEarly()
    assert await ledger.live() == []
