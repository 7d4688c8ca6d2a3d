import re

import pytest
from evendial_contracts import subjects
from evendial_contracts.calls import CallEnded
from evendial_contracts.dialing import DialNumber, command_id
from evendial_contracts.message import Message, tag_of
from evendial_contracts.numbers import NumbersChunk

from tests.contracts.examples import CAMPAIGN, COMMAND, EXAMPLES, IMPORT, OWNER, SLOT

pytestmark = pytest.mark.unit

PHONE_NUMBER = re.compile(r"3706123456[78]|37052000000")


def example(kind: type[Message]) -> Message:
    return next(each for each in EXAMPLES if type(each) is kind)


def test_a_tenant_needs_one_filter_for_all_its_outcomes() -> None:
    assert subjects.subject_of(example(CallEnded)) == f"evendial.event.call.ended.{OWNER}.{CAMPAIGN}"


def test_a_dial_command_goes_to_its_pool() -> None:
    assert subjects.subject_of(example(DialNumber)) == f"evendial.command.number.dial.default.{CAMPAIGN}"


def test_numbers_travel_apart_from_events() -> None:
    assert subjects.subject_of(example(NumbersChunk)) == f"evendial.numbers.{CAMPAIGN}.{IMPORT}"


@pytest.mark.parametrize("message", EXAMPLES, ids=tag_of)
def test_subjects_are_plain_tokens_in_one_stream(message: Message) -> None:
    subject = subjects.subject_of(message)
    assert re.fullmatch(r"[a-z_]+(\.[A-Za-z0-9_-]+)+", subject)
    holders = [s.name for s in subjects.STREAMS if subject.startswith(s.subjects[0].removesuffix(">"))]
    assert len(holders) == 1


@pytest.mark.parametrize("message", EXAMPLES, ids=tag_of)
def test_no_phone_number_is_in_a_subject(message: Message) -> None:
    assert not PHONE_NUMBER.search(subjects.subject_of(message))


def test_the_same_attempt_at_the_same_slot_is_the_same_command() -> None:
    assert command_id(CAMPAIGN, 0, 42, 1, SLOT) == COMMAND
    others = [
        command_id(OWNER, 0, 42, 1, SLOT),
        command_id(CAMPAIGN, 1, 42, 1, SLOT),
        command_id(CAMPAIGN, 0, 43, 1, SLOT),
        command_id(CAMPAIGN, 0, 42, 2, SLOT),
        command_id(CAMPAIGN, 0, 42, 1, SLOT.replace(microsecond=1)),
    ]
    assert COMMAND not in others and len(set(others)) == len(others)
