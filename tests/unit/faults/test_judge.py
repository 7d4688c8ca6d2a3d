"""The judge sees each promise that is broken, and none where all were kept."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from tests.faults.evidence import Evidence, Invite, Planned, Rules, Said
from tests.faults.judge import PROMISES, judge
from tests.faults.report import HEADINGS, Report

pytestmark = pytest.mark.unit

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CAMPAIGN = UUID(int=1)
NUMBER = "49301110000001"


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def planned(slot_s: float, number: str = NUMBER, attempt_no: int = 1) -> Planned:
    return Planned(
        command_id=uuid4(),
        campaign_id=CAMPAIGN,
        number=number,
        attempt=(0, attempt_no),
        slot_at=at(slot_s),
    )


def invite(at_s: float, number: str = NUMBER, lasts_s: float = 1.0) -> Invite:
    return Invite(number=number, at=at(at_s), ended_at=at(at_s + lasts_s))


def said(command: Planned, *, called: bool = True, body: bytes = b"{}") -> Said:
    return Said(
        command_id=command.command_id,
        message_id="1",
        body=body,
        called=called,
        consumes_attempt=called,
    )


def evidence(*commands: Planned, invites: list[Invite], voided: bool = False) -> Evidence:
    """All of these commands have ended, and everybody was told."""
    ids = {command.command_id for command in commands}
    return Evidence(
        invites=invites,
        planned=list(commands),
        said=[said(command, called=not voided) for command in commands],
        settled=ids,
        settled_as_called=set() if voided else ids,
        known_to_api=set() if voided else ids,
        rules=[Rules(campaign_id=CAMPAIGN, calls_per_minute=60)],
        deaths=[],
        stuck=[],
    )


def broken(seen: Evidence) -> set[str]:
    return set(judge(seen).broken)


def test_a_call_at_its_slot_with_one_end_that_all_know_breaks_nothing() -> None:
    verdict = judge(evidence(planned(0), invites=[invite(0.004)]))
    assert (verdict.calls, verdict.broken) == (1, {})


def test_a_second_call_that_nobody_ordered_is_a_double() -> None:
    assert broken(evidence(planned(0), invites=[invite(0), invite(5)])) == {"doubled"}


def test_a_second_command_for_an_attempt_that_reached_the_callee_is_a_double() -> None:
    assert broken(evidence(planned(0), planned(5), invites=[invite(0), invite(5)])) == {"doubled"}


def test_a_retry_is_no_double() -> None:
    assert broken(evidence(planned(0), planned(5, attempt_no=2), invites=[invite(0), invite(5)])) == set()


def test_a_call_that_the_trunk_refused_may_be_tried_again() -> None:
    refused = replace(invite(0), congested=True)
    first, second = planned(0), planned(5)
    seen = evidence(first, second, invites=[refused, replace(invite(5), congested=True)])
    ends = [replace(each, consumes_attempt=False) for each in seen.said]
    assert broken(replace(seen, said=ends)) == set()


def test_a_call_to_somebody_who_is_in_a_call_overlaps() -> None:
    seen = evidence(planned(0), planned(0.5, attempt_no=2), invites=[invite(0), invite(0.5)])
    assert broken(seen) == {"overlapping"}


def test_the_calls_of_an_asterisk_end_with_it() -> None:
    seen = evidence(planned(0), planned(5, attempt_no=2), invites=[invite(0, lasts_s=60), invite(5)])
    assert broken(replace(seen, deaths=[at(2)])) == set()


def test_a_command_without_an_end_is_seen() -> None:
    seen = evidence(planned(0), invites=[invite(0)])
    assert "unended" in broken(replace(seen, settled=set(), settled_as_called=set(), said=[]))


def test_a_call_of_a_command_that_was_voided_is_seen() -> None:
    assert broken(evidence(planned(0), invites=[invite(0)], voided=True)) == {"unended"}


def test_an_end_that_was_not_said_or_said_in_two_ways_is_lost() -> None:
    command = planned(0)
    seen = evidence(command, invites=[invite(0)])
    assert broken(replace(seen, said=[])) == {"lost"}
    assert broken(replace(seen, said=[*seen.said, said(command, body=b"{ }")])) == {"lost"}
    assert broken(replace(seen, said=[*seen.said, said(command)])) == set(), "once more is no other end"


def test_a_call_that_the_api_does_not_show_is_lost() -> None:
    assert broken(replace(evidence(planned(0), invites=[invite(0)]), known_to_api=set())) == {"lost"}


@pytest.mark.parametrize("off_s", [-0.001, 1.1, 20.0])
def test_early_and_late_calls_are_seen(off_s: float) -> None:
    assert broken(evidence(planned(0), invites=[invite(off_s)])) == {"late"}


@pytest.mark.parametrize(
    "rules",
    [
        Rules(campaign_id=CAMPAIGN, calls_per_minute=60, stopped_at=at(-0.6)),
        Rules(campaign_id=CAMPAIGN, calls_per_minute=60, closes_at=at(-0.2)),
    ],
)
def test_calls_after_a_stop_or_a_window_are_seen(rules: Rules) -> None:
    seen = evidence(planned(0), invites=[invite(0)])
    assert broken(replace(seen, rules=[rules])) == {"forbidden"}


def test_more_calls_in_a_second_than_were_planned_are_a_burst() -> None:
    commands = [planned(n / 10, number=str(n)) for n in range(3)]
    invites = [invite(n / 10, number=str(n)) for n in range(3)]
    assert broken(evidence(*commands, invites=invites)) == {"burst"}
    assert broken(evidence(*commands[:2], invites=invites[:2])) == set()


def test_more_calls_at_once_than_allowed_are_seen() -> None:
    commands = [planned(2 * n, number=str(n)) for n in range(2)]
    seen = evidence(*commands, invites=[invite(2 * n, number=str(n), lasts_s=3) for n in range(2)])
    capped = Rules(campaign_id=CAMPAIGN, calls_per_minute=60, max_concurrent_calls=1)
    assert broken(replace(seen, rules=[capped])) == {"over_cap"}
    assert broken(replace(seen, rules=[replace(capped, max_concurrent_calls=2)])) == set()


def test_a_person_on_two_lists_is_called_by_the_command_that_says_so() -> None:
    voided, called = planned(0), replace(planned(0.2), campaign_id=UUID(int=2))
    seen = evidence(voided, called, invites=[invite(0.25)])
    told = [said(voided, called=False), said(called)]
    rules = [*seen.rules, Rules(campaign_id=UUID(int=2), calls_per_minute=60)]
    only = {called.command_id}
    seen = replace(seen, said=told, rules=rules, settled_as_called=only, known_to_api=only)
    assert broken(seen) == set()


def test_every_promise_has_a_column_and_the_table_counts_what_was_broken() -> None:
    assert set(HEADINGS) == set(PROMISES)
    report = Report(["kill nats", "cut a>b"])
    report.add("kill nats", judge(evidence(planned(0), invites=[invite(0), invite(5)])))
    assert (report.complete, report.clean) == (False, False)
    assert "| kill nats | 1 | 2 | 1 |" in report.table()
