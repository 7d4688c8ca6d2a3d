"""When an epoch of the ledger begins, and what it bars."""

from datetime import timedelta
from typing import Any

import pytest
from evendial_originator.core.attempt import FORGOTTEN_AFTER
from evendial_originator.core.epoch import Comparison, Epochs, Reason, opened_by

from tests.integration.originator.orders import order

pytestmark = pytest.mark.unit

IN_STEP = {
    "compared": True,
    "used": True,
    "heard": True,
    "stream_lost": False,
    "lived_through": False,
    "missing": 0,
    "moved": False,
}


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        ({}, None),
        ({"missing": 3}, Reason.BEHIND),
        ({"missing": 3, "moved": True}, Reason.BEHIND),
        ({"moved": True}, Reason.MOVED),
        ({"stream_lost": True}, Reason.UNWITNESSED),
        ({"stream_lost": True, "missing": 1}, Reason.UNWITNESSED),
        ({"stream_lost": True, "lived_through": True}, None),
        ({"stream_lost": True, "used": False}, None),
        ({"compared": False, "used": False, "heard": False}, Reason.FIRST),
        ({"compared": False, "used": False, "missing": 9}, Reason.BEHIND),
        ({"compared": False, "heard": False}, Reason.UNWITNESSED),
    ],
)
def test_an_epoch_begins_when_something_may_be_forgotten(
    found: dict[str, Any], reason: Reason | None
) -> None:
    assert opened_by(Comparison(**IN_STEP | found)) is reason


def test_what_was_planned_before_the_epoch_is_barred() -> None:
    command = order()
    epochs = Epochs(opened_at=command.slot_at)
    assert epochs.bar(command, command.slot_at - timedelta(milliseconds=1))
    assert not epochs.bar(command, command.slot_at)
    assert not Epochs().bar(command, command.slot_at)


def test_without_a_witness_a_command_waits_until_what_was_forgotten_must_be_over() -> None:
    command = order(ring_timeout_s=30, max_call_s=600)
    over = timedelta(seconds=630) + FORGOTTEN_AFTER
    planned_at = command.slot_at
    assert Epochs(unwitnessed_at=command.slot_at - over + timedelta(seconds=1)).bar(command, planned_at)
    assert not Epochs(unwitnessed_at=command.slot_at - over).bar(command, planned_at)
