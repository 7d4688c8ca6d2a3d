"""The simulation's ledger is held to the real one: the same acts in the same order get the same answers."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from evendial_chassis import outbox
from evendial_contracts.calls import Disposition
from evendial_contracts.codec import decode
from evendial_contracts.dialing import Caps, DialNumber, VoidReason
from evendial_contracts.person_caps import PersonCap
from evendial_contracts.requests import EndCommand
from evendial_contracts.suppressions import SuppressionEntry
from evendial_originator.core.attempt import attempt_of
from evendial_originator.core.call import Ended
from evendial_originator.gate_table import GateChange, GateTable
from evendial_originator.ledger import Ledger
from evendial_originator.suppression_table import SuppressionTable

from tests.integration.originator.orders import order
from tests.sim.console import PERSON_KEY, person_of
from tests.sim.database import Database, Pool
from tests.sim.ledger_tables import LedgerTables
from tests.sim.world import World

pytestmark = pytest.mark.integration

ACTS = 250
AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
YEARS = timedelta(days=9_999)


class OnThisHost(Database):
    """A database of the simulation whose clock is the host's."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class Side:
    """A ledger and its tables, over either database."""

    def __init__(self, pool: Any) -> None:
        self.ledger = Ledger(pool, key=PERSON_KEY, asterisk="a:5038")
        self.gates = GateTable(pool)
        self.suppressions = SuppressionTable(pool)


Act = Callable[[Side], Awaitable[Any]]


class Acts:
    """Draws what is done next, so that commands, persons, nonces and caps meet again and again."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._campaigns = [uuid4(), uuid4()]
        self._owner = uuid4()
        self._nonces = [uuid4(), uuid4()]
        self._epoch = self._revision = 0
        self._commands = [self._command() for _ in range(4)]

    def next(self) -> Act:
        """One act."""
        kinds = (
            self._claim, self._claim, self._claim, self._gate, self._void, self._void_claimed, self._settle,
            self._answered, self._live, self._suppress,
        )  # fmt: skip
        return self._random.choice(kinds)()

    def _command(self) -> DialNumber:
        number = self._random.randint(1, 3)
        cap = self._random.choice([None, None, 1, 2])
        return order(
            campaign_id=self._random.choice(self._campaigns),
            owner_id=self._owner,
            device_id=UUID(int=1),
            trunk_id=UUID(int=2),
            number_id=number,
            person_caps=self._random.choice([(), (PersonCap(attempts=self._random.randint(1, 3), hours=1),)]),
            attempt_no=self._random.randint(1, 2),
            epoch=max(1, self._epoch + self._random.choice([-1, 0, 0, 0, 1])),
            digits=f"4411749601{self._random.randint(0, 3)}",
            late_s=self._random.choice([-5, 600, 600, 600]),
            caps=Caps(
                campaign=cap, trunk=self._random.choice([None, 3]), system=self._random.choice([None, 4])
            ),
        )

    def _some(self) -> DialNumber:
        if self._random.random() < 0.4:
            self._commands = [*self._commands[-7:], self._command()]
        return self._random.choice(self._commands)

    def _claim(self) -> Act:
        command, nonce = self._some(), self._random.choice(self._nonces)
        return lambda side: side.ledger.claim(command, boot_id="boot", nonce=nonce)

    def _gate(self) -> Act:
        self._epoch += self._random.randint(0, 1)
        change = GateChange(
            campaign_id=self._random.choice(self._campaigns),
            epoch=self._epoch,
            active=self._random.random() < 0.8,
        )
        return lambda side: side.gates.apply([change])

    def _void(self) -> Act:
        command = self._some()
        end = EndCommand(**{name: getattr(command, name) for name in EndCommand.__struct_fields__})
        return lambda side: side.ledger.void(end, VoidReason.TOMBSTONE)

    def _void_claimed(self) -> Act:
        attempt = attempt_of(self._random.choice(self._commands))
        return lambda side: side.ledger.void_claimed(attempt, VoidReason.EXPIRED)

    def _settle(self) -> Act:
        attempt = attempt_of(self._random.choice(self._commands))
        ended = Ended(disposition=self._random.choice(list(Disposition)), ended_at=AT, hangup_cause=16)
        return lambda side: side.ledger.settle(attempt, ended)

    def _answered(self) -> Act:
        attempt, at = attempt_of(self._random.choice(self._commands)), AT + timedelta(seconds=1)
        return lambda side: side.ledger.answered(attempt, at)

    def _live(self) -> Act:
        return lambda side: side.ledger.live()

    def _suppress(self) -> Act:
        self._revision += self._random.randint(0, 1)
        entry = SuppressionEntry(
            suppression_id=UUID(int=self._random.randint(1, 3)),
            person=person_of(self._owner, f"4411749601{self._random.randint(0, 3)}"),
            revision=self._revision,
            suppressed=self._random.random() < 0.3,
            list_id=self._random.choice([None, UUID(int=7)]),
            expires_at=self._random.choice([None, None, AT - YEARS, AT + YEARS]),
        )
        return lambda side: side.suppressions.apply([entry])


@pytest.mark.parametrize("seed", range(2))
async def test_the_same_acts_have_the_same_answers_and_are_said_in_the_same_words(
    pool: asyncpg.Pool, seed: int
) -> None:
    database = OnThisHost(World(seed), "ledger")
    LedgerTables(database)
    real, twin = Side(pool), Side(Pool.beside(database))
    acts = Acts(seed)
    answers = []
    for number in range(ACTS):
        act = acts.next()
        here, there = await answer(act, real), await answer(act, twin)
        assert here == there, f"act {number} of seed {seed}"
        answers.append(type(here).__name__ if here is not None else None)
    assert {"Claimed", "Known", "NotYet", "Voided", "bool", "list"} <= set(answers)
    assert await said(pool) == await said(Pool.beside(database))


async def answer(act: Act, side: Side) -> Any:
    """What came of it; a failure is an answer, too."""
    try:
        found = await act(side)
    except asyncpg.IntegrityConstraintViolationError as refusal:
        return type(refusal)
    if isinstance(found, list):
        return sorted(found, key=lambda live: live.attempt.command_id)
    return found


async def said(pool: Any) -> list[Any]:
    """All that the outbox holds, in its order."""
    rows = await pool.fetch(outbox._NEXT, 100_000)
    return [(row["id"], row["subject"], decode(row["type"], row["data"])) for row in rows]
