from datetime import timedelta

import pytest
from evendial_contracts.dialing import VoidReason
from evendial_originator.core.claim import Gate, Verdict, judge

from tests.unit.originator.samples import COMMAND

pytestmark = pytest.mark.unit

IN_TIME = COMMAND.slot_at
LATE = COMMAND.not_after + timedelta(microseconds=1)
OPEN = Gate(epoch=COMMAND.epoch, active=True)


def test_an_open_gate_of_the_same_epoch_lets_pass() -> None:
    assert judge(COMMAND, OPEN, IN_TIME) is Verdict.GO
    assert judge(COMMAND, OPEN, COMMAND.not_after) is Verdict.GO


def test_after_its_time_a_command_is_expired() -> None:
    assert judge(COMMAND, OPEN, LATE) is VoidReason.EXPIRED


@pytest.mark.parametrize("active", [True, False])
@pytest.mark.parametrize("now", [IN_TIME, LATE])
def test_a_newer_gate_means_stopped_even_if_dialling_again(active: bool, now: object) -> None:
    gate = Gate(epoch=COMMAND.epoch + 1, active=active)
    assert judge(COMMAND, gate, now) is VoidReason.STOPPED  # type: ignore[arg-type]


@pytest.mark.parametrize("gate", [None, Gate(epoch=0, active=False), Gate(epoch=0, active=True)])
def test_an_older_gate_is_waited_for_until_the_command_is_late(gate: Gate | None) -> None:
    assert judge(COMMAND, gate, IN_TIME) is Verdict.NOT_YET
    assert judge(COMMAND, gate, LATE) is VoidReason.EXPIRED


def test_a_gate_that_was_never_opened_is_closed() -> None:
    assert judge(COMMAND, Gate(epoch=COMMAND.epoch, active=False), IN_TIME) is VoidReason.STOPPED
