import json
import logging
from uuid import UUID

import pytest
from evendial_chassis.logs import JsonLines, mask

pytestmark = pytest.mark.unit

COMMAND = UUID("12345678-1234-5678-1234-567812345678")


def line(message: str, **fields: object) -> dict[str, object]:
    record = logging.makeLogRecord({"name": "x", "msg": message, "levelname": "INFO"} | fields)
    return dict(json.loads(JsonLines("agi").format(record)))


@pytest.mark.parametrize("number", ["+37061234567", "37061234567", "1234567", "123456789012345"])
def test_a_phone_number_shows_its_last_two_digits_only(number: str) -> None:
    masked = mask(f"dialling {number}, please")
    assert number not in masked
    assert masked == f"dialling ***{number[-2:]}, please"


@pytest.mark.parametrize(
    "text", [str(COMMAND), "port 15061", "2027-03-28T01:30:00.123456+00:00", COMMAND.hex]
)
def test_what_is_no_phone_number_stays(text: str) -> None:
    assert mask(text) == text


def test_extra_fields_become_fields_and_are_masked() -> None:
    logged = line("claimed", action="claim", command_id=COMMAND, number_id=12345678, callee="+37061234567")
    assert logged["action"] == "claim"
    assert logged["command_id"] == str(COMMAND)
    assert logged["number_id"] == 12345678
    assert logged["callee"] == "***67"


def test_a_line_is_one_line() -> None:
    assert "\n" not in JsonLines("agi").format(logging.makeLogRecord({"msg": "a\nb"}))
