"""The ledger's promises on a real Postgres: they are its constraints, whatever the code above does."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg
import pytest
from evendial_contracts.calls import CallEnded, Disposition
from evendial_contracts.codec import decode
from evendial_contracts.dialing import DialNumber, NumberDialVoided, VoidReason
from evendial_contracts.requests import EndCommand
from evendial_originator import ledger_sql
from evendial_originator.core.attempt import attempt_of
from evendial_originator.core.call import Ended
from evendial_originator.core.claim import EARLY, Answer, Claimed, Known, NotYet, Voided
from evendial_originator.gate_table import GateChange, GateTable
from evendial_originator.ledger import Ledger

from tests.integration.originator.orders import again, order
from tests.waiting import until

pytestmark = pytest.mark.integration

EVERYTHING = """
select t::text from gate t union all select t::text from command t union all select t::text from attempt t
union all select t::text from outcome t union all select t::text from outbox t
"""
BLOCKED = """
select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
"""
BOOT = "2026-11-23 12:00:00"
KEPT = [each for each in Disposition if each.consumes_attempt]
RELEASED = [each for each in Disposition if not each.consumes_attempt]


async def activated(gates: GateTable, command: DialNumber) -> DialNumber:
    await gates.apply([GateChange(campaign_id=command.campaign_id, epoch=command.epoch, active=True)])
    return command


async def claim(ledger: Ledger, command: DialNumber) -> Answer:
    return await ledger.claim(command, boot_id=BOOT, nonce=uuid4())


def ended(disposition: Disposition) -> Ended:
    return Ended(disposition=disposition, ended_at=datetime.now(UTC), hangup_cause=16)


async def said(pool: asyncpg.Pool) -> list[CallEnded | NumberDialVoided]:
    rows = await pool.fetch("select type, data from outbox order by pos")
    messages = [decode(row["type"], row["data"]) for row in rows]
    assert all(isinstance(each, CallEnded | NumberDialVoided) for each in messages)
    return messages  # type: ignore[return-value]


async def test_a_command_is_claimed_once(ledger: Ledger, gates: GateTable) -> None:
    command = await activated(gates, order())
    assert await claim(ledger, command) == Claimed()
    assert await claim(ledger, command) == Known()


async def test_whoever_did_not_see_its_commit_may_ask_again_with_the_same_nonce(
    ledger: Ledger, gates: GateTable
) -> None:
    command = await activated(gates, order())
    nonce = uuid4()
    assert await ledger.claim(command, boot_id=BOOT, nonce=nonce) == Claimed()
    assert await ledger.claim(command, boot_id=BOOT, nonce=nonce) == Claimed()
    await ledger.settle(attempt_of(command), ended(Disposition.BUSY))
    assert await ledger.claim(command, boot_id=BOOT, nonce=nonce) == Known()


async def test_a_claim_whose_commit_was_not_seen_is_void_when_the_campaign_was_stopped_since(
    ledger: Ledger, gates: GateTable, pool: asyncpg.Pool
) -> None:
    command = await activated(gates, order())
    nonce = uuid4()
    assert await ledger.claim(command, boot_id=BOOT, nonce=nonce) == Claimed()
    await gates.apply([GateChange(campaign_id=command.campaign_id, epoch=2, active=False)])
    answer = await ledger.claim(command, boot_id=BOOT, nonce=nonce)
    assert answer == Voided(reason=VoidReason.STOPPED)
    assert await ledger.claim(command, boot_id=BOOT, nonce=nonce) == Known()
    assert [type(each) for each in await said(pool)] == [NumberDialVoided]
    assert await ledger.live() == []


async def test_fifty_claims_of_one_command_at_once_have_one_winner(ledger: Ledger, gates: GateTable) -> None:
    command = await activated(gates, order(late_s=60))
    answers = await asyncio.gather(*(claim(ledger, command) for _ in range(50)))
    assert sorted(type(each).__name__ for each in answers) == ["Claimed"] + ["Known"] * 49


async def test_fifty_commands_for_one_attempt_at_once_have_one_winner(
    ledger: Ledger, gates: GateTable, pool: asyncpg.Pool
) -> None:
    command = await activated(gates, order(late_s=60))
    commands = [again(command) for _ in range(50)]
    answers = await asyncio.gather(*(claim(ledger, each) for each in commands))
    assert answers.count(Claimed()) == 1
    assert answers.count(Voided(reason=VoidReason.ATTEMPT_HELD)) == 49
    assert len(await said(pool)) == 49


async def test_fifty_numbers_of_one_person_at_once_have_one_winner(ledger: Ledger, gates: GateTable) -> None:
    command = await activated(gates, order(digits="441174960123"))
    commands = [again(command, number_id=number) for number in range(50)]
    answers = await asyncio.gather(*(claim(ledger, each) for each in commands))
    assert answers.count(Claimed()) == 1
    assert answers.count(Voided(reason=VoidReason.IN_ANOTHER_CALL)) == 49


async def test_a_person_is_free_again_when_the_call_has_ended(ledger: Ledger, gates: GateTable) -> None:
    command = await activated(gates, order())
    other = await activated(gates, again(command, campaign_id=uuid4(), number_id=command.number_id + 1000))
    assert await claim(ledger, command) == Claimed()
    assert await claim(ledger, other) == Voided(reason=VoidReason.IN_ANOTHER_CALL)
    await ledger.settle(attempt_of(command), ended(Disposition.ANSWERED))
    assert await claim(ledger, again(other)) == Claimed()


async def test_two_owners_may_call_one_person(ledger: Ledger, gates: GateTable) -> None:
    command = await activated(gates, order())
    other = await activated(gates, again(command, campaign_id=uuid4(), owner_id=uuid4()))
    assert await claim(ledger, command) == Claimed()
    assert await claim(ledger, other) == Claimed()


@pytest.mark.parametrize("disposition", KEPT)
async def test_an_attempt_that_counts_is_held_for_good(
    ledger: Ledger, gates: GateTable, disposition: Disposition
) -> None:
    command = await activated(gates, order())
    await claim(ledger, command)
    assert await ledger.settle(attempt_of(command), ended(disposition))
    assert await claim(ledger, again(command)) == Voided(reason=VoidReason.ATTEMPT_HELD)
    assert await claim(ledger, again(command, attempt_no=2)) == Claimed()


@pytest.mark.parametrize("disposition", RELEASED)
async def test_an_attempt_that_does_not_count_is_free_for_another_command(
    ledger: Ledger, gates: GateTable, disposition: Disposition
) -> None:
    command = await activated(gates, order())
    await claim(ledger, command)
    assert await ledger.settle(attempt_of(command), ended(disposition))
    assert await claim(ledger, again(command)) == Claimed()
    assert await claim(ledger, command) == Known()


async def test_a_claim_that_was_not_sent_is_void_and_frees_its_attempt(
    ledger: Ledger, gates: GateTable, pool: asyncpg.Pool
) -> None:
    command = await activated(gates, order())
    await claim(ledger, command)
    assert await ledger.void_claimed(attempt_of(command), VoidReason.NO_ASTERISK)
    assert not await ledger.settle(attempt_of(command), ended(Disposition.UNKNOWN))
    assert await claim(ledger, again(command)) == Claimed()
    [message] = await said(pool)
    assert isinstance(message, NumberDialVoided)
    assert message.reason is VoidReason.NO_ASTERISK


async def test_a_call_ends_once_whoever_settles_it(
    ledger: Ledger, gates: GateTable, pool: asyncpg.Pool
) -> None:
    command = await activated(gates, order())
    await claim(ledger, command)
    outcomes = [Disposition.ANSWERED, Disposition.UNKNOWN, Disposition.BUSY] * 10
    settled = await asyncio.gather(*(ledger.settle(attempt_of(command), ended(each)) for each in outcomes))
    assert settled.count(True) == 1
    [message] = await said(pool)
    assert isinstance(message, CallEnded)
    assert message.disposition is outcomes[settled.index(True)]
    assert await pool.fetchval("select count(*) from outcome") == 1


async def test_no_commit_of_a_claim_is_asynchronous_whatever_the_default(pool: asyncpg.Pool) -> None:
    async with pool.acquire() as connection:
        await connection.execute("set synchronous_commit = off")
        async with connection.transaction():
            await connection.fetchrow(ledger_sql.GATE, uuid4(), [], [])
            assert await connection.fetchval("show synchronous_commit") == "on"
        assert await connection.fetchval("show synchronous_commit") == "off"


async def test_nor_is_one_of_a_claim_in_one_statement(
    ledger: Ledger, gates: GateTable, pool: asyncpg.Pool
) -> None:
    command = await activated(gates, order())
    nobody: list[bytes] = []
    terms = (command.not_after, None, EARLY, nobody)
    async with pool.acquire() as connection:
        await connection.execute("set synchronous_commit = off")
        async with connection.transaction():
            claimed = ledger._attempt(command, BOOT, uuid4())
            assert await connection.fetchval(ledger_sql.CLAIM, *claimed, *terms)
            assert await connection.fetchval("show synchronous_commit") == "on"


async def test_a_void_command_leaves_no_attempt_behind(
    ledger: Ledger, gates: GateTable, pool: asyncpg.Pool
) -> None:
    command = await activated(gates, order())
    assert await ledger.void(command, VoidReason.BREAKER)
    assert await claim(ledger, command) == Known()
    assert await pool.fetchval("select count(*) from attempt") == 0
    assert await claim(ledger, again(command)) == Claimed()


class TestGate:
    async def test_a_command_is_refused_before_its_campaign_is_known_and_waits(
        self, ledger: Ledger, gates: GateTable, pool: asyncpg.Pool
    ) -> None:
        command = order()
        assert await claim(ledger, command) == NotYet()
        assert await pool.fetchval("select count(*) from command") == 0
        await activated(gates, command)
        assert await claim(ledger, command) == Claimed()

    async def test_a_stopped_campaign_claims_nothing(
        self, ledger: Ledger, gates: GateTable, pool: asyncpg.Pool
    ) -> None:
        command = await activated(gates, order())
        await gates.apply([GateChange(campaign_id=command.campaign_id, epoch=2, active=False)])
        assert await claim(ledger, command) == Voided(reason=VoidReason.STOPPED)
        assert await claim(ledger, command) == Known()
        assert [type(each) for each in await said(pool)] == [NumberDialVoided]

    async def test_commands_of_an_earlier_activation_are_void(self, ledger: Ledger, gates: GateTable) -> None:
        command = await activated(gates, order())
        await gates.apply([GateChange(campaign_id=command.campaign_id, epoch=3, active=True)])
        assert await claim(ledger, command) == Voided(reason=VoidReason.STOPPED)
        assert await claim(ledger, again(command, epoch=3)) == Claimed()

    async def test_a_gate_only_moves_forward(self, ledger: Ledger, gates: GateTable) -> None:
        command = await activated(gates, order())
        await gates.apply([GateChange(campaign_id=command.campaign_id, epoch=2, active=False)])
        await gates.apply([GateChange(campaign_id=command.campaign_id, epoch=1, active=True)])
        await gates.apply([GateChange(campaign_id=command.campaign_id, epoch=2, active=True)])
        assert await gates.epoch(command.campaign_id) == 2
        assert await claim(ledger, again(command, epoch=2)) == Voided(reason=VoidReason.STOPPED)

    async def test_of_several_changes_at_once_the_newest_counts(self, gates: GateTable) -> None:
        campaign = uuid4()
        changes = [
            GateChange(campaign_id=campaign, epoch=each, active=each % 2 == 1) for each in (3, 1, 4, 2)
        ]
        await gates.apply(changes)
        assert await gates.epoch(campaign) == 4
        assert await gates.epoch(uuid4()) == 0

    async def test_closing_waits_for_a_claim_that_has_read_the_gate(
        self, gates: GateTable, pool: asyncpg.Pool
    ) -> None:
        command = await activated(gates, order())
        async with pool.acquire() as connection, connection.transaction():
            await connection.fetchrow(ledger_sql.GATE, command.campaign_id, [], [])
            change = GateChange(campaign_id=command.campaign_id, epoch=2, active=False)
            closing = asyncio.create_task(gates.apply([change]))
            await until(lambda: _blocked(pool))
            assert not closing.done()
        await closing

    async def test_a_claim_waits_for_a_gate_that_is_being_closed(
        self, ledger: Ledger, gates: GateTable, pool: asyncpg.Pool
    ) -> None:
        command = await activated(gates, order())
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute("update gate set epoch = 2, active = false")
            claiming = asyncio.create_task(claim(ledger, command))
            await until(lambda: _blocked(pool))
            assert not claiming.done()
        assert await claiming == Voided(reason=VoidReason.STOPPED)

    async def test_once_a_gate_is_closed_no_claim_in_flight_can_commit_any_more(
        self, ledger: Ledger, gates: GateTable, pool: asyncpg.Pool
    ) -> None:
        command = await activated(gates, order(late_s=60))
        commands = [again(command, number_id=n, e164=f"44117{n:06d}") for n in range(200)]
        claims = [asyncio.ensure_future(claim(ledger, each)) for each in commands]
        await asyncio.wait(claims, return_when=asyncio.FIRST_COMPLETED)

        await gates.apply([GateChange(campaign_id=command.campaign_id, epoch=2, active=False)])
        closed_with = await pool.fetchval("select count(*) from attempt")

        answers = await asyncio.gather(*claims)
        assert await pool.fetchval("select count(*) from attempt") == closed_with == answers.count(Claimed())
        assert answers.count(Claimed()) + answers.count(Voided(reason=VoidReason.STOPPED)) == 200


async def _blocked(pool: asyncpg.Pool) -> bool:
    """Whether a statement on this database waits for a lock."""
    return bool(await pool.fetchval(BLOCKED))


async def test_a_late_command_is_expired_by_the_clock_of_the_database(
    ledger: Ledger, gates: GateTable, pool: asyncpg.Pool
) -> None:
    command = await activated(gates, order(due_in_s=-2, late_s=1))
    assert await claim(ledger, command) == Voided(reason=VoidReason.EXPIRED)
    [message] = await said(pool)
    assert isinstance(message, NumberDialVoided)
    assert (message.reason, message.command_id, message.reference) == (
        VoidReason.EXPIRED,
        command.command_id,
        "row",
    )


async def test_a_tombstone_and_a_claim_exclude_each_other(ledger: Ledger, gates: GateTable) -> None:
    for _ in range(20):
        command = await activated(gates, order())
        end = EndCommand(**{name: getattr(command, name) for name in EndCommand.__struct_fields__})
        answer, voided = await asyncio.gather(claim(ledger, command), ledger.void(end, VoidReason.TOMBSTONE))
        assert (answer == Claimed()) != voided
        assert not await ledger.void(end, VoidReason.TOMBSTONE)


async def test_live_attempts_are_found_again_with_what_is_needed_to_end_them(
    ledger: Ledger, gates: GateTable, pool: asyncpg.Pool
) -> None:
    command = await activated(gates, order())
    await claim(ledger, command)
    at = datetime.now(UTC)
    await ledger.answered(attempt_of(command), at)
    await ledger.answered(attempt_of(command), at + timedelta(seconds=9))

    [live] = await ledger.live()
    assert live.attempt == attempt_of(command)
    assert (live.boot_id, live.answered_at) == (BOOT, at)
    assert await Ledger(pool, key=b"k" * 32, asterisk="b:5038").live() == []

    await ledger.settle(live.attempt, ended(Disposition.ANSWERED))
    assert await ledger.live() == []


async def test_an_attempt_is_forgotten_by_time_whichever_asterisk_it_was_on(
    gates: GateTable, ledger: Ledger, pool: asyncpg.Pool
) -> None:
    command = await activated(gates, order())
    await claim(Ledger(pool, key=b"k" * 32, asterisk="gone"), command)
    assert await ledger.forgotten() == []
    await pool.execute("update attempt set forgotten_at = clock_timestamp() - interval '1 s'")
    assert [each.attempt.command_id for each in await ledger.forgotten()] == [command.command_id]


async def test_no_digits_are_stored_and_a_person_is_forgotten_with_the_call(
    ledger: Ledger, gates: GateTable, pool: asyncpg.Pool
) -> None:
    command = await activated(gates, order(digits="441174960123"))
    await claim(ledger, command)

    async def dump() -> str:
        return "\n".join(row[0] for row in await pool.fetch(EVERYTHING))

    before = await dump()
    assert "441174960123" not in before
    assert b"441174960123".hex() not in before
    assert await pool.fetchval("select octet_length(person) from attempt") == 32
    await ledger.settle(attempt_of(command), ended(Disposition.ANSWERED))
    assert await pool.fetchval("select person from attempt") is None
    after = await dump()
    assert "441174960123" not in after
    assert b"441174960123".hex() not in after


async def test_another_key_hides_a_person_otherwise(
    ledger: Ledger, gates: GateTable, pool: asyncpg.Pool
) -> None:
    command = await activated(gates, order())
    await claim(ledger, command)
    first = await pool.fetchval("select person from attempt")
    await ledger.settle(attempt_of(command), ended(Disposition.CONGESTION))
    await claim(Ledger(pool, key=b"j" * 32, asterisk="a:5038"), again(command))
    assert await pool.fetchval("select person from attempt where live") != first


@pytest.mark.parametrize(
    "statement",
    [
        "insert into outcome(command_id, disposition, ended_at) values ($1, 'answered', now())",
        "insert into outcome(command_id, void_reason, ended_at) values ($1, 'expired', now())",
        "insert into command(command_id) values ($1)",
        "update attempt set held = false where command_id = $1",
        "update outcome set void_reason = 'expired' where command_id = $1",
    ],
)
async def test_the_database_itself_refuses_a_second_end_or_a_loose_live_attempt(
    ledger: Ledger, gates: GateTable, pool: asyncpg.Pool, statement: str
) -> None:
    command = await activated(gates, order())
    await claim(ledger, command)
    if "outcome" in statement:
        await ledger.settle(attempt_of(command), ended(Disposition.BUSY))
    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await pool.execute(statement, command.command_id)
