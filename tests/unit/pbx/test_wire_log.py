"""The carrier's record is complete, whatever becomes of the process that writes it."""

import json
from pathlib import Path

import pytest

from deploy.local.carrier import read_record
from deploy.pbx.core.effects import Wire
from deploy.pbx.core.state import Leg
from deploy.pbx.wire_log import WireLog

pytestmark = pytest.mark.unit

RINGING = Leg(number="49301", caller="49302", started_at=100.25)
UP = Leg(number="49301", caller="49302", started_at=100.25, answered_at=101.5)
OVER = Leg(
    number="49301",
    caller="49302",
    started_at=100.25,
    answered_at=101.5,
    ended_at=104.0,
    cause=16,
    heard_s=1.5,
)


def a_log(folder: Path, name: str = "") -> WireLog:
    """Of one process; the record is everybody's."""
    return WireLog(folder / f"wire{name}.jsonl", folder / "calls.csv", folder / f"cdr{name}.csv")


def test_a_call_is_read_back_as_a_real_carriers_is(tmp_path: Path) -> None:
    log = a_log(tmp_path)
    for what, leg in (("invite", RINGING), ("answer", UP), ("end", OVER)):
        log.note(Wire(what, "ed-1", leg))
    [call] = read_record(tmp_path / "calls.csv")
    assert (call.number, call.caller, call.hangup_cause, call.rtp_received) == ("49301", "49302", 16, 75)
    assert call.started_at.timestamp() == 100.25
    assert call.answered_at and call.answered_at.timestamp() == 101.5
    assert call.ended_at.timestamp() == 104.0
    steps = [json.loads(line)["what"] for line in (tmp_path / "wire.jsonl").read_text().splitlines()]
    assert steps == ["invite", "answer", "end"]
    log.close()


def test_a_call_that_was_declined_has_no_answer_and_heard_nothing(tmp_path: Path) -> None:
    log = a_log(tmp_path)
    log.note(Wire("end", "ed-1", Leg(number="1", caller="", started_at=1.0, ended_at=2.0, cause=17)))
    [call] = read_record(tmp_path / "calls.csv")
    assert (call.answered_at, call.rtp_received, call.hangup_cause) == (None, 0, 17)
    log.close()


def test_what_a_killed_process_left_open_is_closed_by_the_next(tmp_path: Path) -> None:
    killed = a_log(tmp_path)
    killed.note(Wire("invite", "ed-1", RINGING))
    killed.note(Wire("answer", "ed-1", UP))
    assert read_record(tmp_path / "calls.csv") == []
    following = a_log(tmp_path)
    [call] = read_record(tmp_path / "calls.csv")
    assert (call.number, call.hangup_cause) == ("49301", 0)
    a_log(tmp_path).close()
    assert len(read_record(tmp_path / "calls.csv")) == 1
    killed.close()
    following.close()


def test_all_processes_know_who_was_called(tmp_path: Path) -> None:
    first, second = a_log(tmp_path), a_log(tmp_path, "-2")
    assert second.news() == {}
    for channel in ("ed-1", "ed-2"):
        first.note(Wire("end", channel, OVER))
    assert second.news() == {"49301": 2}
    assert second.news() == {}
    first.note(Wire("end", "ed-3", OVER))
    assert second.news() == {"49301": 3}
    first.close()
    second.close()
